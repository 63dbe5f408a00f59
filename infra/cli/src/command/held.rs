use clap::{Args, Subcommand};
use domain::{instant::Instant, plural::counted};
use engine::ports::Clock;
use script::render;
use serde_json::{Value, json};
use sqlite::SystemClock;

use crate::{
    Exit,
    failure::Failure,
    patience,
    remote::{Remote, part},
    say::{Look, Say},
};

/// Submissions kept aside: see them, let them go on, or drop them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff held                                       what waits for a person
  handoff held release held-3                        it goes on as if it had not been held
  handoff held map unmatched-7 --form demo-request   it is read by the map of this form
  handoff held drop held-4 --reason spam
  handoff held replay webinar                        all that came for a form before it was described")]
pub struct Held {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Let one go on, as of when it came
    Release {
        /// As listed: held-3
        id: String,
        #[command(flatten)]
        remote: Remote,
    },
    /// Read one by the map of a form
    Map {
        /// As listed: unmatched-7
        id: String,
        /// A form of the playbook
        #[arg(long, value_name = "FORM")]
        form: String,
        #[command(flatten)]
        remote: Remote,
    },
    /// Drop one; it stays listed as dropped
    Drop {
        /// As listed: held-4
        id: String,
        /// Kept with it, with the name of your key
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        remote: Remote,
    },
    /// Read all that came for a form before it was described
    Replay {
        /// A form of the playbook
        form: String,
        #[command(flatten)]
        remote: Remote,
    },
}

/// The lists of what waits for a person.
const LISTS: [&str; 4] = ["held", "unmatched", "conflicts", "partial"];

impl Held {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        match self.what {
            None => list(say, &self.remote),
            Some(What::Release { id, remote }) => settle(say, &remote, &id, "release", &json!({})),
            Some(What::Map { id, form, remote }) => settle(say, &remote, &id, "map", &json!({ "form": form })),
            Some(What::Drop { id, reason, remote }) => settle(say, &remote, &id, "drop", &json!({ "reason": reason })),
            Some(What::Replay { form, remote }) => replay(say, &remote, &form),
        }
    }
}

fn list(say: &Say, remote: &Remote) -> Result<Exit, Failure> {
    let mut items = Vec::new();
    for list in LISTS {
        items.extend(all_of(remote, list)?);
    }
    say.either(&json!({ "data": items }), || match items.is_empty() {
        true => vec![say.paint(Look::Good, "Nothing waits for a person.")],
        false => items.iter().map(|item| line(say, item)).collect(),
    });
    Ok(Exit::Fine)
}

fn all_of(remote: &Remote, list: &str) -> Result<Vec<Value>, Failure> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = remote.get(&format!("/v1/{list}?limit=200{cursor}"), "data")?;
        items.extend(page["data"].as_array().cloned().unwrap_or_default());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(items),
        }
    }
}

fn line(say: &Say, item: &Value) -> String {
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let came = Instant::parse(text("accepted_at")).ok();
    let age = came.map_or_else(String::new, |came| age(SystemClock.now().millis_since(came) / 1000));
    let from = item["from"].as_str().unwrap_or("no address");
    format!(
        "{:14} {age:>9}  {:20} {from:30} {}",
        say.paint(Look::Bold, text("id")),
        text("form"),
        say.paint(Look::Dim, &render::kept(item)),
    )
}

fn age(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let (unit, name) = match seconds {
        ..120 => return "just now".to_owned(),
        120..7_200 => (MINUTE, "min"),
        7_200..172_800 => (HOUR, "hours"),
        _ => (DAY, "days"),
    };
    format!("{} {name}", seconds / unit)
}

/// How often the outcome is asked for.
const TRIES: u32 = 50;

/// Decides, and says what was decided. The first decision counts.
fn settle(say: &Say, remote: &Remote, id: &str, how: &str, body: &Value) -> Result<Exit, Failure> {
    let path = format!("/v1/kept/{}", part(id));
    let answer = remote.post(&format!("{path}/{how}"), body, "records")?;
    let settled = outcome(remote, &path, id)?;
    if !is_ours(&settled["how"], how, body) {
        let settled = settled["sentence"].as_str().unwrap_or("somebody else has settled it");
        return Err(Failure::new(format!("{settled}; the first decision counts")));
    }
    say.either(&answer, || {
        let records: Vec<&str> = answer["records"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        match records.as_slice() {
            [] => vec![format!("{id} is dropped. It stays listed under {}?state=settled.", kept_list(&answer))],
            [record] => vec![format!("{id} goes on. See what becomes of it: handoff timeline {record}")],
            all => vec![format!("{id} goes on as {} records: {}", all.len(), all.join(", "))],
        }
    });
    Ok(Exit::Fine)
}

/// What was made of it: it is worked off within moments.
fn outcome(remote: &Remote, path: &str, id: &str) -> Result<Value, Failure> {
    let settled = patience::look(TRIES, || {
        let item = remote.get(path, "id")?;
        Ok(Some(item["settled"].clone()).filter(Value::is_object))
    })?;
    settled.ok_or_else(|| {
        Failure::new(format!("the host has accepted the decision about {id} and not carried it out yet"))
            .hint(format!("`GET {path}` will say what was decided, and by whom"))
    })
}

/// Whether a settlement is what was asked for.
fn is_ours(settlement: &Value, how: &str, body: &Value) -> bool {
    let decided = match how {
        "release" => "released",
        "map" => "mapped",
        _ => "dropped",
    };
    let same = |name: &str| body[name].is_null() || settlement[name] == body[name];
    settlement["settled"] == decided && same("form") && same("reason")
}

fn kept_list(answer: &Value) -> &str {
    answer["links"]["kept"].as_str().unwrap_or("/v1/held")
}

fn replay(say: &Say, remote: &Remote, form: &str) -> Result<Exit, Failure> {
    let (mut replayed, mut refused, mut cursor) = (0, Vec::new(), Value::Null);
    loop {
        let mut body = json!({ "form": form });
        if cursor.is_string() {
            body["cursor"] = cursor;
        }
        let answer = remote.post("/v1/unmatched/replay", &body, "replayed")?;
        replayed += answer["replayed"].as_u64().unwrap_or_default();
        refused.extend(answer["refused"].as_array().cloned().unwrap_or_default());
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let found = if refused.is_empty() { Exit::Fine } else { Exit::Found };
    say.either(&json!({ "form": form, "replayed": replayed, "refused": refused }), || {
        let mut lines = vec![format!("{} of {form} read, as of when they came.", counted(replayed, "submission"))];
        let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        lines.extend(refused.iter().map(|line| format!("{} was not: {}", text(line, "id"), text(line, "detail"))));
        lines
    });
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{age, is_ours};

    #[test]
    fn a_decision_is_ours_where_it_is_the_one_that_was_asked_for() {
        let dropped = json!({"settled": "dropped", "reason": "spam"});
        assert!(is_ours(&dropped, "drop", &json!({"reason": "spam"})));
        assert!(!is_ours(&dropped, "drop", &json!({"reason": "a robot"})));
        assert!(!is_ours(&dropped, "release", &json!({})));
        assert!(is_ours(&json!({"settled": "released"}), "release", &json!({})));
        assert!(!is_ours(&json!({"settled": "mapped", "form": "demo"}), "map", &json!({"form": "other"})));
    }

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        for (seconds, said) in [
            (-5, "just now"),
            (119, "just now"),
            (120, "2 min"),
            (7_200, "2 hours"),
            (86_400, "24 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(age(seconds), said);
        }
    }
}
