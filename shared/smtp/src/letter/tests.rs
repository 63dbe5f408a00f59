//! Every letter is read by a second parser, and held to RFC 5322: lines, line ends, headers.

use mail_parser::MessageParser;

use super::*;

fn letter(from: &Mailbox, to: &str, subject: &str, body: &str) -> Result<Letter, String> {
    let (to, owned) = (Mailbox::bare(to), |text: &str| text.to_owned());
    let message = Rendered { from: from.clone(), to, subject: owned(subject), body: owned(body) };
    write(&Mail { message: &message, key: "eff_1/a" })
}

fn text(from: &Mailbox, to: &str, subject: &str, body: &str) -> String {
    String::from_utf8(letter(from, to, subject, body).unwrap().bytes).unwrap()
}

fn ana() -> Mailbox {
    Mailbox::named("Ana", "ana@sales.example")
}

/// What the letter says to a second parser: the sender's name, the subject and the text.
#[track_caller]
fn check(name: &str, subject: &str, body: &str) {
    let from = Mailbox::named(name, "ana@müller.example");
    let letter = letter(&from, "ada@example.com", subject, body).unwrap();
    assert!(letter.bytes.is_ascii());
    let wire = String::from_utf8(letter.bytes.clone()).unwrap();
    for line in wire.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    let (headers, _) = wire.split_once("\r\n\r\n").unwrap();
    assert!(headers.split("\r\n").all(|line| line.len() <= 300), "{headers}");
    let read = MessageParser::default().parse(&letter.bytes).unwrap();
    assert_eq!(read.headers().len(), 9, "{headers}");
    let sender = read.from().and_then(|from| from.first()).unwrap();
    assert_eq!(sender.name().unwrap_or_default(), from.name.as_deref().unwrap_or_default(), "{headers}");
    assert_eq!(sender.address(), Some("ana@xn--mller-kva.example"));
    assert_eq!(read.to().unwrap().iter().count(), 1);
    assert_eq!(read.subject().unwrap_or_default(), subject);
    let said = body.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    assert_eq!(read.body_text(0).unwrap_or_default().replace("\r\n", "\n").trim_end(), said.trim_end());
}

#[test]
fn a_letter_has_the_headers_that_mail_programs_ask_for() {
    let text = text(&ana(), "ada@example.com", "Hello", "Hi Ada");
    for header in [
        "From: Ana <ana@sales.example>\r\n",
        "To: ada@example.com\r\n",
        "Subject: Hello\r\n",
        "Message-ID: <eff_1_a@sales.example>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "MIME-Version: 1.0\r\n",
        "Date: ",
    ] {
        assert!(text.contains(header), "no {header:?} in {text}");
    }
    assert!(text.ends_with("\r\n\r\nHi Ada"), "{text}");
}

#[test]
fn whatever_people_are_called_arrives() {
    let long = "Maximiliane ".repeat(16);
    for name in [
        "Ana Lopez",
        "Keller, Ana",
        "Ana \"Kay\" Keller",
        "Zoë",
        "Zoë \"Kay\" Müller, MBA <ceo@example.com>",
        "佐藤 花子",
        "a\\b",
        "=?utf-8?q?Eve?=",
        "Ana\r\nBcc: eve@example.com",
        &long,
        &"é".repeat(200),
        &"x".repeat(200),
    ] {
        check(name, "Hello", "Hi");
    }
}

#[test]
fn whatever_is_said_arrives_in_lines_that_no_server_refuses() {
    for subject in ["Grüße", "a: b, c <d>", "word ".repeat(100).trim_end(), &"x".repeat(5_000), &"ü".repeat(2_000)] {
        check("Ana", subject, "Hi");
    }
    let long_line = "x".repeat(20_000);
    let long_words = format!("{}\n{}", "ü".repeat(3_000), "word ".repeat(1_000));
    for body in
        ["a\rb\r\nc\nd", "a\0b", ".\n..\n.x", "Schöne Grüße", "From: x\n\ny", &long_line, &long_words, "= =3D ="]
    {
        check("Ana", "Hello", body);
    }
}

#[test]
fn no_value_becomes_a_header_or_a_second_recipient() {
    let refused = |from: &Mailbox, to: &Mailbox, subject: &str| {
        let message = Rendered { from: from.clone(), to: to.clone(), subject: subject.to_owned(), body: String::new() };
        let result = write(&Mail { message: &message, key: "eff_1" });
        assert!(result.is_err(), "{result:?}");
    };
    let to = Mailbox::bare("ada@example.com");
    for end in ["\r\n", "\n", "\r", "\u{85}", "\0"] {
        let with = |text: &str| format!("{text}{end}Bcc: eve@example.com");
        refused(&ana(), &to, &with("Hello"));
        refused(&ana(), &Mailbox { name: None, address: with("ada@example.com") }, "Hello");
        refused(&Mailbox { name: Some(with("Ana")), ..ana() }, &to, "Hello");
    }
    for address in
        ["ada@example.com, eve@example.com", "ada@example.com> RCPT TO:<eve@example.com", "nobody", "a b@example.com"]
    {
        refused(&ana(), &Mailbox::bare(address), "Hello");
    }
}

#[test]
fn a_domain_goes_out_as_dns_has_it_and_the_part_before_it_as_it_is() {
    let letter = letter(&ana(), "jörg@müller.example", "Hello", "").unwrap();
    assert_eq!(letter.to.to_string(), "jörg@xn--mller-kva.example");
}
