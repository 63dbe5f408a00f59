//! What holds of every condition, shown on thousands made by a counting generator: the same ones each time.

use std::collections::BTreeMap;

use domain::{
    calendar::Zone,
    condition::{Comparison, Condition, Facts, FieldPath, MAX_TEXT, Test, Verdict},
    duration::{Span, Unit},
    instant::Instant,
    value::Value,
};

const NOW: Instant = Instant::from_millis(1_772_442_000_000);

/// splitmix64: every seed gives its own endless row of choices.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn of<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len() as u64) as usize].clone()
    }

    fn condition(&mut self, depth: u64) -> Condition {
        match self.below(if depth == 0 { 3 } else { 6 }) {
            0..3 => Condition::Test(self.test()),
            3 => Condition::All(self.parts(depth)),
            4 => Condition::Any(self.parts(depth)),
            _ => Condition::Not(Box::new(self.condition(depth - 1))),
        }
    }

    /// At least two: a group of one has no text of its own.
    fn parts(&mut self, depth: u64) -> Vec<Condition> {
        (0..2 + self.below(3)).map(|_| self.condition(depth - 1)).collect()
    }

    fn test(&mut self) -> Test {
        Test { field: self.field(), comparison: self.comparison() }
    }

    fn field(&mut self) -> FieldPath {
        FieldPath::new(self.of(&["lead", "company", "event"]), self.of(&["a", "b", "last_contact", "größe", "x-1"]))
    }

    fn comparison(&mut self) -> Comparison {
        let value = self.value();
        match self.below(19) {
            0 => Comparison::Is(value),
            1 => Comparison::IsNot(value),
            2 => Comparison::Over(value),
            3 => Comparison::AtLeast(value),
            4 => Comparison::Under(value),
            5 => Comparison::AtMost(value),
            6 => Comparison::In(self.values()),
            7 => Comparison::NotIn(self.values()),
            8 => Comparison::Contains(value),
            9 => Comparison::DoesNotContain(value),
            10 => Comparison::StartsWith(self.text()),
            11 => Comparison::EndsWith(self.text()),
            12 => Comparison::IsMissing,
            13 => Comparison::IsPresent,
            14 => Comparison::Changed,
            15 => Comparison::ChangedTo(value),
            16 => Comparison::OlderThan(self.span()),
            17 => Comparison::NewerThan(self.span()),
            _ => Comparison::Within(self.span()),
        }
    }

    fn span(&mut self) -> Span {
        let unit = self.of(&[Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks, Unit::WorkingDays]);
        Span::new(1 + self.below(40) as u32, unit)
    }

    fn values(&mut self) -> Vec<Value> {
        (0..=self.below(3)).map(|_| self.value()).collect()
    }

    fn value(&mut self) -> Value {
        match self.below(8) {
            0 => Value::Number(self.below(200) as f64 / 4.0 - 20.0),
            1 => Value::Number(self.of(&[0.0, 1e15, -1e300, 9e15, 2.5e-7])),
            2 => Value::YesNo(self.below(2) == 0),
            3 => Value::Date(jiff::civil::date(2026, 1 + self.below(12) as i8, 1 + self.below(28) as i8)),
            4 => Value::Instant(NOW.plus_millis(self.below(200_000_000_000) as i64 - 100_000_000_000)),
            5 => Value::Money { minor: self.below(9_999) as i64 - 99, currency: self.of(&["EUR", "USD"]).into() },
            _ => Value::Text(self.text()),
        }
    }

    fn text(&mut self) -> String {
        const TEXTS: [&str; 20] = [
            "won",
            "Won",
            "closed won",
            "NO",
            "no",
            "and",
            "AND",
            "missing",
            "",
            " ",
            "42",
            "0123",
            "1e400",
            "2026-12-01",
            "say \"hi\" \\ it's\n\t\r",
            "5 EUR",
            "größer > 1, [x] (y)",
            "lead.a",
            "\u{0}\u{202e}\u{7f}",
            "11-50",
        ];
        self.of(&TEXTS).to_owned()
    }

    fn record(&mut self) -> Record {
        let mut record = Record { now: BTreeMap::new(), before: BTreeMap::new() };
        for _ in 0..8 {
            let (path, value) = (self.field().to_string(), self.fact());
            record.now.insert(path, value);
            let (path, value) = (self.field().to_string(), self.fact());
            record.before.insert(path, value);
        }
        record
    }

    fn fact(&mut self) -> Value {
        if self.below(4) == 0 { Value::List(self.values()) } else { self.value() }
    }
}

