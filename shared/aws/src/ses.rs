//! E-mail through SES. It takes no key to deduplicate by, so each call is made at most once:
//! the client's retries are off, and what is not a clear answer is `Unknown`.

use aws_sdk_sesv2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageTag},
};
use engine::ports::{Mail, MailError, Mailer, Rendered};

use crate::Ports;

impl Mailer for Ports {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        let Rendered { from, to, subject, .. } = mail.message;
        if let Some(why) = mail.message.refusal() {
            return Err(MailError::Refused(why.to_owned()));
        }
        let from = from.header().map_err(|why| MailError::Refused(format!("the sender cannot be written: {why}")))?;
        let to = to.header().map_err(|why| MailError::Refused(format!("SES cannot mail the recipient: {why}")))?;
        let content = EmailContent::builder().simple(message(subject, &mail.message.text())).build();
        let tag = MessageTag::builder().name("handoff-effect").value(tag_value(mail.key)).build();
        let output = self
            .ses()
            .send_email()
            .from_email_address(from)
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .email_tags(tag.expect("a name and a value are set"))
            .set_configuration_set_name(self.config.ses_configuration_set.clone())
            .send()
            .await;
        self.counts().sent("send an e-mail", usize::from(output.is_ok()));
        output.map(|sent| sent.message_id).map_err(classify)
    }
}

fn message(subject: &str, body: &str) -> Message {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build().expect("the data is set");
    Message::builder().subject(utf8(subject)).body(Body::builder().text(utf8(body)).build()).build()
}

/// Tags take letters, digits, `_` and `-` only.
fn tag_value(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(256).collect()
}

/// Only an answer that says no is a refusal, and one that says "too many" is none for good.
/// Whatever leaves open if it was taken is `Unknown`.
fn classify(error: SdkError<SendEmailError>) -> MailError {
    let why = || {
        let service = error.as_service_error();
        let code = service.and_then(ProvideErrorMetadata::code).unwrap_or("no code");
        let text = service.and_then(ProvideErrorMetadata::message).unwrap_or("no message");
        format!("{code}: {text}")
    };
    match &error {
        SdkError::ServiceError(answer) if answer.raw().status().as_u16() == 429 => MailError::NotYet(why()),
        SdkError::ServiceError(answer) if answer.raw().status().is_client_error() => MailError::Refused(why()),
        SdkError::ServiceError(_) => MailError::Unknown(why()),
        SdkError::ConstructionFailure(_) => MailError::Refused("the request could not be built".to_owned()),
        SdkError::TimeoutError(_) => MailError::Unknown("no answer in time".to_owned()),
        SdkError::DispatchFailure(_) => MailError::Unknown("the connection failed".to_owned()),
        SdkError::ResponseError(_) => MailError::Unknown("the answer could not be read".to_owned()),
        unknown => MailError::Unknown(unknown.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::config::http::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn too_many_is_no_refusal_and_a_fault_of_the_service_tells_nothing() {
        let classified = |status: u16| {
            let answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(""));
            classify(SdkError::service_error(SendEmailError::unhandled("a test"), answer))
        };
        assert!(matches!(classified(429), MailError::NotYet(_)));
        assert!(matches!(classified(400), MailError::Refused(_)));
        assert!(matches!(classified(500), MailError::Unknown(_)));
    }

    #[test]
    fn a_tag_holds_only_what_ses_allows() {
        assert_eq!(tag_value("eff_1/ü"), "eff_1__");
    }
}
