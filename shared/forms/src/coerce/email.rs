//! One e-mail address out of an answer.

use domain::visible::visible;

use super::Coerced;

/// What is written around an address: `<ada@example.com>`, `(ada@example.com)`, `ada@example.com.`
const AROUND: &[char] = &[
    '<', '>', '(', ')', '[', ']', '{', '}', '"', '\'', '`', '“', '”', '„', '«', '»', '‘', '’', ',', ';', ':', '!', '?',
    '.',
];

/// Endings of files, none of them a top-level domain: `photo@2x.png` is no address.
const FILES: &[&str] = &[
    "avif", "bmp", "css", "csv", "doc", "docx", "gif", "heic", "htm", "html", "ico", "jpeg", "jpg", "js", "json",
    "pdf", "png", "ppt", "pptx", "svg", "tif", "tiff", "txt", "webp", "xls", "xlsx", "xml",
];

/// The first address that an answer holds; its normal form is lower case. What else the answer says is the doubt.
pub(super) fn email(answer: &str) -> Coerced {
    let text = joined(&visible(answer));
    match addresses(&text).as_slice() {
        [address] => Coerced { value: Some(address.as_str().into()), doubt: beside(&text, address) },
        [first, ..] => Coerced {
            value: Some(first.as_str().into()),
            doubt: Some(format!("only the first address, {first}, was taken")),
        },
        [] if text.len() > 254 => Coerced::not("an e-mail address has at most 254 characters"),
        [] => Coerced::not("this is not an e-mail address, such as ada@example.com"),
    }
}

/// Whether an answer is an address and says nothing else.
pub(crate) fn is_email(answer: &str) -> bool {
    matches!(email(answer), Coerced { value: Some(_), doubt: None })
}

/// The only address that an answer holds; none where it holds several.
pub(crate) fn only_email(answer: &str) -> Option<String> {
    let mut addresses = addresses(&joined(&visible(answer)));
    addresses.pop().filter(|_| addresses.is_empty())
}

/// The different addresses of a text, in their order.
fn addresses(text: &str) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    let mut before = "";
    for word in text.split(' ').filter(|part| !is_link(part)).flat_map(words) {
        // `z o e@example.com` is not the address of an e.
        let is_spaced = is_letter(before) && word.split('@').next().is_some_and(is_letter);
        if let Some(address) = address(word).filter(|address| !is_spaced && !addresses.contains(address)) {
            addresses.push(address);
        }
        before = word;
    }
    addresses
}

/// Whether a part of a text is the address of a page or of a repository: whom it names in passing did not write.
/// `https://example.com/?email=ada@example.com`, `git@example.com:site.git`.
fn is_link(part: &str) -> bool {
    let is_copied = || {
        part.split_once('@').and_then(|(_, rest)| rest.split_once(':')).is_some_and(|(host, path)| {
            is_domain(host) && path.starts_with(|letter: char| letter.is_alphanumeric() || letter == '/')
        })
    };
    part.contains("://") || is_copied()
}

fn is_letter(word: &str) -> bool {
    word.chars().count() == 1
}

/// The text with single spaces, plain full stops, and no space next to an `@`. Where the part before an `@` may have
/// several words (`anna maria @example.com`), its last word alone would be somebody else's address: it stays apart.
fn joined(text: &str) -> String {
    // Nearly every answer is one address as it should be.
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let text = text.replace(['\u{3002}', '\u{ff61}'], ".").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut joined = String::with_capacity(text.len());
    for part in text.replace("@ ", "@").split_inclusive(" @") {
        let before = part.strip_suffix(" @").unwrap_or(part);
        let is_alone = before.rsplit_once(' ').is_none_or(|(before, _)| before.ends_with(AROUND));
        match part.len() - before.len() {
            2 if is_alone => joined.extend([before, "@"]),
            _ => joined.push_str(part),
        }
    }
    joined
}

/// The parts of a text that may be an address.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ';', ':', '<', '>', '|', '/', '(', ')', '[', ']'])
}

/// One word as an address, without what is written around it.
fn address(word: &str) -> Option<String> {
    let (local, domain) = word.trim_matches(AROUND).rsplit_once('@')?;
    // mailto:ada@example.com?subject=Demo
    let domain = domain.split('?').next().unwrap_or_default().trim_end_matches(AROUND);
    let is_file = domain.rsplit('.').next().is_some_and(|top| FILES.contains(&top.to_lowercase().as_str()));
    let fits = local.len() + domain.len() < 254 && is_local(local) && is_domain(domain) && !is_file;
    fits.then(|| format!("{local}@{domain}").to_lowercase())
}

/// What the answer says beside the address; nothing if that is only punctuation.
fn beside(text: &str, address: &str) -> Option<String> {
    let text = text.to_lowercase();
    let text = match text.strip_prefix("mailto:") {
        Some(link) => link.split('?').next().unwrap_or_default(),
        None => &text,
    };
    let has_words = text != address && text.replace(address, " ").chars().any(char::is_alphanumeric);
    has_words.then(|| format!("only {address} was taken"))
}

fn is_local(local: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    !local.is_empty() && local.len() <= 64 && !dots && local.chars().all(allowed)
}

pub(super) fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let allowed = |letter: char| letter.is_alphanumeric() || letter == '-';
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(is_label) && !top.bytes().all(|byte| byte.is_ascii_digit())
}
