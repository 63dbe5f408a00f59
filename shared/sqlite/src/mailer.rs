//! The mail provider that a store was given, so that one value is all ports.

use std::{future::Future, pin::Pin};

use engine::ports::{Mail, MailError, Mailer};

use crate::Store;

type Sending<'a> = Pin<Box<dyn Future<Output = Result<Option<String>, MailError>> + Send + 'a>>;

/// A [`Mailer`] whose type is forgotten.
pub(crate) trait AnyMailer: Send + Sync {
    fn send_boxed<'a>(&'a self, mail: Mail<'a>) -> Sending<'a>;
}

impl<M: Mailer> AnyMailer for M {
    fn send_boxed<'a>(&'a self, mail: Mail<'a>) -> Sending<'a> {
        Box::pin(self.send(mail))
    }
}

impl Mailer for Store {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        match self.mailer() {
            // What a unit hands over cannot be taken back with it: so it waits, which ends the unit.
            Some(_) if self.unit().is_some() => std::future::pending().await,
            Some(mailer) => mailer.send_boxed(mail).await,
            None => {
                Err(MailError::Refused("this host has no mail provider; set one, or set outbound to capture".into()))
            }
        }
    }
}
