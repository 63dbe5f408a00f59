mod transitions;

use super::*;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Monday to Friday from nine to half past five in Berlin.
struct Office {
    zone: Zone,
    hours: WeeklyHours,
    holidays: Vec<Holiday>,
}

impl Office {
    fn new(zone: &str, hours: &str) -> Self {
        let holidays = vec![Holiday { date: "2026-05-01".parse().unwrap(), name: "Labour Day".into() }];
        Self { zone: Zone::named(zone).unwrap(), hours: serde_json::from_str(hours).unwrap(), holidays }
    }

    fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.zone, hours: &self.hours, holidays: &self.holidays }
    }
}

#[test]
fn an_office_opens_and_closes_and_keeps_its_holidays() {
    let office = Office::new("Europe/Berlin", r#"{"mon-fri":"09:00-17:30"}"#);
    // At, next opening, next closing.
    for row in "
        2026-03-02T07:59Z  2026-03-02T08:00Z  2026-03-02T16:30Z
        2026-03-02T08:00Z  2026-03-02T08:00Z  2026-03-02T16:30Z
        2026-03-02T16:29Z  2026-03-02T16:29Z  2026-03-02T16:30Z
        2026-03-02T16:30Z  2026-03-03T08:00Z  2026-03-03T16:30Z
        2026-03-28T12:00Z  2026-03-30T07:00Z  2026-03-30T15:30Z
        2026-04-30T15:30Z  2026-05-04T07:00Z  2026-05-04T15:30Z"
        .lines()
        .skip(1)
    {
        let cells: Vec<Instant> = row.split_whitespace().map(at).collect();
        let answers = [office.calendar().next_opening(cells[0]), office.calendar().next_closing(cells[0])];
        assert_eq!(answers, [Some(cells[1]), Some(cells[2])], "{row}");
        assert_eq!(office.calendar().is_open(cells[0]), cells[0] == cells[1], "{row}");
    }
}
