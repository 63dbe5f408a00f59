//! Requests that nobody would write: whatever arrives, the answer is never a 5xx, and every
//! refusal is a problem document. The numbers come from a fixed seed.

use axum::{body::Body, http::Request};
use console::routes;

use crate::host::Host;

const REQUESTS: usize = 4_000;

const BODIES: [&str; 8] = [
    r#"{"type":"call_logged","record":{"kind":"lead","id":"L1"},"at":"2026-03-02T09:00:00Z","data":{"score":1}}"#,
    r#"{"full_name":"Ada","email":"ada@example.com","company":"Example","team_size":"51-200"}"#,
    r#"{"files":{"people.yaml":"ana: {name: Ana}","pools.yaml":"&a [*a]"}}"#,
    r#"{"workflows":["speed-to-lead"]}"#,
    r#"{"to":"ben","reason":"because","until":"monday","manifest":"man_x"}"#,
    "email=ada%40example.com&a[b][c]=1&a[b]=2",
    "--B\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nada@example.com\r\n--B--\r\n",
    "[[[[{\"a\":1e99}]]]]",
];
const TYPES: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=B",
    "application/problem+json",
    "text/plain; charset=\"",
];
const PARTS: [&str; 10] =
    ["lead", "L1", "%00", "%2F..%2F", "demo-request", "%C3%28", "x%0d%0ay", "intake", "\u{feff}ana", "strict"];
const QUERIES: [&str; 6] =
    ["", "?limit=1&cursor=bzzzzzzzzzzzzzzzz", "?state=%FF", "?workflow=speed-to-lead", "?&&=&", "?cursor=%00"];

/// xorshift: enough to be different, always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Cuts, repeats and flips some of the bytes.
    fn spoiled(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..self.below(4) {
            let at = self.below(bytes.len().max(1));
            match self.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), u8::try_from(self.below(256)).unwrap()),
                2 => bytes.extend_from_within(at.min(bytes.len())..),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 0x55),
            }
        }
        bytes
    }
}

#[tokio::test]
async fn no_request_makes_it_stumble() {
    let host = Host::new().await;
    host.lead().await;
    let routes = routes(host.app.clone());
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for _ in 0..REQUESTS {
        let route = &routes[numbers.below(routes.len())];
        let path: Vec<String> = route
            .path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    numbers.one_of(&PARTS).replace('\u{feff}', "%EF%BB%BF")
                } else {
                    part.to_owned()
                }
            })
            .collect();
        let uri = path.join("/") + numbers.one_of(&QUERIES);
        let method = numbers.one_of(&[route.method, route.method, "POST", "PUT", "DELETE", "OPTIONS", "TRACE"]);
        let text = numbers.one_of(&BODIES);
        let body = numbers.spoiled(text);
        let shown = format!("{method} {uri} {:?}", String::from_utf8_lossy(&body));
        let request = Request::builder()
            .method(method)
            .uri(&uri)
            .header("authorization", "Bearer hk_admin")
            .header("content-type", numbers.one_of(&TYPES))
            .header("idempotency-key", numbers.one_of(&["k1", "k2", " ", "\u{7f}x"]).replace('\u{7f}', "~"))
            .body(Body::from(body));
        let answer = host.send(request.unwrap()).await;
        assert!(answer.status.as_u16() < 500, "{shown}: {answer:?}");
        let is_page = answer.header("content-type").starts_with("text/html");
        let is_problem = answer.header("content-type") == "application/problem+json";
        assert_eq!(
            answer.status.is_client_error(),
            is_problem || (is_page && !answer.status.is_success()),
            "{shown}: {answer:?}"
        );
    }
}
