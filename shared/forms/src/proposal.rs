//! What a form that nobody described probably means: shown to a person, who makes a map of it.

use std::collections::BTreeMap;

use domain::{playbook::FieldType, value::Value};

use crate::{question::normal, submission::Submission};

/// A target, and how well a question fits it: names it has outright, and words it may hold.
struct Guess {
    target: &'static str,
    names: &'static [&'static str],
    words: &'static [&'static str],
}

/// In the order in which targets choose; a question serves one target only.
const GUESSES: [Guess; 10] = [
    Guess {
        target: "lead.email",
        names: &["email", "emailaddress", "workemail", "businessemail", "mail", "useremail", "correo"],
        words: &["email", "mail"],
    },
    Guess {
        target: "lead.first_name",
        names: &[
            "firstname",
            "fname",
            "first",
            "givenname",
            "forename",
            "namefirst",
            "vorname",
            "prenom",
            "prénom",
            "voornaam",
            "förnamn",
            "fornavn",
            "etunimi",
            "imię",
        ],
        words: &["firstname", "givenname"],
    },
    Guess {
        target: "lead.last_name",
        names: &[
            "lastname",
            "lname",
            "last",
            "surname",
            "familyname",
            "namelast",
            "nachname",
            "familienname",
            "nomdefamille",
            "apellido",
            "apellidos",
            "cognome",
            "sobrenome",
            "achternaam",
            "efternamn",
            "etternavn",
            "sukunimi",
            "nazwisko",
        ],
        words: &["lastname", "surname", "familyname"],
    },
    Guess {
        target: "company.employees",
        names: &["employees", "companysize", "teamsize", "size", "headcount", "numberofemployees", "numemployees"],
        words: &["employees", "teamsize", "companysize", "headcount", "howmanypeople"],
    },
    Guess {
        target: "company.name",
        names: &[
            "company",
            "companyname",
            "organisation",
            "organization",
            "business",
            "businessname",
            "orgname",
            "org",
            "firma",
        ],
        words: &["company", "organisation", "organization", "businessname", "employer"],
    },
    Guess {
        target: "lead.name",
        names: &["name", "fullname", "yourname", "contactname", "displayname", "nom", "nombre", "nome", "naam"],
        words: &["fullname", "yourname", "contactname"],
    },
    Guess {
        target: "lead.phone",
        names: &[
            "phone",
            "phonenumber",
            "mobile",
            "telephone",
            "tel",
            "cell",
            "textremindernumber",
            "phonenumbercountrycode",
            "telefon",
        ],
        words: &["phone", "mobile", "whatsapp"],
    },
    Guess {
        target: "lead.message",
        names: &[
            "message",
            "comments",
            "comment",
            "notes",
            "description",
            "question",
            "nachricht",
            "enquiry",
            "inquiry",
        ],
        words: &["message", "comment", "howcanwehelp", "tellus", "enquiry", "inquiry", "additionalnotes"],
    },
    Guess { target: "company.website", names: &["website", "url", "web", "domain"], words: &["website"] },
    Guess { target: "lead.title", names: &["jobtitle", "role", "position"], words: &["jobtitle", "yourrole"] },
];

/// For each target that a question fits, the question: `lead.email` → `Work email?`.
pub fn propose(submission: &Submission) -> BTreeMap<String, String> {
    let mut proposed = by_name(submission, Fit::Likely);
    by_content(submission, &mut proposed);
    proposed
}

/// What the questions fit that surely; where a likely fit will do, also by what their answers look like.
pub(crate) fn proposals(submission: &Submission, least: Fit) -> BTreeMap<String, String> {
    let mut proposed = by_name(submission, least);
    // Of an address, only a name that leaves no doubt: the others are weighed together.
    if least == Fit::Likely {
        proposed.remove("lead.email");
        proposed.extend(by_name(submission, Fit::Named).remove_entry("lead.email"));
    }
    if least == Fit::Likely {
        dialled(submission, &mut proposed);
    }
    typed_phone(submission, &mut proposed);
    proposed
}

/// How surely a question must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its name means the target and nothing else.
    Named,
    /// Its name holds a word that points to the target.
    Likely,
}

pub(crate) fn by_name(submission: &Submission, least: Fit) -> BTreeMap<String, String> {
    let mut candidates = candidates(submission);
    let mut proposed = BTreeMap::new();
    for guess in &GUESSES {
        let fits = |matches: &dyn Fn(&Candidate<'_>) -> bool| {
            candidates.iter().position(|it| may_hold(guess.target, it.value) && matches(it))
        };
        let simply = fits(&|it| guess.names.contains(&it.normal.as_str()));
        let named = || fits(&|it| it.names.iter().any(|name| guess.names.contains(&name.as_str())));
        let holds = |name: &String| guess.words.iter().any(|word| name.contains(word));
        let worded = || fits(&|it| least == Fit::Likely && it.names.iter().any(holds));
        if let Some(found) = simply.or_else(named).or_else(worded) {
            proposed.insert(guess.target.to_owned(), candidates.remove(found).question.to_owned());
        }
    }
    proposed
}

