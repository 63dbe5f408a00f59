//! A message as it goes over the wire: addresses for the envelope, headers and text.

use engine::ports::{Mail, Rendered};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
};

/// What one transaction hands over.
#[derive(Debug)]
pub(crate) struct Letter {
    pub from: Address,
    pub to: Address,
    /// Headers and text; ASCII only, unless an address is not.
    pub bytes: Vec<u8>,
}

/// Writes a message out, or says why it can never be sent.
pub(crate) fn write(mail: &Mail<'_>) -> Result<Letter, String> {
    let Rendered { from, to, subject, body } = mail.message;
    // A line break in one of them would begin a header that nobody asked for.
    if [from, to, subject].iter().any(|header| header.chars().any(char::is_control)) {
        return Err("a header with a control character".to_owned());
    }
    let mailbox = |name, text: &str| {
        text.parse::<Mailbox>().map_err(|error| format!("the {name} address cannot be used: {error}"))
    };
    let (from, to) = (mailbox("sender's", from)?, mailbox("recipient's", to)?);
    let message = Message::builder()
        .message_id(Some(message_id(mail.key, &from.email)))
        .header(AutoSubmitted)
        .from(from.clone())
        .to(to.clone())
        .subject(subject)
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(body.clone())
        .map_err(|error| format!("the message cannot be written: {error}"))?;
    Ok(Letter { from: from.email, to: to.email, bytes: message.formatted() })
}

/// The same for the same effect, so that two copies can be told to be one message.
fn message_id(key: &str, from: &Address) -> String {
    let key: String = key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("<{key}@{}>", from.domain())
}

/// RFC 3834: nobody wrote this by hand, so out-of-office replies stay away.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(from: &str, to: &str, subject: &str, body: &str) -> Result<String, String> {
        let owned = |text: &str| text.to_owned();
        let message = Rendered { from: owned(from), to: owned(to), subject: owned(subject), body: owned(body) };
        let letter = write(&Mail { message: &message, key: "eff_1/a" })?;
        assert!(letter.bytes.is_ascii());
        Ok(String::from_utf8(letter.bytes).unwrap())
    }

    #[test]
    fn a_letter_has_the_headers_that_mail_programs_ask_for() {
        let text = letter("Ana <ana@sales.example>", "ada@example.com", "Hello", "Hi Ada").unwrap();
        for header in [
            "From: Ana <ana@sales.example>\r\n",
            "To: ada@example.com\r\n",
            "Subject: Hello\r\n",
            "Message-ID: <eff_1_a@sales.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "MIME-Version: 1.0\r\n",
            "Date: ",
        ] {
            assert!(text.contains(header), "no {header:?} in {text}");
        }
        assert!(text.ends_with("\r\n\r\nHi Ada"), "{text}");
    }

    #[test]
    fn what_is_not_ascii_is_encoded() {
        let text = letter("Zoë <z@example.com>", "ada@example.com", "Grüße", "Schöne Grüße").unwrap();
        assert!(text.contains("Subject: =?utf-8?b?R3LDvMOfZQ==?="), "{text}");
        assert!(text.contains("From: =?utf-8?b?Wm/Dqw==?= <z@example.com>"), "{text}");
        assert!(text.ends_with("\r\n\r\nU2Now7ZuZSBHcsO8w59l"), "{text}");
    }

    #[test]
    fn no_value_becomes_a_header_or_a_second_recipient() {
        let (from, to) = ("ana@example.com", "ada@example.com");
        let refused = |from: &str, to: &str, subject: &str| {
            let result = letter(from, to, subject, "");
            assert!(result.is_err(), "{result:?}");
        };
        for end in ["\r\n", "\n", "\r", "\u{85}", "\0"] {
            refused(from, to, &format!("Hello{end}Bcc: eve@example.com"));
            refused(from, &format!("{to}{end}Bcc: eve@example.com"), "Hello");
            refused(&format!("Ana{end}Bcc: eve@example.com <ana@example.com>"), to, "Hello");
        }
        refused(from, "ada@example.com, eve@example.com", "Hello");
        refused(from, "ada@example.com> RCPT TO:<eve@example.com", "Hello");
        refused("nobody", to, "Hello");
        let quoted = letter("\"a, b\" <ana@example.com>", to, "Hello", "Bcc: eve@example.com").unwrap();
        let (headers, _) = quoted.split_once("\r\n\r\n").unwrap();
        assert!(!headers.contains("eve@"), "{headers}");
    }
}
