use serde::{Deserialize, Serialize};

use super::Head;
use crate::{
    id::{PersonId, TaskId},
    instant::Instant,
    task::{Task, TaskEnd},
};

/// What people have to do about the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    Created {
        task: Task,
    },
    Moved {
        task: TaskId,
        to: PersonId,
    },
    Ended {
        task: Task,
        how: TaskEnd,
    },
    /// The task is due at another moment.
    Due {
        task: TaskId,
        due: Instant,
    },
}

impl Head {
    pub(super) fn apply_task(&mut self, change: &TaskChange) {
        match change {
            TaskChange::Created { task } => self.tasks.push(task.clone()),
            TaskChange::Moved { task, to } => {
                if let Some(open) = self.task_mut(task) {
                    open.assigned_to = Some(to.clone());
                }
            }
            TaskChange::Ended { task, .. } => self.tasks.retain(|open| open.id != task.id),
            TaskChange::Due { task, due } => {
                if let Some(open) = self.task_mut(task) {
                    open.due = Some(*due);
                }
            }
        }
    }

    fn task_mut(&mut self, id: &TaskId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|open| open.id == *id)
    }
}
