"""Tables that were put back: everything is held, and goes on when a person lets it.

The emulator restores nothing. What a restored table looks like to the functions is made the other way round: the note
of which tables there are is given the id of another one.
"""

import json

import cloud
import r1

KEY = {"playbook": {"S": "active"}, "part": {"S": "active"}}


def run(check, stack, api):
    noted = r1.until(lambda: note(stack))
    described = cloud.dynamodb.describe_table(TableName=stack.table("Effects"))["Table"]["TableId"]
    check("the console has noted which tables there are", noted and noted["effects"] == described, (noted, described))

    cloud.dynamodb.update_item(
        TableName=stack.table("Playbooks"), Key=KEY, UpdateExpression="SET tables = :tables",
        ExpressionAttributeValues={":tables": {"S": json.dumps({**(noted or {}), "effects": "another"})}},
    )
    seen = r1.until(lambda: (preview(api) or {}).get("restored"))
    check("a table with another id is told as put back", seen is not None, preview(api))
    check("everything is paused", (preview(api) or {}).get("paused") == "everything", preview(api))

    # What the functions know of it is up to ten seconds old.
    sent = r1.until(lambda: held(stack, api), seconds=90)
    check("a mail that is asked for then is held", sent, r1.states(stack))
    status, answer = api.call("POST", "/v1/resume", {})
    check("a person lets it go on", status == 200 and answer.get("paused") == "nothing", (status, answer))
    check("the tables are noted again", note(stack)["effects"] == described, note(stack))
    left = r1.until(lambda: not (preview(api) or {"held_effects": 1})["held_effects"], seconds=60)
    check("what was held has left", left, preview(api))


def note(stack):
    item = cloud.dynamodb.get_item(TableName=stack.table("Playbooks"), Key=KEY, ConsistentRead=True).get("Item", {})
    return json.loads(item["tables"]["S"]) if "tables" in item else None


def preview(api):
    status, answer = api.call("GET", "/v1/resume")
    return answer if status == 200 else None


def held(stack, api):
    """Posts a lead; whether its mail, or its workflow before that, is held."""
    api.call("POST", "/v1/forms/demo-request", cloud.lead())
    shown = preview(api)
    return shown and (shown["held_effects"] or shown["held_executions"])
