//! `multipart/form-data` in one pass over a body that is in memory already.
//!
//! Own, because the maintained crates are async over streams; ours has ≤ 64 KB and no I/O.

use crate::{limits, problem::step, refusal::Refusal, submission::File};

pub(super) struct MultipartForm {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<File>,
}

pub(super) fn parse(body: &[u8], boundary: &str) -> Result<MultipartForm, Refusal> {
    if boundary.is_empty()
        || boundary.len() > 70
        || !boundary.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    {
        return Err(malformed("the boundary must have 1 to 70 printable characters"));
    }
    let delimiter = format!("--{boundary}");
    let start = find(body, delimiter.as_bytes()).ok_or_else(|| malformed("the boundary is not in the body"))?;
    let separator = format!("\r\n{delimiter}");
    let mut rest = &body[start + delimiter.len()..];
    let mut form = MultipartForm { pairs: Vec::new(), files: Vec::new() };
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n").ok_or_else(|| malformed("a boundary is not followed by a new line"))?;
        let end = find(rest, separator.as_bytes()).ok_or_else(|| malformed("the last boundary is missing"))?;
        part(&rest[..end], &mut form)?;
        if form.pairs.len() + form.files.len() > limits::FIELDS {
            return Err(Refusal::at("too_many_fields", "", "the body has more than 200 parts"));
        }
        rest = &rest[end + separator.len()..];
    }
    Ok(form)
}

fn part(part: &[u8], form: &mut MultipartForm) -> Result<(), Refusal> {
    let end = find(part, b"\r\n\r\n").ok_or_else(|| malformed("a part has no empty line after its headers"))?;
    let headers = std::str::from_utf8(&part[..end]).map_err(|_| malformed("a part's headers are not UTF-8"))?;
    let disposition = headers
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| value.trim())
        .ok_or_else(|| malformed("a part has no Content-Disposition"))?;
    let name = parameter(disposition, "name").ok_or_else(|| malformed("a part has no name"))?;
    if let Some(file) = parameter(disposition, "filename") {
        if !file.is_empty() {
            super::check_text(&file, "", &step(&name))?;
            form.files.push(File { question: name, name: file });
        }
        return Ok(());
    }
    let text = String::from_utf8(part[end + 4..].to_vec())
        .map_err(|_| Refusal::at("utf8_invalid", step(&name), "the text is not UTF-8"))?;
    form.pairs.push((name, text));
    Ok(())
}

/// `form-data; name="a\"b"; filename=x` → the parameter's value, unquoted.
fn parameter(disposition: &str, wanted: &str) -> Option<String> {
    let mut rest = disposition.split_once(';')?.1;
    loop {
        let (name, tail) = rest.split_once('=')?;
        let (value, after) = unquote(tail.trim_start());
        if name.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

fn unquote(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, letter) in quoted.char_indices() {
        match letter {
            _ if escaped => {
                value.push(letter);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value.replace("%22", "\""), &quoted[at + 1..]),
            _ => value.push(letter),
        }
    }
    (value, "")
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn malformed(detail: &str) -> Refusal {
    Refusal::malformed("multipart_malformed", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_files_only_named() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\nada@example.com\r\n\
            --B\r\ncontent-disposition: form-data; name=\"cv\"; filename=\"a;b.pdf\"\r\n\r\n%PDF\0\r\n--B--\r\n";
        let form = parse(body, "B").unwrap();
        assert_eq!(form.pairs, [("e".to_owned(), "ada@example.com".to_owned())]);
        assert_eq!(form.files, [File { question: "cv".to_owned(), name: "a;b.pdf".to_owned() }]);
    }

    #[test]
    fn a_quoted_name_may_hold_semicolons_and_quotes() {
        assert_eq!(parameter("form-data; filename=x; name=\"a;=\\\"b\"", "name").unwrap(), "a;=\"b");
    }
}
