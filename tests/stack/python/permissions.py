"""Every permission is needed: each is taken from its role in turn, and the probe that needs it fails.

A probe is one call of one function with the input that makes it use the permission. It is run
twice: without the permission it must fail, and with it again it must pass.
"""

import copy
import json
import time
import uuid

import cloud
import r1

# What the emulator's poller and logger do without asking for permission. The static check reads them.
STATIC = {
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:CreateLogStream", "logs:PutLogEvents",
}

# Seconds after which a function reads again who is off, and a little more.
LIST_FRESH_FOR = 10.5


class Probes:
    """What each function is given, so that it uses each of its permissions."""

    def __init__(self, stack, api):
        self.stack, self.api = stack, api

    # -- a lead, as far as needed -------------------------------------------------------------

    def event(self):
        """The message a form becomes."""
        lead = cloud.lead()
        status, answer = self.api.call("POST", "/v1/forms/demo-request", lead)
        assert status == 200, (status, answer)
        # The minute's work may have put another message there.
        return cloud.take(self.stack.queue("evaluate"), holds=lead["work_email"])

    def request(self):
        """The message in which a lead asks for an owner."""
        assert cloud.finished("evaluate", cloud.batch_of(self.event()))
        return cloud.take(self.stack.queue("assign"))

    def answer(self):
        """The message that answers it."""
        assert cloud.finished("assign", cloud.batch_of(self.request()))
        return cloud.take(self.stack.queue("evaluate"), holds='"assignment"')

    def effect(self):
        """The message that asks for the mail."""
        assert cloud.finished("evaluate", cloud.batch_of(self.answer()))
        return cloud.take(self.stack.queue("act"))

    def message(self, body, since=None):
        since = int(time.time() * 1000) if since is None else since
        return {"Body": json.dumps({"id": "msg_" + uuid.uuid4().hex, "since": since, "body": body})}

    # -- probes: (prepare, run); run says whether the function did its work ---------------------

    def handles(self, function, prepare):
        return prepare, lambda message: cloud.finished(function, cloud.batch_of(message))

    def early_timer(self):
        due = int(time.time() * 1000) + 600_000
        timer = {"to_evaluate": "timer", "record": "lead/none", "timer": "tim_x", "generation": 0, "due": due}
        return self.message(timer, due)

    def looks_back(self, listed):
        """The message that looks through a list after the clock was set back."""
        return lambda: self.message({"to_evaluate": "clock_set_back_for_all", "list": listed})

    def findable(self):
        """A message that comes again, and whose entry says by what its record is found."""
        record, message, now = "company/" + uuid.uuid4().hex, "msg_" + uuid.uuid4().hex, int(time.time() * 1000)
        body = {"v": 3, "manifest": "man_none", "changes": [{"change": "found_by", "keys": ["mat_" + message]}]}
        cloud.dynamodb.put_item(TableName=self.stack.table("Records"), Item={
            "record": {"S": record}, "seq": {"N": "1"}, "caused_by": {"S": message}, "at": {"N": str(now)},
            "body": {"S": json.dumps(body)},
        })
        again = {"to_evaluate": "continue", "record": record, "execution": "exe_none"}
        return {"Body": json.dumps({"id": message, "since": now, "body": again})}

    def entry(self, record, seq, message, changes):
        """Puts an entry as evaluate writes it."""
        cloud.dynamodb.put_item(TableName=self.stack.table("Records"), Item={
            "record": {"S": record}, "seq": {"N": str(seq)}, "caused_by": {"S": message},
            "at": {"N": str(int(time.time() * 1000))},
            "body": {"S": json.dumps({"v": 5, "manifest": "man_none", "changes": changes})},
        })

    def deleted(self, record, message):
        """The entry that deletes what a record was before it."""
        self.entry(record, 2, message, [{"change": "record_deleted", "rule": "30 days", "last": 0, "entries": 1}])

    def erased(self):
        """A message that comes again, and whose entry deletes one before it, from which a row of each kind follows."""
        name = uuid.uuid4().hex
        record, message = "lead/" + name, "msg_" + name
        task = {"id": "tsk_" + name, "title": "Call", "priority": "P1"}
        execution = {"execution": "exe_" + name, "workflow": "none", "manifest": "man_none", "event": "evt_x"}
        notice = {"action": "notify", "to": "david", "message": {"plain": "Hello"}}
        self.entry(record, 1, "msg_none", [
            {"change": "found_by", "keys": ["mat_" + name]},
            {"change": "execution_started", **execution, "path": "then/0"},
            {"change": "task_created", "task": task},
            {"change": "effect_requested", "effect": "eff_" + name, "manifest": "man_none", "not_after": 0, "action": notice},
        ])
        self.deleted(record, message)
        body = {"to_evaluate": "retention", "record": record}
        return {"Body": json.dumps({"id": message, "since": int(time.time() * 1000), "body": body})}

    def looks(self):
        """A minute in which a round begins that looks for closed records to delete."""
        rule = "\nretention: { closed_records: 30 days }\n"
        if not self.answers("PUT", "/v1/playbook", cloud.playbook(organisation=rule)):
            return False
        cloud.dynamodb.delete_item(TableName=self.stack.table("Sweep"), Key={"name": {"S": "retention"}})
        return self.swept()

    def seeks(self):
        """An event whose company is sought by its name."""
        name, now = uuid.uuid4().hex, int(time.time() * 1000)
        event = {
            "to_evaluate": "event", "id": "evt_" + name, "type": "lead_imported", "occurred_at": now, "accepted_at": now,
            "record": {"key": "lead/" + name},
            "linked": [{
                "link": "company", "part": {"key": "company/" + name}, "stands_in": True,
                "sought": [{"way": "name", "value": "Acme", "key": "mat_" + name}],
            }],
        }
        return self.message(event)

    def unlisted(self, prepare):
        """The same message once nobody has listed who is off, and what was read of the list is too old to count."""
        def prepared():
            message = prepare()
            key = {"list": {"S": "off"}, "person": {"S": "#listed"}}
            cloud.dynamodb.delete_item(TableName=self.stack.table("Absences"), Key=key)
            time.sleep(LIST_FRESH_FOR)
            return message
        return prepared

    def away(self):
        return self.message({"to_assign": "away", "person": "david", "is_back": {"all": True}, "by": "ring"})

    def settlement(self):
        """The message that a record no longer takes of a pool's capacity, where the pool has several pages."""
        pool = "ring-" + uuid.uuid4().hex
        state = {"picks": 0, "level": "0", "counts_open": True}
        head = {
            "pool": {"S": pool}, "row": {"S": "pool"}, "version": {"N": "1"}, "last_page": {"N": "1"},
            "members": {"S": "{}"}, "body": {"S": json.dumps(state)},
        }
        page = {"pool": {"S": pool}, "row": {"S": "page#0001"}, "body": {"S": "{}"}}
        slot = {"pool": {"S": pool}, "row": {"S": "slot#lead/none"}, "person": {"S": "david"}}
        for item in head, page, slot:
            cloud.dynamodb.put_item(TableName=self.stack.table("Pools"), Item=item)
        return self.message({"to_assign": "settle", "pool": pool, "record": "lead/none"})

    def reads_line(self):
        """A pool's ledger is read where somebody may stand in line."""
        key = {"pool": {"S": "inbound"}, "row": {"S": "pool"}}
        table = self.stack.table("Pools")
        body = json.loads(cloud.dynamodb.get_item(TableName=table, Key=key)["Item"]["body"]["S"])
        cloud.dynamodb.update_item(
            TableName=table, Key=key, UpdateExpression="SET body = :body",
            ExpressionAttributeValues={":body": {"S": json.dumps({**body, "has_line": True})}},
        )
        return self.answers("GET", "/v1/pools/inbound")

    def mail(self, message):
        """The mail went out, as act reports it."""
        if not cloud.finished("act", cloud.batch_of(message)):
            return False
        report = cloud.take(self.stack.queue("evaluate"))
        return report is not None and '"result":"sent"' in report["Body"]

    def hidden(self, function):
        """A message that fails comes back soon, and not after the whole visibility timeout."""
        url = self.stack.queue(function)
        cloud.drain(url)
        extra = {"MessageGroupId": "x", "MessageDeduplicationId": uuid.uuid4().hex} if function == "assign" else {}
        cloud.sqs.send_message(QueueUrl=url, MessageBody="not a message", **extra)
        message = cloud.receive(url)
        cloud.invoke(function, cloud.batch_of(message))
        found = cloud.take(url, wait=7)
        if not found:
            cloud.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found is not None

    def suspect(self, function, ends=0):
        """A message that comes for the second time, and ended so many processes while it was handled alone."""
        def prepare():
            url, name = self.stack.queue(function), uuid.uuid4().hex
            extra = {"MessageGroupId": name, "MessageDeduplicationId": name} if function == "assign" else {}
            cloud.sqs.send_message(QueueUrl=url, MessageBody="suspect " + name, **extra)
            message = cloud.receive(url)
            message["Attributes"]["ApproximateReceiveCount"] = "2"
            if ends:
                marks = [f"att_{number}" for number in range(ends)]
                row = {"message": {"S": row_of(function, message["Body"])}, "begun": {"SS": marks}}
                cloud.dynamodb.put_item(TableName=self.stack.table("Attempts"), Item=row)
            return message
        return prepare

    def tried(self, function):
        """A suspect was begun, and the end of its try was noted: its row is there, without a mark."""
        def run(message):
            cloud.invoke(function, cloud.batch_of(message))
            cloud.sqs.delete_message(QueueUrl=self.stack.queue(function), ReceiptHandle=message["ReceiptHandle"])
            key = {"message": {"S": row_of(function, message["Body"])}}
            row = cloud.dynamodb.get_item(TableName=self.stack.table("Attempts"), Key=key).get("Item")
            return row is not None and "begun" not in row
        return run

    def given_up(self, function):
        """A suspect that ended its process again and again became a dead letter, which only a person puts back."""
        def run(message):
            finished = cloud.finished(function, cloud.batch_of(message))
            cloud.sqs.delete_message(QueueUrl=self.stack.queue(function), ReceiptHandle=message["ReceiptHandle"])
            if not finished or not self.swept():
                return False
            kept = [row for row in r1.table(self.stack, "DeadLetters") if row["body"] == message["Body"]]
            return [(row.get("ended_process"), row.get("redrive_at")) for row in kept] == [(True, None)]
        return run

    def put_back(self):
        """A person puts back what ended its process: its marks are gone."""
        identifier, row = self.kept("act"), {"message": {"S": row_of("act", "dead")}}
        table = self.stack.table("DeadLetters")
        item = cloud.dynamodb.get_item(TableName=table, Key={"id": {"S": identifier}})["Item"]
        letter = {**json.loads(item["body"]["S"]), "ended_process": True}
        cloud.dynamodb.put_item(TableName=table, Item={**item, "body": {"S": json.dumps(letter)}})
        attempts = self.stack.table("Attempts")
        cloud.dynamodb.put_item(TableName=attempts, Item={**row, "begun": {"SS": ["att_1"]}})
        body = {"dead_letter": identifier, "by": "ring"}
        done = cloud.finished("escalate", cloud.batch_of(self.message(body)))
        cloud.drain(self.stack.queue("act"))
        return done and "begun" not in cloud.dynamodb.get_item(TableName=attempts, Key=row)["Item"]

    def dead(self, queue):
        """Puts a message nobody can read on a dead-letter queue; returns its text."""
        url = self.stack.queue(queue, dead=True)
        name = uuid.uuid4().hex
        # A group of its own: an earlier letter of the group that is still hidden would keep it back.
        extra = {"MessageGroupId": name, "MessageDeduplicationId": name} if queue == "assign" else {}
        cloud.sqs.send_message(QueueUrl=url, MessageBody="dead " + name, **extra)
        return "dead " + name

    def swept(self, _=None):
        _, error, _ = cloud.invoke("escalate", {"source": "aws.events"})
        return error is None

    def sweeps(self):
        """A sweep that has minutes to read: what the last one noted is forgotten."""
        cloud.dynamodb.delete_item(TableName=self.stack.table("Sweep"), Key={"name": {"S": "timers"}})
        return self.swept()

    def emptied(self, queue):
        """A message that died on a queue is kept, and gone from there."""
        body = self.dead(queue)
        return self.swept() and any(row["body"] == body for row in r1.table(self.stack, "DeadLetters"))

    def kept(self, queue):
        """A dead letter that is kept, so that it can be put back."""
        identifier = "dlq_" + uuid.uuid4().hex
        now = int(time.time() * 1000)
        letter = {"id": identifier, "queue": queue, "body": "dead", "died_at": now, "redriven": 0}
        item = {
            "id": {"S": identifier},
            "list": {"S": "all#0"},
            "place": {"S": f"{now:013}#{identifier}"},
            "body": {"S": json.dumps(letter)},
        }
        cloud.dynamodb.put_item(TableName=self.stack.table("DeadLetters"), Item=item)
        return identifier

    def redriven(self, queue):
        body = {"dead_letter": self.kept(queue), "by": "ring"}
        done = cloud.finished("escalate", cloud.batch_of(self.message(body)))
        cloud.drain(self.stack.queue(queue))
        return done

    def answers(self, method, path, body=None, **headers):
        status, _ = self.api.call(method, path, body, **headers)
        return 200 <= status < 300

    def posts_form(self):
        return self.answers("POST", "/v1/forms/demo-request", cloud.lead(), Idempotency_Key=uuid.uuid4().hex)

    def publishes(self):
        title = "Call within 5 min " + uuid.uuid4().hex[:6]
        return self.answers("PUT", "/v1/playbook", cloud.playbook(workflow=[("Call within 5 min", title)]))

    def not_found(self):
        """A name that no record has is looked for among the names that lead to others."""
        return self.api.call("GET", "/v1/records/lead/" + uuid.uuid4().hex)[0] == 404

    def resumes(self):
        """A held mail is sent on when the pause ends."""
        effect = "eff_" + uuid.uuid4().hex
        now = int(time.time() * 1000)
        request = {
            "effect": effect, "record": "lead/none", "seq": 1, "index": 0, "manifest": "man_none", "not_after": now + 10**6,
        }
        rendered = {"Ok": {"from": "a@example.com", "to": "b@example.com", "subject": "s", "body": "b"}}
        row = {
            "request": request, "message": "msg_x", "what": "mail", "rendered": rendered, "at": now,
        }
        item = {
            "effect": effect, "phase": "held", "held": "held", "list": "all#0", "place": f"{now:013}#{effect}",
            "state": json.dumps({"state": "held"}), "body": json.dumps(row),
        }
        cloud.dynamodb.put_item(TableName=self.stack.table("Effects"), Item={k: {"S": v} for k, v in item.items()})
        try:
            return self.answers("POST", "/v1/resume", {})
        finally:
            cloud.dynamodb.delete_item(TableName=self.stack.table("Effects"), Key={"effect": {"S": effect}})
            cloud.drain(self.stack.queue("act"))


