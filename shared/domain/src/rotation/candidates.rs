//! Why it was this person: everybody the pool looked at, stored with the pick.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer, value::SeqAccessDeserializer},
};

use super::{Contender, Numbers, Reason, listed, strategy::is_zero};
use crate::{id::PersonId, playbook::Strategy};

/// Of many available members only so many are named with their numbers, those who were next.
pub const NAMED: usize = 20;

/// The members of a pool at one decision. Alone it is enough to make the choice again: apply
/// the strategy to the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Candidates {
    /// The number of the pick in its pool; 0 if the rotation did not move.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pick: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: Strategy,
    /// Those who could have taken it, in the order in which they were next: the first did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<Available>,
    /// How many more were available, all of them behind those named.
    #[serde(default, skip_serializing_if = "is_none_more")]
    pub further: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Against>,
    /// Nobody was looked at: at least so many others have waited longer for this pool.
    #[serde(default, skip_serializing_if = "is_none_more")]
    pub behind: usize,
    /// The present owner, who kept a returning record; the rotation did not move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<PersonId>,
}

/// A member who could have taken it, and the numbers that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Available {
    pub person: PersonId,
    pub weight: u32,
    pub numbers: Numbers,
}

/// The first reason against some members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    pub why: Reason,
    pub people: Vec<PersonId>,
}

impl From<Contender<'_>> for Available {
    fn from(Contender { person, weight, numbers }: Contender<'_>) -> Self {
        Self { person: person.clone(), weight, numbers }
    }
}

impl Candidates {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the pick moved the rotation, which a withdrawal or a credit moves back.
    pub fn is_counted(&self) -> bool {
        self.pick > 0
    }

    /// Only those who could have taken it: what each was due of it is all that a credit asks.
    pub fn without_objections(&self) -> Self {
        Self { against: Vec::new(), ..self.clone() }
    }

    pub(crate) fn kept(person: PersonId) -> Self {
        Self { kept: Some(person), ..Self::default() }
    }

    pub(crate) fn behind(others: usize) -> Self {
        Self { behind: others, ..Self::default() }
    }

    pub(crate) fn object(&mut self, person: &PersonId, why: Reason) {
        match self.against.iter_mut().find(|against| against.why == why) {
            Some(against) => against.people.push(person.clone()),
            None => self.against.push(Against { why, people: vec![person.clone()] }),
        }
    }
}

impl Serialize for Candidates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// From what is written now; or from the list that entries before version 3 have.
impl<'de> Deserialize<'de> for Candidates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Candidates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the candidates of an assignment")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Candidates, A::Error> {
                Candidates::deserialize(MapAccessDeserializer::new(map))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Candidates, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(listed::read)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_none_more(count: &usize) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_default(strategy: &Strategy) -> bool {
    *strategy == Strategy::default()
}
