//! What each answer of a server means for a message: taken, refused, not yet, or unknown.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod fake;

use engine::ports::{Mail, MailError, Mailbox, Mailer, Rendered};
use fake::{Answer, Fake, Script};
use smtp::Smtp;

async fn send(smtp: &Smtp) -> Result<Option<String>, MailError> {
    let message = Rendered {
        from: Mailbox::named("Ana", "ana@sales.example"),
        to: Mailbox::named("Ada", "ada@example.com"),
        subject: "Hello".to_owned(),
        body: "Hi\n.\n.hidden".to_owned(),
    };
    smtp.send(Mail { message: &message, key: "eff_1" }).await
}

async fn answered(script: Script) -> Result<Option<String>, MailError> {
    send(&Smtp::from_url(&Fake::start(script).url()).unwrap()).await
}

#[tokio::test]
async fn a_message_is_handed_over_whole_and_the_servers_own_words_are_its_id() {
    let fake = Fake::start(&[]);
    let smtp = Smtp::from_url(&fake.url()).unwrap();
    assert_eq!(send(&smtp).await, Ok(Some("2.0.0 queued as 42".to_owned())));
    let heard = fake.heard();
    for line in [
        "MAIL FROM:<ana@sales.example>",
        "RCPT TO:<ada@example.com>",
        "Message-ID: <eff_1@sales.example>",
        "Auto-Submitted: auto-generated",
        // A line that is a dot would end the text: it is sent as two.
        "..",
        "..hidden",
        ".",
    ] {
        assert_eq!(heard.iter().filter(|heard| *heard == line).count(), 1, "{line} in {heard:#?}");
    }
}

#[tokio::test]
async fn messages_one_after_another_share_a_connection_and_a_lost_one_is_replaced() {
    let fake = Fake::start(&[]);
    let smtp = Smtp::from_url(&fake.url()).unwrap();
    for _ in 0..3 {
        send(&smtp).await.unwrap();
    }
    assert_eq!((fake.count("CONNECT"), fake.count("DATA")), (1, 3));

    let fake = Fake::start(&[("NOOP", Answer::HangUp)]);
    let smtp = Smtp::from_url(&fake.url()).unwrap();
    for _ in 0..2 {
        send(&smtp).await.unwrap();
    }
    assert_eq!((fake.count("CONNECT"), fake.count("DATA")), (2, 2));
}

#[tokio::test]
async fn a_no_for_good_is_a_refusal_wherever_it_comes() {
    for verb in ["MAIL", "RCPT", "DATA", "."] {
        let script: Script = match verb {
            "MAIL" => &[("MAIL", Answer::Say("550 no"))],
            "RCPT" => &[("RCPT", Answer::Say("550 5.1.1 <ada@example.com>: unknown"))],
            "DATA" => &[("DATA", Answer::Say("554 no"))],
            _ => &[(".", Answer::Say("552 too large"))],
        };
        let result = answered(script).await;
        assert!(matches!(&result, Err(MailError::Refused(why)) if !why.contains("ada@")), "{verb}: {result:?}");
    }
}

#[tokio::test]
async fn what_was_certainly_not_taken_may_be_tried_again() {
    let scripts: [Script; 9] = [
        &[("CONNECT", Answer::Say("421 too many connections"))],
        &[("CONNECT", Answer::Say("554 not you"))],
        &[("CONNECT", Answer::HangUp)],
        &[("EHLO", Answer::HangUp)],
        &[("MAIL", Answer::Say("530 5.7.0 sign in first"))],
        &[("RCPT", Answer::Say("450 4.2.0 <ada@example.com>: greylisted, come again"))],
        &[("RCPT", Answer::HangUp)],
        &[("DATA", Answer::HangUp)],
        &[(".", Answer::Say("451 4.3.0 try later"))],
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let result = answered(script).await;
        assert!(matches!(&result, Err(MailError::NotYet(why)) if !why.contains("ada@")), "{number}: {result:?}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_or_trusted_has_taken_nothing() {
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let fake = Fake::start(&[("CONNECT", Answer::Say("220 this is no TLS"))]);
    let urls =
        [format!("smtp://{nobody}"), format!("smtps://{}", fake.address), format!("{}?tls=required", fake.url())];
    for url in urls {
        let result = send(&Smtp::from_url(&url).unwrap()).await;
        assert!(matches!(&result, Err(MailError::NotYet(_))), "{url}: {result:?}");
    }
    assert_eq!(fake.count("MAIL"), 0, "nothing is said in the open where protection is required");
}

#[tokio::test]
async fn a_password_that_is_refused_says_so_and_is_not_repeated() {
    let fake = Fake::start(&[("AUTH", Answer::Say("535 5.7.8 wrong"))]);
    let smtp = Smtp::from_url(&format!("smtp://ana:s%40cret@{}", fake.address)).unwrap();
    assert_eq!((smtp.place(), format!("{smtp:?}")), (fake.address.to_string(), format!("Smtp({})", fake.address)));
    let Err(MailError::NotYet(why)) = send(&smtp).await else { panic!("not put off") };
    assert!(why.contains("535") && !why.contains("cret") && !why.contains("ana"), "{why}");
    assert_eq!(fake.count("MAIL"), 0);
}

#[tokio::test]
async fn a_connection_lost_after_the_text_leaves_it_unknown() {
    for script in [&[(".", Answer::HangUp)] as Script, &[(".", Answer::Say("what?"))]] {
        let result = answered(script).await;
        assert!(matches!(result, Err(MailError::Unknown(_))), "{result:?}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_waited_for_no_longer_than_twenty_seconds() {
    for (verb, script) in [
        ("CONNECT", &[("CONNECT", Answer::Silence)] as Script),
        ("RCPT", &[("RCPT", Answer::Silence)]),
        (".", &[(".", Answer::Silence)]),
    ] {
        let fake = Fake::start(script);
        let smtp = Smtp::from_url(&fake.url()).unwrap();
        let sending = tokio::spawn(async move { send(&smtp).await });
        while fake.count(verb) == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
        tokio::time::advance(std::time::Duration::from_secs(21)).await;
        let result = sending.await.unwrap();
        tokio::time::resume();
        match verb {
            "." => assert!(matches!(result, Err(MailError::Unknown(_))), "{result:?}"),
            _ => assert!(matches!(result, Err(MailError::NotYet(_))), "{verb}: {result:?}"),
        }
    }
}
