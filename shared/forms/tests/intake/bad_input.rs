//! What must be refused: body and content type → status, code and the pointer to the field.

use forms::{Refusal, limits, read};

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
fn content_types_that_are_not_read_are_415() {
    check(&[
        (b"{}", "text/plain", 415, "content_type_unsupported", "-"),
        (b"{}", "text/html; charset=utf-8", 415, "content_type_unsupported", "-"),
        (b"<a/>", "application/xml", 415, "content_type_unsupported", "-"),
        (b"a: 1", "application/yaml", 415, "content_type_unsupported", "-"),
        (b"\0\0", "application/octet-stream", 415, "content_type_unsupported", "-"),
        (b"{}", "application/jsonp", 415, "content_type_unsupported", "-"),
        (b"{}", "json", 415, "content_type_unsupported", "-"),
        (b"{}", "", 415, "content_type_unsupported", "-"),
        (b"{}", ";charset=utf-8", 415, "content_type_unsupported", "-"),
        (b"{\"a\":1}", "application/json; charset=utf-16", 415, "content_type_unsupported", "-"),
        (b"a=1", "application/x-www-form-urlencoded; charset=iso-8859-1", 415, "content_type_unsupported", "-"),
        (b"{\"a\":1}", FORM, 415, "content_type_unsupported", "-"),
        (b" [1]", FORM, 415, "content_type_unsupported", "-"),
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
        (b"\"ada@example.com\"", JSON, 400, "submission_missing", "-"),
        (b"[1,2]", JSON, 400, "submission_missing", "-"),
        (b"{\"email\":null,\"name\":\" \"}", JSON, 400, "submission_missing", "-"),
        (b"&&&", FORM, 400, "submission_missing", "-"),
        (b"--B--\r\n", PARTS, 400, "submission_missing", "-"),
    ]);
}

#[test]
fn broken_json_is_400_with_its_place() {
    check(&[
        (b"{", JSON, 400, "json_truncated", "-"),
        (b"{\"email\":\"ada@exa", JSON, 400, "json_truncated", "-"),
        (b"{\"email\":", JSON, 400, "json_truncated", "-"),
        (b"[{\"a\":1},", JSON, 400, "json_truncated", "-"),
        (b"{\"a\":1}}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":1}{\"b\":2}", JSON, 400, "json_malformed", "-"),
        (b"{a:1}", JSON, 400, "json_malformed", "-"),
        (b"{'a':1}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":1,}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":01}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":NaN}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":\"\n\"}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":\"\0\"}", JSON, 400, "json_malformed", "-"),
        (b"{\"a\":\"\\x41\"}", JSON, 400, "json_malformed", "-"),
        (b"email=ada%40example.com", JSON, 400, "json_malformed", "-"),
        (b"\xff\xfe{\0}\0", JSON, 400, "utf8_invalid", "-"),
        (b"{\"a\":\"\xc3\x28\"}", JSON, 400, "utf8_invalid", "-"),
        (b"{\"a\":\"\xed\xa0\x80\"}", JSON, 400, "utf8_invalid", "-"),
    ]);
    let refusal = read(&post(JSON, b"{\n \"email\":"), None, now()).unwrap_err();
    assert!(refusal.to_string().contains("line 2 column 9"), "{refusal}");
}

