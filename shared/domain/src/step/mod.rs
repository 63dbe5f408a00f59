//! What a workflow can do: one file per kind of step, one line here for each.
//!
//! A kind's file holds its YAML form (a serde struct of exactly that shape), what it does
//! when the execution reaches it, what it does when something it waits for changes, and
//! how it reads in a sentence. Nothing else in the engine knows one kind from another.

mod add_to_segment;
mod assign;
mod create_task;
mod hands;
mod if_else;
mod notify;
mod reassign;
mod send_email;
mod update;
mod wait;
mod wait_for;
mod wait_for_opening;
mod who;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use create_task::NewTask;
pub use hands::Hands;
pub use who::Who;

use crate::{
    clock::SetBack,
    condition::Condition,
    execution::Waiting,
    id::{EventType, PersonId, PoolId, RouteId, TemplateId},
    step_path::StepPath,
};

/// What a step did, in one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On to the next step of the list.
    Done,
    /// Into a branch; when its list ends, [`StepKind::branch_ended`] says what then.
    Enter(&'static str),
    /// On with the step after this one, out of every branch between.
    Leave(StepPath),
    /// The execution stands here until something changes.
    Wait(Waiting),
    /// The signal did not concern this step.
    Unmoved,
}

/// Something an execution may be waiting for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    TimerFired,
    EventSeen {
        event_type: EventType,
        seq: u64,
    },
    /// The pool answered that nobody is available, for the first time.
    NobodyAvailable,
    /// Another person owns the record now.
    OwnerChanged,
    /// The clock had been ahead when this wait began.
    ClockSetBack(SetBack),
}

/// What a step refers to, for the check of the playbook.
#[derive(Debug, Clone, PartialEq)]
pub enum Mention<'s> {
    Pool(&'s PoolId),
    /// What the person who gets the record must be able to do, and which pool they come from; none: the record's own.
    Skill(&'s str, Option<&'s PoolId>),
    Route(&'s RouteId),
    Template(&'s TemplateId),
    Who(&'s Who),
    Person(&'s PersonId),
    Event(&'s EventType),
    /// A field that is written: `lead.stage`.
    Writes(&'s str),
    Condition(&'s Condition),
    /// Text with merge fields.
    Text(&'s str),
}

/// One kind of step. The struct that implements it has the YAML's own shape.
pub trait StepKind {
    /// The key that names the kind in YAML.
    const KEY: &'static str;

    /// Runs the step: records changes, asks for effects, says where to go.
    fn run(&self, hands: &mut dyn Hands) -> Outcome;

    /// The lists of steps inside this one, by name.
    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        Vec::new()
    }

    /// A branch's list has ended.
    fn branch_ended(&self, _hands: &mut dyn Hands) -> Outcome {
        Outcome::Done
    }

    /// Something changed while the execution stood exactly at this step.
    fn on(&self, _signal: &Signal, _hands: &mut dyn Hands) -> Outcome {
        Outcome::Unmoved
    }

    /// The event whose absence a branch answers to, where it does.
    fn stands_in_for(&self, _branch: &str) -> Option<&EventType> {
        None
    }

    /// What the step refers to.
    fn mentions(&self) -> Vec<Mention<'_>>;

    /// The step in words: `assign an owner from pool inbound`.
    fn describe(&self) -> String;
}

macro_rules! step_kinds {
    ($($kind:ident = $module:ident),+ $(,)?) => {
        $(pub use $module::$kind;)+

        /// One step of a workflow.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Step {
            $($kind(Box<$kind>)),+
        }

        impl Step {
            /// The keys that name a kind, in the order of this file.
            pub const KEYS: &'static [&'static str] = &[$($kind::KEY),+];

            /// Reads a step of the kind that `key` names; none if it names no kind.
            pub fn read<'de, D: Deserializer<'de>>(key: &str, step: D) -> Option<Result<Self, D::Error>> {
                match key {
                    $($kind::KEY => Some($kind::deserialize(step).map(|step| Self::$kind(Box::new(step)))),)+
                    _ => None,
                }
            }
        }

        macro_rules! each {
            ($step:expr, $name:ident => $body:expr) => {
                match $step { $(Self::$kind($name) => $body),+ }
            };
        }

        impl Step {
            pub fn key(&self) -> &'static str {
                match self { $(Self::$kind(_) => $kind::KEY),+ }
            }

            pub fn run(&self, hands: &mut dyn Hands) -> Outcome {
                each!(self, kind => kind.run(hands))
            }

            pub fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
                each!(self, kind => kind.branches())
            }

            pub fn branch_ended(&self, hands: &mut dyn Hands) -> Outcome {
                each!(self, kind => kind.branch_ended(hands))
            }

            pub fn on(&self, signal: &Signal, hands: &mut dyn Hands) -> Outcome {
                each!(self, kind => kind.on(signal, hands))
            }

            pub fn stands_in_for(&self, branch: &str) -> Option<&EventType> {
                each!(self, kind => kind.stands_in_for(branch))
            }

            pub fn mentions(&self) -> Vec<Mention<'_>> {
                each!(self, kind => kind.mentions())
            }

            pub fn describe(&self) -> String {
                each!(self, kind => kind.describe())
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for Step {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Step".into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "anyOf": [$(generator.subschema_for::<$kind>()),+] })
            }
        }

        impl Serialize for Step {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                each!(self, kind => kind.serialize(serializer))
            }
        }
    };
}

step_kinds! {
    Assign = assign,
    Reassign = reassign,
    SendEmail = send_email,
    CreateTask = create_task,
    Update = update,
    AddToSegment = add_to_segment,
    Notify = notify,
    If = if_else,
    Wait = wait,
    WaitFor = wait_for,
    WaitForOpening = wait_for_opening,
}

/// What a step that seeks an owner does with a signal: its branch runs where there is one.
fn on_nobody(signal: &Signal, if_nobody_available: &[Step]) -> Outcome {
    match signal {
        Signal::NobodyAvailable if !if_nobody_available.is_empty() => Outcome::Enter("if_nobody_available"),
        _ => Outcome::Unmoved,
    }
}

impl Step {
    /// The list of steps of one branch.
    pub fn branch(&self, name: &str) -> Option<&Vec<Step>> {
        self.branches().into_iter().find(|(branch, _)| *branch == name).map(|(_, steps)| steps)
    }
}

/// The kind is named by its key, wherever in the mapping it stands; the rest is that kind's own.
impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let step = serde_json::Map::deserialize(deserializer)?;
        let named: Vec<&str> = Self::KEYS.iter().copied().filter(|key| step.contains_key(*key)).collect();
        let [key] = named[..] else {
            return Err(de::Error::custom(if named.is_empty() {
                let keys: Vec<&str> = step.keys().map(String::as_str).collect();
                format!("unknown step `{}`; write one of {}", keys.join(", "), Self::KEYS.join(", "))
            } else {
                format!("one step cannot be both `{}`; make it two", named.join("` and `"))
            }));
        };
        Self::read(key, serde_json::Value::Object(step.clone()))
            .expect("the key is one of KEYS")
            .map_err(de::Error::custom)
    }
}
