//! What each command does: time, what comes from outside, and what people ask for.

use std::path::Path;

use domain::{calendar::Zone, history::ExecutionState, id::RecordKey, instant::Instant};
use engine::ports::{Activation, ExecutionFilter, Executions, Playbooks, Queue};
use playbook::{Files, Unread, read_folder};
use serde_json::{Value as Json, json};

use crate::{
    command::{Body, Command, Limit, Queue as Held, When},
    path::{part, record_path},
    run::{Done, Run, checked},
    world::{Answered, World},
};

const JSON: &str = "application/json";

impl Run<'_> {
    pub(crate) async fn carry_out(&mut self, command: &Command) -> Result<Done, String> {
        match command {
            Command::Playbook(folder) => self.begin_with(folder),
            Command::At(when) => self.go_to(when).await,
            Command::Advance { millis } => {
                let to = self.now().await?.plus_millis(*millis);
                self.advance_to(to).await
            }
            Command::AdvanceToEnd { limit } => self.advance_to_end(limit).await,
            Command::Clock(when) => {
                let now = self.now().await?;
                let at = self.instant(when, now);
                let set = self.begun().await?.host.set_clock(at).await;
                set.map(|()| Done::default()).map_err(|error| error.to_string())
            }
            Command::Form { .. } | Command::Event { .. } => self.come_from_outside(command, 1).await,
            Command::Repeat { times, command } => self.come_from_outside(command, *times).await,
            Command::Name { alias } => {
                let record = self.last_record.clone().ok_or("no form has reached a record yet")?;
                self.aliases.name(alias, record);
                Ok(Done::default())
            }
            Command::NameLinked { alias, link, record } => {
                let head = self.head(record).await?;
                let linked = head.links.get(link).ok_or_else(|| format!("{record} is linked to no {link}"))?;
                self.aliases.name(alias, linked.clone());
                Ok(Done::default())
            }
            Command::Kill => self.kill().await,
            Command::Duplicate => {
                let world = self.world.as_mut().ok_or("nothing has happened yet")?;
                world.host.deliver_last_again().await.map(|()| Done::default()).map_err(|error| error.to_string())
            }
            Command::Hold(queue) => {
                self.begun().await?.host.hold(queue_of(*queue));
                Ok(Done::default())
            }
            Command::Release(queue) => {
                self.begun().await?.host.release(queue_of(*queue));
                self.settle().await
            }
            Command::Expect(expectation) => {
                self.begun().await?;
                Ok(self.expect(expectation).await?.map_or_else(Done::default, Done::failed))
            }
            Command::Show(show) => {
                self.begun().await?;
                self.show(show).await.map(Done::printed)
            }
            asked => self.ask(asked).await,
        }
    }

    /// The world, begun on a Monday at nine if no moment was named.
    pub(crate) async fn begun(&mut self) -> Result<&mut World, String> {
        if self.world.is_none() {
            self.begin(self.zone().first(jiff::civil::datetime(2026, 3, 2, 9, 0, 0, 0))).await?;
        }
        Ok(self.world.as_mut().expect("it was just begun"))
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.playbook.organisation.time_zone
    }

    pub(crate) async fn now(&mut self) -> Result<Instant, String> {
        Ok(self.begun().await?.now())
    }

    /// The instant that a moment means, seen from `now`.
    pub(crate) fn instant(&self, when: &When, now: Instant) -> Instant {
        let zone = self.zone();
        match when {
            When::Moment(at) => *at,
            When::Local(local) => zone.first(*local),
            When::Clock(time) => {
                let today = zone.local(now).date();
                let at = zone.first(today.to_datetime(*time));
                let tomorrow = || today.tomorrow().map_or(at, |day| zone.first(day.to_datetime(*time)));
                if at < now { tomorrow() } else { at }
            }
        }
    }

    fn begin_with(&mut self, folder: &str) -> Result<Done, String> {
        if self.world.is_some() {
            return Err("the playbook comes first; later ones are published".to_owned());
        }
        let folder = self.setting.folder.join(folder);
        self.files = files_of(&folder)?;
        self.playbook = checked(&self.files)?;
        Ok(Done::default())
    }

    async fn begin(&mut self, start: Instant) -> Result<(), String> {
        let world = World::begin(&self.setting.place, start, self.setting.delivery)?;
        let manifest = self.playbook.manifest_id();
        let activation = Activation { manifest: manifest.clone(), at: start, by: "script".to_owned() };
        world.store().publish(&self.playbook, None, activation).await.map_err(|error| error.to_string())?;
        self.published = vec![manifest.to_string()];
        self.world = Some(world);
        Ok(())
    }

    async fn go_to(&mut self, when: &When) -> Result<Done, String> {
        let Some(world) = &self.world else {
            let start = match when {
                When::Clock(time) => self.zone().first(jiff::civil::date(2026, 3, 2).to_datetime(*time)),
                when => self.instant(when, Instant::default()),
            };
            return self.begin(start).await.map(|()| Done::default());
        };
        let now = world.now();
        let to = self.instant(when, now);
        if to < now {
            return Err(format!("it is {} already, and time does not go back", self.zone().describe(now)));
        }
        self.advance_to(to).await
    }

    async fn advance_to(&mut self, to: Instant) -> Result<Done, String> {
        let advanced = self.begun().await?.host.advance_to(to).await;
        advanced.map(|()| Done::default()).map_err(|error| error.to_string())
    }

    async fn advance_to_end(&mut self, limit: &Limit) -> Result<Done, String> {
        const DAY: i64 = 24 * 60 * 60_000;
        let now = self.now().await?;
        let latest = match limit {
            Limit::Length { millis } => now.plus_millis(*millis),
            Limit::Moment(when) => self.instant(when, now),
        };
        // Every minute of it is gone through.
        if latest.millis_since(now) > 400 * DAY {
            return Err("at most 400 days can be looked ahead".to_owned());
        }
        while self.now().await? < latest && self.something_is_open().await? {
            let to = self.now().await?.plus_millis(DAY).min(latest);
            self.advance_to(to).await?;
        }
        Ok(Done::default())
    }

    async fn something_is_open(&mut self) -> Result<bool, String> {
        let filter = ExecutionFilter { state: ExecutionState::Open, workflow: None, since: None };
        let open = self.begun().await?.store().executions(&filter, None, 1).await;
        open.map(|open| !open.items.is_empty()).map_err(|error| error.to_string())
    }

    async fn settle(&mut self) -> Result<Done, String> {
        let settled = self.begun().await?.host.run_until_idle().await;
        settled.map(|()| Done::default()).map_err(|error| error.to_string())
    }

    async fn kill(&mut self) -> Result<Done, String> {
        let world = self.world.take().ok_or("nothing has happened yet")?;
        self.world = Some(world.killed(&self.setting.place)?);
        self.settle().await
    }

    /// Forms and events: all are accepted before the first is worked off.
    async fn come_from_outside(&mut self, command: &Command, times: u32) -> Result<Done, String> {
        let mut output = Vec::new();
        for number in 1..=times {
            let (path, kind, body) = match command {
                Command::Form { form, body } => {
                    let (kind, body) = self.body(body, number)?;
                    (format!("/v1/forms/{}", part(form.as_str())), kind, body)
                }
                Command::Event { event_type, record, data } => {
                    let record = self.record(record)?;
                    let data: Json = serde_json::from_str(data).map_err(|error| error.to_string())?;
                    let record = json!({ "kind": record.kind, "id": record.id });
                    let event = json!({ "type": event_type, "record": record, "data": data });
                    ("/v1/events".to_owned(), JSON, event.to_string().into_bytes())
                }
                _ => return Err("only forms and events come from outside".to_owned()),
            };
            let answered = self.begun().await?.request("POST", &path, kind, body).await?;
            output.extend(self.taken(&answered));
        }
        output.dedup();
        self.settle().await?;
        Ok(Done::printed(output))
    }

    /// What to print about an answer: nothing where all is well.
    fn taken(&mut self, answered: &Answered) -> Vec<String> {
        if !(200..300).contains(&answered.status) {
            return refusal(answered);
        }
        if let Some(record) = answered.body["record"].as_str().and_then(|record| record.parse::<RecordKey>().ok()) {
            self.last_record = Some(record);
        }
        answered.body["kept"].as_str().map(|kept| format!("kept as {kept}")).into_iter().collect()
    }

    fn body(&self, body: &Body, number: u32) -> Result<(&'static str, Vec<u8>), String> {
        match body {
            Body::Json(text) => Ok((JSON, text.replace("{n}", &number.to_string()).into_bytes())),
            Body::File(name) => {
                let path = self.setting.folder.join(name);
                let bytes = std::fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                let kind = match path.extension().and_then(|ending| ending.to_str()) {
                    Some("json") => JSON,
                    _ => "application/x-www-form-urlencoded",
                };
                Ok((kind, bytes))
            }
        }
    }

    /// What people ask for, through the routes that they use.
    async fn ask(&mut self, command: &Command) -> Result<Done, String> {
        let (method, path, body) = match command {
            Command::Away { person, until } => {
                ("POST", format!("/v1/people/{}/away", part(person.as_str())), json!({ "until": until }))
            }
            Command::Back { person } => ("DELETE", format!("/v1/people/{}/away", part(person.as_str())), Json::Null),
            Command::Reassign { record, to, reason } => {
                let path = format!("{}/reassign", record_path(&self.record(record)?));
                ("POST", path, json!({ "to": to, "reason": reason }))
            }
            Command::Close { record, reason } => {
                ("POST", format!("{}/close", record_path(&self.record(record)?)), json!({ "reason": reason }))
            }
            Command::Credit { record, reason } => {
                ("POST", format!("{}/credit", record_path(&self.record(record)?)), json!({ "reason": reason }))
            }
            Command::Complete { title, record } => ("POST", self.completion(title, record).await?, Json::Null),
            Command::Pause(workflows) if workflows.is_empty() => ("POST", "/v1/pause".to_owned(), json!({})),
            Command::Pause(workflows) => ("POST", "/v1/pause".to_owned(), json!({ "workflows": workflows })),
            Command::PreviewResume => ("GET", "/v1/resume".to_owned(), Json::Null),
            Command::Resume => ("POST", "/v1/resume".to_owned(), json!({})),
            Command::Publish(folder) => ("PUT", "/v1/playbook".to_owned(), self.edited(folder)?),
            Command::Rollback => ("POST", "/v1/playbook/rollback".to_owned(), self.rolled_back()?),
            other => return Err(format!("{other:?} is not for people to ask")),
        };
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let answered = self.begun().await?.request(method, &path, JSON, bytes).await?;
        if answered.status >= 300 {
            return Ok(Done::printed(refusal(&answered)));
        }
        if let Some(manifest) = answered.body["manifest"].as_str() {
            self.published.push(manifest.to_owned());
        }
        let output = match command {
            Command::PreviewResume => crate::render::preview(&answered.body),
            _ => Vec::new(),
        };
        self.settle().await?;
        Ok(Done::printed(output))
    }

    /// The playbook with the files of a folder in place of its own.
    fn edited(&mut self, folder: &str) -> Result<Json, String> {
        let folder = self.setting.folder.join(folder);
        let edits = files_of(&folder)?;
        if edits.is_empty() {
            return Err(format!("{} holds no files of a playbook", folder.display()));
        }
        let mut files = self.files.clone();
        files.extend(edits);
        // What does not pass the check is published all the same: the answer says why it is refused.
        if let Ok(playbook) = checked(&files) {
            (self.playbook, self.files) = (playbook, files.clone());
        }
        Ok(json!({ "files": files }))
    }

    fn rolled_back(&self) -> Result<Json, String> {
        let earlier = self.published.iter().rev().nth(1).ok_or("nothing was published before")?;
        Ok(json!({ "manifest": earlier }))
    }

    /// The address that completes an open task.
    async fn completion(&self, title: &str, record: &str) -> Result<String, String> {
        let head = self.head(record).await?;
        let task = head.tasks.iter().find(|task| task.title == title);
        let task = task.ok_or_else(|| format!("there is no open task \"{title}\""))?;
        let record = self.record(record)?;
        let parts = [record.kind.as_str(), &record.id, task.id.as_str()].map(part);
        Ok(format!("/v1/tasks/{}/complete", parts.join("/")))
    }
}

