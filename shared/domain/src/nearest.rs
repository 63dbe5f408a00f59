//! The name somebody probably meant, and the names there are: for every check of a word.

/// The candidate closest to `name`, if one is close enough to be a slip of the hand.
///
/// Close enough is one slip for three letters, at least one and at most three. Of two letters only a third may be
/// missing: another letter is another word. Case, and the difference between `_`, `-` and a space, cost nothing.
/// The first of equals wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(name);
    let allowed = (wanted.len() / 3).clamp(1, 3);
    let is_other_word = |candidate: &str| wanted.len() < 3 && letters(candidate).len() <= wanted.len();
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &letters(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && (*distance == 0 || !is_other_word(candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// So many names are listed.
const LISTED: usize = 20;

/// The names that can be meant: `ana, ben`; of many, the first and how many more there are.
pub fn listed<'a>(known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let shown = known[..known.len().min(LISTED)].join(", ");
    match known.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The same as a clause: `choose from ana, ben`.
pub fn choices<'a>(known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match known.as_slice() {
        [] => "there is none yet".to_owned(),
        [only] => format!("the only one is {only}"),
        several => format!("choose from {}", listed(several.iter().copied())),
    }
}

/// Whether one slip of the hand makes one of the other.
pub(crate) fn is_one_slip_away(name: &str, wanted: &str) -> bool {
    distance(&letters(name), &letters(wanted)) == 1
}

fn letters(name: &str) -> Vec<char> {
    let plain = |letter: char| if matches!(letter, '-' | ' ') { '_' } else { letter };
    name.trim().chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// Edit distance where an insertion, a deletion, a replacement and a swap of neighbours cost one each.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *other {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = last;
        last = current;
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&str>) {
        let known = ["lead.score", "lead.country", "company.employees", "lead.last_contact", "lead.vip"];
        assert_eq!(nearest(name, known), expected, "{name}");
    }

    #[test]
    fn a_slip_of_the_hand_finds_the_name_that_was_meant() {
        check("lead.scores", Some("lead.score"));
        check("lead.socre", Some("lead.score"));
        check("Lead.Score", Some("lead.score"));
        check("company.employes", Some("company.employees"));
        check("lead.last-contact", Some("lead.last_contact"));
    }

    #[test]
    fn what_can_be_chosen_is_listed_up_to_twenty() {
        assert_eq!(choices([]), "there is none yet");
        assert_eq!(choices(["ana"]), "the only one is ana");
        assert_eq!(choices(["ana", "ben"]), "choose from ana, ben");
        let all: Vec<String> = (1..=22).map(|number| format!("p{number}")).collect();
        assert!(choices(all.iter().map(String::as_str)).ends_with("p19, p20 and 2 more"));
    }

    #[test]
    fn a_different_word_finds_nothing() {
        check("deal.amount", None);
        check("", None);
        assert_eq!(nearest("P9", ["P1", "P2"]), None, "another of two letters is another word");
        assert_eq!(nearest("p1", ["P1", "P2"]), Some("P1"));
        assert_eq!(nearest("al", ["all", "any"]), Some("all"));
    }
}
