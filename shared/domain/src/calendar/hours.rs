//! Opening hours of a week: `{ mon-fri: "09:00-17:30", sat: ["10:00-12:00", "13:00-15:00"] }` or `24/7`.

use std::fmt;

use jiff::civil::Weekday;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use super::{
    weekdays,
    window::{MINUTES_OF_DAY, Window, WindowError},
};

const ALWAYS: &str = "24/7";

/// When somebody works, by the wall clock. Open at least one minute a week.
///
/// Written back, days with the same hours are joined, Monday first, and closed days left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyHours {
    /// Monday first; sorted, and no two overlap.
    days: [Vec<Window>; 7],
}

/// Opening hours that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error("`{0}` is not a day; write mon, tue, wed, thu, fri, sat, sun, or several as mon-fri")]
    UnknownDay(String),
    #[error("the hours of {0} are given twice; write them as a list")]
    Twice(&'static str),
    #[error(transparent)]
    Window(#[from] WindowError),
    #[error("{first} and {second} ({day}) overlap")]
    Overlap { day: &'static str, first: String, second: String },
    #[error("these hours never open; give at least one day, for example mon-fri: 09:00-17:30")]
    NeverOpen,
    #[error("`{0}` are not opening hours; write 24/7, or hours by day: mon-fri: 09:00-17:30")]
    Shape(String),
    /// A line each.
    #[error("{}", .0.iter().map(Self::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<Self>),
}

impl WeeklyHours {
    /// Open all day, every day.
    pub fn always() -> Self {
        Self { days: std::array::from_fn(|_| vec![Window::WHOLE_DAY]) }
    }

    /// Reads hours by day: `[("mon-fri", ["09:00-17:30"])]`, or says everything that is wrong with them.
    pub fn from_days<'a, D, W>(days: D) -> Result<Self, HoursError>
    where
        D: IntoIterator<Item = (&'a str, W)>,
        W: IntoIterator<Item = &'a str>,
    {
        let mut given: [Option<Vec<Window>>; 7] = Default::default();
        let mut problems = Vec::new();
        for (names, texts) in days {
            let mut windows: Vec<Window> = Vec::new();
            for text in texts {
                match text.parse() {
                    Ok(window) => windows.push(window),
                    Err(problem) => problems.push(HoursError::Window(problem)),
                }
            }
            windows.sort_unstable_by_key(|window| window.from);
            let named = weekdays::read_several(names).unwrap_or_else(|name| {
                problems.push(HoursError::UnknownDay(name.to_owned()));
                Vec::new()
            });
            let twice = named.into_iter().filter(|day| given[*day].replace(windows.clone()).is_some());
            problems.extend(twice.map(|day| HoursError::Twice(weekdays::NAMES[day])).next());
        }
        match (problems.pop(), problems.is_empty()) {
            (None, _) => Self { days: given.map(Option::unwrap_or_default) }.validated(),
            (Some(only), true) => Err(only),
            (Some(last), false) => Err(HoursError::Several([problems, vec![last]].concat())),
        }
    }

    /// The windows that begin on this day of the week.
    pub(super) fn on(&self, day: Weekday) -> &[Window] {
        &self.days[weekdays::index(day)]
    }

    fn validated(self) -> Result<Self, HoursError> {
        // Once around the week and back to its first window, which may be what Sunday night runs into.
        let mut week = (0..14).flat_map(|day| self.days[day % 7].iter().map(move |window| (day, window)));
        let mut before = week.next().ok_or(HoursError::NeverOpen)?;
        for (day, window) in week {
            let begins = usize::from(window.from) + (day - before.0) * usize::from(MINUTES_OF_DAY);
            if begins < usize::from(before.1.until) {
                let (first, second) = (before.1.to_string(), window.to_string());
                return Err(HoursError::Overlap { day: weekdays::NAMES[day % 7], first, second });
            }
            before = (day, window);
        }
        Ok(self)
    }
}

impl Serialize for WeeklyHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::always() {
            return serializer.serialize_str(ALWAYS);
        }
        let mut map = serializer.serialize_map(None)?;
        let mut first = 0;
        for run in self.days.chunk_by(|day, next| day == next) {
            let last = first + run.len() - 1;
            let names = match run.len() {
                1 => weekdays::NAMES[first].to_owned(),
                _ => format!("{}-{}", weekdays::NAMES[first], weekdays::NAMES[last]),
            };
            match run[0].as_slice() {
                [] => {}
                [window] => map.serialize_entry(&names, &window.to_string())?,
                several => {
                    map.serialize_entry(&names, &several.iter().map(Window::to_string).collect::<Vec<_>>())?;
                }
            }
            first = last + 1;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for WeeklyHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HoursVisitor)
    }
}

struct HoursVisitor;

impl<'de> Visitor<'de> for HoursVisitor {
    type Value = WeeklyHours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("24/7, or hours by day: mon-fri: 09:00-17:30")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WeeklyHours, E> {
        match text.trim() {
            ALWAYS => Ok(WeeklyHours::always()),
            other => Err(E::custom(HoursError::Shape(other.to_owned()))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WeeklyHours, A::Error> {
        let mut days: Vec<(String, Windows)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            days.push(entry);
        }
        let days = days.iter().map(|(names, Windows(texts))| (names.as_str(), texts.iter().map(String::as_str)));
        WeeklyHours::from_days(days).map_err(de::Error::custom)
    }
}

/// One window, a list of them, or `closed`.
struct Windows(Vec<String>);

impl<'de> Deserialize<'de> for Windows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WindowsVisitor)
    }
}

