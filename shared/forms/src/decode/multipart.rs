//! `multipart/form-data` in one pass over a body that is in memory already.
//!
//! Own, because the maintained crates are async over streams and stop at the first fault. Here a part
//! that is odd costs itself at most: a boundary that is missing at the end ends with the body.

use super::{Fault, UNREAD, charset, not_read};
use crate::{limits, problem::step, submission::File};

pub(super) struct MultipartForm {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<File>,
    pub faults: Vec<Fault>,
}

/// Reads the parts. The boundary is the one declared, else the body's first line.
pub(super) fn parse(body: &[u8], declared: Option<&str>, charset: Option<&str>) -> MultipartForm {
    let mut form = MultipartForm { pairs: Vec::new(), files: Vec::new(), faults: Vec::new() };
    let own = || body.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let delimiter = match declared {
        Some(boundary) if !boundary.is_empty() => format!("--{boundary}").into_bytes(),
        _ => own().to_vec(),
    };
    let delimiter = if find(body, &delimiter).is_some() { delimiter } else { own().to_vec() };
    let Some(start) = find(body, &delimiter).filter(|_| delimiter.len() > 2) else {
        form.faults.push(Fault::whole("multipart_malformed", "the boundary is not in the body"));
        return form;
    };
    form.outside(&body[..start], charset);
    let mut rest = &body[start + delimiter.len()..];
    while !rest.starts_with(b"--") && !rest.is_empty() {
        match next(rest, &delimiter) {
            Some(at) => {
                form.part(without_breaks(&rest[..at]), charset);
                rest = &rest[at + delimiter.len()..];
            }
            None => {
                form.last(rest, charset);
                rest = &[];
            }
        }
    }
    form.outside(rest.strip_prefix(b"--").unwrap_or(rest), charset);
    form
}

/// Where the next delimiter is: at the beginning of a line.
fn next(rest: &[u8], delimiter: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(&rest[from..], delimiter)?;
        if at > 0 && rest[at - 1] == b'\n' {
            return Some(at);
        }
        from = at + delimiter.len();
    }
}

