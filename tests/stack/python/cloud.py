"""The emulated account: clients, the deployed stack, and one function or queue at a time."""

import base64
import hashlib
import http.client
import io
import json
import os
import re
import time
import uuid
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ROOT = Path(os.environ["STACK_ROOT"])
# Either the archives that are deployed to AWS, or binaries that are packed here.
ARCHIVES = os.environ.get("STACK_ARCHIVES")
BINARIES = os.environ.get("STACK_BINARIES")
STACK = "handoff"
FUNCTIONS = ["intake", "evaluate", "assign", "act", "escalate", "console"]
QUEUES = ["evaluate", "assign", "act", "escalate"]
KEY = "hk_" + "5" * 64
SENDER = "example.com"


def client(service):
    config = Config(retries={"max_attempts": 0}, read_timeout=60, connect_timeout=5)
    return boto3.client(service, endpoint_url=ENDPOINT, region_name="us-east-1", config=config)


cloudformation, iam, functions, sqs, dynamodb, s3, ses, events = (
    client(name) for name in ["cloudformation", "iam", "lambda", "sqs", "dynamodb", "s3", "sesv2", "events"]
)


class Stack:
    """The outputs and resources of the deployed template."""

    def __init__(self):
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        self.resources = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}

    def table(self, name):
        return self.outputs[name + "TableName"]

    def queue(self, name, dead=False):
        return self.outputs[name.capitalize() + ("DeadQueueUrl" if dead else "QueueUrl")]


def wait_until_up(seconds=60):
    end = time.time() + seconds
    while True:
        try:
            return sqs.list_queues()
        except Exception:
            if time.time() > end:
                raise
            time.sleep(0.2)


def archive(name):
    """A function's code as Lambda takes it: a zip with the program `bootstrap`."""
    if ARCHIVES:
        return (Path(ARCHIVES) / name / "bootstrap.zip").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        whole.writestr(entry, (Path(BINARIES) / name).read_bytes())
    return packed.getvalue()


def size(name):
    """Bytes of a function's program, unpacked: what a cold start loads."""
    with zipfile.ZipFile(io.BytesIO(archive(name))) as whole:
        return whole.getinfo("bootstrap").file_size


def deploy():
    """What `sam deploy` does: uploads the code, points the template at it, makes the stack."""
    s3.create_bucket(Bucket="code")
    for name in FUNCTIONS:
        s3.put_object(Bucket="code", Key=name + ".zip", Body=archive(name))
    template = (ROOT / "infra/template.yaml").read_text()
    template, moved = re.subn(r"\.\./target/lambda/(\w+)/bootstrap\.zip", r"s3://code/\1.zip", template)
    assert moved == len(FUNCTIONS), f"{moved} functions name their code"
    # A template over 51,200 bytes is passed by its address, as `sam deploy` does.
    s3.put_object(Bucket="code", Key="template.yaml", Body=template.encode())
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    parameters = {"Architecture": "x86_64", "ApiKeys": f"ring:admin:{digest}", "SesIdentity": SENDER}
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{ENDPOINT}/code/template.yaml",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
    )
    end = time.time() + 180
    while True:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            numbers()
            stack = Stack()
            truths(stack)
            stack.policies = {name: policy(stack, name) for name in FUNCTIONS}
            for name, document in stack.policies.items():
                put_policy(stack, name, document)
            return stack
        if "FAILED" in stack["StackStatus"] or "ROLLBACK" in stack["StackStatus"] or time.time() > end:
            raise RuntimeError(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}\n{failures()}")
        time.sleep(0.3)


def numbers():
    """The emulator keeps a number that comes from a parameter as text, and then cannot compare it."""
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        most = int(mapping["ScalingConfig"]["MaximumConcurrency"])
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most})


def truths(stack):
    """And a truth: it would then describe a table with a text where the SDKs read a truth."""
    for name, physical in stack.resources.items():
        if name.endswith("Table"):
            dynamodb.update_table(TableName=physical, DeletionProtectionEnabled=True)


