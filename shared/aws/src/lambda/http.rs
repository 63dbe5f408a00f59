use std::{future::Future, pin::Pin};

use axum::{Router, body, extract::Request, middleware, response::Response};
use lambda_http::{Body, IntoResponse, tower::ServiceExt};

use super::Error;
use crate::trust;

/// Serves an HTTP API's requests with a router, the same one that the local host serves.
///
/// The API has to use its `$default` stage: a named one becomes part of the path.
pub async fn run_http(router: Router) -> Result<(), Error> {
    let router = router.layer(middleware::map_request(with_client));
    Ok(lambda_http::run(ServiceExt::<lambda_http::Request>::map_response(router, Answer)).await?)
}

/// Behind API Gateway the connection says nothing about the client.
async fn with_client(mut request: Request) -> Request {
    if let Some(client) = trust::client_ip(request.extensions()) {
        request.extensions_mut().insert(client);
    }
    request
}

/// An answer of the router. What it says is UTF-8 or no text at all, so it is not looked up in tables of every
/// encoding, which is what `lambda_http` does with an answer by itself and what a function would carry along.
struct Answer(Response);

impl IntoResponse for Answer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = lambda_http::Response<Body>> + Send>> {
        Box::pin(async {
            let (parts, body) = self.0.into_parts();
            let bytes = body::to_bytes(body, usize::MAX).await.expect("the whole answer is in memory");
            let body = match String::from_utf8(bytes.into()) {
                Ok(text) if text.is_empty() => Body::Empty,
                Ok(text) => Body::Text(text),
                Err(other) => Body::Binary(other.into_bytes()),
            };
            lambda_http::Response::from_parts(parts, body)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(body: &'static [u8], expected: Body) {
        let answer = Response::builder().status(202).header("x-said", "so").body(body::Body::from(body)).unwrap();
        let answer = Answer(answer).into_response().await;
        assert_eq!((answer.status().as_u16(), answer.headers()["x-said"].as_bytes()), (202, &b"so"[..]));
        assert_eq!(answer.into_body(), expected);
    }

    #[tokio::test]
    async fn an_answer_goes_out_as_the_text_that_it_is() {
        check("Müller, \u{6f22}".as_bytes(), Body::Text("Müller, \u{6f22}".to_owned())).await;
        check(b"", Body::Empty).await;
        check(b"\xff\xfe", Body::Binary(vec![0xff, 0xfe])).await;
    }
}