/// A part without the line break after the boundary before it, and the one before the next.
fn without_breaks(part: &[u8]) -> &[u8] {
    let start = part.iter().position(|byte| *byte == b'\n').map_or(part.len(), |at| at + 1);
    let part = &part[start..];
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

impl MultipartForm {
    /// Keeps what stands before the first boundary or after the last: a part, where one of them is broken.
    fn outside(&mut self, text: &[u8], charset: Option<&str>) {
        let text = charset::text(text, charset).0;
        if !text.trim().is_empty() {
            self.pairs.push((UNREAD.to_owned(), text.trim().to_owned()));
        }
    }

    /// A part without a boundary behind it. Whole only if a line break stands there, as before a boundary; what was
    /// cut off fills nothing.
    fn last(&mut self, part: &[u8], charset: Option<&str>) {
        let fault = "the last boundary is missing; the body may be cut off";
        self.faults.push(Fault::whole("multipart_malformed", fault));
        let is_file = find(&head(part).0.to_ascii_lowercase(), b"filename").is_some();
        if part.ends_with(b"\n") || is_file {
            self.part(without_breaks(part), charset);
        } else {
            self.faults.push(not_read());
            self.outside(part, charset);
        }
    }

    fn part(&mut self, part: &[u8], charset: Option<&str>) {
        let (headers, content) = head(part);
        let headers = charset::text(headers, charset).0;
        let header = |wanted: &str| {
            let mut lines = headers.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        };
        let disposition = header("content-disposition").unwrap_or_default();
        let number = self.pairs.len() + self.files.len() + 1;
        let name = parameter(disposition, "name").unwrap_or_else(|| format!("part {number}"));
        let file =
            parameter(disposition, "filename").or_else(|| parameter(disposition, "filename*").map(|it| extended(&it)));
        match file {
            Some(file) if file.is_empty() && content.is_empty() => {}
            Some(_) if self.files.len() == limits::FILES => self.not_named(),
            Some(file) => self.files.push(File::new(name, &file, content)),
            None if !charset::is_text(content, charset) && self.files.len() < limits::FILES => {
                self.files.push(File::new(name, "no text", content));
            }
            None => {
                let (text, doubt) = charset::text(content, header("content-type").and_then(of_type).or(charset));
                let mut remark = |code, detail: &str| {
                    if self.faults.len() < limits::REMARKS {
                        self.faults.push(Fault::at(code, step(&name), detail));
                    }
                };
                if disposition.is_empty() {
                    remark("multipart_malformed", "the part does not say which field it is");
                }
                if let Some(doubt) = doubt {
                    remark("utf8_invalid", &doubt);
                }
                self.pairs.push((name, text));
            }
        }
    }
}

impl MultipartForm {
    fn not_named(&mut self) {
        let fault =
            Fault::whole("too_many_files", format!("more than {} files came; the others are not named", limits::FILES));
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// A part's headers and its content. Without an empty line between them there are no headers.
fn head(part: &[u8]) -> (&[u8], &[u8]) {
    let split = |blank: &[u8]| find(part, blank).map(|at| (&part[..at], &part[at + blank.len()..]));
    split(b"\r\n\r\n").or_else(|| split(b"\n\n")).unwrap_or((&[], part))
}

fn of_type(content_type: &str) -> Option<&str> {
    let (_, charset) = content_type.split_once("charset=")?;
    Some(charset.split(';').next().unwrap_or_default().trim_matches(['"', ' ']))
}

/// `UTF-8''na%C3%AFve.pdf` → `naïve.pdf` (RFC 8187).
fn extended(value: &str) -> String {
    let coded = value.rsplit('\'').next().unwrap_or(value).replace('+', "%2B").replace('=', "%3D");
    let pairs = super::pairs(coded.as_bytes(), None).pairs;
    pairs.into_iter().next().map_or_else(String::new, |(_, value)| value)
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
    if needle.is_empty() {
        return None;
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn texts_are_read_and_files_only_named() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\nada@example.com\r\n\
            --B\r\ncontent-disposition: form-data; name=\"cv\"; filename=\"a;b.pdf\"\r\n\r\n%PDF\0\r\n--B--\r\n";
        let form = parse(body, Some("B"), None);
        assert_eq!(form.pairs, [pair("e", "ada@example.com")]);
        assert_eq!(form.files, [File::new("cv".to_owned(), "a;b.pdf", b"%PDF\0")]);
        assert!(form.faults.is_empty());
    }

    #[test]
    fn a_quoted_name_may_hold_semicolons_and_quotes() {
        assert_eq!(parameter("form-data; filename=x; name=\"a;=\\\"b\"", "name").unwrap(), "a;=\"b");
        assert_eq!(extended("UTF-8''na%C3%AFve+1.pdf"), "naïve+1.pdf");
    }

    #[test]
    fn an_odd_part_costs_itself_at_most() {
        for (body, boundary, expected, faults) in [
            ("--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", Some("B"), pair("a", "1"), 1),
            ("--B\nContent-Disposition: form-data; name=a\n\n1\n--B--", Some("B"), pair("a", "1"), 0),
            ("--C\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--C--", Some("B"), pair("a", "1"), 0),
            ("--C\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--C--", None, pair("a", "1"), 0),
            ("--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--", Some("B"), pair("part 1", "1"), 0),
            ("--B\r\nX: y\r\n\r\n1\r\n--B--", Some("B"), pair("part 1", "1"), 1),
            (
                "--B\r\nContent-Disposition: form-data; name=a\r\n1\r\n--B--",
                Some("B"),
                pair("part 1", "Content-Disposition: form-data; name=a\r\n1"),
                1,
            ),
            (
                "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx --B y\r\n--B--",
                Some("B"),
                pair("a", "x --B y"),
                0,
            ),
        ] {
            let form = parse(body.as_bytes(), boundary, None);
            assert_eq!((form.pairs.as_slice(), form.faults.len()), (&[expected][..], faults), "{body}");
        }
        assert!(parse(b"no boundary here", Some("B"), None).pairs.is_empty());
    }
}
