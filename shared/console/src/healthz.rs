//! `GET /healthz`: the process answers. Says nothing about what is behind it.

use crate::answer::{Answer, ok};

pub(crate) async fn answer() -> Answer {
    ok(serde_json::json!({ "status": "ok" }))
}
