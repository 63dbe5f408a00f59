//! Domains in one spelling: of an address on the web only the host, without `www.`, and as DNS has it.

use crate::domain_name::to_ascii;

/// A domain as all its spellings have it. None for what is none.
pub(super) fn plain(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let host = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let is_domain = host.contains('.') && !host.contains(char::is_whitespace);
    is_domain.then(|| to_ascii(host).unwrap_or_else(|| host.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn spellings_of_one_domain_are_one() {
        for text in ["acme.example", " ACME.example. ", "www.acme.example", "https://www.acme.example/contact?x=1"] {
            assert_eq!(plain(text).as_deref(), Some("acme.example"), "{text}");
        }
        assert_eq!(plain("mail.acme.example").as_deref(), Some("mail.acme.example"));
        for text in ["https://www.Müller.example/", "xn--mller-kva.example"] {
            assert_eq!(plain(text).as_deref(), Some("xn--mller-kva.example"), "{text}");
        }
        assert_eq!(plain("my_shop.example").as_deref(), Some("my_shop.example"));
        for text in ["", "acme", "no domain. at all"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
