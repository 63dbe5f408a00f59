use axum::Router;

use super::Error;

/// Serves an HTTP API's requests with a router, the same one that the local host serves.
///
/// The API has to use its `$default` stage: a named one becomes part of the path.
pub async fn run_http(router: Router) -> Result<(), Error> {
    lambda_http::run(router).await
}
