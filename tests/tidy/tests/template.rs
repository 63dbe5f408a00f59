//! What `infra/template.yaml` must say and no emulator insists on: queues that lose nothing,
//! roles that may do no more than they need. Reads the text; the layout is the template's own.

use std::collections::BTreeMap;

use tidy::text;

const FUNCTIONS: [&str; 6] = ["Intake", "Evaluate", "Assign", "Act", "Escalate", "Console"];
const POLLED: [&str; 4] = ["Evaluate", "Assign", "Act", "Escalate"];
const POLLING: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/// The lines of each resource, by its name, without comments.
struct Template(BTreeMap<String, Vec<String>>);

/// One permission statement of a role: what, on what.
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
}

impl Template {
    fn read() -> Self {
        let text = text("infra/template.yaml");
        let (_, resources) = text.split_once("\nResources:\n").expect("the template has resources");
        let (resources, _) = resources.split_once("\nOutputs:\n").expect("outputs come after the resources");
        let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut name = String::new();
        for line in resources.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
            if !line.starts_with("   ") {
                name = line.trim().trim_end_matches(':').to_owned();
            } else {
                blocks.entry(name.clone()).or_default().push(line.trim_end().to_owned());
            }
        }
        Self(blocks)
    }

    fn of_type(&self, kind: &str) -> Vec<&str> {
        let wanted = format!("    Type: {kind}");
        let found: Vec<&str> =
            self.0.iter().filter(|(_, lines)| lines.contains(&wanted)).map(|(name, _)| name.as_str()).collect();
        assert!(!found.is_empty(), "no resource is a {kind}");
        found
    }

    fn block(&self, name: &str) -> &[String] {
        self.0.get(name).unwrap_or_else(|| panic!("the template has no {name}"))
    }

    /// What stands after `key:` in a resource, where it stands there.
    fn value(&self, name: &str, key: &str) -> Option<&str> {
        let found = |line: &'_ String| line.trim_start_matches([' ', '-']).starts_with(&format!("{key}: "));
        let line = self.block(name).iter().find(|line| found(line))?;
        line.split_once(": ").map(|(_, value)| value)
    }

    fn number(&self, name: &str, key: &str) -> u64 {
        let value = self.value(name, key).unwrap_or_else(|| panic!("{name} has no {key}"));
        value.parse().unwrap_or_else(|_| panic!("{key} of {name} is {value}, not a number"))
    }

    fn says(&self, name: &str, wanted: &str) -> bool {
        self.block(name).iter().any(|line| line.trim().trim_start_matches("- ") == wanted)
    }

    /// A function's own timeout, or the one of all.
    fn timeout(&self, function: &str) -> u64 {
        let own = self.value(&format!("{function}Function"), "Timeout").map(str::to_owned);
        let all = text("infra/template.yaml");
        let all = all.lines().find_map(|line| line.strip_prefix("    Timeout: ").map(str::to_owned));
        own.or(all).expect("a timeout is set").parse().expect("a timeout is a number of seconds")
    }

    /// The statements of a role's policy.
    fn statements(&self, function: &str) -> Vec<Statement> {
        let lines = self.block(&format!("{function}Role"));
        let starts: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].trim().starts_with("- Sid: ")).collect();
        assert!(!starts.is_empty(), "{function}Role has no statement");
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| Statement {
                actions: listed(&lines[start..end], "Action"),
                resources: listed(&lines[start..end], "Resource"),
            })
            .collect()
    }
}

/// The values of a key, whether they stand on its line or below it.
fn listed(lines: &[String], key: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let at = lines.iter().position(|line| line.trim().starts_with(&format!("{key}:")));
    let at = at.unwrap_or_else(|| panic!("a statement has no {key}: {lines:?}"));
    let inline = lines[at].trim()[key.len() + 1..].trim().trim_matches(['[', ']']);
    let below = lines[at + 1..].iter().take_while(|line| indent(line) > indent(&lines[at]));
    let below = below.map(|line| line.trim().trim_start_matches("- ").to_owned());
    let values = inline.split(", ").filter(|value| !value.is_empty()).map(|value| value.trim_matches('"').to_owned());
    values.chain(below).collect()
}