/// A question that may be the person's, with its names in normal form.
struct Candidate<'a> {
    question: &'a str,
    value: &'a Value,
    normal: String,
    names: Vec<String>,
}

fn candidates(submission: &Submission) -> Vec<Candidate<'_>> {
    let asked = submission.fields.iter().filter(|(question, _)| !submission.apart.contains(*question));
    asked
        .map(|(question, value)| Candidate {
            question,
            value,
            normal: normal(question),
            names: names_of(submission, question),
        })
        .collect()
}

/// An address is one whatever its question is called, and so is a number written to be dialled.
fn by_content(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let address = submission.fields.iter().find(|(name, value)| is_asked(submission, name) && is_address(value));
    if let Some((question, _)) = address {
        proposed.entry("lead.email".to_owned()).or_insert_with(|| question.clone());
    }
    typed_phone(submission, proposed);
    dialled(submission, proposed);
}

fn dialled(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let number = submission.fields.iter().find(|(name, value)| is_asked(submission, name) && is_dialled(value));
    if let Some((question, _)) = number {
        proposed.entry("lead.phone".to_owned()).or_insert_with(|| question.clone());
    }
}

/// The only question that the provider says asks for a phone number.
fn typed_phone(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let mut typed = submission.types.iter().filter(|(_, asks)| **asks == FieldType::Phone);
    if let (Some((question, _)), None) = (typed.next(), typed.next()) {
        proposed.entry("lead.phone".to_owned()).or_insert_with(|| question.clone());
    }
}

/// Whether a question says that it asks for an e-mail address.
pub(crate) fn names_email(submission: &Submission, question: &str) -> bool {
    let says = |name: &String| GUESSES[0].words.iter().any(|word| name.contains(word));
    names_of(submission, question).iter().any(says)
}

fn is_dialled(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.starts_with(['+', '(']) && digits >= 7 && text.chars().all(|it| it.is_ascii_digit() || "+() -./".contains(it))
}

/// Whether a field may be the person's: not the host's of a booking, not the form's or the browser's.
pub(crate) fn is_asked(submission: &Submission, question: &str) -> bool {
    !submission.apart.contains(question)
}

/// A consent tick is not an e-mail address, even if its question says "e-mail".
fn may_hold(target: &str, value: &Value) -> bool {
    match target {
        "lead.email" => is_address(value),
        "lead.phone" => {
            let digits = value.to_string().chars().filter(char::is_ascii_digit).count();
            digits >= 5 && !is_address(value)
        }
        "company.employees" => {
            !matches!(value, Value::YesNo(_)) && value.to_string().contains(|it: char| it.is_ascii_digit())
        }
        _ => matches!(value, Value::Text(_)) && !is_address(value),
    }
}

fn is_address(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    let text = text.trim();
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace) && !text.contains("://")
    })
}

/// The name of a question without the words that only ask: `What's your work email?` → `workemail`.
fn without_filler(mut name: &str) -> &str {
    const FILLER: &[&str] =
        &["nolabel", "whatis", "whats", "and", "please", "enter", "typein", "tellus", "your", "contact", "the"];
    while let Some(rest) = FILLER.iter().find_map(|word| name.strip_prefix(word)).filter(|rest| rest.len() > 2) {
        name = rest;
    }
    name
}

/// All names of a question in normal form; words that only ask in front, a number behind (Forminator's `email-1`) and Gravity Forms' `1.3`, `1.6` understood.
fn names_of(submission: &Submission, question: &str) -> Vec<String> {
    let aliases = submission.aliases.iter().filter(|(_, main)| *main == question).map(|(alias, _)| alias.as_str());
    let mut names = Vec::new();
    for name in [question].into_iter().chain(aliases) {
        let whole = normal(name);
        let plain = without_filler(&whole).trim_end_matches(|it: char| it.is_ascii_digit());
        if plain != whole && plain.len() > 2 {
            names.push(plain.to_owned());
        }
        match name.split_once('.') {
            Some((number, "3")) if number.parse::<u16>().is_ok() => names.push("firstname".to_owned()),
            Some((number, "6")) if number.parse::<u16>().is_ok() => names.push("lastname".to_owned()),
            _ => {}
        }
        if let Some(last) = name.rsplit('.').next().filter(|_| !whole.contains("form")) {
            names.push(normal(last));
        }
        names.push(whole);
    }
    names
}