#[test]
fn what_no_text_or_number_may_be_is_400_with_a_pointer() {
    check(&[
        (b"{\"a\":\"x\\u0000y\"}", JSON, 400, "nul_character", "/a"),
        (b"{\"a\":{\"b\":[\"\",\"\\u0000\"]}}", JSON, 400, "nul_character", "/a/b/1"),
        (b"{\"a\\u0000\":1}", JSON, 400, "nul_character", "/a\0"),
        (b"{\"a\":\"\\ud800\"}", JSON, 400, "surrogate_alone", "/a"),
        (b"{\"a\":\"\\udc00\"}", JSON, 400, "surrogate_alone", "/a"),
        (b"{\"a\":[\"\\ud83d\\u0041\"]}", JSON, 400, "surrogate_alone", "/a/0"),
        (b"{\"a\":1e400}", JSON, 400, "number_out_of_range", "/a"),
        (b"{\"a\":-1e400}", JSON, 400, "number_out_of_range", "/a"),
        (b"{\"a\":{\"b\":1e309}}", JSON, 400, "number_out_of_range", "/a/b"),
        (b"{\"a\":99999999999999999999}", JSON, 400, "number_out_of_range", "/a"),
        (b"{\"a\":1,\"a\":2}", JSON, 400, "key_duplicate", "/a"),
        (b"{\"x\":[{\"a\":1,\"b\":2,\"a\":1}]}", JSON, 400, "key_duplicate", "/x/0/a"),
        (b"{\"a\":1,\"\\u0061\":2}", JSON, 400, "key_duplicate", "/a"),
        (b"{\"a/b\":{\"~\":1,\"~\":2}}", JSON, 400, "key_duplicate", "/a~1b/~0"),
        (b"a=%00", FORM, 400, "nul_character", "/a"),
        (b"a%00=1", FORM, 400, "nul_character", "/a\0"),
        (b"a[b][c]=%00", FORM, 400, "nul_character", "/a/b/c"),
        (b"a=1&b=%", FORM, 400, "percent_invalid", "/b"),
        (b"b=%4", FORM, 400, "percent_invalid", "/b"),
        (b"b=%zz", FORM, 400, "percent_invalid", "/b"),
        (b"b=%+1", FORM, 400, "percent_invalid", "/b"),
        (b"a=1&%zz=1", FORM, 400, "percent_invalid", "/1"),
        (b"b=%C3%28", FORM, 400, "utf8_invalid", "/b"),
        (b"b=\xff", FORM, 400, "utf8_invalid", "/b"),
        (b"b=%ED%A0%80", FORM, 400, "utf8_invalid", "/b"),
        (b"formID=1&rawRequest=%7B%22q1_a%22%3A%22%5Cu0000%22%7D", FORM, 400, "nul_character", "/rawRequest/q1_a"),
        (b"formID=1&rawRequest=%7B%22q1_a%22", FORM, 400, "json_truncated", "/rawRequest"),
        (b"page_id=1&data.json=nothing", FORM, 400, "json_malformed", "/data.json"),
    ]);
}

