use axum::{Router, extract::Request, middleware};

use super::Error;
use crate::trust;

/// Serves an HTTP API's requests with a router, the same one that the local host serves.
///
/// The API has to use its `$default` stage: a named one becomes part of the path.
pub async fn run_http(router: Router) -> Result<(), Error> {
    lambda_http::run(router.layer(middleware::map_request(with_client))).await
}

/// Behind API Gateway the connection says nothing about the client.
async fn with_client(mut request: Request) -> Request {
    if let Some(client) = trust::client_ip(request.extensions()) {
        request.extensions_mut().insert(client);
    }
    request
}