/// A refusal in the words of its problem.
fn refusal(answered: &Answered) -> Vec<String> {
    let detail = answered.body["detail"].as_str().unwrap_or(&answered.text);
    let errors = answered.body["errors"].as_array();
    let of = |error: &Json, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let errors =
        errors.into_iter().flatten().map(|error| format!("  {} {}", of(error, "pointer"), of(error, "detail")));
    let problems = answered.body["diagnostics"].as_array().into_iter().flatten();
    let problems = problems.map(|problem| {
        format!("  {}:{} {}: {}", of(problem, "file"), problem["line"], of(problem, "code"), of(problem, "message"))
    });
    [format!("refused ({}): {detail}", answered.status)].into_iter().chain(errors).chain(problems).collect()
}

fn queue_of(queue: Held) -> Queue {
    match queue {
        Held::Evaluate => Queue::Evaluate,
        Held::Assign => Queue::Assign,
        Held::Act => Queue::Act,
    }
}

/// The texts of a folder, all of them.
fn files_of(folder: &Path) -> Result<Files, String> {
    let found = read_folder(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    match found.unread.iter().find(|(_, why)| **why != Unread::Folder) {
        Some((path, why)) => Err(format!("{}: {why}", folder.join(path).display())),
        None => Ok(found.files),
    }
}
