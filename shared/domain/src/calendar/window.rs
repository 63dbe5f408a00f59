//! One stretch of opening hours as written: `09:00-17:30`.

use std::{fmt, str::FromStr};

pub(super) const MINUTES_OF_DAY: u16 = 24 * 60;

/// A stretch of one day on the wall clock, in minutes since its midnight: `09:00-17:30`.
///
/// `22:00-06:00` ends on the next day (its `until` is over 24 hours) and belongs to the day it begins on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub from: u16,
    pub until: u16,
}

/// Text that is not a stretch of opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    #[error("`{0}` is not a stretch of hours; write for example 09:00-17:30")]
    Shape(String),
    #[error("`{text}` ends at the midnight it should reach; write {fixed} to stay open until the end of the day")]
    EndsAtMidnight { text: String, fixed: String },
    #[error("`{0}` is empty; write 00:00-24:00 for a whole day")]
    Empty(String),
}

impl Window {
    pub const WHOLE_DAY: Self = Self { from: 0, until: MINUTES_OF_DAY };
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let ends = text.split_once('-').and_then(|(from, until)| Some((minute(from)?, minute(until)?)));
        match ends {
            Some((from, until)) if from == until => Err(WindowError::Empty(text.to_owned())),
            Some((from, 0)) => Err(WindowError::EndsAtMidnight {
                text: text.to_owned(),
                fixed: Self { from, until: MINUTES_OF_DAY }.to_string(),
            }),
            Some((from, until)) if from < until => Ok(Self { from, until }),
            Some((from, until)) if from < MINUTES_OF_DAY => Ok(Self { from, until: until + MINUTES_OF_DAY }),
            _ => Err(WindowError::Shape(text.to_owned())),
        }
    }
}

/// Reads `09:30` or `9:30`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let all_digits = [hour, minute].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !all_digits || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= MINUTES_OF_DAY).then_some(minutes)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = if self.until > MINUTES_OF_DAY { self.until - MINUTES_OF_DAY } else { self.until };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, until / 60, until % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_reads_back_what_it_writes() {
        for text in ["09:00-17:30", "00:00-24:00", "22:00-06:00", "23:59-24:00"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        assert_eq!("9:00 - 17:30".parse::<Window>().unwrap().to_string(), "09:00-17:30");
        assert_eq!("22:00-06:00".parse(), Ok(Window { from: 22 * 60, until: 30 * 60 }));
    }

    #[test]
    fn a_wrong_window_says_how_to_write_it() {
        let midnight = "09:00-00:00".parse::<Window>().unwrap_err().to_string();
        assert!(midnight.contains("write 09:00-24:00"), "{midnight}");
        assert_eq!("09:00-09:00".parse::<Window>(), Err(WindowError::Empty("09:00-09:00".into())));
        for wrong in ["", "9-17", "09:00", "09:60-10:00", "09:00-24:01", "24:00-06:00", "+9:00-10:00", "::-:"] {
            assert_eq!(wrong.parse::<Window>(), Err(WindowError::Shape(wrong.into())), "{wrong}");
        }
    }
}
