use std::{env, net::IpAddr, sync::Arc};

use axum::http::Extensions;
use console::{Access, ApiKey, App, ClientIp, Found, Keys, Rate, Secrets, Trust};
use engine::ports::PortError;
use lambda_http::request::RequestContext;

use crate::{Config, Ports};

/// How old what this host says about "active" may be, in seconds: its cache's age.
const ACTIVE_MAY_BE_OLD_SECONDS: u32 = 10;

impl Ports {
    /// What the HTTP routers are given on this host.
    pub fn app(self) -> App<Self> {
        let settings = console::Config {
            others_accept: true,
            access: Access::Keys,
            rate: Some(Rate::default()),
            public_url: self.config.public_url.clone(),
            body_limit: self.config.body_limit,
            cannot_mail: None,
            active_may_be_old_seconds: ACTIVE_MAY_BE_OLD_SECONDS,
            folder_is_watched: false,
        };
        let known = Arc::new(Known(Arc::clone(&self.config)));
        let trust = Trust { keys: known.clone(), secrets: known, fresh_id: Arc::new(console::fresh_id) };
        App::new(Arc::new(self), trust, settings)
    }
}

/// Keys and secrets that the template's parameters hold.
struct Known(Arc<Config>);

impl Keys for Known {
    fn find<'a>(&'a self, hash: &'a str) -> Found<'a, ApiKey> {
        let key = self.0.api_keys.iter().find(|key| key.hash == hash).cloned();
        Box::pin(async move { Ok(key) })
    }
}

impl Secrets for Known {
    fn secret<'a>(&'a self, reference: &'a str) -> Found<'a, String> {
        Box::pin(async move {
            let Some(name) = reference.strip_prefix("env:") else {
                let why = format!("`{reference}` is not kept here; write env:NAME and give NAME in FormSecrets");
                return Err(PortError::Refused { operation: "read a form's secret", why });
            };
            Ok(self.0.form_secrets.get(name).cloned().or_else(|| env::var(name).ok()))
        })
    }
}

/// Whose request it is, as API Gateway says.
pub(crate) fn client_ip(extensions: &Extensions) -> Option<ClientIp> {
    let RequestContext::ApiGatewayV2(context) = extensions.get::<RequestContext>()? else { return None };
    context.http.source_ip.as_deref()?.parse::<IpAddr>().ok().map(ClientIp)
}