def probe_for(probes, record, role, action, resource):
    """(name, prepare, run) for one permission, or None if nothing here uses it."""
    p, name = probes, lambda text, pair: (text, *pair)
    nothing = lambda: None
    run = lambda text, done: (text, nothing, lambda _: done())
    path = "/v1/records/" + record
    table = {
        ("intake", "events:PutEvents", "Bus"): run("a form is posted", p.posts_form),
        ("intake", "dynamodb:Query", "Records"): run("a form with a key is posted", p.posts_form),
        ("intake", "dynamodb:GetItem", "Playbooks"): run("a form is posted", p.posts_form),
        ("evaluate", "dynamodb:Query", "Records"): name("a form's event", p.handles("evaluate", p.event)),
        ("evaluate", "dynamodb:PutItem", "Records"): name("a form's event", p.handles("evaluate", p.event)),
        ("evaluate", "dynamodb:PutItem", "Matches"): name("an entry's rows again", p.handles("evaluate", p.findable)),
        ("evaluate", "dynamodb:Query", "Matches"): name("a company by its name", p.handles("evaluate", p.seeks)),
        ("evaluate", "dynamodb:PutItem", "Executions"): name("a form's event", p.handles("evaluate", p.event)),
        ("evaluate", "dynamodb:GetItem", "Playbooks"): name("a form's event", p.handles("evaluate", p.event)),
        ("evaluate", "sqs:SendMessage", "Assign"): name("a form's event", p.handles("evaluate", p.event)),
        ("evaluate", "dynamodb:PutItem", "Tasks"): name("a pool's answer", p.handles("evaluate", p.answer)),
        ("evaluate", "dynamodb:PutItem", "Timers"): name("a pool's answer", p.handles("evaluate", p.answer)),
        **{
            ("evaluate", "dynamodb:DeleteItem", table): name("a record is deleted", p.handles("evaluate", p.erased))
            for table in ["Records", "Matches", "Executions", "Tasks", "Effects"]
        },
        ("evaluate", "dynamodb:Query", "Absences"): name("who is off", p.handles("evaluate", p.unlisted(p.event))),
        ("evaluate", "dynamodb:BatchGetItem", "Members"): name("who is off", p.handles("evaluate", p.unlisted(p.event))),
        ("evaluate", "dynamodb:Query", "Executions/index"): name("what is open", p.handles("evaluate", p.looks_back("executions"))),
        ("evaluate", "dynamodb:Query", "Tasks/index"): name("what is open", p.handles("evaluate", p.looks_back("tasks"))),
        ("evaluate", "sqs:SendMessage", "Act"): name("a pool's answer", p.handles("evaluate", p.answer)),
        ("evaluate", "sqs:SendMessage", "Evaluate"): name("a timer before its time", p.handles("evaluate", p.early_timer)),
        ("assign", "dynamodb:GetItem", "Pools"): name("a request", p.handles("assign", p.request)),
        ("assign", "dynamodb:PutItem", "Pools"): name("a request", p.handles("assign", p.request)),
        ("assign", "dynamodb:Query", "Pools"): name("a large pool", p.handles("assign", p.settlement)),
        ("assign", "dynamodb:BatchGetItem", "Pools"): name("a closed record", p.handles("assign", p.settlement)),
        ("assign", "dynamodb:DeleteItem", "Pools"): name("a closed record", p.handles("assign", p.settlement)),
        ("assign", "dynamodb:Query", "Absences"): name("who is off", p.handles("assign", p.unlisted(p.request))),
        ("assign", "dynamodb:PutItem", "Absences"): name("time off", p.handles("assign", p.away)),
        ("assign", "dynamodb:BatchGetItem", "Members"): name("who is off", p.handles("assign", p.unlisted(p.request))),
        ("assign", "dynamodb:PutItem", "Members"): name("time off", p.handles("assign", p.away)),
        ("assign", "dynamodb:Query", "Records"): name("a request", p.handles("assign", p.request)),
        ("assign", "dynamodb:GetItem", "Playbooks"): name("a request", p.handles("assign", p.request)),
        ("assign", "sqs:SendMessage", "Evaluate"): name("a request", p.handles("assign", p.request)),
        ("act", "dynamodb:GetItem", "Effects"): ("a mail", p.effect, p.mail),
        ("act", "dynamodb:PutItem", "Effects"): ("a mail", p.effect, p.mail),
        ("act", "dynamodb:UpdateItem", "Effects"): ("a mail", p.effect, p.mail),
        ("act", "dynamodb:Query", "Records"): ("a mail", p.effect, p.mail),
        ("act", "dynamodb:GetItem", "Playbooks"): ("a mail", p.effect, p.mail),
        ("act", "sqs:SendMessage", "Evaluate"): ("a mail", p.effect, p.mail),
        ("act", "ses:SendEmail", "identity"): ("a mail", p.effect, p.mail),
        ("escalate", "dynamodb:Query", "Timers"): run("a minute's sweep", p.sweeps),
        ("escalate", "dynamodb:GetItem", "Playbooks"): run("a minute's sweep", p.swept),
        ("escalate", "dynamodb:Scan", "Records"): run("a search for what is over", p.looks),
        ("escalate", "dynamodb:GetItem", "Sweep"): run("a minute's sweep", p.sweeps),
        ("escalate", "dynamodb:PutItem", "Sweep"): run("a minute's sweep", p.sweeps),
        ("escalate", "dynamodb:Query", "DeadLetters/index"): run("a minute's sweep", p.swept),
        ("escalate", "dynamodb:GetItem", "DeadLetters"): run("a dead letter", lambda: p.emptied("act")),
        ("escalate", "dynamodb:PutItem", "DeadLetters"): run("a dead letter", lambda: p.emptied("act")),
        ("console", "dynamodb:Query", "Records"): run("a record is read", lambda: p.answers("GET", path)),
        ("console", "dynamodb:Query", "Matches"): run("whom a name stands for", p.not_found),
        ("console", "dynamodb:Query", "Executions/index"): run("executions", lambda: p.answers("GET", "/v1/executions")),
        ("console", "dynamodb:Query", "Tasks/index"): run("tasks", lambda: p.answers("GET", "/v1/tasks")),
        ("console", "dynamodb:Query", "Tasks"): run("a record's tasks", lambda: p.answers("GET", "/v1/tasks?record=" + record)),
        ("console", "dynamodb:Query", "Effects/index/by_time"): run("the outbox", lambda: p.answers("GET", "/v1/outbox")),
        ("console", "dynamodb:Query", "Effects/index/held"): run("a pause ends", p.resumes),
        ("console", "dynamodb:Query", "DeadLetters/index"): run("dead letters", lambda: p.answers("GET", "/v1/dead-letters")),
        ("console", "dynamodb:BatchGetItem", "Effects"): run("the outbox", lambda: p.answers("GET", "/v1/outbox")),
        ("console", "dynamodb:GetItem", "DeadLetters"): run("a redrive", lambda: p.answers(
            "POST", f"/v1/dead-letters/{p.kept('act')}/redrive", {}
        )),
        ("console", "dynamodb:GetItem", "Sweep"): run("what is deleted", lambda: p.answers("GET", "/v1/retention")),
        ("console", "dynamodb:GetItem", "Pools"): run("a pool's ledger", lambda: p.answers("GET", "/v1/pools/inbound")),
        ("console", "dynamodb:Query", "Pools"): run("the ledger of a pool with a line", p.reads_line),
        ("console", "dynamodb:BatchGetItem", "Members"): run("who is away", lambda: p.answers("GET", "/v1/people/david/away")),
        ("console", "dynamodb:GetItem", "Playbooks"): run("the playbook", lambda: p.answers("GET", "/v1/playbook")),
        ("console", "dynamodb:Query", "Playbooks"): run("the playbook", lambda: p.answers("GET", "/v1/playbook")),
        ("console", "dynamodb:PutItem", "Playbooks"): run("a publish", p.publishes),
        ("console", "dynamodb:UpdateItem", "Playbooks"): run("a pause", lambda: p.answers("POST", "/v1/pause", {})),
        ("console", "sqs:SendMessage", "Evaluate"): run("a reassign", lambda: p.answers(
            "POST", path + "/reassign", {"to": "ben", "reason": "ring"}
        )),
        ("console", "sqs:SendMessage", "Assign"): run("time off", lambda: p.answers(
            "POST", "/v1/people/david/away", {"until": "tomorrow", "reason": "ring"}
        )),
        ("console", "sqs:SendMessage", "Act"): run("a pause ends", p.resumes),
        ("console", "sqs:SendMessage", "Escalate"): run("a redrive", lambda: p.answers(
            "POST", f"/v1/dead-letters/{p.kept('act')}/redrive", {}
        )),
    }
    for aggregate in "Records", "Effects", "Playbooks":
        asked = "which tables there are"
        table["evaluate", "dynamodb:DescribeTable", aggregate] = name(asked, p.handles("evaluate", p.event))
        table["act", "dynamodb:DescribeTable", aggregate] = (asked, p.effect, p.mail)
        answered = run(asked, lambda: p.answers("GET", "/v1/playbook"))
        table["console", "dynamodb:DescribeTable", aggregate] = answered
    for queue in cloud.QUEUES:
        letter = run(f"a dead letter of {queue}", lambda queue=queue: p.emptied(queue))
        table["escalate", "sqs:ReceiveMessage", queue.capitalize() + "Dead"] = letter
        table["escalate", "sqs:DeleteMessage", queue.capitalize() + "Dead"] = letter
        redrive = run(f"a redrive to {queue}", lambda queue=queue: p.redriven(queue))
        table["escalate", "sqs:SendMessage", queue.capitalize()] = redrive
        own = run("a message that fails", lambda queue=queue: p.hidden(queue))
        table[queue, "sqs:ChangeMessageVisibility", queue.capitalize()] = own
        tried = name("a message that comes again", (p.suspect(queue), p.tried(queue)))
        table[queue, "dynamodb:BatchGetItem", "Attempts"] = tried
        table[queue, "dynamodb:UpdateItem", "Attempts"] = tried
        given_up = name("a message that ends its process", (p.suspect(queue, ends=3), p.given_up(queue)))
        table[queue, "sqs:SendMessage", queue.capitalize() + "Dead"] = given_up
    table["escalate", "dynamodb:UpdateItem", "Attempts"] = run("what ended its process is put back", p.put_back)
    return table.get((role, action, short(probes.stack, resource)))


