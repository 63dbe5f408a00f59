use std::{borrow::Cow, collections::HashMap};

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::update_item::UpdateItemError,
    types::{ConsumedCapacity, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure},
};
use domain::{
    effect::EffectResult,
    id::{EffectId, MessageId},
    instant::Instant,
    message::ToAct,
    playbook::Lifetime,
};
use engine::ports::{Claim, Cursor, EffectRow, EffectState, Effects, Page, PortError, Rendered};
use serde::{Deserialize, Serialize};

use super::{
    Item, expires,
    item::text,
    list::{List, cursor_at, place_of},
    shard, sortable,
    write::{Condition, Write},
};
use crate::{Ports, failure};

/// How long an effect is remembered, where `retention:` says nothing: longer than any message that could ask for it
/// again.
const KEPT_DAYS: i64 = 400;

const OUTBOX: &str = "list effects";
const HELD: &str = "list held effects";

impl Effects for Ports {
    async fn effect(&self, effect: &EffectId) -> Result<Option<EffectRow>, PortError> {
        const NAME: &str = "read an effect";
        let item = self.get(NAME, &self.config.tables.effects, [("effect", text(effect.as_str()))]).await?;
        item.map(|item| row(NAME, &item)).transpose()
    }

    async fn claim(&self, row: &EffectRow) -> Result<Claim, PortError> {
        const NAME: &str = "claim an effect";
        let item = item(NAME, row)?;
        let free = Condition::new("attribute_not_exists(effect) OR phase = :held OR phase = :put_off")
            .value(":held", text("held"))
            .value(":put_off", text("put_off"));
        match self.put(NAME, &self.config.tables.effects, item, free).await {
            Ok(Write::Done) => Ok(Claim::Mine),
            Ok(Write::Refused(stored)) => claimed(NAME, &stored, row),
            Err(unknown @ PortError::Unavailable { .. }) => {
                let key = [("effect", text(row.request.effect.as_str()))];
                match self.get(NAME, &self.config.tables.effects, key).await? {
                    Some(stored) if !matches!(stored.get_text("phase"), Some("held" | "put_off")) => {
                        claimed(NAME, &stored, row)
                    }
                    _ => Err(unknown),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn put_off(&self, effect: &EffectId, attempt: &str, why: &str, until: Instant) -> Result<(), PortError> {
        const NAME: &str = "put an effect off";
        let state = EffectState::PutOff { why: why.to_owned(), until };
        let output = self
            .dynamodb
            .update_item()
            .table_name(&self.config.tables.effects)
            .key("effect", text(effect.as_str()))
            .update_expression("SET #state = :state, phase = :phase")
            .condition_expression("phase = :claimed AND contains(#state, :attempt)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":state", text(failure::json(&state)))
            .expression_attribute_values(":phase", text(phase(&state)))
            .expression_attribute_values(":claimed", text("claimed"))
            // As it stands in the state's JSON.
            .expression_attribute_values(":attempt", text(format!("\"attempt\":{}", failure::json(&attempt))))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.done_or_overtaken(NAME, output.map(|output| output.consumed_capacity))
    }

    async fn hold(&self, row: &EffectRow) -> Result<(), PortError> {
        const NAME: &str = "hold an effect";
        let free =
            Condition::new("attribute_not_exists(effect) OR phase = :put_off").value(":put_off", text("put_off"));
        self.put(NAME, &self.config.tables.effects, item(NAME, row)?, free).await.map(drop)
    }

    async fn settle(&self, effect: &EffectId, result: &EffectResult, at: Instant) -> Result<(), PortError> {
        const NAME: &str = "settle an effect";
        let state = EffectState::Settled { result: result.clone(), at };
        let output = self
            .dynamodb
            .update_item()
            .table_name(&self.config.tables.effects)
            .key("effect", text(effect.as_str()))
            .update_expression("SET #state = :state, phase = :phase")
            .condition_expression("phase = :claimed OR phase = :in_doubt")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":state", text(failure::json(&state)))
            .expression_attribute_values(":phase", text(phase(&state)))
            .expression_attribute_values(":claimed", text("claimed"))
            .expression_attribute_values(":in_doubt", text("in_doubt"))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        if let Err(error) = &output
            && let Some(UpdateItemError::ConditionalCheckFailedException(found)) = error.as_service_error()
            && found.item().and_then(|item| item.get("phase")) != Some(&text("settled"))
        {
            let why = format!("nobody has a claim on effect {effect}");
            return Err(PortError::Refused { operation: NAME, why });
        }
        self.done_or_overtaken(NAME, output.map(|output| output.consumed_capacity))
    }

    async fn effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        let table = &self.config.tables.effects;
        let list = List { operation: OUTBOX, table, index: "by_time", name: "all", filter: Vec::new(), from: None };
        let part = self.list(&list, cursor, limit).await?;
        Ok(Page { items: self.rows_of(OUTBOX, part.items).await?, next: part.next })
    }

    async fn held_effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        let after = place_of(HELD, cursor)?.unwrap_or_else(|| "0".to_owned());
        let output = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.effects)
            .index_name("held")
            .key_condition_expression("held = :held AND place > :after")
            .expression_attribute_values(":held", text("held"))
            .expression_attribute_values(":after", text(after))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(HELD, error))?;
        self.counts().read(HELD, output.consumed_capacity());
        let is_more = output.last_evaluated_key.is_some();
        let places: Vec<Item> = output.items.unwrap_or_default().into_iter().map(Item).collect();
        let next = places.last().and_then(|last| last.get_text("place")).filter(|_| is_more).map(cursor_at);
        let mut items = self.rows_of(HELD, places).await?;
        // The index may lag behind a claim.
        items.retain(|row| row.state == EffectState::Held);
        Ok(Page { items, next })
    }
}

