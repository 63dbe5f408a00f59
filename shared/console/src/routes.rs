//! A list of routes that is also the router: what is served, by which method, for whom.
//! The OpenAPI document and the tests of scopes are held against this list.

use axum::{
    Router,
    handler::Handler,
    middleware,
    routing::{MethodFilter, on},
};
use engine::ports::Clock;

use crate::{
    access::{Need, authorize},
    app::App,
    query,
};

/// One route as listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    /// As the router and OpenAPI write it: `/v1/records/{kind}/{id}`.
    pub path: &'static str,
    pub need: Need,
}

/// Routes in the making.
pub(crate) struct Routes<P> {
    app: App<P>,
    router: Router<App<P>>,
    listed: Vec<Route>,
}

impl<P: Clock + 'static> Routes<P> {
    pub(crate) fn new(app: App<P>) -> Self {
        Self { app, router: Router::new(), listed: Vec::new() }
    }

    pub(crate) fn get<T: 'static>(self, need: Need, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.add("GET", MethodFilter::GET, need, path, handler)
    }

    /// What it is to do stands in the body alone: a parameter is refused, for it would be ignored.
    pub(crate) fn post<T: 'static>(self, need: Need, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.add("POST", MethodFilter::POST, need, path, handler.layer(middleware::from_fn(query::refuse)))
    }

    /// The address of a form: anybody posts to it, with whatever parameters.
    pub(crate) fn form<T: 'static>(self, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.add("POST", MethodFilter::POST, Need::Nothing, path, handler)
    }

    pub(crate) fn put<T: 'static>(self, need: Need, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.add("PUT", MethodFilter::PUT, need, path, handler.layer(middleware::from_fn(query::refuse)))
    }

    pub(crate) fn delete<T: 'static>(self, need: Need, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.add("DELETE", MethodFilter::DELETE, need, path, handler)
    }

    /// The address of a form with a slash behind it, as people write it. The API's document names the other one.
    pub(crate) fn also_form<T: 'static>(mut self, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.router = self.router.route(path, on(MethodFilter::POST, handler));
        self
    }

    /// What a browser asks before it posts from another site's page. Not part of the API.
    pub(crate) fn preflight<T: 'static>(mut self, path: &'static str, handler: impl Handler<T, App<P>>) -> Self {
        self.router = self.router.route(path, on(MethodFilter::OPTIONS, handler));
        self
    }

    fn add<T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        need: Need,
        path: &'static str,
        handler: impl Handler<T, App<P>>,
    ) -> Self {
        let guard = middleware::from_fn_with_state((self.app.clone(), need), authorize::<P>);
        self.router = self.router.route(path, on(filter, handler).route_layer(guard));
        self.listed.push(Route { method, path, need });
        self
    }

    pub(crate) fn finish(self) -> (Router, Vec<Route>) {
        (self.router.with_state(self.app), self.listed)
    }
}