def row_of(queue, body):
    """The row of a message's attempts, as the functions name it."""
    return f"{queue}#{cloud.derived('', [body])}"


def short(stack, arn):
    """A resource as the template calls it: `Effects/index/held`, `ActDead`."""
    tail = arn.split(":", 5)[5]
    if ":identity/" in arn:
        return "identity"
    if tail.startswith("event-bus/"):
        return "Bus"
    if ":log-group:" in arn:
        return "Logs"
    name, _, index = tail.removeprefix("table/").partition("/index/")
    for logical, physical in stack.resources.items():
        if not logical.endswith(("Table", "Queue")):
            continue
        if physical == name or physical.rsplit("/", 1)[-1] == name:
            base = logical.removesuffix("Table").removesuffix("Queue")
            several = base == "Effects"
            return base + (f"/index/{index}" if several else "/index") if index else base
    return arn


def permissions(document):
    """(statement, action, resource) of a policy, one at a time."""
    for number, statement in enumerate(document["Statement"]):
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield number, action, resource


def without(document, number, action, resource):
    """The same policy, less one action on one resource."""
    document = copy.deepcopy(document)
    statement = document["Statement"][number]
    actions, resources = listed(statement["Action"]), listed(statement["Resource"])
    left = [
        {**statement, "Sid": "Kept1", "Action": [a for a in actions if a != action]},
        {**statement, "Sid": "Kept2", "Action": [action], "Resource": [r for r in resources if r != resource]},
    ]
    document["Statement"][number : number + 1] = [s for s in left if listed(s["Action"]) and listed(s["Resource"])]
    return document


