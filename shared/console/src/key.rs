//! API keys: made, hashed and compared. A key itself is never stored.

use sha2::{Digest, Sha256};

/// 128 random bits as text: what [`crate::Ids`] returns on a host.
pub fn fresh_id() -> String {
    random::<16>()
}

/// A new API key of 256 bits. Show it once and store only [`hash_key`] of it.
pub fn fresh_key() -> String {
    format!("hk_{}", random::<32>())
}

/// What is stored of a key: its SHA-256 as hex. A key has 256 random bits, so no salt is needed.
pub fn hash_key(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

/// Compares without telling by the time taken where two texts differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |found, (a, b)| found | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differences) == 0
}

fn random<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_and_never_the_same() {
        assert_eq!(fresh_key().len(), 3 + 64);
        assert_ne!(fresh_key(), fresh_key());
        assert_eq!(hash_key("a").len(), 64);
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        for (other, same) in [("abc", true), ("abd", false), ("ab", false), ("", false), ("abcd", false)] {
            assert_eq!(is_same("abc", other), same, "{other}");
        }
    }
}
