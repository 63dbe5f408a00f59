//! What people name in a request: a person, a pool, a workflow. What is not known is answered with what there is.

use domain::{
    id::PersonId,
    matching::is_called,
    nearest::{choices, nearest},
    playbook::Playbook,
};

/// The person who is meant: by the id in people.yaml, the name or the e-mail address. Or why nobody is.
pub(crate) fn person(written: &str, playbook: &Playbook) -> Result<PersonId, String> {
    let id = PersonId::new(written);
    if playbook.people.contains_key(&id) {
        return Ok(id);
    }
    let is_meant = |(_, person): &(&PersonId, &domain::playbook::Person)| {
        person.has_address(written) || is_called(&person.name, written)
    };
    match playbook.people.iter().filter(is_meant).map(|(id, _)| id).collect::<Vec<_>>().as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(unknown_person(written, playbook)),
        several => {
            let ids: Vec<&str> = several.iter().map(|id| id.as_str()).collect();
            Err(format!("{} people are meant by `{written}`; write one of {}", ids.len(), ids.join(", ")))
        }
    }
}

fn unknown_person(written: &str, playbook: &Playbook) -> String {
    let by_id = nearest(written, playbook.people.keys().map(PersonId::as_str));
    let by_name = || {
        let called = nearest(written, playbook.people.values().map(|person| person.name.as_str()))?;
        playbook.people.iter().find(|(_, person)| person.name == called).map(|(id, _)| id.as_str())
    };
    let known = playbook.people.iter().map(|(id, person)| format!("{id} ({})", person.name));
    said("person", written, by_id.or_else(by_name), known.collect())
}

/// That there is nothing of this name: `what` in the singular, and all that there is.
pub(crate) fn unknown<'a>(what: &str, written: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    said(what, written, nearest(written, known.clone()), known.map(str::to_owned).collect())
}

fn said(what: &str, written: &str, meant: Option<&str>, known: Vec<String>) -> String {
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    if meant.is_some() && known.len() == 1 {
        return format!("there is no {what} `{written}`{hint}");
    }
    let there = choices(known.iter().map(String::as_str));
    let (stop, there) = match meant {
        Some(_) => (" ", there[..1].to_uppercase() + &there[1..]),
        None => ("; ", there),
    };
    format!("there is no {what} `{written}`{hint}{stop}{there}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_answered_with_what_there_is() {
        let names = |names: &'static [&str]| names.iter().copied();
        assert_eq!(
            unknown("pool", "inbuond", names(&["inbound", "sales"])),
            "there is no pool `inbuond`; did you mean `inbound`? Choose from inbound, sales"
        );
        assert_eq!(unknown("pool", "nope", names(&["inbound"])), "there is no pool `nope`; the only one is inbound");
        assert_eq!(unknown("pool", "nope", names(&[])), "there is no pool `nope`; there is none yet");
        let many: Vec<String> = (0..22).map(|number| format!("p{number:02}")).collect();
        let told = unknown("pool", "nope", many.iter().map(String::as_str));
        assert!(told.ends_with("p18, p19 and 2 more"), "{told}");
    }
}
