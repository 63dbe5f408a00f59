//! A message as it goes over the wire: addresses for the envelope, headers and text.

use engine::ports::{Mail, Mailbox, Rendered, encoded_words};
use lettre::{
    Address, Message, message,
    message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0},
};

/// A word of a subject longer than this is encoded: a line can only be folded between words.
const LONGEST_WORD: usize = 70;

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
    let Rendered { from, to, subject, .. } = mail.message;
    if let Some(why) = mail.message.refusal() {
        return Err(why.to_owned());
    }
    let (from, to) = (mailbox("sender's", from)?, mailbox("recipient's", to)?);
    let message = Message::builder()
        .message_id(Some(message_id(mail.key, &from.email)))
        .header(AutoSubmitted)
        .from(from.clone())
        .to(to.clone())
        .header(Subject(subject.clone()))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.message.text())
        .map_err(|error| format!("the message cannot be written: {error}"))?;
    Ok(Letter { from: from.email, to: to.email, bytes: message.formatted() })
}

/// The domain goes out as DNS has it; the part before the `@` as it is.
fn mailbox(whose: &str, mailbox: &Mailbox) -> Result<message::Mailbox, String> {
    let because = |why: String| format!("the {whose} address cannot be used: {why}");
    let address = mailbox.ascii_domain().map_err(because)?;
    let address = address.parse().map_err(|error: lettre::address::AddressError| because(error.to_string()))?;
    Ok(message::Mailbox::new(mailbox.name.clone(), address))
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

/// A subject in lines that no server refuses, whatever it says.
#[derive(Debug, Clone)]
struct Subject(String);

impl Header for Subject {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Subject")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let text = &self.0;
        if text.split(' ').all(|word| word.len() <= LONGEST_WORD) {
            return HeaderValue::new(Self::name(), text.clone());
        }
        HeaderValue::dangerous_new_pre_encoded(Self::name(), text.clone(), encoded_words(text, "\r\n "))
    }
}

#[cfg(test)]
mod tests;
