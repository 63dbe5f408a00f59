//! Days of the week as people write them.

use jiff::civil::Weekday;

/// As written in a playbook, Monday first.
pub(super) const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const FULL_NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The place of a day in the week, Monday 0.
pub(crate) fn index(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// Reads `mon` or `monday`, in any case.
pub(crate) fn read(name: &str) -> Option<usize> {
    let name = name.trim();
    let is_named = |names: [&str; 7]| names.iter().position(|known| known.eq_ignore_ascii_case(name));
    is_named(NAMES).or_else(|| is_named(FULL_NAMES))
}

/// Reads `mon`, `mon-fri`, `sat-mon` or `tue, thu`; the error is the name that is not a day.
pub(crate) fn read_several(text: &str) -> Result<Vec<usize>, &str> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let from = read(first).ok_or(first.trim())?;
        let until = read(last).ok_or(last.trim())?;
        days.extend((0..=(until + 7 - from) % 7).map(|step| (from + step) % 7));
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_alone_in_ranges_and_in_lists() {
        assert_eq!(read_several("mon"), Ok(vec![0]));
        assert_eq!(read_several("Mon - Fri"), Ok(vec![0, 1, 2, 3, 4]));
        assert_eq!(read_several("sat-mon"), Ok(vec![5, 6, 0]));
        assert_eq!(read_several("tuesday, thu"), Ok(vec![1, 3]));
        assert_eq!(read_several("mon-fry"), Err("fry"));
        assert_eq!(index(Weekday::Sunday), 6);
    }
}
