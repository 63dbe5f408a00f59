"""The stack ring: deploys the template, sends leads through it, one and two hundred, holds what was put back,
and takes each permission away in turn."""

import os
import sys
import time

import cloud
import fairness
import permissions
import r1
import restored

# Of one function's program, unpacked, in bytes.
LARGEST = 10_000_000

passed, failed = 0, 0


def check(what, holds, seen=None, quiet=False):
    global passed, failed
    if holds:
        passed += 1
        if not quiet:
            print(f"ok    {what}", flush=True)
    else:
        failed += 1
        print(f"FAIL  {what}: {str(seen)[:600]}", flush=True)


def main():
    only = sys.argv[1:]
    if cloud.ARCHIVES:
        for name in cloud.FUNCTIONS:
            size = cloud.size(name)
            check(f"{name} has {size:,} bytes, at most {LARGEST:,}", size <= LARGEST)
    cloud.wait_until_up()
    started = time.time()
    stack = cloud.deploy()
    check(f"the template is deployed ({time.time() - started:.1f} s)", True)
    cloud.ses.create_email_identity(EmailIdentity=cloud.SENDER)
    api = cloud.Api(stack)
    record, path = r1.run(check, stack, api)
    fairness.run(check, api, path)
    restored.run(check, stack, api)
    if "permissions" in only or not only:
        permissions.run(check, stack, api, record, float(os.environ.get("STACK_PERMISSION_SECONDS", "600")))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        check("the ring runs to its end", False, repr(error))
        raise
    finally:
        print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