impl Ports {
    /// A conditional write that is not made is done before, or overtaken by somebody who knew better.
    pub(super) fn done_or_overtaken<E, R>(
        &self,
        operation: &'static str,
        written: Result<Option<ConsumedCapacity>, SdkError<E, R>>,
    ) -> Result<(), PortError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let capacity = match written {
            Ok(capacity) => capacity,
            Err(error) if failure::is_condition(&error) => None,
            Err(error) => return Err(failure::of(operation, error)),
        };
        self.counts().written(operation, capacity.as_ref());
        Ok(())
    }

    /// The whole rows for places of an index, in the places' order.
    async fn rows_of(&self, operation: &'static str, places: Vec<Item>) -> Result<Vec<EffectRow>, PortError> {
        let ids: Vec<&str> = places.iter().filter_map(|place| place.get_text("effect")).collect();
        let mut found: HashMap<String, EffectRow> = HashMap::new();
        for some in ids.chunks(100) {
            let keys = some.iter().map(|id| [("effect".to_owned(), text(*id))].into()).collect();
            for item in self.get_batch(operation, &self.config.tables.effects, keys).await? {
                let row = row(operation, &item)?;
                found.insert(row.request.effect.to_string(), row);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(*id)).collect())
    }
}

/// What of an effect never changes: the body. The state lies beside it, so that settling writes only that.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    request: Cow<'a, ToAct>,
    message: Cow<'a, MessageId>,
    what: Cow<'a, str>,
    rendered: Cow<'a, Result<Rendered, String>>,
    at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keep_for: Option<Lifetime>,
}

/// An effect as it is stored.
fn item(operation: &'static str, row: &EffectRow) -> Result<Item, PortError> {
    let id = row.request.effect.as_str();
    let place = format!("{}#{id}", sortable(row.at));
    let body = Body {
        request: Cow::Borrowed(&row.request),
        message: Cow::Borrowed(&row.message),
        what: Cow::Borrowed(&row.what),
        rendered: Cow::Borrowed(&row.rendered),
        at: row.at,
        keep_for: row.keep_for,
    };
    let kept_days = row.keep_for.map_or(KEPT_DAYS, |lifetime| lifetime.days().into());
    let item = Item::default()
        .text("effect", id)
        .text("phase", phase(&row.state))
        .text("state", failure::json(&row.state))
        .number("expires", expires(row.at, kept_days))
        .listed("all", shard(id), place)
        .body(operation, &body)?;
    Ok(if row.state == EffectState::Held { item.text("held", "held") } else { item })
}

fn row(operation: &'static str, item: &Item) -> Result<EffectRow, PortError> {
    let state = item.get_text("state").ok_or_else(|| failure::unreadable(operation, "an effect without a state"))?;
    let Body { request, message, what, rendered, at, keep_for } = item.parse(operation)?;
    Ok(EffectRow {
        request: request.into_owned(),
        message: message.into_owned(),
        what: what.into_owned(),
        rendered: rendered.into_owned(),
        state: failure::parse(operation, state)?,
        at,
        keep_for,
    })
}

fn claimed(operation: &'static str, stored: &Item, mine: &EffectRow) -> Result<Claim, PortError> {
    let found = row(operation, stored)?;
    Ok(if attempt(&found.state).is_some() && attempt(&found.state) == attempt(&mine.state) {
        Claim::Mine
    } else {
        Claim::Found(Box::new(found))
    })
}

/// The attempt that is handing an effect over.
fn attempt(state: &EffectState) -> Option<&str> {
    match state {
        EffectState::Claimed { attempt, .. } => Some(attempt),
        EffectState::Held | EffectState::PutOff { .. } | EffectState::Settled { .. } => None,
    }
}

fn phase(state: &EffectState) -> &'static str {
    match state {
        EffectState::Held => "held",
        EffectState::Claimed { .. } => "claimed",
        EffectState::PutOff { .. } => "put_off",
        EffectState::Settled { result: EffectResult::InDoubt, .. } => "in_doubt",
        EffectState::Settled { .. } => "settled",
    }
}