def listed(value):
    return value if isinstance(value, list) else [value]


class Role:
    """One function's role, whose policy is changed in place."""

    def __init__(self, stack, name):
        self.stack, self.name, self.function = stack, name, f"{cloud.STACK}-{name}"
        self.document = stack.policies[name]

    def put(self, document):
        cloud.put_policy(self.stack, self.name, document)
        # A fresh process: what the old one keeps in memory would hide a missing permission to read.
        configuration = cloud.functions.get_function_configuration(FunctionName=self.function)
        variables = configuration["Environment"]["Variables"]
        variables["RING_ROUND"] = uuid.uuid4().hex
        cloud.functions.update_function_configuration(FunctionName=self.function, Environment={"Variables": variables})


def run(check, stack, api, record, seconds):
    for mapping in cloud.functions.list_event_source_mappings()["EventSourceMappings"]:
        cloud.functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    # The minute's own sweep would take the letters that a probe lays out for its sweep.
    rule = stack.resources["MinuteRule"].rsplit("/", 1)[-1]
    cloud.events.disable_rule(Name=rule)
    time.sleep(2)
    for queue in cloud.QUEUES:
        cloud.drain(stack.queue(queue))
    end = time.time() + seconds
    static = []
    print(f"      {'role':9} {'action':30} {'on':24} {'probe':28} without it")
    for name in cloud.FUNCTIONS:
        role = Role(stack, name)
        for number, action, resource in permissions(role.document):
            probes = Probes(stack, api)
            probe = probe_for(probes, record, name, action, resource)
            on = short(stack, resource)
            if probe is None and action in STATIC:
                static.append(f"{name} {action} {on}")
                continue
            text, verdict = one(role, probe, number, action, resource) if time.time() < end else ("", "out of time")
            print(f"      {name:9} {action:30} {on:24} {text:28} {verdict}", flush=True)
            check(f"{name} needs {action} on {on}", verdict == "failed as it must", verdict, quiet=True)
    print(f"      not proven here: {len(static)} permissions, of the poller and of logging, which the emulator does not")
    print("      enforce; tests/tidy/tests/template.rs reads them:")
    for line in static:
        print(f"        {line}")


def one(role, probe, number, action, resource):
    if probe is None:
        return "", "no probe uses it"
    text, fresh, work = probe

    def prepare():
        for queue in cloud.QUEUES:
            cloud.drain(role.stack.queue(queue))
        return fresh()

    try:
        given = prepare()
        role.put(without(role.document, number, action, resource))
        did = work(given)
        role.put(role.document)
        if did:
            return text, "PASSED ALL THE SAME"
        return text, "failed as it must" if work(prepare()) else "FAILS WITH IT TOO"
    except Exception as error:  # a probe that cannot run proves nothing
        role.put(role.document)
        return text, f"PROBE BROKE: {type(error).__name__} {error}"
