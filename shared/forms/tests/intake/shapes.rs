//! Each fixture and the submissions it must become, with the mapping proposed for it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p forms` writes the expected files again; read the difference.

use domain::playbook::Source;
use serde_json::json;

use crate::fixture;

#[test]
fn every_fixture_becomes_the_submission_beside_it() {
    let mut wrong = Vec::new();
    for fixture in fixture::all() {
        let submissions = fixture.read().unwrap_or_else(|refusal| panic!("{}: {refusal}", fixture.name));
        let proposed: Vec<_> = submissions.iter().map(forms::propose).collect();
        let actual =
            serde_json::to_string_pretty(&json!({ "submissions": submissions, "proposed": proposed })).unwrap();
        let golden = fixture::folder().join(format!("{}.golden.json", fixture.name));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, format!("{actual}\n")).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default().trim_end() != actual {
            wrong.push(fixture.name);
        }
    }
    assert!(wrong.is_empty(), "these differ from their golden file: {wrong:?}");
}

#[test]
fn every_fixture_about_a_person_yields_the_address_and_a_proposal_for_it() {
    for fixture in fixture::all() {
        if fixture.has_only_ids() {
            assert!(fixture.read().unwrap().iter().all(|submission| submission.to_fetch.is_some()));
            continue;
        }
        let submission = fixture.one();
        let proposed = forms::propose(&submission);
        let question = proposed.get("lead.email").unwrap_or_else(|| panic!("{}: no e-mail found", fixture.name));
        assert_eq!(submission.answer(question).unwrap().to_string(), "ada@example.com", "{}", fixture.name);
        let named = proposed.contains_key("lead.name") || proposed.contains_key("lead.first_name");
        // Formbricks asked for no name.
        assert!(named || fixture.name.starts_with("formbricks"), "{}: no name found", fixture.name);
    }
}

#[test]
fn every_source_has_a_fixture() {
    let sources = [
        Source::Generic,
        Source::Typeform,
        Source::Tally,
        Source::Webflow,
        Source::Calendly,
        Source::Hubspot,
        Source::HubspotWorkflow,
        Source::Salesforce,
        Source::GoogleForms,
        Source::GoogleAds,
        Source::Meta,
        Source::CalCom,
        Source::Elementor,
        Source::Fillout,
        Source::Jotform,
        Source::Paperform,
        Source::Unbounce,
        Source::Wufoo,
        Source::Linkedin,
        Source::Acuity,
        Source::SurveyMonkey,
    ];
    let seen: Vec<Source> = fixture::all().iter().map(|fixture| fixture.read().unwrap()[0].source).collect();
    for source in sources {
        assert!(seen.contains(&source), "{source:?} has no fixture");
    }
}

#[test]
fn a_submission_reads_back_from_its_json() {
    for fixture in fixture::all() {
        for submission in fixture.read().unwrap() {
            let json = serde_json::to_string(&submission).unwrap();
            assert_eq!(serde_json::from_str::<forms::Submission>(&json).unwrap(), submission, "{}", fixture.name);
        }
    }
}
