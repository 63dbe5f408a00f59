//! What this host trusts: keys from its data file, secrets from the environment.

use std::{path::Path, sync::Arc};

use console::{ApiKey, Found, Keys, Scope, Secrets, Trust};
use engine::ports::Clock;
use sqlite::Store;

use crate::{failure::Failure, key_file};

/// Keys and secrets for the routes of a host.
pub fn trust(store: &Store) -> Trust {
    Trust {
        keys: Arc::new(Stored(store.clone())),
        secrets: Arc::new(Environment),
        fresh_id: Arc::new(console::fresh_id),
    }
}

/// The first start makes an admin key, keeps its hash, and puts the key itself in a file for
/// this machine's own commands. Returns it that once.
pub async fn first_key(store: &Store, data: &Path) -> Result<Option<String>, Failure> {
    let kept = |error| Failure::from_error("the keys cannot be read", &error);
    let file = key_file::beside(data);
    match key_file::take_from_others(&file) {
        Ok(false) => {}
        Ok(true) => tracing::warn!(file = %file.display(), "others could read it; now only its owner can"),
        Err(error) => tracing::warn!(file = %file.display(), %error, "others can read it, and that cannot be changed"),
    }
    if !store.api_keys().await.map_err(kept)?.is_empty() && key_file::read(&file).is_some() {
        return Ok(None);
    }
    let key = console::fresh_key();
    let stored = sqlite::ApiKey {
        hash: console::hash_key(&key),
        prefix: key.chars().take(7).collect(),
        name: "admin".to_owned(),
        scopes: vec!["admin".to_owned()],
        created_at: store.now(),
    };
    store.insert_api_key(&stored).await.map_err(kept)?;
    key_file::write(&file, &key)
        .map_err(|error| Failure::from_error(&format!("{} cannot be written", file.display()), &error))?;
    Ok(Some(key))
}

struct Stored(Store);

impl Keys for Stored {
    fn find<'a>(&'a self, hash: &'a str) -> Found<'a, ApiKey> {
        Box::pin(async move {
            let found = self.0.api_key_by_hash(hash).await?;
            Ok(found.map(|key| ApiKey {
                scopes: key.scopes.iter().filter_map(|scope| scope_of(scope)).collect(),
                hash: key.hash,
                name: key.name,
                expires_at: None,
            }))
        })
    }
}

fn scope_of(text: &str) -> Option<Scope> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

struct Environment;

impl Secrets for Environment {
    fn secret<'a>(&'a self, reference: &'a str) -> Found<'a, String> {
        let found = reference.strip_prefix("env:").and_then(|name| std::env::var(name).ok());
        Box::pin(std::future::ready(Ok(found)))
    }
}
