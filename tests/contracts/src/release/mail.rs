use engine::ports::{Mail, MailError, Mailer};

/// A provider that answers by the address: `refused@`, `lost@` and `later@` fail in their ways, all others are taken.
pub struct Post;

impl Mailer for Post {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        match mail.message.to.address.split('@').next() {
            Some("refused") => Err(MailError::Refused("550 no such mailbox".to_owned())),
            Some("lost") => Err(MailError::Unknown("the connection was closed".to_owned())),
            Some("later") => Err(MailError::NotYet("451 try again later".to_owned())),
            _ => Ok(Some("provider-1".to_owned())),
        }
    }
}
