//! The ports of one function of a counted lead: tables as on AWS, everything else from the wire.
//!
//! Only forwards. The clock of all functions is one, and stands still until it is moved.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use domain::{
    calendar::TimeOff,
    decide::Paused,
    effect::EffectResult,
    follow_up::Erasure,
    history::{Entry, ExecutionRow, MatchRow, TaskRow, TimerRow},
    id::{EffectId, ManifestId, MatchKey, MessageId, PersonId, PoolId, RecordKey},
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::{Person, Playbook},
    rotation::PoolState,
};
use engine::ports::{
    Absences, Activation, Active, Append, Bus, Claim, Clock, Cursor, Delayed, EffectRow, Effects, Erase,
    ExecutionFilter, Executions, Histories, Look, Mail, MailError, Mailer, Matches, Members, Page, Playbooks,
    PoolVersion, Pools, PortError, Published, Queues, Rounds, Saved, Swept, TaskFilter, Tasks, Timers, Walk, Watermark,
};

use crate::wire::Wire;

pub struct Step {
    pub tables: aws::Ports,
    pub wire: Arc<Wire>,
    pub clock: Arc<AtomicI64>,
}

impl Clock for Step {
    fn now(&self) -> Instant {
        Instant::from_millis(self.clock.load(Ordering::SeqCst))
    }
}

impl Bus for Step {
    async fn publish(&self, messages: &[&Message<ToEvaluate>]) -> Result<(), PortError> {
        self.wire.publish(messages);
        Ok(())
    }
}

impl Queues for Step {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        self.wire.send_evaluate(messages, self.now());
        Ok(())
    }

    async fn send_assign(&self, messages: &[Message<ToAssign>]) -> Result<(), PortError> {
        self.wire.send_assign(messages);
        Ok(())
    }

    async fn send_act(&self, messages: &[Message<ToAct>]) -> Result<(), PortError> {
        self.wire.send_act(messages);
        Ok(())
    }

    async fn send_escalate(&self, _: &[Message<Redrive>]) -> Result<(), PortError> {
        Err(PortError::Refused { operation: "send to escalate", why: "nothing dies here".to_owned() })
    }
}

impl Mailer for Step {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        self.wire.mailed();
        Ok(Some(mail.key.to_owned()))
    }
}

impl Histories for Step {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        self.tables.newest(record).await
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        self.tables.look(record, message, since).await
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        self.tables.entry(record, seq).await
    }

    async fn append(&self, entry: &Entry) -> Result<Append, PortError> {
        self.tables.append(entry).await
    }

    async fn page(&self, record: &RecordKey, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, PortError> {
        self.tables.page(record, before, limit).await
    }
}

impl Erase for Step {
    async fn oldest(&self, record: &RecordKey, limit: usize) -> Result<Vec<Arc<Entry>>, PortError> {
        self.tables.oldest(record, limit).await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<(), PortError> {
        self.tables.erase(erasure).await
    }
}

impl Walk for Step {
    async fn walk(&self, from: Option<&Cursor>, limit: usize) -> Result<Page<(Arc<Entry>, Cursor)>, PortError> {
        self.tables.walk(from, limit).await
    }

    async fn forget_effects(&self, written_by: Instant, most: usize) -> Result<usize, PortError> {
        self.tables.forget_effects(written_by, most).await
    }

    async fn rounds(&self) -> Result<Option<Rounds>, PortError> {
        self.tables.rounds().await
    }

    async fn set_rounds(&self, rounds: &Rounds) -> Result<(), PortError> {
        self.tables.set_rounds(rounds).await
    }
}

impl Matches for Step {
    async fn put_match(&self, row: &MatchRow) -> Result<(), PortError> {
        self.tables.put_match(row).await
    }

    async fn matches(&self, key: &MatchKey, limit: usize) -> Result<Vec<MatchRow>, PortError> {
        self.tables.matches(key, limit).await
    }
}

impl Timers for Step {
    async fn put_timer(&self, row: &TimerRow) -> Result<(), PortError> {
        self.tables.put_timer(row).await
    }

    async fn timers_in(&self, minute: i64, from: Option<&Cursor>, limit: usize) -> Result<Page<TimerRow>, PortError> {
        self.tables.timers_in(minute, from, limit).await
    }
}

impl Watermark for Step {
    async fn swept_to(&self) -> Result<Option<Swept>, PortError> {
        self.tables.swept_to().await
    }

    async fn set_swept_to(&self, swept: &Swept) -> Result<(), PortError> {
        self.tables.set_swept_to(swept).await
    }

    async fn set_back(&self, from: &Swept, to: &Swept) -> Result<(), PortError> {
        self.tables.set_back(from, to).await
    }
}

impl Tasks for Step {
    async fn put_task(&self, row: &TaskRow) -> Result<(), PortError> {
        self.tables.put_task(row).await
    }

    async fn tasks(
        &self,
        filter: &TaskFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<TaskRow>, PortError> {
        self.tables.tasks(filter, cursor, limit).await
    }
}

impl Executions for Step {
    async fn put_execution(&self, row: &ExecutionRow) -> Result<(), PortError> {
        self.tables.put_execution(row).await
    }

    async fn executions(
        &self,
        filter: &ExecutionFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<ExecutionRow>, PortError> {
        self.tables.executions(filter, cursor, limit).await
    }
}

impl Pools for Step {
    async fn pool(&self, pool: &PoolId, records: &[RecordKey]) -> Result<(PoolState, PoolVersion), PortError> {
        self.tables.pool(pool, records).await
    }

    async fn save_pool(
        &self,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> Result<Saved, PortError> {
        self.tables.save_pool(pool, before, after, read).await
    }
}

impl Members for Step {
    async fn absences(&self, people: &BTreeMap<PersonId, Person>) -> Result<Arc<Absences>, PortError> {
        self.tables.absences(people).await
    }

    async fn time_off(&self, people: &[PersonId]) -> Result<Absences, PortError> {
        self.tables.time_off(people).await
    }

    async fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        self.tables.set_time_off(person, off).await
    }
}

impl Effects for Step {
    async fn effect(&self, effect: &EffectId) -> Result<Option<EffectRow>, PortError> {
        self.tables.effect(effect).await
    }

    async fn claim(&self, row: &EffectRow) -> Result<Claim, PortError> {
        self.tables.claim(row).await
    }

    async fn put_off(&self, effect: &EffectId, attempt: &str, why: &str, until: Instant) -> Result<(), PortError> {
        self.tables.put_off(effect, attempt, why, until).await
    }

    async fn hold(&self, row: &EffectRow) -> Result<(), PortError> {
        self.tables.hold(row).await
    }

    async fn settle(&self, effect: &EffectId, result: &EffectResult, at: Instant) -> Result<(), PortError> {
        self.tables.settle(effect, result, at).await
    }

    async fn effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        self.tables.effects(cursor, limit).await
    }

    async fn held_effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        self.tables.held_effects(cursor, limit).await
    }
}

impl Playbooks for Step {
    async fn active(&self) -> Result<Active, PortError> {
        self.tables.active().await
    }

    async fn plan(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        self.tables.plan(manifest).await
    }

    async fn publish(
        &self,
        playbook: &Playbook,
        replaces: Option<&ManifestId>,
        activation: Activation,
    ) -> Result<Published, PortError> {
        Playbooks::publish(&self.tables, playbook, replaces, activation).await
    }

    async fn set_paused(&self, paused: &Paused) -> Result<(), PortError> {
        self.tables.set_paused(paused).await
    }

    async fn activations(&self, limit: usize) -> Result<Vec<Activation>, PortError> {
        self.tables.activations(limit).await
    }
}
