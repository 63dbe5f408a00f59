//! Bodies that are odd, and what is read of them; and the few that must be refused: those that say nothing.

use forms::{parse_json, read};

use crate::fixture::{now, post};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=B";

/// (body, content type, status, code, pointer; "-" where there is no field to point at)
type Row<'a> = (&'a [u8], &'a str, u16, &'a str, &'a str);

fn check(rows: &[Row]) {
    for (body, content_type, status, code, pointer) in rows {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let problem = match read(&post(content_type, body), None, now()) {
            Ok(submissions) => panic!("{shown} as {content_type} was accepted: {submissions:?}"),
            Err(refusal) => refusal.problem(),
        };
        let pointed = problem.errors.first().map_or("-", |error| error.pointer.as_str());
        assert_eq!((problem.status, problem.code, pointed), (*status, *code, *pointer), "{shown} as {content_type}");
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["type"], format!("urn:handoff:problem:{code}"));
    }
}

#[test]
fn a_body_that_is_no_text_is_415() {
    check(&[
        (b"\0\x01\x02\x03", "application/octet-stream", 415, "content_type_unsupported", "-"),
        (b"\x89PNG\x01\x02\x03\x04", "image/png", 415, "content_type_unsupported", "-"),
    ]);
    let noise: Vec<u8> = (0..300_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let picture = [b"\xFF\xD8\xFF\xE0", noise.as_slice()].concat();
    for content_type in ["image/jpeg", "application/octet-stream", FORM, JSON, "text/plain", ""] {
        check(&[(&picture, content_type, 415, "content_type_unsupported", "-")]);
    }
    let head = b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"scan\"\r\n\r\n";
    let (fields, remarks) = taken(PARTS, &[head, noise.as_slice(), b"\r\n--B--"].concat());
    assert!(fields[1].starts_with("scan=no text (300000 bytes, sha256 ") && remarks.is_empty(), "{remarks:?}");
}

#[test]
fn the_charset_that_is_declared_counts() {
    let japanese = "application/x-www-form-urlencoded; charset=Shift_JIS";
    check_taken(&[
        (b"name=%8ER%93c&a=1", japanese, &["a=1", "name=山田"], &[]),
        (b"_charset_=shift_jis&name=%8ER%93c", FORM, &["_charset_=shift_jis", "name=山田"], &[]),
        (b"name=J%FCrgen&_charset_=windows-1252", FORM, &["_charset_=windows-1252", "name=Jürgen"], &[]),
        (b"{\"name\":\"\xe9\xd7\xc1\xce\"}", "application/json; charset=koi8-r", &["name=Иван"], &[]),
        (
            b"--B\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\nwindows-1251\r\n\
              --B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\xc8\xe2\xe0\xed\r\n--B--",
            PARTS,
            &["_charset_=windows-1251", "name=Иван"],
            &[],
        ),
    ]);
}

#[test]
fn empty_bodies_and_bodies_without_an_answer_are_400() {
    check(&[
        (b"", JSON, 400, "body_empty", "-"),
        (b" \r\n\t", JSON, 400, "body_empty", "-"),
        (b"", FORM, 400, "body_empty", "-"),
        (b"", PARTS, 400, "body_empty", "-"),
        (b"{}", JSON, 400, "submission_missing", "-"),
        (b"[]", JSON, 400, "submission_missing", "-"),
        (b"null", JSON, 400, "submission_missing", "-"),
        (b"17", JSON, 400, "submission_missing", "-"),
        (b"{\"email\":null,\"name\":\" \"}", JSON, 400, "submission_missing", "-"),
        (b"&&&", FORM, 400, "submission_missing", "-"),
        (b"--B--\r\n", PARTS, 400, "submission_missing", "-"),
        (b"{", JSON, 400, "json_truncated", "-"),
        (b"[{", JSON, 400, "json_truncated", "-"),
        (b"{\"email\":", JSON, 400, "json_truncated", "-"),
        (b"--B\r\n", "multipart/form-data; boundary=", 400, "multipart_malformed", "-"),
    ]);
}

#[test]
fn a_file_alone_is_a_submission_and_another_file_is_another_one() {
    let part = |name: &str, content: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"plan\"; filename=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let of = |parts: &str| {
        let submissions = read(&post(PARTS, format!("{parts}--B--\r\n").as_bytes()), None, now());
        submissions.unwrap_or_else(|refusal| panic!("{refusal}")).remove(0)
    };
    let plan = of(&part("floor.pdf", "%PDF"));
    assert!(plan.fields["plan"].to_string().starts_with("floor.pdf (4 bytes, sha256 "), "{:?}", plan.fields);
    assert!(plan.apart.contains("plan") && plan.files.len() == 1);
    let beside = |file: &str| {
        of(&[file, "--B\r\nContent-Disposition: form-data; name=\"mail\"\r\n\r\nmo@fjord.example\r\n"].concat())
    };
    for of in [&(|file: &str| of(file)) as &dyn Fn(&str) -> forms::Submission, &beside] {
        let first = of(&part("floor.pdf", "%PDF"));
        assert_eq!(first.fingerprint, of(&part("floor.pdf", "%PDF")).fingerprint);
        assert_ne!(first.fingerprint, of(&part("floor.pdf", "%PDF-2")).fingerprint);
    }
    check(&[([part("", "").as_str(), "--B--\r\n"].concat().as_bytes(), PARTS, 400, "submission_missing", "-")]);
}

