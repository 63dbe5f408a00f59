//! Whom a place in a payload tells about: the person, their company, or somebody and something else.
//!
//! The nearest name on the way decides: `event.data.answers.email` is the person's, for it lies among
//! answers; `lead.owner.email` is the owner's. The person is who filled the form. Names of those who made it, look
//! after it or are told of it (`owner`, `recipient`, `cc`, `staff`) are about the form's side.

use crate::question::is_one_of;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Person,
    Company,
    /// Of the form, the page, the host: nothing of it says who the person is.
    Others,
    /// Of who wrote. Of a comment or a mail that is the person; of a page or a ticket it may be a colleague.
    Writer,
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
    "requester",
    "requestor",
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
/// People of the form's side.
const ROLES: &[&str] = &[
    "owner",
    "organizer",
    "organiser",
    "host",
    "agent",
    "assignee",
    "recipient",
    "receiver",
    "cc",
    "bcc",
    "staff",
    "staffmember",
    "teammate",
    "consultant",
    "advisor",
    "operator",
    "editor",
    "publisher",
    "creator",
    "rep",
    "salesrep",
    "salesperson",
    "manager",
    "accountmanager",
    "admin",
    "administrator",
];
/// People who are the person where nobody else is.
const WRITERS: &[&str] = &["author", "sender", "reporter"];
const OTHERS: &[&str] = &[
    "recipients",
    "emailccs",
    "ccemails",
    "collaborators",
    "followers",
    "watchers",
    "staffmembers",
    "teammates",
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
    let Some((own, above)) = path.split_last() else { return Whose::Unsaid };
    match of_role(own) {
        Some(whose) => whose,
        None => whose(above),
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
        () if is(WRITERS) => Some(Whose::Writer),
        () => None,
    }
}

/// Whose an answer is that is called `owner` or `page`, or in words of which the last but one is a role: `owner_email`,
/// `contactOwnerName`, `sender-phone`.
fn of_role(name: &str) -> Option<Whose> {
    if let Some(whose @ (Whose::Others | Whose::Writer)) = named(name) {
        return Some(whose);
    }
    let words = words(name);
    let [.., role, last] = words.as_slice() else { return None };
    let is_role = |roles: &[&str]| CONTACT.contains(&last.as_str()) && roles.contains(&role.as_str());
    match () {
        () if is_role(ROLES) => Some(Whose::Others),
        () if is_role(WRITERS) => Some(Whose::Writer),
        () => None,
    }
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
        check("ticket.requester.email", Whose::Person);
        check("author.contact.email", Whose::Person);
    }

    #[test]
    fn a_name_alone_may_say_that_it_is_somebody_elses() {
        for name in
            ["owner", "owner_email", "organizerName", "HubSpot Owner Email", "host-phone", "event", "page", "cc"]
        {
            check(name, Whose::Others);
        }
        for name in ["author", "sender_email", "reporterName", "comment.author.email", "data.sender"] {
            check(name, Whose::Writer);
        }
        for name in ["email", "owner_since", "team_size", "phone", "form_email", "hostname", "your_name"] {
            check(name, Whose::Unsaid);
        }
    }
}
