//! Web addresses.

use domain::visible::visible;

use super::{Coerced, email::is_domain};

/// A web address; `https://` is put before a bare host.
pub(super) fn url(text: &str) -> Coerced {
    let text = visible(text);
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let rest = with_scheme.strip_prefix("https://").or_else(|| with_scheme.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#', ':']).next().unwrap_or_default());
    let blank = with_scheme.chars().any(|letter| letter.is_whitespace() || "<>\"".contains(letter));
    if !blank && host.is_some_and(is_domain) {
        Coerced::is(with_scheme.as_str())
    } else {
        Coerced::not("this is not a web address, such as https://example.com")
    }
}