/// What is read of a body, as `name=answer`, and the codes of the remarks.
fn taken(content_type: &str, body: &[u8]) -> (Vec<String>, Vec<String>) {
    let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
    let submissions = read(&post(content_type, body), None, now());
    let submission = submissions.unwrap_or_else(|refusal| panic!("{shown} as {content_type}: {refusal}")).remove(0);
    let fields = submission.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    (fields, submission.remarks.into_iter().map(|remark| format!("{} {}", remark.code, remark.pointer)).collect())
}

/// (body, content type, fields, remarks)
type Taken<'a> = (&'a [u8], &'a str, &'a [&'a str], &'a [&'a str]);

fn check_taken(rows: &[Taken]) {
    for (body, content_type, fields, remarks) in rows {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let (read, said) = taken(content_type, body);
        assert_eq!((read, said), (owned(fields), owned(remarks)), "{shown} as {content_type}");
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_wrong_content_type_costs_nothing() {
    for content_type in ["text/plain", "", "json", "application/xml", FORM, "application/json; charset=utf-16", PARTS] {
        check_taken(&[(b" {\"a\":\"1\"}", content_type, &["a=1"], &[])]);
    }
    check_taken(&[
        (b"email=ada%40example.com", JSON, &["email=ada@example.com"], &[]),
        (b"email=ada%40example.com", "text/plain", &["email=ada@example.com"], &[]),
        (b"email: ada@example.com\nname: Ada", "text/plain", &["email=ada@example.com", "name=Ada"], &[]),
        (
            b"<lead><email>ada@example.com</email></lead>",
            "text/xml",
            &["text=<lead><email>ada@example.com</email></lead>"],
            &[],
        ),
        (b"\"ada@example.com\"", JSON, &["body=ada@example.com"], &[]),
        (b"--C\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--C--", JSON, &["a=1"], &[]),
        (b"--C\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--C--", "multipart/form-data", &["a=1"], &[]),
    ]);
}

#[test]
fn broken_json_is_read_as_far_as_it_goes() {
    check_taken(&[
        (
            b"{\"email\":\"ada@example.com\",\"name\":\"Ad",
            JSON,
            &["(not read)=\"name\":\"Ad", "email=ada@example.com"],
            &["json_truncated ", "not_read "],
        ),
        (
            b"{\"data\":{\"fields\":[{\"label\":\"Name\",\"value\":\"Ada\"},{\"label\":\"Email\",\"value\":\"ada@exam",
            JSON,
            &["(not read)=\"value\":\"ada@exam", "1.label=Email", "Name=Ada"],
            &["json_truncated ", "not_read "],
        ),
        (b"{\"a\":[\"x\",\"y", JSON, &["(not read)=\"y", "a=x"], &["json_truncated ", "not_read "]),
        (b"{\"a\":\"x\",\"size\":12", JSON, &["(not read)=\"size\":12", "a=x"], &["json_truncated ", "not_read "]),
        (b"{\"email\":\"ada@exam", JSON, &["(not read)=\"email\":\"ada@exam"], &["json_truncated ", "not_read "]),
        // The quotation mark says that all of it is here; so does the word.
        (b"{\"a\":\"x\"", JSON, &["a=x"], &["json_truncated "]),
        (b"{\"a\":true", JSON, &["a=yes"], &["json_truncated "]),
        // What follows shows that the text goes on behind its quotation mark.
        (
            b"{\"a\":\"x\",\"name\":\"Ada \"Countess\" Holm\"}",
            JSON,
            &["(not read)=\"name\":\"Ada \"Countess\" Holm\"}", "a=x"],
            &["json_malformed ", "not_read "],
        ),
        (b"{\"a\":\"x\"]}", JSON, &["(not read)=]}", "a=x"], &["json_malformed ", "not_read "]),
        (b"{\"a\":\"1\"}}", JSON, &["(not read)=}", "a=1"], &["json_malformed ", "not_read "]),
        (b"{\"a\":\"1\",b:2}", JSON, &["(not read)=b:2}", "a=1"], &["json_malformed ", "not_read "]),
        (b"{a:1}", JSON, &["(not read)=a:1}"], &["json_malformed ", "not_read "]),
        (b"{\"a\":\"1\",}", JSON, &["a=1"], &["json_malformed "]),
        (b"{\"a\":\"x\ny\"}", JSON, &["a=x\ny"], &["json_malformed "]),
        (b"{\"a\":1e400}", JSON, &["a=1e400"], &[]),
        (b"{\"a\":99999999999999999999}", JSON, &["a=99999999999999999999"], &[]),
        (b"{\"a\":1,\"a\":2}", JSON, &["a=1", "a (2)=2"], &["key_duplicate /a"]),
    ]);
}

#[test]
fn letters_that_are_none_are_replaced_or_left_out() {
    check_taken(&[
        (b"{\"a\":\"ok \\ud83d\"}", JSON, &["a=ok \u{fffd}"], &["surrogate_alone /a"]),
        (b"{\"a\":{\"b\":[\"x\\u0000y\"]}}", JSON, &["a.b=xy"], &["control_character /a/b/0"]),
        (b"a=x%00y", FORM, &["a=xy"], &["control_character /a"]),
        (b"{\"a\":\"J\xfcrgen\"}", JSON, &["a=J\u{fc}rgen"], &["utf8_invalid "]),
        (b"{\"a\":\"J\xfcrgen\"}", "application/json; charset=iso-8859-1", &["a=J\u{fc}rgen"], &[]),
        (b"name=J%FCrgen", FORM, &["name=J\u{fc}rgen"], &["utf8_invalid /name"]),
        (b"\xff\xfe{\0\"\0a\0\"\0:\0\"\0\xe9\0\"\0}\0", JSON, &["a=\u{e9}"], &[]),
        (b"b=50%&c=%zz", FORM, &["b=50%", "c=%zz"], &[]),
        (
            b"formID=1&submissionID=2&rawRequest=%7B%22q1_a%22%3A%22%5Cud800%22%7D",
            FORM,
            &["a=\u{fffd}", "formID=1", "submissionID=2"],
            &["surrogate_alone /rawRequest/q1_a"],
        ),
        (
            b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nJ\xfcrgen\r\n--B--",
            PARTS,
            &["a=J\u{fc}rgen"],
            &["utf8_invalid /a"],
        ),
        (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", PARTS, &["a=1"], &["multipart_malformed "]),
        (
            b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=b\r\n\r\n2",
            PARTS,
            &["(not read)=Content-Disposition: form-data; name=b\r\n\r\n2", "a=1"],
            &["multipart_malformed ", "not_read "],
        ),
    ]);
}

#[test]
fn what_a_command_may_not_be_is_400_with_its_place() {
    for (body, code, pointer) in [
        ("{\"a\":1}}", "json_malformed", "-"),
        ("{\"a\":1}{\"b\":2}", "json_malformed", "-"),
        ("{a:1}", "json_malformed", "-"),
        ("{'a':1}", "json_malformed", "-"),
        ("{\"a\":1,}", "json_malformed", "-"),
        ("{\"a\":01}", "json_malformed", "-"),
        ("{\"a\":NaN}", "json_malformed", "-"),
        ("{\"a\":\"\n\"}", "json_malformed", "-"),
        ("{\"a\":\"\0\"}", "json_malformed", "-"),
        ("{\"a\":\"\\x41\"}", "json_malformed", "-"),
        ("{", "json_truncated", "-"),
        ("[{\"a\":1},", "json_truncated", "-"),
        ("{\"a\":{\"b\":[\"\",\"\\u0000\"]}}", "nul_character", "/a/b/1"),
        ("{\"a\\u0000\":1}", "nul_character", "/a\0"),
        ("{\"a\":[\"\\ud83d\\u0041\"]}", "surrogate_alone", "/a/0"),
        ("{\"a\":{\"b\":1e309}}", "number_out_of_range", "/a/b"),
        ("{\"x\":[{\"a\":1,\"b\":2,\"a\":1}]}", "key_duplicate", "/x/0/a"),
        ("{\"a/b\":{\"~\":1,\"~\":2}}", "key_duplicate", "/a~1b/~0"),
        ("{\"a\":1,\"\\u0061\":2}", "key_duplicate", "/a"),
        ("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "too_deep", "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"),
    ] {
        let problem = parse_json(body.as_bytes()).unwrap_err().problem();
        let pointed = problem.errors.first().map_or("-", |error| error.pointer.as_str());
        assert_eq!((problem.status, problem.code, pointed), (400, code, pointer), "{body}");
    }
    assert_eq!(parse_json(b"{\"a\":\"\xc3\x28\"}").unwrap_err().problem().code, "utf8_invalid");
    let refusal = parse_json(b"{\n \"email\":").unwrap_err();
    assert!(refusal.to_string().contains("line 2 column 9"), "{refusal}");
}

#[test]
fn numbers_keep_every_digit() {
    let answer = |number: &str| {
        let body = format!("{{\"n\":{number}}}");
        let submission = read(&post(JSON, body.as_bytes()), None, now()).unwrap().remove(0);
        serde_json::to_string(submission.answer("n").unwrap()).unwrap()
    };
    for (number, expected) in [
        ("8999999999999999", "8999999999999999"),
        ("9007199254740992", "\"9007199254740992\""),
        ("9007199254740993", "\"9007199254740993\""),
        ("-9007199254740993", "\"-9007199254740993\""),
        ("9223372036854775807", "\"9223372036854775807\""),
        ("9223372036854775808", "\"9223372036854775808\""),
        ("-9223372036854775808", "\"-9223372036854775808\""),
        ("18446744073709551615", "\"18446744073709551615\""),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("0.1", "0.1"),
        ("5e-324", "5e-324"),
    ] {
        assert_eq!(answer(number), expected, "{number}");
    }
}

#[test]
fn odd_but_valid_input_is_accepted() {
    check_taken(&[
        (b"\xEF\xBB\xBF{\"a\":\"1\"}", JSON, &["a=1"], &[]),
        (b"{\"a\":\"\\ud83d\\ude00 \\uffff\"}", "Application/JSON; charset=\"UTF-8\"", &["a=\u{1f600} \u{ffff}"], &[]),
        (b"{\"a\":\"1\"}", "application/vnd.provider+json", &["a=1"], &[]),
        (b"a=1;b=2&=x&c", FORM, &["a=1;b=2", "everything else=x, c"], &[]),
        (b"a[]=1&a[]=2&b[x=1&c]=2&d[][e]=3", FORM, &["a=1, 2", "b[x=1", "c]=2", "d..e=3"], &[]),
        (
            b"preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\nepilogue",
            PARTS,
            &["(not read)=preamble, epilogue", "a=1"],
            &[],
        ),
    ]);
}
