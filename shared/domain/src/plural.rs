//! Counts in sentences: `1 lead`, `2 companies`.

use std::fmt::Display;

/// A number, as it is shown, and what it counts: `1 pick`, `2 picks`, `1.5 leads`.
pub fn counted(number: impl Display, one: &str) -> String {
    let number = number.to_string();
    if number == "1" { format!("1 {one}") } else { format!("{number} {}", plural(one)) }
}

/// More than one: `leads`, `companies`.
pub fn plural(one: &str) -> String {
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one_and_anything_else_is_several() {
        for (number, one, said) in [
            ("1", "pick", "1 pick"),
            ("0", "pick", "0 picks"),
            ("2", "company", "2 companies"),
            ("2", "working day", "2 working days"),
            ("1.5", "lead", "1.5 leads"),
            ("2", "history", "2 histories"),
        ] {
            assert_eq!(counted(number, one), said);
        }
    }
}