def policy(stack, name):
    """A function's policy, as the template writes it."""
    role = stack.resources[name.capitalize() + "Role"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    return json.loads(document) if isinstance(document, str) else document


def put_policy(stack, name, document):
    """Replaces a function's policy. The emulator asks for actions of its own, `sqs:SendMessageBatch` and
    `sqs:DeleteMessageBatch`, where AWS asks for `sqs:SendMessage` and `sqs:DeleteMessage`: whoever has the one gets
    the other here, and loses it with it."""
    text = json.dumps(document)
    for action in "sqs:SendMessage", "sqs:DeleteMessage":
        text = text.replace(f'"{action}"', f'["{action}", "{action}Batch"]')
    flat = json.loads(text)
    for statement in flat["Statement"]:
        if statement["Action"] == "ses:SendEmail":
            # And it asks for this one without naming the identity.
            statement["Resource"] = "*"
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [a for action in actions for a in (action if isinstance(action, list) else [action])]
    role = stack.resources[name.capitalize() + "Role"]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(flat))


def failures():
    all_events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [e for e in all_events if "FAILED" in e["ResourceStatus"]]
    return "\n".join(f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in failed)


class Api:
    """The HTTP API, called as the outside world calls it."""

    def __init__(self, stack):
        self.host, port = ENDPOINT.split("//")[1].split(":")
        self.port = int(port)
        self.name = f"{stack.outputs['ApiId']}.execute-api.localhost:{self.port}"

    def call(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        headers = {"Host": self.name, "Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        content = answer.read().decode()
        try:
            return answer.status, json.loads(content)
        except ValueError:
            return answer.status, content


def playbook(**changes):
    """The shipped playbook, open around the clock and allowed to send."""
    folder = ROOT / "infra/cli/playbook"
    files = {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}
    organisation = files["organisation.yaml"]
    organisation = re.sub(r"holidays:\n(  - .*\n)+", "", organisation)
    organisation = organisation.replace('mon-fri: "09:00-18:00"', 'mon-sun: "00:00-24:00"')
    organisation = organisation.replace("outbound: capture", "outbound: live")
    files["organisation.yaml"] = organisation + changes.get("organisation", "")
    workflow = "workflows/speed-to-lead.yaml"
    for old, new in changes.get("workflow", []):
        assert old in files[workflow], old
        files[workflow] = files[workflow].replace(old, new)
    return {"files": files}


def lead(**changes):
    """A form that qualifies: another person each time."""
    name = uuid.uuid4().hex[:12]
    form = {
        "full_name": "Ada Lovelace",
        "work_email": f"{name}@customer.example.com",
        "phone": "+49301234567",
        "job_title": "Head of Sales",
        "message": "We would like a demo.",
        "company": f"Engines {name}",
        "team_size": "51-200",
    }
    return {**form, **changes}


def receive(url, wait=5):
    """One message of a queue, or None."""
    end = time.time() + wait
    while True:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=1, VisibilityTimeout=30, AttributeNames=["All"]
        )
        if answer.get("Messages"):
            return answer["Messages"][0]
        if time.time() > end:
            return None


def take(url, wait=5, holds=""):
    """The next message of a queue that holds this text, removed from it as are those before it."""
    while message := receive(url, wait):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if holds in message["Body"]:
            return message
    return None


def drain(url):
    """Removes whatever is visible; returns the bodies."""
    bodies = []
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        if not messages:
            return bodies
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])


def derived(prefix, parts):
    """An id as `domain::id::derive` makes it: 128 bits of a hash, in 26 letters."""
    parts = [part.encode() for part in parts]
    digest = hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()
    bits = int.from_bytes(digest[:16], "big")
    return prefix + "".join("0123456789abcdefghjkmnpqrstvwxyz"[bits >> 5 * place & 31] for place in range(25, -1, -1))


def batch_of(message, receipt=None):
    """A message as the event source mapping hands it to a function."""
    attributes = {"ApproximateReceiveCount": "1", **message.get("Attributes", {})}
    record = {
        "messageId": message.get("MessageId", uuid.uuid4().hex),
        "receiptHandle": receipt or message.get("ReceiptHandle", uuid.uuid4().hex),
        "body": message["Body"],
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}


def invoke(name, payload):
    """Calls a function and gives its answer, its error, and the end of its log."""
    answer = functions.invoke(FunctionName=f"{STACK}-{name}", Payload=json.dumps(payload), LogType="Tail")
    body = json.loads(answer["Payload"].read() or "null")
    log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
    return body, answer.get("FunctionError"), log


def finished(name, payload):
    """Whether a function finished everything it was given."""
    body, error, _ = invoke(name, payload)
    return error is None and not (body or {}).get("batchItemFailures")
