//! Which place of a payload tells about the person, through the form that everybody begins with: the best rank wins,
//! and two places of one rank are no answer.

use forms::{map, read};

use crate::{
    fixture::{now, post},
    providers::shipped,
};

/// What the shipped form fills from a body, as `kind.field=value`, and what the company's domain is guessed to be left out.
fn filled(body: &str) -> Vec<String> {
    let (form, schema) = shipped();
    let submission = read(&post("application/json", body.as_bytes()), Some(&form), now()).unwrap().remove(0);
    let mapped = map(&submission, &form, &schema).unwrap();
    let of = |(kind, fields): (&domain::id::Kind, &domain::value::Fields)| {
        fields.iter().map(|(name, value)| format!("{kind}.{name}={value}")).collect::<Vec<_>>()
    };
    let all = mapped.fields.iter().map(|(kind, fields)| of((kind, fields)));
    all.flatten().filter(|it| !it.starts_with("company.domain")).collect()
}

fn check(body: &str, expected: &[&str]) {
    let mut expected: Vec<&str> = expected.to_vec();
    let mut seen = filled(body);
    expected.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, expected, "{body}");
}

const ADA: &[&str] = &["lead.email=a@b.example", "lead.name=Ada Holm"];

#[test]
fn nothing_of_the_form_the_site_or_the_owner_fills_a_field_whatever_it_is_called() {
    let others = [
        "form",
        "event",
        "site",
        "page",
        "owner",
        "organizer",
        "agent",
        "host",
        "campaign",
        "team",
        "workspace",
        "meta",
        "survey",
        "account",
        "assignee",
    ];
    let members = r#"{"title":"Demo form","description":"All about it","domain":"site.example","size":4000,"country":"FR",
        "organization":"Ours","account":"Ours","plan":"Gold","utm_source":"x","whatsapp":"+49 30 5550100","role":"Boss",
        "url":"https://site.example","source":"y","notes":"z","headcount":7}"#;
    for other in others {
        check(&format!(r#"{{"full_name":"Ada Holm","email":"a@b.example","{other}":{members}}}"#), ADA);
    }
    check(&format!(r#"{{"full_name":"Ada Holm","email":"a@b.example","sender":{members}}}"#), ADA);
    check(r#"{"full_name":"Ada Holm","email":"a@b.example","account":"Our Workspace"}"#, ADA);
}

#[test]
fn what_any_object_says_of_itself_is_not_the_persons() {
    for beside in [
        r#""pages":[{"title":"P1"}]"#,
        r#""contact_form":{"title":"Kontakt"}"#,
        r#""post":{"title":"How to","description":"Read this"}"#,
        r#""meeting":{"title":"Demo","url":"https://meet.example/1"}"#,
        r#""product":{"phone":"+49 30 5550100","size":"4000","title":"Desk"}"#,
        r#""deal":{"name":"Big deal","first_name":"x"}"#,
    ] {
        check(&format!(r#"{{"full_name":"Ada Holm","email":"a@b.example",{beside}}}"#), ADA);
    }
    check(
        r#"{"email":"a@b.example","name":"Ada Holm","details":{"message":"Hi","team_size":"12"}}"#,
        &["lead.email=a@b.example", "lead.name=Ada Holm", "lead.message=Hi", "company.employees=12"],
    );
}

#[test]
fn a_short_name_of_an_object_that_nobody_listed_never_beats_the_persons_own_answer() {
    for object in [
        "leadOwner",
        "account_owner",
        "contact_owner",
        "lead_owner",
        "assigned_user",
        "account_executive",
        "consultant",
        "staff",
        "team_member",
        "user",
        "modified_by",
        "LastModifiedBy",
        "recipient",
        "to",
        "product",
        "deal",
        "store",
        "location",
        "link",
        "property",
        "sales_account",
    ] {
        let rep = r#"{"name":"Our Rep","email":"rep@n.example","phone":"+49 30 5550100"}"#;
        for person in [
            r#""Email":"a@b.example","Name":"Ada Holm""#,
            r#""email":"a@b.example","First Name":"Ada","Last Name":"Holm""#,
            r#""fields":[{"label":"Your name","value":"Ada Holm"},{"label":"E-Mail","value":"a@b.example"}]"#,
            r#""requester":{"display_name":"Ada Holm","mail_address":"a@b.example"}"#,
        ] {
            let seen = filled(&format!(r#"{{{person},"{object}":{rep}}}"#));
            let seen: Vec<&str> = seen.iter().map(String::as_str).filter(|it| !it.contains("_name=")).collect();
            assert_eq!(seen, ADA, "{person} beside {object}");
        }
    }
}

#[test]
fn who_comes_along_is_the_person_where_nobody_else_is_named() {
    let guests = r#""guests":[{"name":"Guest","email":"guest@n.example","phone":"+49 30 5550100"}]"#;
    check(&format!(r#"{{"invitee":{{"name":"Ada Holm","email":"a@b.example"}},{guests}}}"#), ADA);
    check(&format!("{{{guests}}}"), &["lead.email=guest@n.example", "lead.name=Guest", "lead.phone=+49305550100"]);
    check(
        r#"{"kind":"calendar#event","organizer":{"email":"host@n.example","self":true},"attendees":[
            {"email":"host@n.example","organizer":true,"displayName":"Our Host"},{"email":"a@b.example","displayName":"Ada Holm"}]}"#,
        ADA,
    );
}

#[test]
fn the_best_rank_that_names_somebody_is_the_person_and_two_of_one_rank_are_no_answer() {
    check(r#"{"user":{"name":"Ada Holm","email":"a@b.example"},"product":{"name":"Desk"}}"#, ADA);
    check(r#"{"user":{"name":"Ada Holm","email":"a@b.example"},"author":{"name":"Kai","email":"k@n.example"}}"#, ADA);
    check(r#"{"user":{"name":"Ada","email":"a@b.example"},"member":{"name":"Kai","email":"k@n.example"}}"#, &[]);
    check(r#"{"name":"Contact form","record":{"kind":1},"post":{"full_name":"Ada Holm","email":"a@b.example"}}"#, ADA);
    check(
        r#"{"customer":{"email":"a@b.example","passport":{"first_name":"Ada Holm"}}}"#,
        &["lead.email=a@b.example", "lead.first_name=Ada Holm", "lead.name=Ada Holm"],
    );
}

#[test]
fn a_field_that_is_open_takes_nothing_of_another_object_or_of_the_company() {
    check(
        r#"{"contact":{"mail_address":"x@lead.example"},"deal":{"name":"Big deal"}}"#,
        &["lead.email=x@lead.example"],
    );
    let company = r#""company":{"name":"Acme","phone":"+49 30 5550100","email":"info@acme.example"}"#;
    check(&format!(r#"{{"name":"Ada Holm","email":"a@b.example",{company}}}"#), &[ADA[0], ADA[1], "company.name=Acme"]);
    check(
        &format!(
            r#"{{"lead":{{"name":"Ada Holm","email":"a@b.example","mobile_number":"+49 171 5550199",{company}}}}}"#
        ),
        &[ADA[0], ADA[1], "lead.phone=+491715550199", "company.name=Acme"],
    );
    check(&format!(r#"{{"name":"Ada Holm",{company}}}"#), &[ADA[1], "company.name=Acme"]);
}

#[test]
fn an_address_of_ours_or_of_somebody_else_is_no_only_address() {
    for beside in [
        r#""_to":"sales@n.example""#,
        r#""recipient":"sales@n.example""#,
        r#""notification_email":"sales@n.example""#,
        r#""created_by_email":"rep@n.example""#,
        r#""consultant_email":"rep@n.example""#,
        r#""utm_content":"rep@n.example""#,
        r#""Friend's email":"friend@n.example""#,
        r#""consent":"I agree; contact privacy@n.example""#,
    ] {
        check(&format!(r#"{{"full_name":"Ada Holm",{beside}}}"#), &["lead.name=Ada Holm"]);
    }
}

#[test]
fn nothing_below_the_forms_side_or_somebody_else_is_the_persons() {
    let kai = r#"{"name":"Kai","email":"kai@n.example","phone":"+49 30 5550100"}"#;
    for other in ["owner", "site", "listing", "assigned_to", "event"] {
        for inner in ["contact", "person"] {
            let person = r#""answers":{"Name":"Ada Holm","Email":"a@b.example"}"#;
            check(&format!(r#"{{{person},"{other}":{{"{inner}":{kai}}}}}"#), ADA);
            check(&format!(r#"{{"{other}":{{"{inner}":{kai}}},{person}}}"#), ADA);
        }
    }
    check(&format!(r#"{{"event":{{"contact":{kai}}},"invitee":{{"name":"Ada Holm","email":"a@b.example"}}}}"#), ADA);
    check(&format!(r#"{{"owner":{{"fields":{kai}}},"full_name":"Ada Holm"}}"#), &ADA[1..]);
    for other in [
        "friend",
        "spouse",
        "husband",
        "wife",
        "partner",
        "guardian",
        "next_of_kin",
        "referrer",
        "referred_by",
        "emergency_contact",
        "Emergency Contact",
        "Friend details",
        "landlord",
        "parent",
        "Ehepartner",
        "conjoint",
    ] {
        check(&format!(r#"{{"full_name":"Ada Holm","{other}":{kai}}}"#), &ADA[1..]);
        check(&format!(r#"{{"tenant":{{"name":"Ada Holm"}},"{other}":{kai}}}"#), &ADA[1..]);
    }
    check(&format!(r#"{{"full_name":"Ada Holm","references":[{kai},{kai}]}}"#), &ADA[1..]);
}

#[test]
fn a_flat_name_of_the_forms_side_or_of_somebody_else_is_not_the_persons() {
    for name in [
        "site_email",
        "page_email",
        "event_contact_email",
        "team_email",
        "account_email",
        "campaignEmail",
        "store-email",
        "notify",
        "notify_to",
        "webmaster",
        "logged_in_user",
        "to_email",
        "post_author_email",
        "approver_email",
        "Bearbeiter",
        "Verkäufer",
        "Ihr Betreuer (E-Mail)",
        "Erstellt von",
        "Empfänger",
        "Conseiller",
        "Créé par",
        "Destinataire",
        "Vendedor",
        "Empfohlen von",
        "E-Mail Ihres Freundes",
        "E-Mail Ihres Kollegen",
        "E-Mail Ihres Vorgesetzten",
        "E-Mail Ihres Ehepartners",
        "E-mail de votre ami",
        "E-mail du conjoint",
        "Parrainé par",
        "Correo de tu amigo",
        "Recomendado por",
        "Email di un amico",
        "E-mail van een vriend",
        "Doorverwezen door",
        "E-mail do amigo",
        "Your boss's email",
        "Assistant's email",
        "Second attendee email",
        "Email of the person you want to invite",
        "Doctor's email",
    ] {
        check(&format!(r#"{{"full_name":"Ada Holm","{name}":"kai@n.example"}}"#), &ADA[1..]);
    }
    for name in ["site_phone", "Telefon des Partners", "Telefon der Mutter", "Notfallkontakt"] {
        check(&format!(r#"{{"full_name":"Ada Holm","{name}":"+49 170 2200107"}}"#), &ADA[1..]);
    }
    // A country, spelt without its accent, is nobody's parents.
    check(r#"{"full_name":"Ada Holm","phone":"612 345 678","Pais":"España"}"#, &[ADA[1], "lead.phone=+34612345678"]);
    // The person is asked for these.
    for name in ["Account email", "Team email", "from_email", "form_email"] {
        check(&format!(r#"{{"full_name":"Ada Holm","{name}":"a@b.example"}}"#), ADA);
    }
}

#[test]
fn a_place_or_a_thing_beside_the_person_is_never_the_person() {
    let its = r#"{"name":"Hafen Nord","email":"info@n.example","phone":"+49 30 5550100"}"#;
    for place in ["location", "store", "branch", "dealer", "property", "venue", "product", "Filiale", "Standort"] {
        for person in ["contact", "person", "lead", "customer"] {
            check(&format!(r#"{{"{person}":{{"name":"Ada Holm"}},"{place}":{its}}}"#), &ADA[1..]);
        }
        check(&format!(r#"{{"name":"Ada Holm","{place}":{its}}}"#), &ADA[1..]);
        check(&format!(r#"{{"user":{{"name":"Ada Holm","email":"a@b.example"}},"{place}":{its}}}"#), ADA);
        check(&format!(r#"{{"note":"x","{place}":{its}}}"#), &[]);
    }
    for name in ["dealer_phone", "branch-phone", "locationPhone", "property_phone"] {
        check(&format!(r#"{{"name":"Ada Holm","{name}":"+49 30 5550100"}}"#), &ADA[1..]);
    }
    // Nobody else's is taken where the person is named, whatever it is called.
    check(&format!(r#"{{"lead":{{"name":"Ada Holm"}},"deskbird":{its},"guests":[{its}]}}"#), &ADA[1..]);
    check(r#"{"name":"Ada Holm","location":{"country":"FR"}}"#, &[ADA[1], "lead.country=FR"]);
}

#[test]
fn the_side_that_is_called_is_not_who_called() {
    // CallRail's call object: the business answered, and the company is the one whose line was dialled.
    let call = r#""customer_phone_number":"+15550100188","tracking_phone_number":"+15550100111","direction":"inbound",
        "formatted_tracking_phone_number":"555-010-0111","company_name":"Our Branch","company_time_zone":"UTC""#;
    let answered = r#""business_phone_number":"+15550100122","formatted_business_phone_number":"555-010-0122""#;
    let (phone, name) = ("lead.phone=+15550100188", "lead.name=Ada Holm");
    check(&format!("{{{call},{answered}}}"), &[phone]);
    check(&format!(r#"{{"customer_name":"Ada Holm",{answered},{call}}}"#), &[phone, name]);
    check(&format!(r#"{{"calls":[{{{answered},{call}}}]}}"#), &[phone]);
    let hidden = call.replace(r#""+15550100188""#, "null");
    check(&format!(r#"{{"customer_name":"Ada Holm",{answered},{hidden}}}"#), &[name]);
    // Asked of a person, the same names are theirs.
    check(
        r#"{"business_phone_number":"+15550100122","company_name":"Holm GmbH","name":"Ada Holm"}"#,
        &["lead.phone=+15550100122", "company.name=Holm GmbH", name],
    );
}

#[test]
fn what_a_chat_tool_calls_its_contacts_is_no_post() {
    let contact = |role: &str| {
        format!(r#"{{"type":"contact","workspace_id":"w1","role":"{role}","email":"a@b.example","name":"Ada Holm"}}"#)
    };
    for role in ["user", "lead"] {
        check(&contact(role), ADA);
        check(&format!(r#"{{"topic":"contact.lead.created","data":{{"item":{}}}}}"#, contact(role)), ADA);
    }
    check(
        r#"{"role":"Lead","email":"a@b.example","name":"Ada Holm"}"#,
        &["lead.email=a@b.example", "lead.name=Ada Holm", "lead.job_title=Lead"],
    );
}