#[test]
fn every_queue_has_a_dead_letter_queue_or_is_one() {
    let template = Template::read();
    let queues = template.of_type("AWS::SQS::Queue");
    assert_eq!(queues.len(), 2 * POLLED.len(), "{queues:?}");
    for name in POLLED {
        let (source, dead) = (format!("{name}Queue"), format!("{name}DeadQueue"));
        let target = template.value(&source, "deadLetterTargetArn");
        assert_eq!(target, Some(format!("!GetAtt {dead}.Arn").as_str()), "{source}");
        assert!(template.number(&source, "maxReceiveCount") >= 5, "{source}");
        assert_eq!(template.value(&dead, "deadLetterTargetArn"), None, "{dead}");
        let fifo = |queue: &str| template.value(queue, "FifoQueue");
        assert_eq!(fifo(&source), fifo(&dead), "{dead}");
    }
}

#[test]
fn a_dead_letter_is_kept_longer_than_its_message_was() {
    // A letter keeps the age it had on its queue.
    let template = Template::read();
    for name in POLLED {
        let kept = |queue: String| template.number(&queue, "MessageRetentionPeriod");
        assert!(kept(format!("{name}DeadQueue")) > kept(format!("{name}Queue")), "{name}");
    }
}

#[test]
fn a_message_stays_hidden_for_six_times_its_functions_timeout() {
    let template = Template::read();
    for name in POLLED {
        let hidden = template.number(&format!("{name}Queue"), "VisibilityTimeout");
        assert!(hidden >= 6 * template.timeout(name), "{name}Queue hides for {hidden} s");
    }
}

#[test]
fn every_source_reports_which_messages_failed() {
    let template = Template::read();
    assert_eq!(template.of_type("AWS::Lambda::EventSourceMapping").len(), POLLED.len());
    for name in POLLED {
        let source = format!("{name}Source");
        assert!(template.says(&source, "FunctionResponseTypes: [ReportBatchItemFailures]"), "{source}");
        assert!(template.says(&source, &format!("EventSourceArn: !GetAtt {name}Queue.Arn")), "{source}");
        assert!(template.says(&source, &format!("FunctionName: !Ref {name}Function")), "{source}");
    }
}

#[test]
fn a_poller_reads_its_own_queue_and_no_other() {
    let template = Template::read();
    for name in FUNCTIONS {
        let polls = POLLED.contains(&name);
        for action in POLLING {
            let mut on: Vec<String> = template
                .statements(name)
                .into_iter()
                .filter(|statement| statement.actions.iter().any(|it| it == action))
                .flat_map(|statement| statement.resources)
                .collect();
            if name == "Escalate" {
                // It empties the dead-letter queues by itself.
                on.retain(|resource| !resource.ends_with("DeadQueue.Arn"));
            }
            let own = polls.then(|| format!("!GetAtt {name}Queue.Arn"));
            assert_eq!(on, own.into_iter().collect::<Vec<_>>(), "{name} {action}");
        }
    }
}

#[test]
fn a_function_marks_and_gives_up_messages_of_its_own_queue_only() {
    let template = Template::read();
    for name in POLLED {
        let own = format!("[\"{}#*\"]", name.to_lowercase());
        let condition = format!("Condition: {{ \"ForAllValues:StringLike\": {{ \"dynamodb:LeadingKeys\": {own} }} }}");
        // It also reads, and forgets, what dead letters of other queues did.
        assert_eq!(template.says(&format!("{name}Role"), &condition), name != "Escalate", "{name}");
        let sends_to = template.statements(name).into_iter().filter(|it| it.actions == ["sqs:SendMessage"]);
        let dead: Vec<String> = sends_to.flat_map(|it| it.resources).filter(|it| it.contains("DeadQueue")).collect();
        assert_eq!(dead, [format!("!GetAtt {name}DeadQueue.Arn")], "{name}");
    }
}

#[test]
fn nothing_is_deleted_but_the_slot_of_a_closed_record_and_what_retention_lets_go() {
    let template = Template::read();
    let deleting = |name: &str| {
        let statements = template.statements(name).into_iter();
        let deleting = statements.filter(|statement| statement.actions.iter().any(|it| it == "dynamodb:DeleteItem"));
        deleting.flat_map(|statement| statement.resources).collect::<Vec<_>>()
    };
    for name in FUNCTIONS {
        let expected: &[&str] = match name {
            "Assign" => &["!GetAtt PoolsTable.Arn"],
            "Evaluate" => &[
                "!GetAtt RecordsTable.Arn",
                "!GetAtt MatchesTable.Arn",
                "!GetAtt ExecutionsTable.Arn",
                "!GetAtt TasksTable.Arn",
                "!GetAtt EffectsTable.Arn",
            ],
            _ => &[],
        };
        assert_eq!(deleting(name), expected, "{name}");
    }
}

