use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Head;
use crate::{
    clock::SetBack,
    id::{EventId, EventType, MatchKey, RecordKey, SegmentId},
    instant::Instant,
    matching::Way,
    playbook::Lifetime,
    value::Fields,
};

/// The record itself: its fields, what it is linked to and found by, and its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordChange {
    Linked {
        link: String,
        record: RecordKey,
        /// How the record was found, where nothing said which one it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matched_by: Option<Way>,
    },
    /// What the record is found by from now on.
    FoundBy {
        keys: BTreeSet<MatchKey>,
    },
    /// What came about this record named another one, which its sender was told: that name leads here.
    AlsoNamed {
        record: RecordKey,
    },
    /// What the record only remembered is forgotten, the oldest first: there was no room for more.
    Forgotten {
        /// Types whose latest event is no longer known.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        event_types: BTreeSet<EventType>,
        /// Submissions whose repeat is no longer recognised by its content.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        submissions: BTreeSet<EventId>,
    },
    /// Fields set by scoring or by a step.
    FieldsSet {
        fields: Fields,
    },
    SegmentJoined {
        segment: SegmentId,
    },
    Closed {
        reason: String,
        by: String,
    },
    /// The person came back: a form was submitted for a closed record.
    Reopened,
    /// The clock had been ahead when the entries before this one were written: it had said `from`, and what it says
    /// now is this entry's time. Waits, requests and tasks that it had put into the far future follow as changes.
    ClockSetBack {
        from: Instant,
    },
    /// `retention:` has deleted all before this entry. The record's next entry has the next number.
    Deleted {
        /// What `retention: closed_records` was.
        rule: Lifetime,
        /// The time of the last entry before it.
        last: Instant,
        /// How many entries are gone.
        entries: u64,
    },
}

impl Head {
    pub(super) fn apply_record(&mut self, change: &RecordChange, seq: u64, at: Instant) {
        match change {
            RecordChange::Linked { link, record, matched_by } => {
                self.links.insert(link.clone(), record.clone());
                self.matched.remove(link);
                self.matched.extend(matched_by.map(|way| (link.clone(), way)));
            }
            RecordChange::FoundBy { keys } => self.found_by.clone_from(keys),
            RecordChange::Forgotten { event_types, submissions } => {
                self.seen.retain(|event_type, _| !event_types.contains(event_type));
                self.submissions.retain(|submitted| !submissions.contains(&submitted.event));
            }
            RecordChange::FieldsSet { fields } => self.set(fields),
            RecordChange::SegmentJoined { segment } => drop(self.segments.insert(segment.clone())),
            RecordChange::Closed { .. } => self.closed = true,
            RecordChange::Reopened => self.closed = false,
            RecordChange::ClockSetBack { from } => self.set_clock_back(SetBack { from: *from, to: at }),
            RecordChange::Deleted { rule, last, .. } => self.delete(*rule, *last, seq, at),
            RecordChange::AlsoNamed { .. } => {}
        }
    }

    pub(super) fn set(&mut self, fields: &Fields) {
        self.fields.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}
