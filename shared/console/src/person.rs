//! What a person asks for becomes one message. Its id comes from the Idempotency-Key, so that
//! a repeated request is the same message; without a key every request is a new one.

use axum::http::HeaderMap;
use domain::{
    id::{MessageId, RecordKey, derive},
    message::{Command, Message, ToEvaluate},
};
use engine::ports::Delayed;

use crate::{
    access::Caller,
    answer::{Answer, Failure, accepted, record_path},
    app::App,
    idempotency::{self, Claim, Use},
    ports::ConsolePorts,
};

/// A request that becomes a message.
pub(crate) struct Wish {
    pub id: MessageId,
    about: RecordKey,
    key: Option<Key>,
}

struct Key {
    fingerprint: String,
    claim: Claim,
}

impl Wish {
    /// `what` names the request's address, `content` all that it asks for. 422 where its key was used there with other
    /// content.
    pub(crate) async fn read<P: ConsolePorts>(
        app: &App<P>,
        headers: &HeaderMap,
        about: RecordKey,
        what: &str,
        content: &str,
    ) -> Result<Self, Failure> {
        let Some(key) = idempotency::key(headers)? else {
            let id = MessageId::new(derive("msg_", &["request", what, &(app.trust.fresh_id)()]));
            return Ok(Self { id, about, key: None });
        };
        let id = MessageId::new(derive("msg_", &["request", what, &key]));
        let fingerprint = idempotency::fingerprint(&key, content);
        let claim = app.keys.claim(&*app.ports, id.as_str(), &fingerprint).await?;
        match claim.found {
            Use::Other => Err(idempotency::reused()),
            Use::First | Use::Repeat => Ok(Self { id, about, key: Some(Key { fingerprint, claim }) }),
        }
    }

    /// Whether the same was accepted before: then its message is on its way, or has done its work.
    pub(crate) fn is_repeat(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.claim.found == Use::Repeat)
    }

    /// Its message is durable: remembers its key for good.
    pub(crate) async fn accepted<P: ConsolePorts>(self, app: &App<P>) -> Result<MessageId, Failure> {
        let Self { id: request, about, key } = self;
        let Some(Key { fingerprint, claim }) = key.filter(|key| key.claim.found == Use::First) else {
            return Ok(request);
        };
        let id = MessageId::new(derive("msg_", &[request.as_str(), "key"]));
        let body = ToEvaluate::KeyUsed { request: request.clone(), fingerprint, about };
        app.ports.send_evaluate(&[Delayed::now(Message { id, since: app.ports.now(), body })]).await?;
        claim.accepted();
        Ok(request)
    }
}

/// Sends a command about a record to `evaluate`, and answers where its effect will show.
pub(crate) async fn command<P: ConsolePorts>(
    app: &App<P>,
    headers: &HeaderMap,
    caller: Caller,
    record: RecordKey,
    command: Command,
) -> Answer {
    let content = serde_json::to_value(&command).expect("a command is plain data");
    // The task that is completed stands in the address.
    let what = format!("{record} {} {}", content["command"], content["task"]);
    let wish = Wish::read(app, headers, record.clone(), &what, &content.to_string()).await?;
    let link = format!("{}/timeline", record_path(&record));
    if !wish.is_repeat() {
        let body = ToEvaluate::Command { record, by: caller.name, command };
        let message = Message { id: wish.id.clone(), since: app.ports.now(), body };
        app.ports.send_evaluate(&[Delayed::now(message)]).await?;
    }
    accepted(&wish.accepted(app).await?, "timeline", &link)
}
