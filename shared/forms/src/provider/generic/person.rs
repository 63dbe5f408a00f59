//! Which place of a payload tells about the person.
//!
//! The person's own answers always do. Where they hold neither an address nor a number, the best other place that
//! holds one does too; where no place holds one, the best that has a name. Two of one rank are no answer. Beside an
//! object about the person that names them (`contact.name`), no other place is looked at.

use super::{asked, walk::Found};
use crate::{
    about::{self, Place, Whose},
    address::only_address,
    proposal::{is_name, is_number},
    question::value_of,
};

/// Where the person is looked for beside their own answers.
#[derive(Default)]
pub(super) struct Person(Option<(Whose, Vec<String>)>);

impl Person {
    /// The person of these answers.
    pub(super) fn of(found: &[Found]) -> Self {
        let mut ranked: Vec<&Found> = found.iter().filter(|found| is_ranked(found)).collect();
        // Only the person's own answers are left to choose from.
        if ranked.iter().all(|found| found.said.whose == Whose::Person) {
            return Self::default();
        }
        let names = |found: &Found| is_name(found.own()) && value_of(found.answer).is_some();
        if ranked.iter().any(|it| it.said.whose == Whose::Person && about::is_in_person(&it.path) && names(it)) {
            return Self::default();
        }
        ranked.sort_by_key(|found| found.said.whose);
        best(&ranked, is_contact).or_else(|| best(&ranked, |found| is_name(found.own()))).unwrap_or_default()
    }

    /// Whether all that the payload tells of the person lies among their own answers.
    pub(super) fn is_at_home(&self) -> bool {
        self.0.is_none()
    }

    /// Whom an answer that is called `own` is taken to tell about, by the place where it lies.
    pub(super) fn taken_for(&self, place: Place, path: &[String], own: &str) -> Whose {
        let is_here = |(whose, common): &(Whose, Vec<String>)| *whose == place.whose && path.starts_with(common);
        match place.whose {
            its @ (Whose::Person | Whose::Company | Whose::Others) => its,
            _ if self.0.as_ref().is_some_and(is_here) => Whose::Person,
            Whose::Unlisted if !about::is_of_any_object(own) => Whose::Unlisted,
            _ => Whose::Others,
        }
    }
}

/// Whether the place of an answer may be the person's.
fn is_ranked(found: &Found) -> bool {
    let object = found.common().iter().rev().find(|it| !asked::is_number(it));
    !matches!(found.said.whose, Whose::Company | Whose::Others) && !object.is_some_and(|it| about::is_place(it))
}

/// The only place of the best rank with an answer that `says` who somebody is, of answers in the order of their ranks.
/// None if no answer does.
fn best(ranked: &[&Found], says: impl Fn(&Found) -> bool) -> Option<Person> {
    let first = ranked.iter().position(|found| says(found))?;
    let (whose, common) = (ranked[first].said.whose, ranked[first].common());
    if whose == Whose::Person {
        return Some(Person::default());
    }
    let of_rank = ranked[first + 1..].iter().take_while(|found| found.said.whose == whose);
    let is_only = of_rank.filter(|found| says(found)).all(|found| found.common() == common);
    Some(Person(is_only.then(|| (whose, common.to_vec()))))
}

fn is_contact(found: &Found) -> bool {
    let Some(answer) = value_of(found.answer) else { return false };
    !about::asks_about_another(found.own()) && (only_address(&answer).is_some() || is_number(found.own(), &answer))
}
