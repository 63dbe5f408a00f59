//! What this host trusts: keys from its data file, secrets from the environment.

use std::{path::Path, sync::Arc};

use console::{ApiKey, Asked, Found, KeptKey, KeptKeys, Keys, Removed, Scope, Secrets, Trust};
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

/// A start that finds no key of this data in the file for this machine's own commands makes an admin key, keeps its
/// hash, and puts the key itself there. Returns it that once.
pub async fn first_key(store: &Store, data: &Path) -> Result<Option<String>, Failure> {
    let kept = |error| Failure::from_error("the keys cannot be read", &error);
    let file = key_file::beside(data);
    match key_file::take_from_others(&file) {
        Ok(false) => {}
        Ok(true) => tracing::warn!(file = %file.display(), "others could read it; now only its owner can"),
        Err(error) => tracing::warn!(file = %file.display(), %error, "others can read it, and that cannot be changed"),
    }
    if let Some(there) = key_file::read(&file) {
        let hash = console::hash_key(&there);
        if store.api_key_by_hash(&hash).await.map_err(kept)?.is_some() {
            return Ok(None);
        }
        // A store that was put back from a backup has other keys. The file may be another store's only one.
        let aside = key_file::set_aside(&file, store.now());
        let aside =
            aside.map_err(|error| Failure::from_error(&format!("{} cannot be renamed", file.display()), &error))?;
        tracing::warn!(file = %file.display(), aside = %aside.display(), "it held no key of this data and was renamed");
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
                scopes: key.scopes.iter().filter_map(|scope| Scope::named(scope)).collect(),
                hash: key.hash,
                name: key.name,
                expires_at: None,
            }))
        })
    }

    fn kept(&self) -> Option<&dyn KeptKeys> {
        Some(self)
    }
}

impl KeptKeys for Stored {
    fn all(&self) -> Asked<'_, Vec<KeptKey>> {
        Box::pin(async move { Ok(self.0.api_keys().await?.into_iter().filter_map(told).collect()) })
    }

    fn add(&self, key: KeptKey) -> Asked<'_, bool> {
        let KeptKey { hash, prefix, name, scope, created_at } = key;
        let scopes = vec![scope.as_str().to_owned()];
        let stored = sqlite::ApiKey { hash, prefix, name, scopes, created_at };
        Box::pin(async move { self.0.add_api_key(&stored).await })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Asked<'a, Removed> {
        let keeps_an_admin = |left: &[sqlite::ApiKey]| {
            left.iter().any(|key| key.scopes.iter().any(|scope| scope == Scope::Admin.as_str()))
        };
        Box::pin(async move {
            Ok(match self.0.remove_api_keys(name, keeps_an_admin).await? {
                None => Removed::LastAdmin,
                Some(removed) if removed.is_empty() => Removed::Unknown,
                Some(_) => Removed::Done,
            })
        })
    }
}

fn told(key: sqlite::ApiKey) -> Option<KeptKey> {
    let sqlite::ApiKey { hash, prefix, name, scopes, created_at } = key;
    let scope = scopes.iter().filter_map(|scope| Scope::named(scope)).max()?;
    Some(KeptKey { hash, prefix, name, scope, created_at })
}

struct Environment;

impl Secrets for Environment {
    fn secret<'a>(&'a self, reference: &'a str) -> Found<'a, String> {
        let found = reference.strip_prefix("env:").and_then(|name| std::env::var(name).ok());
        Box::pin(std::future::ready(Ok(found)))
    }
}
