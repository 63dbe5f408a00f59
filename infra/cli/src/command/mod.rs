//! One file per command.

mod assignments;
mod away;
mod back;
mod backup;
mod check;
mod credit;
mod demo;
mod held;
mod key;
mod pause;
mod pool;
mod publish;
mod restore;
mod resume;
mod rollback;
mod route;
mod script;
mod send;
pub mod serve;
mod timeline;
mod try_lead;
mod why;

use clap::Subcommand;

pub use check::print_problems;

use crate::{Exit, failure::Failure, say::Say};

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Try(try_lead::Try),
    Send(send::Send),
    Check(check::Check),
    Publish(publish::Publish),
    Rollback(rollback::Rollback),
    Route(route::Route),
    Away(away::Away),
    Credit(credit::Credit),
    Back(back::Back),
    Held(held::Held),
    Key(key::Key),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Timeline(timeline::Timeline),
    Why(why::Why),
    Assignments(assignments::Assignments),
    Pool(pool::Pool),
    Script(script::Script),
}

impl Command {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        match self {
            Self::Serve(serve) => serve.run(say),
            Self::Demo(demo) => demo.run(say),
            Self::Try(try_lead) => try_lead.run(say),
            Self::Send(send) => send.run(say),
            Self::Check(check) => check.run(say),
            Self::Publish(publish) => publish.run(say),
            Self::Rollback(rollback) => rollback.run(say),
            Self::Route(route) => route.run(say),
            Self::Away(away) => away.run(say),
            Self::Credit(credit) => credit.run(say),
            Self::Back(back) => back.run(say),
            Self::Held(held) => held.run(say),
            Self::Key(key) => key.run(say),
            Self::Backup(backup) => backup.run(say),
            Self::Restore(restore) => restore.run(say),
            Self::Pause(pause) => pause.run(say),
            Self::Resume(resume) => resume.run(say),
            Self::Timeline(timeline) => timeline.run(say),
            Self::Why(why) => why.run(say),
            Self::Assignments(assignments) => assignments.run(say),
            Self::Pool(pool) => pool.run(say),
            Self::Script(script) => script.run(say),
        }
    }
}
