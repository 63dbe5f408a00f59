//! Short names for records: `lead/L1` instead of `lead/3v9k…`.

use domain::id::RecordKey;

#[derive(Debug, Default)]
pub(crate) struct Aliases(Vec<(String, RecordKey)>);

impl Aliases {
    /// Names a record; the latest of two equal names counts.
    pub(crate) fn name(&mut self, alias: &str, record: RecordKey) {
        self.0.retain(|(known, _)| known != alias);
        self.0.push((alias.to_owned(), record));
    }

    /// The record that `lead/L1` or `L1` means; a real name means itself.
    pub(crate) fn record(&self, name: &str) -> Result<RecordKey, String> {
        let (kind, alias) = name.split_once('/').map_or((None, name), |(kind, alias)| (Some(kind), alias));
        let known = self
            .0
            .iter()
            .find(|(known, record)| known == alias && kind.is_none_or(|kind| record.kind.as_str() == kind));
        match known {
            Some((_, record)) => Ok(record.clone()),
            None if kind.is_some() => name.parse().map_err(|error| format!("{error}")),
            None => Err(format!("`{name}` names no record; say `let {name} = last record` after its form")),
        }
    }

    /// The text with short names in place of the records' own.
    pub(crate) fn shorten(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (alias, record)| text.replace(&record.id, alias))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_stands_for_its_record_in_both_directions() {
        let mut aliases = Aliases::default();
        aliases.name("L1", RecordKey::new("lead", "3v9k"));
        assert_eq!(aliases.record("lead/L1"), Ok(RecordKey::new("lead", "3v9k")));
        assert_eq!(aliases.record("L1"), Ok(RecordKey::new("lead", "3v9k")));
        assert_eq!(aliases.record("deal/L1"), Ok(RecordKey::new("deal", "L1")));
        assert!(aliases.record("L2").is_err());
        assert_eq!(aliases.shorten("lead/3v9k is open"), "lead/L1 is open");
    }
}
