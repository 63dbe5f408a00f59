//! E-mail addresses and links, as far as a look at them tells.

use crate::{code, diagnostic::Place, read::Report};

/// Reports a text that is not an e-mail address.
pub(super) fn check_email(text: &str, at: Place, report: &mut Report<'_>) {
    if !text.is_empty() && !is_email(text) {
        report.error(
            at,
            code::BAD_EMAIL,
            format!("`{text}` is not an e-mail address; write one like ana@example.com"),
            None,
        );
    }
}

/// The letters of a name that a letter shows.
const LONGEST_NAME: usize = 200;

/// Reports a name that cannot stand beside an address in a letter.
pub(super) fn check_sender_name(name: &str, at: Place, report: &mut Report<'_>) {
    let message = if name.chars().any(char::is_control) {
        "the name has a line break or another control character; write it in one line"
    } else if name.chars().count() > LONGEST_NAME {
        "the name is longer than 200 letters; letters go out in this name"
    } else {
        return;
    };
    report.error(at, code::SENDER_NAME, message, None);
}

/// Reports what a person could not click on.
pub(super) fn check_link(link: Option<&String>, at: Place, report: &mut Report<'_>) {
    let Some(link) = link else { return };
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let is_link = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    if !is_link {
        let suggestion = (!link.contains("://") && link.contains('.')).then(|| format!("https://{link}"));
        report.error(
            at,
            code::BAD_LINK,
            format!("`{link}` is not a link; write one that begins with https://"),
            suggestion,
        );
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |letter: char| letter.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(letter);
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 254
        && !local.is_empty()
        && local.chars().all(plain)
        && !local.split('.').any(str::is_empty)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["ana@example.com", "o'neil+crm@mail.example.co.uk", "jörg@münchen.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["ana", "ana@", "@example.com", "ana@example", "a b@example.com", "a@b@", "a..b@example.com"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
