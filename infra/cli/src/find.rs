//! A record as people name it: `kind/id`, or its e-mail address, phone number or name, however it is spelt.

use serde_json::Value;

use crate::{
    failure::Failure,
    patience,
    remote::{Remote, part},
};

/// Pages of records that are looked through for a name.
const PAGES: usize = 20;
/// So many of several are told.
const TOLD: usize = 5;
/// How often a record that is not there yet is looked for again.
const TRIES: u32 = 10;

/// The path of the one record that is meant, or why there is none.
pub fn record_path(remote: &Remote, written: &str) -> Result<String, Failure> {
    if let Some((kind, id)) = written.split_once('/').filter(|(kind, _)| kind.starts_with(char::is_alphabetic)) {
        return Ok(format!("/v1/records/{}/{}", part(kind), part(id)));
    }
    let written = written.trim();
    let Some(sought) = Sought::read(written) else {
        return Err(Failure::usage(format!("`{written}` names no record")).hint(HOW));
    };
    let mut is_whole = true;
    let records = patience::look(TRIES, || {
        let records;
        (records, is_whole) = sought.records(remote, written)?;
        Ok(Some(records).filter(|records| !records.is_empty()))
    })?
    .unwrap_or_default();
    let path = |record: &Value| record["links"]["record"].as_str().map(str::to_owned);
    match records.as_slice() {
        [] if is_whole => Err(Failure::new(format!("no record has the {} `{written}`", sought.what())).hint(HOW)),
        [] => Err(Failure::new(format!("no record of the latest has the {} `{written}`", sought.what())).hint(HOW)),
        [one] => path(one).ok_or_else(|| Failure::new("the host answers a record without its address")),
        several => Err(Failure::new(format!("{} records have the {} `{written}`", several.len(), sought.what()))
            .hint(format!("name one of them: {}", told(several)))),
    }
}

const HOW: &str = "check the spelling; a record is found by an e-mail address or phone number by which `identify:` of a \
                   form knows it, by the name of somebody on whom a workflow ran, or by kind/id, as `handoff send` shows it";

fn told(records: &[Value]) -> String {
    let one = |record: &Value| {
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        format!("{} ({})", text("record"), text("called"))
    };
    let more = records.len().checked_sub(TOLD).filter(|more| *more > 0);
    let all: Vec<String> = records.iter().take(TOLD).map(one).collect();
    all.join(", ") + &more.map_or_else(String::new, |more| format!(" and {more} more"))
}

/// What a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sought {
    Email,
    Phone,
    Name,
}

impl Sought {
    fn read(written: &str) -> Option<Self> {
        let digits = written.chars().filter(char::is_ascii_digit).count();
        let has_letters = written.trim_start_matches("tel:").contains(char::is_alphabetic);
        match () {
            () if written.contains('@') => Some(Self::Email),
            () if digits >= 7 && !has_letters => Some(Self::Phone),
            () if digits == 0 && has_letters => Some(Self::Name),
            () => None,
        }
    }

    fn parameter(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::Name => "name",
        }
    }

    /// Every record that the host finds, and whether it has looked everywhere.
    fn records(self, remote: &Remote, written: &str) -> Result<(Vec<Value>, bool), Failure> {
        let path = format!("/v1/records?{}={}", self.parameter(), part(written));
        let mut answer = remote.get(&path, "data")?;
        let mut records = Vec::new();
        for _ in 0..PAGES {
            let found = answer["data"].as_array().cloned().unwrap_or_default();
            records.extend(found.into_iter().filter(|record| !records.contains(record)).collect::<Vec<_>>());
            let Some(cursor) = answer["next_cursor"].as_str().map(part) else { return Ok((records, true)) };
            answer = remote.get(&format!("{path}&cursor={cursor}"), "data")?;
        }
        Ok((records, false))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_an_address_a_number_a_name_or_nothing_of_it() {
        for (written, expected) in [
            ("Ada <ada@example.com>", Some(Sought::Email)),
            ("+49 30 1234567", Some(Sought::Phone)),
            ("tel:+49301234567", Some(Sought::Phone)),
            ("Ana Müller", Some(Sought::Name)),
            ("L1", None),
            ("12345", None),
            ("-", None),
        ] {
            assert_eq!(Sought::read(written), expected, "{written}");
        }
    }

    #[test]
    fn several_are_told_by_what_they_are_called() {
        let records: Vec<Value> =
            (1..=6).map(|number| json!({"record": format!("lead/L{number}"), "called": "Ana"})).collect();
        assert_eq!(told(&records[..2]), "lead/L1 (Ana), lead/L2 (Ana)");
        assert!(told(&records).ends_with("lead/L5 (Ana) and 1 more"));
    }
}