#[test]
fn a_function_logs_to_its_own_group_and_has_a_role_of_its_own() {
    let template = Template::read();
    assert_eq!(template.of_type("AWS::Serverless::Function").len(), FUNCTIONS.len());
    assert_eq!(template.of_type("AWS::IAM::Role").len(), FUNCTIONS.len());
    for name in FUNCTIONS {
        let function = format!("{name}Function");
        assert_eq!(template.value(&function, "Role"), Some(format!("!GetAtt {name}Role.Arn").as_str()));
        for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
            let statements = template.statements(name);
            let logs: Vec<_> = statements.iter().filter(|it| it.actions.iter().any(|it| it == action)).collect();
            assert_eq!(logs.len(), 1, "{name} {action}");
            assert_eq!(logs[0].resources, [format!("!GetAtt {name}Logs.Arn")], "{name}");
        }
    }
}

#[test]
fn no_role_may_do_everything_or_anything_everywhere() {
    let template = Template::read();
    for name in FUNCTIONS {
        for Statement { actions, resources } in template.statements(name) {
            assert!(!actions.iter().any(|action| action.contains('*')), "{name}: {actions:?}");
            // X-Ray has no resources to name.
            let traces = actions.iter().all(|action| action.starts_with("xray:"));
            assert!(traces || !resources.iter().any(|resource| resource == "*"), "{name}: {actions:?} on everything");
        }
    }
    for (name, lines) in &template.0 {
        let all = lines.iter().any(|line| line.contains("Action: \"*\"") || line.contains("Action: '*'"));
        assert!(!all, "{name} allows every action");
    }
}

#[test]
fn the_bus_may_send_where_its_rules_point_and_only_from_them() {
    let template = Template::read();
    let rules = [
        ("Evaluate", "[!GetAtt AcceptedRule.Arn]"),
        ("EvaluateDead", "[!GetAtt AcceptedRule.Arn, !GetAtt StrayRule.Arn]"),
        ("EscalateDead", "[!GetAtt StrayRule.Arn, !GetAtt MinuteRule.Arn]"),
    ];
    assert_eq!(template.of_type("AWS::SQS::QueuePolicy").len(), rules.len());
    for (queue, from) in rules {
        let policy = format!("{queue}QueuePolicy");
        for line in [
            format!("Queues: [!Ref {queue}Queue]"),
            "Principal: { Service: events.amazonaws.com }".to_owned(),
            "Action: sqs:SendMessage".to_owned(),
            format!("Resource: !GetAtt {queue}Queue.Arn"),
            format!("Condition: {{ ArnEquals: {{ \"aws:SourceArn\": {from} }} }}"),
        ] {
            assert!(template.says(&policy, &line), "{policy} does not say `{line}`");
        }
    }
}

#[test]
fn the_api_may_call_intake_and_console_and_the_minute_escalate() {
    let template = Template::read();
    let api = "SourceArn: !Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*\"";
    for (permission, function, principal, from) in [
        ("IntakePermission", "Intake", "apigateway", api),
        ("ConsolePermission", "Console", "apigateway", api),
        ("MinutePermission", "Escalate", "events", "SourceArn: !GetAtt MinuteRule.Arn"),
    ] {
        for line in [
            format!("FunctionName: !Ref {function}Function"),
            "Action: lambda:InvokeFunction".to_owned(),
            format!("Principal: {principal}.amazonaws.com"),
            from.to_owned(),
        ] {
            assert!(template.says(permission, &line), "{permission} does not say `{line}`");
        }
    }
    assert_eq!(template.of_type("AWS::Lambda::Permission").len(), 3);
}

#[test]
fn whatever_lies_below_the_forms_reaches_intake() {
    let template = Template::read();
    for (route, method) in [("PostFormRoute", "POST"), ("GetFormRoute", "GET"), ("OptionsFormRoute", "OPTIONS")] {
        let key = format!("{method} /v1/forms/{{proxy+}}");
        assert_eq!(template.value(route, "RouteKey"), Some(key.as_str()), "{route}");
        assert!(template.value(route, "Target").is_some_and(|to| to.contains("IntakeIntegration")), "{route}");
    }
}
