//! Checks what must hold, from what is stored: none where it does, else what is so instead.

use domain::{
    effect::Action,
    history::{Change, EffectChange, Entry, Head, TaskChange},
    id::RecordKey,
    task::Task,
};
use engine::ports::{EffectRow, Effects, Histories};

use crate::{
    command::{Awaited, Expectation, MessageKind, MessageMatch},
    path::record_path,
    run::Run,
};

/// More than any script sends.
const ALL: usize = 100_000;

type Verdict = Result<Option<String>, String>;

impl Run<'_> {
    pub(crate) async fn expect(&self, expectation: &Expectation) -> Verdict {
        match expectation {
            Expectation::Message { there, message } => self.message(*there, message).await,
            Expectation::CountMessages { message, is } => {
                Ok(differs("messages", self.messages(message).await?.len(), *is))
            }
            Expectation::SameRecord { same, records: [one, other] } => {
                let is = self.record(one)? == self.record(other)?;
                let words = if is { "the same record" } else { "different records" };
                Ok((is != *same).then(|| format!("{one} and {other} are {words}")))
            }
            Expectation::Why { workflow, record, says } => {
                let path = format!("{}/why?workflow={workflow}", record_path(&self.record(record)?));
                let why = self.get(&path).await?;
                Ok(lacks(why["sentence"].as_str().unwrap_or_default(), says))
            }
            Expectation::Timeline { record, there, says } => {
                let text = self.timeline(&self.record(record)?).await?.join("\n");
                Ok(match there {
                    true => lacks(&text, says),
                    false => text.contains(says).then(|| format!("the timeline says \"{says}\"")),
                })
            }
            of_record => self.expect_of_record(of_record).await,
        }
    }

    async fn expect_of_record(&self, expectation: &Expectation) -> Verdict {
        match expectation {
            Expectation::Owner { record, is } => {
                let owner = self.head(record).await?.owner.map(|owner| owner.person);
                let name =
                    |person: Option<&domain::id::PersonId>| person.map_or("nobody".to_owned(), ToString::to_string);
                Ok((owner != *is).then(|| format!("the owner is {}", name(owner.as_ref()))))
            }
            Expectation::Task { title, record, is_for, due } => {
                let head = self.head(record).await?;
                let Some(task) = head.tasks.iter().find(|task| task.title == *title) else {
                    return Ok(Some(format!("open tasks are: {}", self.titles(&head))));
                };
                let due = due.as_ref().map(|due| self.instant(due, self.midnight(task)));
                let fits = task.assigned_to == *is_for && due.is_none_or(|due| task.due == Some(due));
                Ok((!fits).then(|| format!("open tasks are: {}", self.titles(&head))))
            }
            Expectation::NoTask { title, record } => {
                let head = self.head(record).await?;
                let found = head.tasks.iter().any(|task| title.as_ref().is_none_or(|title| task.title == *title));
                Ok(found.then(|| format!("open tasks are: {}", self.titles(&head))))
            }
            Expectation::CountTasks { record, is } => {
                let entries = self.entries(&self.record(record)?).await?;
                let created = entries.iter().flat_map(|entry| &entry.changes);
                let count = created.filter(|change| matches!(change, Change::Task(TaskChange::Created { .. }))).count();
                Ok(differs("tasks", count, *is))
            }
            Expectation::Segment { there, segment, record } => {
                let head = self.head(record).await?;
                let is = head.segments.iter().any(|joined| joined.as_str() == segment);
                Ok((is != *there).then(|| format!("segments are {:?}", head.segments)))
            }
            Expectation::Field { field, record, is } => self.field(field, record, is).await,
            Expectation::Waits { record, for_what } => self.waits(record, for_what).await,
            other => Err(format!("{other:?} is not about a record")),
        }
    }

    async fn field(&self, field: &str, record: &str, is: &str) -> Verdict {
        let record = self.record(record)?;
        let head = self.head_of(&record).await?;
        let (root, name) = field.split_once('.').unwrap_or((record.kind.as_str(), field));
        let fields = match head.links.get(root) {
            Some(linked) if root != record.kind.as_str() => self.head_of(linked).await?.fields,
            _ => head.fields,
        };
        let found = fields.get(name).map_or("missing".to_owned(), ToString::to_string);
        Ok((found != is).then(|| format!("{field} is {found}")))
    }

    async fn waits(&self, record: &str, for_what: &Awaited) -> Verdict {
        use domain::execution::Waiting;
        let head = self.head(record).await?;
        let waits = match for_what {
            Awaited::Nothing => head.executions.is_empty(),
            Awaited::Owner => head.awaited_requests().next().is_some(),
            Awaited::Event(wanted) => head
                .executions
                .iter()
                .any(|open| matches!(&open.waiting, Waiting::Event { event_type, .. } if event_type == wanted)),
        };
        let found = || head.executions.iter().map(|open| format!("{:?}", open.waiting)).collect::<Vec<_>>();
        Ok((!waits).then(|| {
            format!("it waits for {}", if found().is_empty() { "nothing".into() } else { found().join(", ") })
        }))
    }

    async fn message(&self, there: bool, message: &MessageMatch) -> Verdict {
        let found = !self.messages(message).await?.is_empty();
        if found == there {
            return Ok(None);
        }
        let all = self.messages(&MessageMatch::default()).await?;
        let lines: Vec<String> = all.iter().map(|(row, _)| crate::show::summary(row)).collect();
        Ok(Some(format!("the outbox has: {}", if lines.is_empty() { "nothing".to_owned() } else { lines.join("; ") })))
    }

    /// The messages that match, oldest first.
    pub(crate) async fn messages(&self, wanted: &MessageMatch) -> Result<Vec<(EffectRow, Action)>, String> {
        let world = self.world.as_ref().ok_or("nothing has happened yet")?;
        let page = world.store().effects(None, ALL).await.map_err(|error| error.to_string())?;
        let mut found = Vec::new();
        for row in page.items.into_iter().rev() {
            let request = &row.request;
            let entry = world.store().entry(&request.record, request.seq).await.map_err(|error| error.to_string())?;
            let change = entry.and_then(|entry| entry.changes.get(request.index as usize).cloned());
            if let Some(Change::Effect(EffectChange::Requested { action, .. })) = change
                && matches(&row, &action, wanted, &self.address(wanted))
            {
                found.push((row, action));
            }
        }
        Ok(found)
    }

    /// The address that `to` means: a person's, where it is a person.
    fn address(&self, wanted: &MessageMatch) -> Option<String> {
        let to = wanted.to.as_ref()?;
        let person = self.playbook.people.get(&domain::id::PersonId::new(to.as_str()));
        Some(person.map_or_else(|| to.clone(), |person| person.email.clone()))
    }

    pub(crate) async fn head(&self, record: &str) -> Result<Head, String> {
        self.head_of(&self.record(record)?).await
    }

    async fn head_of(&self, record: &RecordKey) -> Result<Head, String> {
        let world = self.world.as_ref().ok_or("nothing has happened yet")?;
        let newest = world.store().newest(record).await.map_err(|error| error.to_string())?;
        newest.map(|entry| Head::clone(&entry.head)).ok_or_else(|| format!("there is no record {record}"))
    }

    pub(crate) async fn entries(&self, record: &RecordKey) -> Result<Vec<Entry>, String> {
        let world = self.world.as_ref().ok_or("nothing has happened yet")?;
        world.store().page(record, None, ALL).await.map_err(|error| error.to_string())
    }

    fn titles(&self, head: &Head) -> String {
        let line = |task: &Task| {
            let person = task.assigned_to.as_ref().map_or("nobody".to_owned(), ToString::to_string);
            let due = task.due.map(|due| format!(" due {}", self.zone().describe(due))).unwrap_or_default();
            format!("\"{}\" for {person}{due}", task.title)
        };
        if head.tasks.is_empty() {
            "none".to_owned()
        } else {
            head.tasks.iter().map(line).collect::<Vec<_>>().join(", ")
        }
    }

    /// The start of the day on which a task is due: a time on the clock means that day's.
    fn midnight(&self, task: &Task) -> domain::instant::Instant {
        let now = self.world.as_ref().map(|world| world.now()).unwrap_or_default();
        let day = self.zone().local(task.due.unwrap_or(now)).date();
        self.zone().first(day.to_datetime(jiff::civil::Time::midnight()))
    }
}

fn matches(row: &EffectRow, action: &Action, wanted: &MessageMatch, address: &Option<String>) -> bool {
    let kind = matches!(
        (wanted.kind, action),
        (MessageKind::Any, _)
            | (MessageKind::Email, Action::SendEmail { .. })
            | (MessageKind::Notice, Action::Notify { .. })
    );
    let template = wanted
        .template
        .as_ref()
        .is_none_or(|wanted| matches!(action, Action::SendEmail { template, .. } if template.as_str() == wanted));
    let Ok(message) = &row.rendered else { return kind && template && address.is_none() && wanted.saying.is_none() };
    let to = address.as_ref().is_none_or(|address| message.to.address.eq_ignore_ascii_case(address));
    let says = |text: &String| message.subject.contains(text) || message.body.contains(text);
    kind && template && to && wanted.saying.as_ref().is_none_or(says)
}

fn differs(what: &str, found: usize, expected: usize) -> Option<String> {
    (found != expected).then(|| format!("there are {found} {what}, not {expected}"))
}

fn lacks(text: &str, says: &str) -> Option<String> {
    (!text.contains(says)).then(|| format!("it says \"{text}\""))
}
