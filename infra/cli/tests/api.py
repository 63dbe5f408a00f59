"""Sends what the OpenAPI document allows, and what it does not, to a host started for it; fails on any finding.

Needs the `handoff` binary under target/debug and runs in a Python environment with schemathesis. The host listens on
loopback, on a folder of its own, and is ended at the end.
"""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
EXAMPLES = "40"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_up(address, host):
    for _ in range(300):
        if host.poll() is not None:
            raise RuntimeError(f"the host ended with {host.returncode}")
        try:
            return urllib.request.urlopen(f"{address}/healthz", timeout=2).read()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the host did not answer within 30 seconds")


def run(address, key, folder):
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file", HERE / "api.toml",
        "run", f"{address}/v1/openapi.json",
        "--header", f"Authorization: Bearer {key}",
        # Removing a key that was made on the way is tested elsewhere; here it may be the one that this run uses.
        "--exclude-path", "/v1/keys/{name}",
        "--generation-deterministic", "--max-examples", EXAMPLES, "--continue-on-failure", "--no-color",
    ]
    # What it keeps between runs goes with the folder.
    return subprocess.run(command, timeout=900, cwd=folder).returncode


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        address = f"127.0.0.1:{free_port()}"
        serve = [ROOT / "target/debug/handoff", "serve", "--playbook", folder / "playbook", "--data", folder / "api.db"]
        with open(folder / "log", "w") as log:
            host = subprocess.Popen([*serve, "--listen", address], stdout=log, stderr=log)
        try:
            wait_until_up(f"http://{address}", host)
            found = run(f"http://{address}", (folder / "api.key").read_text().strip(), folder)
            if host.poll() is not None:
                print(f"the host ended with {host.returncode}")
                found = 1
        finally:
            host.terminate()
            host.wait(30)
        print((folder / "log").read_text()[-2000:] if found else "schemathesis found nothing")
        return found


if __name__ == "__main__":
    sys.exit(main())
