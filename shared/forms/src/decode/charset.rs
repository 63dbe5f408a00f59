//! Bytes as text: UTF-8, UTF-16, or what old pages send, Windows-1252.

/// Reads bytes as text. Says what had to be guessed, if anything.
///
/// `charset` is what the sender declares. UTF-8 that is valid counts before it: pages declare
/// what their server once was. ISO-8859-1 is read as Windows-1252, as browsers do.
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> (String, Option<String>) {
    let declared = charset.unwrap_or("utf-8").to_ascii_lowercase();
    if let Some(text) = utf_16(bytes, &declared) {
        return (text, None);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let is_western =
        ["iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"].contains(&declared.as_str());
    // Letters beyond ASCII that are valid say that it was UTF-8 before it was cut or spoilt.
    if !is_western && bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        let doubt = "not all of it is UTF-8; what is not became \u{fffd}".to_owned();
        return (String::from_utf8_lossy(bytes).into_owned(), Some(doubt));
    }
    let doubt = match declared.as_str() {
        _ if is_western => None,
        "utf-8" | "utf8" | "us-ascii" => Some("the text is not UTF-8; it was read as Windows-1252".to_owned()),
        _ => Some("its charset is not known here; it was read as Windows-1252, so letters may be wrong".to_owned()),
    };
    (bytes.iter().map(|byte| windows_1252(*byte)).collect(), doubt)
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

fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
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
        check(b"J\xfcrgen", Some("koi8-r"), "Jürgen", true);
        check(b"Zo\xc3\xab \xf0\x9f\x98", None, "Zoë \u{fffd}", true);
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
