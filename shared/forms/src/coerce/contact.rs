//! E-mail addresses, phone numbers and web addresses.

use super::Coerced;

/// One address, nothing around it: no display name, no second address. Lower case is its normal form.
pub(super) fn email(text: &str) -> Coerced {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    if text.len() > 254 {
        return Coerced::not("an e-mail address has at most 254 characters");
    }
    match text.rsplit_once('@') {
        Some((local, domain)) if is_local(local) && is_domain(domain) => Coerced::is(text.to_lowercase().as_str()),
        _ => Coerced::not("this is not one e-mail address, such as ada@example.com"),
    }
}

fn is_local(local: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    !local.is_empty() && local.len() <= 64 && !dots && local.chars().all(allowed)
}

fn is_domain(domain: &str) -> bool {
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

/// `+` and digits where the country is known; otherwise the number as it was written.
pub(super) fn phone(text: &str) -> Coerced {
    let allowed = |letter: char| letter.is_ascii_digit() || "+ ()-./\u{a0}".contains(letter);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if !text.chars().all(allowed) || !(5..=17).contains(&digits(text).len()) {
        return Coerced::not("this is not a phone number, such as +1 555 0100");
    }
    // +49 (0)30 …: the zero is only dialled inside the country.
    let text_abroad = text.replace("(0)", "");
    match text
        .strip_prefix('+')
        .map(|_| digits(&text_abroad))
        .or_else(|| digits(&text_abroad).strip_prefix("00").map(str::to_owned))
    {
        Some(number) => Coerced::is(format!("+{number}").as_str()),
        None => Coerced::is(text),
    }
}

/// A web address; `https://` is put before a bare host.
pub(super) fn url(text: &str) -> Coerced {
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