#[test]
fn broken_multipart_is_400() {
    check(&[
        (b"--B\r\n", "multipart/form-data", 400, "multipart_malformed", "-"),
        (b"--B\r\n", "multipart/form-data; boundary=", 400, "multipart_malformed", "-"),
        (b"no boundary here", PARTS, 400, "multipart_malformed", "-"),
        (b"--B", PARTS, 400, "multipart_malformed", "-"),
        (b"--B\r\n", PARTS, 400, "multipart_malformed", "-"),
        (b"--Bx\r\n", PARTS, 400, "multipart_malformed", "-"),
        (b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", PARTS, 400, "multipart_malformed", "-"),
        (b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--B--", PARTS, 400, "multipart_malformed", "-"),
        (b"--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--", PARTS, 400, "multipart_malformed", "-"),
        (
            b"--B\r\nContent-Disposition: form-data; filename=\"x\"\r\n\r\n1\r\n--B--",
            PARTS,
            400,
            "multipart_malformed",
            "-",
        ),
        (b"--B\r\nX: y\r\n\r\n1\r\n--B--", PARTS, 400, "multipart_malformed", "-"),
        (
            b"--B\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--B--",
            PARTS,
            400,
            "multipart_malformed",
            "-",
        ),
        (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--B--", PARTS, 400, "utf8_invalid", "/a"),
        (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\0\r\n--B--", PARTS, 400, "nul_character", "/a"),
    ]);
}

#[test]
fn limits_hold_at_their_edge_and_not_before() {
    let nested = |depth: usize| format!("{}\"x\"{}", "{\"a\":".repeat(depth), "}".repeat(depth)).into_bytes();
    let lists = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let text = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes)).into_bytes();
    let fields = |count: usize| {
        let members: Vec<String> = (0..count).map(|index| format!("\"f{index:05}\":1")).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    let form = |count: usize| (0..count).map(|index| format!("f{index:03}=1&")).collect::<String>().into_bytes();
    let brackets = |depth: usize| format!("a{}=1", "[b]".repeat(depth)).into_bytes();
    let body = |bytes: usize| {
        let fixed = r#"{"a":"x"}"#.len();
        format!("{}{}", r#"{"a":"x"}"#, " ".repeat(bytes - fixed)).into_bytes()
    };
    for accepted in [nested(15), nested(16), lists(15), text(limits::TEXT_BYTES), fields(200), body(limits::BODY_BYTES)]
    {
        assert!(read(&post(JSON, &accepted), None, now()).is_ok(), "{} bytes", accepted.len());
    }
    for accepted in [form(200), brackets(15)] {
        assert!(read(&post(FORM, &accepted), None, now()).is_ok(), "{} bytes", accepted.len());
    }
    let deep = "/a".repeat(16);
    let brackets_at = format!("/a{}", "/b".repeat(15));
    check(&[
        (&nested(17), JSON, 400, "too_deep", &deep),
        (&lists(16), JSON, 400, "too_deep", &format!("/a{}", "/0".repeat(15))),
        (&nested(10_000), JSON, 400, "too_deep", &deep),
        (&b"[".repeat(10_000), JSON, 400, "too_deep", &"/0".repeat(16)),
        (&b"{\"a\":[".repeat(9_000), JSON, 400, "too_deep", &"/a/0".repeat(8)),
        (&brackets(16), FORM, 400, "too_deep", &brackets_at),
        (&brackets(10_000), FORM, 400, "too_deep", &brackets_at),
        (&format!("{{\"a\":{{\"{}\":1}}}}", "k".repeat(9_000)).into_bytes(), JSON, 400, "text_too_long", "/a"),
        (&text(limits::TEXT_BYTES + 1), JSON, 400, "text_too_long", "/a"),
        (&fields(201), JSON, 400, "too_many_fields", "/f00200"),
        (&fields(4_000), JSON, 400, "too_many_fields", "/f00200"),
        (&fields(10_000), JSON, 413, "body_too_large", "-"),
        (&form(201), FORM, 400, "too_many_fields", "/f200"),
        (&b"a=1&".repeat(10_000), FORM, 400, "too_many_fields", ""),
        (&body(limits::BODY_BYTES + 1), JSON, 413, "body_too_large", "-"),
        (&body(limits::BODY_BYTES + 1), "text/plain", 413, "body_too_large", "-"),
    ]);
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
    for (body, content_type) in [
        (&b"\xEF\xBB\xBF{\"a\":1}"[..], JSON),
        (b"{\"a\":\"\\ud83d\\ude00 \\uffff <script>alert(1)</script>\"}", "Application/JSON; charset=\"UTF-8\""),
        (b"{\"a\":1}", "application/vnd.provider+json"),
        (b"a=1;b=2&=x&c", FORM),
        (b"a[]=1&a[]=2&b[x=1&c]=2&d[][e]=3", FORM),
        (b"preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\nepilogue", PARTS),
    ] {
        let outcome: Result<_, Refusal> = read(&post(content_type, body), None, now());
        assert!(outcome.is_ok(), "{} {outcome:?}", String::from_utf8_lossy(body));
    }
    let mut request = post(JSON, b"{\"a\":1}");
    request.content_type = None;
    assert!(read(&request, None, now()).is_ok(), "JSON without a content type is recognised");
    request.body = b"a=1";
    assert_eq!(read(&request, None, now()).unwrap_err().problem().status, 415);
}
