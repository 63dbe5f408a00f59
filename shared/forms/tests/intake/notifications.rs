//! What a webhook says that is not a new lead: kept, and held or a test.

use domain::{id::Kind, playbook::Form};
use forms::read;
use serde_json::json;

use crate::fixture::{now, post};

#[test]
fn hubspot_tells_of_a_new_lead_only_where_a_contact_is_still_there() {
    let form = Form { source: domain::playbook::Source::Hubspot, ..Form::about(Kind::from("lead")) };
    let deals = Form { record: Kind::from("deal"), ..form.clone() };
    for (kind, of_leads, of_deals) in [
        ("contact.creation", true, true),
        ("contact.propertyChange", true, true),
        ("contact.deletion", false, false),
        ("contact.privacyDeletion", false, false),
        ("deal.creation", false, true),
        ("company.creation", false, false),
        ("deal.deletion", false, false),
    ] {
        for (form, is_lead) in [(&form, of_leads), (&deals, of_deals)] {
            let body = json!([{ "objectId": 41, "subscriptionType": kind, "portalId": 7 }]).to_string();
            let submission = read(&post("application/json", body.as_bytes()), Some(form), now()).unwrap().remove(0);
            assert_eq!(submission.held.is_none(), is_lead, "{kind} for {}: {:?}", form.record, submission.held);
            assert_eq!(submission.answer("subscriptionType").map(ToString::to_string).as_deref(), Some(kind));
        }
    }
}

#[test]
fn mailchimp_tells_of_those_who_leave_and_they_are_no_leads() {
    for (kind, is_lead) in [("subscribe", true), ("unsubscribe", false), ("cleaned", false)] {
        let body = format!("type={kind}&fired_at=2026-11-20+15%3A03%3A04&data%5Bemail%5D=mo%40fjord.example");
        let content_type = "application/x-www-form-urlencoded";
        let submission = read(&post(content_type, body.as_bytes()), None, now()).unwrap().remove(0);
        assert_eq!(submission.held.is_none(), is_lead, "{kind}");
        assert!(!submission.test && submission.answer("email").is_some(), "{kind}");
    }
}
