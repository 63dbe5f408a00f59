//! What people write out of habit and conditions say otherwise: each guess with what to write.

use super::FieldPath;

/// Words that stand where a comparison belongs, and what to write, with `F` for the field.
///
/// Of two with the same beginning the longer stands first.
const GUESSES: [(&[&str], &str); 19] = [
    (&["one", "of"], "write F in [DE, AT]"),
    (&["any", "of"], "write F in [DE, AT]"),
    (&["none", "of"], "write F not in [DE, AT]"),
    (&["between"], "write F >= 10 and F <= 20"),
    (&["matches"], PATTERN),
    (&["like"], PATTERN),
    (&["greater", "than"], "write F > 40"),
    (&["higher", "than"], "write F > 40"),
    (&["larger", "than"], "write F > 40"),
    (&["lower", "than"], "write F < 40"),
    (&["smaller", "than"], "write F < 40"),
    (&["begins", "with"], "write F starts with A"),
    (&["includes"], "write F contains A"),
    (&["has"], "write F contains A"),
    (&["exists"], "write F is present"),
    (&["unequal", "to"], "write F is not A"),
    (&["later", "than"], "write F after 2026-12-01"),
    (&["earlier", "than"], "write F before 2026-12-01"),
    (&["equal", "to"], "write F is A"),
];

const PATTERN: &str = "there are no patterns: write F contains A, F starts with A or F ends with A";

/// The guess that these words are, if they are one, and what to write instead.
pub(super) fn instead<'w>(field: &FieldPath, words: impl Iterator<Item = &'w str> + Clone) -> Option<(String, String)> {
    let begins = |guess: &[&str]| {
        let next: Vec<&str> = words.clone().take(guess.len()).collect();
        next.len() == guess.len() && next.iter().zip(guess).all(|(word, guess)| word.eq_ignore_ascii_case(guess))
    };
    let (guess, write) = GUESSES.iter().find(|(guess, _)| begins(guess))?;
    let field = field.to_string();
    let named = |word: &str| if word == "F" { field.clone() } else { word.to_owned() };
    Some((guess.join(" "), write.split(' ').map(named).collect::<Vec<_>>().join(" ")))
}

/// Texts after `is` that are read as texts, though a word of the language was meant: `is empty`.
pub(super) const FOR_MISSING: [&str; 4] = ["empty", "null", "blank", "unset"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Condition;

    #[test]
    fn what_is_to_be_written_instead_is_a_condition() {
        let field = FieldPath::new("lead", "size");
        for (guess, _) in GUESSES {
            let (_, write) = instead(&field, guess.iter().copied()).unwrap();
            for condition in write.split("write ").nth(1).unwrap().split([',']).flat_map(|part| part.split(" or ")) {
                let whole = if write.contains('[') { write.split("write ").nth(1).unwrap() } else { condition };
                assert!(whole.parse::<Condition>().is_ok(), "{guess:?}: {whole}");
            }
        }
    }

    #[test]
    fn natural_guesses_are_told_what_to_write() {
        for (text, at, problem) in [
            ("lead.country is one of [DE, AT]", 16, "`one of` is not a comparison; write lead.country in [DE, AT]"),
            ("lead.country one of [DE, AT]", 13, "`one of` is not a comparison; write lead.country in [DE, AT]"),
            (
                "lead.size is between 1 and 5",
                13,
                "`between` is not a comparison; write lead.size >= 10 and lead.size <= 20",
            ),
            ("lead.size is greater than 5", 13, "`greater than` is not a comparison; write lead.size > 40"),
            (
                "lead.email matches \".*@x.example\"",
                11,
                "`matches` is not a comparison; there are no patterns: write lead.email contains A, lead.email starts with A \
                 or lead.email ends with A",
            ),
            (
                "not lead.email",
                14,
                "`lead.email` alone is no condition; write lead.email is missing, or lead.email is no if it is a yes or no",
            ),
            (
                "lead.email and lead.score > 4",
                11,
                "`lead.email` alone is no condition; write lead.email is present, or lead.email is yes if it is a yes or no",
            ),
            (
                "lead.country is DE or FR",
                22,
                "`FR` stands alone after `or`; for several values write lead.country in [DE, FR]",
            ),
            (
                "lead.country is DE or \"New Zealand\"",
                22,
                "`\"New Zealand\"` stands alone after `or`; for several values write lead.country in [DE, \"New Zealand\"]",
            ),
            (
                "lead.name contains a and b",
                25,
                "`b` stands alone after `and`; write the field again: lead.name contains b",
            ),
            ("lead.country is DE, FR", 18, "several values need brackets: write lead.country in [DE, AT]"),
            ("lead.country in (DE, FR)", 16, "`in` needs a list with at least one value, for example [DE, AT]"),
            ("lead.score > 40 && lead.vip is yes", 16, "write `and` instead of `&&`"),
        ] {
            let error = text.parse::<Condition>().unwrap_err();
            assert_eq!((error.at, error.problem.to_string().as_str()), (at, problem), "{text}");
        }
    }
}
