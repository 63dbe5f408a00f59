//! Whom a place in a payload tells about: the person, their company, or somebody and something else.
//!
//! The nearest name on the way decides: `event.data.answers.email` is the person's, for it lies among
//! answers; `lead.owner.email` is the owner's.

use crate::question::is_one_of;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Person,
    Company,
    /// Of the form, the page, the host: nothing of it says who the person is.
    Others,
    /// Nothing on the way says it: the person's, if its own name fits.
    Unsaid,
}

/// People who write, and where services put what they answered; by normal name.
const PERSON: &[&str] = &[
    "person",
    "contact",
    "contacts",
    "lead",
    "leads",
    "respondent",
    "customer",
    "visitor",
    "registrant",
    "attendee",
    "attendees",
    "invitee",
    "invitees",
    "guest",
    "guests",
    "subscriber",
    "applicant",
    "candidate",
    "prospect",
    "buyer",
    "submitter",
    "scheduler",
    "booker",
    "customerdetails",
    "contactdetails",
    "personaldetails",
    "answers",
    "answer",
    "responses",
    "response",
    "fields",
    "fieldvalues",
    "fielddata",
    "formfields",
    "submission",
    "submissions",
    "submissiondata",
    "formdata",
    "formresponse",
    "leadformresponse",
    "questions",
    "questionsandanswers",
    "customquestions",
    "inputs",
    "humanfields",
    "orderedhumanfields",
    "results",
];
const COMPANY: &[&str] =
    &["company", "organization", "organisation", "business", "employer", "companydetails", "associatedcompany"];
/// People who do not write.
const ROLES: &[&str] = &[
    "owner",
    "organizer",
    "organiser",
    "host",
    "agent",
    "assignee",
    "sender",
    "creator",
    "rep",
    "salesrep",
    "salesperson",
    "manager",
    "accountmanager",
    "admin",
    "administrator",
];
const OTHERS: &[&str] = &[
    "owners",
    "organizers",
    "organisers",
    "hosts",
    "agents",
    "assignees",
    "assignedto",
    "createdby",
    "updatedby",
    "hubspotowner",
    "form",
    "survey",
    "event",
    "eventtype",
    "site",
    "page",
    "account",
    "workspace",
    "team",
    "teams",
    "campaign",
    "integration",
    "webhook",
    "meta",
    "metadata",
    "object",
    "context",
    "device",
    "browser",
    "useragent",
    "definition",
    "schema",
    "settings",
    "project",
    "bot",
    "app",
    "sdk",
    "server",
    // What of a broken body was not read.
    "notread",
];
/// What a name may end with that would make it the person's: `owner_email`.
const CONTACT: &[&str] = &["email", "mail", "phone", "mobile", "name", "number", "address"];

/// Whom the members of the place at `path` tell about.
pub(crate) fn whose(path: &[String]) -> Whose {
    path.iter().rev().find_map(|name| named(name)).unwrap_or(Whose::Unsaid)
}

/// Whom the answer at `path` tells about: its own name counts where it names others.
pub(crate) fn whose_leaf(path: &[String]) -> Whose {
    match path.split_last() {
        Some((own, _)) if is_of_others(own) => Whose::Others,
        Some((_, above)) => whose(above),
        None => Whose::Unsaid,
    }
}

/// Whether a name, taken alone, would make an answer the person's: `name`, `mail_address`, `mobile`.
pub(crate) fn is_personal(name: &str) -> bool {
    let normal = crate::question::normal(name);
    ["name", "mail", "phone", "mobile", "tel"].iter().any(|word| normal.contains(word))
        || is_one_of(name, &["first", "last", "company", "organization", "organisation", "address"])
}

fn named(name: &str) -> Option<Whose> {
    let is = |known: &[&str]| is_one_of(name, known);
    match () {
        () if is(PERSON) => Some(Whose::Person),
        () if is(COMPANY) => Some(Whose::Company),
        () if is(ROLES) || is(OTHERS) => Some(Whose::Others),
        () => None,
    }
}

/// `owner`, `page`, and names in two words whose first is a role: `owner_email`, `contactOwnerName`.
fn is_of_others(name: &str) -> bool {
    if named(name) == Some(Whose::Others) {
        return true;
    }
    let words = words(name);
    let last = |back: usize| words.len().checked_sub(back).map(|at| words[at].as_str());
    last(1).is_some_and(|word| CONTACT.contains(&word)) && last(2).is_some_and(|word| ROLES.contains(&word))
}

/// `contactOwner_email` → contact, owner, email.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.iter_mut().last().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
        }
        was_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Whose) {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        assert_eq!(whose_leaf(&path), expected, "{path:?}");
    }

    #[test]
    fn the_nearest_name_says_whose_it_is() {
        check("email", Whose::Unsaid);
        check("data.attributes.email", Whose::Unsaid);
        check("form.name", Whose::Others);
        check("event.data.email", Whose::Others);
        check("event.data.answers.email", Whose::Person);
        check("lead.owner.email", Whose::Others);
        check("owner.contact.email", Whose::Person);
        check("company.name", Whose::Company);
        check("payload.object.registrant.email", Whose::Person);
    }

    #[test]
    fn a_name_alone_may_say_that_it_is_somebody_elses() {
        for name in ["owner", "owner_email", "organizerName", "HubSpot Owner Email", "host-phone", "event", "page"] {
            check(name, Whose::Others);
        }
        for name in ["email", "owner_since", "team_size", "phone", "form_email", "hostname", "your_name"] {
            check(name, Whose::Unsaid);
        }
    }
}
