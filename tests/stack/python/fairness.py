"""Two hundred leads at once through the deployed template: shares hold in the order of the picks."""

import time
from concurrent.futures import ThreadPoolExecutor

import cloud
import r1

LEADS = 200
WEIGHTS = {"ana": 3, "ben": 2, "chloe": 1}


def run(check, api, first):
    """`first` is the lead that was there before: its pick comes before all of these."""
    started = time.time()
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: api.call("POST", "/v1/forms/demo-request", cloud.lead()), range(LEADS)))
    check(f"{LEADS} forms are accepted at once", all(status == 200 for status, _ in answers), answers[:3])
    paths = [first] + [answer["links"]["record"] for status, answer in answers if status == 200]

    waiting = set(paths)

    def everybody_has_an_owner():
        with ThreadPoolExecutor(8) as crowd:
            owners = dict(zip(list(waiting), crowd.map(lambda path: r1.owner_of(api, path), list(waiting))))
        waiting.difference_update(path for path, owner in owners.items() if owner)
        return not waiting

    r1.until(everybody_has_an_owner, seconds=300)
    check("each of them has an owner", not waiting, f"{len(waiting)} have none, such as {sorted(waiting)[:3]}")
    print(f"      {LEADS} leads in {time.time() - started:.1f} s")

    with ThreadPoolExecutor(8) as crowd:
        assignments = [line for lines in crowd.map(lambda path: assigned(api, path), paths) for line in lines]
    picks = sorted((line["decision"]["pick"], line["person"]) for line in assignments)
    check("no pick is missing or made twice", [pick for pick, _ in picks] == list(range(1, len(paths) + 1)), picks)
    worst = max(deviation(picks[: end + 1]) for end in range(len(picks)))
    check(f"every prefix of the picks is within one of 3:2:1 (worst {worst:.3f})", worst < 1, picks)

    _, ledger = api.call("GET", "/v1/pools/inbound")
    given = {member["person"]: member["given"] for member in ledger["members"]}
    counted = {name: sum(person == name for _, person in picks) for name in WEIGHTS}
    check("the pool's ledger says the same", given == counted, (ledger, counted))


def assigned(api, path):
    _, answer = api.call("GET", path + "/assignments")
    return answer["data"]


def deviation(picks):
    total = sum(WEIGHTS.values())
    given = {name: sum(person == name for _, person in picks) for name in WEIGHTS}
    return max(abs(given[name] - len(picks) * weight / total) for name, weight in WEIGHTS.items())
