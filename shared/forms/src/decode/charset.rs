//! Bytes as text: UTF-8, UTF-16, what the sender declares, or what old pages send, Windows-1252.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Reads bytes as text. Says what had to be guessed, if anything.
///
/// `charset` is what the sender declares. UTF-8 that is valid counts before it: pages declare
/// what their server once was. ISO-8859-1 is read as Windows-1252, as browsers do.
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> (String, Option<String>) {
    let declared = charset.unwrap_or("utf-8").to_ascii_lowercase();
    if let Some(text) = utf_16(bytes, &declared) {
        return (text, None);
    }
    let encoding = Encoding::for_label(declared.replace("latin-", "latin").as_bytes());
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // Where not every byte of ASCII is itself (ISO-2022-JP), no text is UTF-8 by chance alone.
    let is_coded = encoding.is_some_and(|encoding| !encoding.is_ascii_compatible()) && bytes.contains(&0x1B);
    if let Ok(text) = std::str::from_utf8(bytes)
        && !is_coded
    {
        return (text.to_owned(), None);
    }
    if let Some(encoding) = encoding.filter(|encoding| *encoding != UTF_8) {
        let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
        let doubt = is_damaged.then(|| format!("not all of it is {}; what is not became \u{fffd}", encoding.name()));
        return (text.into_owned(), doubt);
    }
    // Letters beyond ASCII that are valid say that it was UTF-8 before it was cut or spoilt.
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        let doubt = "not all of it is UTF-8; what is not became \u{fffd}".to_owned();
        return (String::from_utf8_lossy(bytes).into_owned(), Some(doubt));
    }
    let doubt = match declared.as_str() {
        "utf-8" | "utf8" => "the text is not UTF-8; it was read as Windows-1252",
        _ => "its charset is not known here; it was read as Windows-1252, so letters may be wrong",
    };
    (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), Some(doubt.to_owned()))
}

/// Whether bytes are a text, and not a picture or an archive. A text in UTF-16 is full of zeros.
pub(super) fn is_text(bytes: &[u8], charset: Option<&str>) -> bool {
    const ESCAPE: u8 = 0x1B;
    let is_odd = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace() && **byte != ESCAPE;
    let odd = bytes.iter().filter(is_odd).count();
    odd * 20 <= bytes.len() || utf_16(bytes, &charset.unwrap_or_default().to_ascii_lowercase()).is_some()
}

/// UTF-16 by its mark, by its name, or by the zeros between the letters of a document.
fn utf_16(bytes: &[u8], declared: &str) -> Option<String> {
    let (bytes, is_big) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, false),
        [0xFE, 0xFF, rest @ ..] => (rest, true),
        [0, b'{' | b'[', 0, ..] => (bytes, true),
        [b'{' | b'[', 0, _, 0, ..] => (bytes, false),
        [first, ..] if declared.starts_with("utf-16") && bytes.contains(&0) => (bytes, *first == 0),
        _ => return None,
    };
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair.get(1).copied().unwrap_or_default()];
        if is_big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    let letters = char::decode_utf16(bytes.chunks(2).map(unit));
    Some(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], charset: Option<&str>, expected: &str, is_doubtful: bool) {
        let (text, doubt) = text(bytes, charset);
        assert_eq!((text.as_str(), doubt.is_some()), (expected, is_doubtful), "{bytes:?} {charset:?}");
    }

    #[test]
    fn each_charset_is_read_as_what_it_is() {
        check("Zoë €".as_bytes(), None, "Zoë €", false);
        check("\u{feff}{}".as_bytes(), None, "{}", false);
        check("Zoë".as_bytes(), Some("ISO-8859-1"), "Zoë", false);
        check(b"J\xfcrgen \x80", None, "Jürgen €", true);
        check(b"J\xfcrgen", Some("iso-8859-1"), "Jürgen", false);
        check(b"J\xfcrgen", Some("x-user-own"), "Jürgen", true);
        check(b"\xe9\xd7\xc1\xce", Some("KOI8-R"), "Иван", false);
        check(b"\x8e\x52\x93\x63", Some("shift_jis"), "山田", false);
        check(b"\x1b$B;3ED\x1b(B", Some("iso-2022-jp"), "山田", false);
        check("山田".as_bytes(), Some("shift_jis"), "山田", false);
        check(b"\x8e", Some("shift_jis"), "\u{fffd}", true);
        check(b"Zo\xc3\xab \xf0\x9f\x98", None, "Zoë \u{fffd}", true);
    }

    #[test]
    fn a_picture_is_no_text() {
        let noise: Vec<u8> = (0..60_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(!is_text(&noise, None) && !is_text(b"\x89PNG\x01\x02\x03\x04", None));
        assert!(
            is_text("Zoë\r\n".as_bytes(), None) && is_text(b"\xff\xfea\0b\0", None) && is_text(b"a\0", Some("utf-16"))
        );
    }

    #[test]
    fn utf_16_is_known_by_its_mark_its_name_or_its_zeros() {
        let text = "{\"a\":\"é😀\"}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [[&[0xFF, 0xFE], &little[..]].concat(), [&[0xFE, 0xFF], &big[..]].concat(), little, big.clone()] {
            check(&bytes, None, text, false);
        }
        check(&big[2..8], Some("utf-16"), "\"a\"", false);
        check(b"{\"a\":1}", Some("utf-16"), "{\"a\":1}", false);
        check(b"\xff\xfea\0b", None, "ab", false);
    }
}