struct Record {
    now: BTreeMap<String, Value>,
    before: BTreeMap<String, Value>,
}

impl Facts for Record {
    fn value(&self, path: &FieldPath) -> Option<&Value> {
        self.now.get(&path.to_string())
    }

    fn before(&self, path: &FieldPath) -> Option<&Value> {
        self.before.get(&path.to_string())
    }
}

fn for_every(mut check: impl FnMut(&mut Choices)) {
    (0..4_000).for_each(|seed| check(&mut Choices(seed)));
}

#[test]
fn text_reads_back_as_the_same_tree_and_prints_the_same_text() {
    for_every(|choices| {
        let condition = choices.condition(3);
        let text = condition.to_string();
        if text.len() > MAX_TEXT {
            return;
        }
        let read: Condition = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read, condition, "{text}");
        assert_eq!(read.to_string(), text);
    });
}

#[test]
fn a_group_of_one_is_written_as_its_only_part() {
    let test: Condition = "lead.score > 40".parse().unwrap();
    for group in [Condition::All(vec![test.clone()]), Condition::Any(vec![Condition::All(vec![test.clone()])])] {
        assert_eq!(group.to_string().parse(), Ok(test.clone()));
    }
    let pair: Condition = "lead.a > 1 or lead.b > 1".parse().unwrap();
    let inside = Condition::All(vec![Condition::Any(vec![pair.clone()]), test]);
    assert_eq!(inside.to_string(), "(lead.a > 1 or lead.b > 1) and lead.score > 40");
}

#[test]
fn the_stored_form_reads_back_as_the_same_tree() {
    for_every(|choices| {
        let condition = choices.condition(4);
        let json = serde_json::to_string(&condition).unwrap();
        assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition, "{json}");
        let as_text = serde_json::to_string(&condition.to_string()).unwrap();
        if condition.to_string().len() <= MAX_TEXT {
            assert_eq!(serde_json::from_str::<Condition>(&as_text).unwrap(), condition);
        }
    });
}

#[test]
fn the_quick_answer_is_that_of_the_verdict() {
    let mut held = 0;
    for_every(|choices| {
        let (condition, record) = (choices.condition(3), choices.record());
        let verdict = condition.evaluate(&record, NOW);
        assert_eq!(verdict.holds(), condition.holds(&record, NOW), "{condition}");
        held += u32::from(verdict.holds());
    });
    assert!((400..3600).contains(&held), "both answers are tried: {held} of 4000 held");
}

#[test]
fn a_verdict_mirrors_its_condition_and_goes_out_as_json() {
    for_every(|choices| {
        let (condition, record) = (choices.condition(3), choices.record());
        let verdict = condition.evaluate(&record, NOW);
        assert!(verdict.findings().into_iter().map(|finding| &finding.test).eq(condition.tests()));
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict, "{json}");
    });
}

#[test]
fn a_sentence_says_what_failed_exactly_when_something_did() {
    for_every(|choices| {
        let (condition, record) = (choices.condition(3), choices.record());
        let verdict = condition.evaluate(&record, NOW);
        let sentence = verdict.sentence(&Zone::utc(), NOW);
        assert!(!sentence.is_empty() && !sentence.contains('\n'), "{condition}");
        // Labels and values here never hold "must", so the word is always the sentence's own.
        assert_eq!(sentence.contains(" must "), !verdict.holds(), "{condition}\n{sentence}");
    });
}

#[test]
fn broken_text_is_refused_inside_the_text_and_never_panics() {
    for_every(|choices| {
        let mut letters: Vec<char> = choices.condition(2).to_string().chars().collect();
        for _ in 0..=choices.below(3) {
            let at = choices.below(letters.len() as u64) as usize;
            match choices.below(3) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, choices.of(&['(', ')', '[', ',', '"', '\\', '!', '=', ' ', '.', 'é', '-'])),
                _ => letters.truncate(at.max(1)),
            }
            if letters.is_empty() {
                letters.push('x');
            }
        }
        let text: String = letters.into_iter().collect();
        if let Err(error) = text.parse::<Condition>() {
            assert!(error.at <= text.len() && text.is_char_boundary(error.at), "{error}\n{text}");
        }
    });
}
