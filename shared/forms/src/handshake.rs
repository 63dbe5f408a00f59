//! Meta asks once, with GET, whether the endpoint is ours before it posts leads.

use crate::{decode::pairs, refusal::Refusal, signature};

/// Answers `GET …?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…` with the challenge.
///
/// `query` is without `?`. The answer must be sent as `text/plain`. Refuses with 400 when the
/// query is not a handshake, with 403 when the token is not ours.
pub fn handshake(query: &str, verify_token: &str) -> Result<String, Refusal> {
    let refuse = |status, detail: &str| Refusal::Handshake { status, detail: detail.to_owned() };
    let pairs = pairs(query.as_bytes(), None).pairs;
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if get("hub.mode") != Some("subscribe") {
        return Err(refuse(400, "`hub.mode` must be subscribe"));
    }
    let token = get("hub.verify_token").ok_or_else(|| refuse(400, "`hub.verify_token` is missing"))?;
    let challenge = get("hub.challenge").ok_or_else(|| refuse(400, "`hub.challenge` is missing"))?;
    if verify_token.is_empty() || signature::check_secret(verify_token, token).is_err() {
        return Err(refuse(403, "`hub.verify_token` is not the one of this form"));
    }
    // The challenge is echoed: nothing that could be read as markup goes back.
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_.~+/=".contains(letter);
    if challenge.is_empty() || challenge.len() > 256 || !challenge.chars().all(harmless) {
        return Err(refuse(400, "`hub.challenge` must be 1 to 256 letters and digits"));
    }
    Ok(challenge.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Result<&str, u16>) {
        let answer = handshake(query, "tok en");
        assert_eq!(answer.as_deref().map_err(|refusal| refusal.problem().status), expected, "{query}");
    }

    #[test]
    fn the_challenge_goes_back_only_for_our_token() {
        check("hub.mode=subscribe&hub.verify_token=tok%20en&hub.challenge=1158201444", Ok("1158201444"));
        check("hub.mode=subscribe&hub.verify_token=other&hub.challenge=1", Err(403));
        check("hub.mode=subscribe&hub.challenge=1", Err(400));
        check("hub.mode=subscribe&hub.verify_token=tok+en", Err(400));
        check("hub.mode=unsubscribe&hub.verify_token=tok+en&hub.challenge=1", Err(400));
        check("hub.mode=subscribe&hub.verify_token=tok+en&hub.challenge=%3Cscript%3E", Err(400));
        check("", Err(400));
        assert!(handshake("hub.mode=subscribe&hub.verify_token=&hub.challenge=1", "").is_err());
    }
}