struct WindowsVisitor;

impl<'de> Visitor<'de> for WindowsVisitor {
    type Value = Windows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hours as 09:00-17:30, a list of them, or closed")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Windows, E> {
        Ok(Windows(if text.trim() == "closed" { Vec::new() } else { vec![text.to_owned()] }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Windows, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element()? {
            texts.push(text);
        }
        Ok(Windows(texts))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for WeeklyHours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WeeklyHours".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        const DAY: &str =
            "([Mm]on(day)?|[Tt]ue(sday)?|[Ww]ed(nesday)?|[Tt]hu(rsday)?|[Ff]ri(day)?|[Ss]at(urday)?|[Ss]un(day)?)";
        const WINDOW: &str = "^\\s*(closed|[0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2})\\s*$";
        let days = format!("^\\s*{DAY}\\s*([-,]\\s*{DAY}\\s*)*$");
        let window = schemars::json_schema!({ "type": "string", "pattern": WINDOW });
        schemars::json_schema!({
            "description": "24/7, or hours by day: mon-fri: \"09:00-17:30\".",
            "anyOf": [
                { "const": ALWAYS },
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": { "pattern": days },
                    "additionalProperties": { "anyOf": [window, { "type": "array", "items": window }] }
                }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, canonical: &str) {
        let hours: WeeklyHours = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&hours).unwrap(), canonical);
        assert_eq!(serde_json::from_str::<WeeklyHours>(canonical).unwrap(), hours);
    }

    fn check_refused(json: &str, why: &str) {
        let message = serde_json::from_str::<WeeklyHours>(json).unwrap_err().to_string();
        assert!(message.contains(why), "{json}: {message}");
    }

    #[test]
    fn hours_are_written_back_in_one_canonical_form() {
        check(r#"{"mon-fri":"09:00-17:30"}"#, r#"{"mon-fri":"09:00-17:30"}"#);
        check(
            r#"{"sat":["13:00-15:00","10:00-12:00"],"mon":"9:00-17:30","tue - fri":["09:00-17:30"],"sun":"closed"}"#,
            r#"{"mon-fri":"09:00-17:30","sat":["10:00-12:00","13:00-15:00"]}"#,
        );
        check(r#"{"sat-mon":"22:00-06:00"}"#, r#"{"mon":"22:00-06:00","sat-sun":"22:00-06:00"}"#);
        check(r#"{"mon-sun":"00:00-24:00"}"#, r#""24/7""#);
        check(r#""24/7""#, r#""24/7""#);
    }

    #[test]
    fn windows_that_touch_are_fine_and_windows_that_overlap_are_not() {
        check(r#"{"fri":"22:00-06:00","sat":"06:00-08:00"}"#, r#"{"fri":"22:00-06:00","sat":"06:00-08:00"}"#);
        check_refused(r#"{"mon":["09:00-12:00","11:59-15:00"]}"#, "09:00-12:00 and 11:59-15:00 (mon) overlap");
        check_refused(r#"{"fri":"22:00-06:00","sat":"05:00-08:00"}"#, "22:00-06:00 and 05:00-08:00 (sat) overlap");
        check_refused(r#"{"mon":"05:00-08:00","sun":"22:00-06:00"}"#, "22:00-06:00 and 05:00-08:00 (mon) overlap");
    }

    #[test]
    fn hours_that_cannot_be_followed_say_what_to_write() {
        check_refused("{}", "never open");
        check_refused(r#"{"mon":[]}"#, "never open");
        check_refused(r#"{"mon-fri":"09:00-00:00"}"#, "write 09:00-24:00");
        check_refused(r#"{"mon-fry":"09:00-17:00"}"#, "`fry` is not a day; write mon, tue, wed");
        check_refused(r#"{"mon-fri":"09:00-17:00","wed":"10:00-12:00"}"#, "the hours of wed are given twice");
        check_refused(r#""nine to five""#, "write 24/7, or hours by day");
        check_refused("7", "24/7, or hours by day");
    }
}
