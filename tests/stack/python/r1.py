"""R1 through the front door: a form over HTTP, and everything that has to come of it."""

import json
import time
import urllib.request

import cloud


def until(find, seconds=30):
    end = time.time() + seconds
    while True:
        found = find()
        if found or time.time() > end:
            return found
        time.sleep(0.2)


def run(check, stack, api):
    status, _ = api.call("GET", "/healthz")
    check("the API answers", status == 200, status)

    status, answer = api.call("PUT", "/v1/playbook", cloud.playbook())
    check("a playbook is published", status == 200, (status, answer))

    started = time.time()
    form = cloud.lead()
    status, answer = api.call("POST", "/v1/forms/demo-request", form)
    check("a form is accepted with 200", status == 200, (status, answer))
    record = answer.get("record", "lead/none")
    path = answer.get("links", {}).get("record", "/v1/records/lead/none")

    owner = until(lambda: owner_of(api, path))
    took = time.time() - started
    check("the lead has an owner", bool(owner), api.call("GET", path))

    tasks = until(lambda: rows(stack, "Tasks", record))
    check("the owner has a task", [row["task"]["assigned_to"] for row in tasks] == [owner], tasks)

    timers = until(lambda: rows(stack, "Timers", record))
    late = [row["due"] / 1000 - started for row in timers]
    check("a 15-minute timer is armed", len(late) == 1 and 890 < late[0] < 930, late)

    effects = until(lambda: [row for row in states(stack) if row["record"] == record and row["result"] == "sent"])
    check("the mail was accepted by the provider", len(effects) == 1, states(stack))
    sent = mails(form["work_email"])
    check("the mail names the owner", len(sent) == 1 and owner.capitalize() in json.dumps(sent), sent)

    status, timeline = api.call("GET", path + "/timeline")
    check("the timeline tells it", status == 200 and "speed-to-lead" in json.dumps(timeline), (status, timeline))
    print(f"      form to owner {took:.2f} s")

    small = cloud.lead(team_size="1-10", job_title="", message="")
    _, answer = api.call("POST", "/v1/forms/demo-request", small)
    small_path = answer["links"]["record"]
    why = until(lambda: why_of(api, small_path))
    check("a lead that is too small is told why", "employees" in json.dumps(why).lower(), why)

    status, again = api.call("POST", "/v1/forms/demo-request", form)
    same = status == 200 and again.get("record") == record
    time.sleep(2)
    check("the same form again is the same lead, with one mail", same and len(mails(form["work_email"])) == 1, again)
    status, below = api.call("POST", "/v1/forms/not-described/a-secret", {"email": "below@not.example"})
    taken = status == 200 and below.get("kept") == "unmatched"
    check("a form reaches intake at an address that holds a secret", taken, below)
    return record, path


def owner_of(api, path):
    _, answer = api.call("GET", path)
    owner = answer.get("owner") if isinstance(answer, dict) else None
    return owner.get("person") if isinstance(owner, dict) else owner


def why_of(api, path):
    status, answer = api.call("GET", path + "/why?workflow=speed-to-lead")
    return answer if status == 200 else None


def table(stack, name):
    """All rows of a table: the ring may scan, the functions may not."""
    items = cloud.dynamodb.scan(TableName=stack.table(name), ConsistentRead=True)["Items"]
    return [json.loads(item["body"]["S"]) for item in items if "body" in item]


def rows(stack, name, record):
    return [row for row in table(stack, name) if row.get("record") == record]


def states(stack):
    items = cloud.dynamodb.scan(TableName=stack.table("Effects"), ConsistentRead=True)["Items"]
    found = []
    for item in items:
        request = json.loads(item["body"]["S"])["request"]
        state = json.loads(item["state"]["S"])
        result = state.get("result", {})
        found.append({"effect": request["effect"], "record": request["record"], "result": result.get("result")})
    return found


def mails(address):
    """What the emulated SES took for this address."""
    with urllib.request.urlopen(cloud.ENDPOINT + "/_ministack/ses/messages", timeout=10) as answer:
        accounts = json.load(answer)["messages"]
    return [message for messages in accounts.values() for message in messages if address in message["To"]]
