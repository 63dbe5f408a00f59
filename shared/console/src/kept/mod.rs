//! Submissions that reached no record: each is listed with what came and what became of it, and a person settles it.
//! None is dropped by itself.

mod item;
mod list;
mod settle;
mod waiting;

pub use waiting::waiting_for;
pub(crate) use waiting::{Waiting, waiting};

use crate::{
    access::Need,
    ports::{ConsolePorts, Scope},
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let (read, operate) = (Need::Scope(Scope::Read), Need::Scope(Scope::Operate));
    routes
        .get(read, "/v1/held", list::held::<P>)
        .get(read, "/v1/unmatched", list::unmatched::<P>)
        .get(read, "/v1/conflicts", list::conflicts::<P>)
        .get(read, "/v1/partial", list::partial::<P>)
        .get(read, "/v1/tests", list::tests::<P>)
        .get(read, "/v1/kept/{id}", list::one::<P>)
        .post(operate, "/v1/kept/{id}/release", settle::release::<P>)
        .post(operate, "/v1/kept/{id}/map", settle::map::<P>)
        .post(operate, "/v1/kept/{id}/drop", settle::drop::<P>)
        .post(operate, "/v1/unmatched/replay", settle::replay::<P>)
}

/// The list in which submissions that were kept for this cause are shown.
pub(crate) fn list_path(why: domain::kept::KeptWhy) -> &'static str {
    use domain::kept::KeptWhy;
    match why {
        KeptWhy::Held => "/v1/held",
        KeptWhy::Unmatched => "/v1/unmatched",
        KeptWhy::Conflict => "/v1/conflicts",
        KeptWhy::Partial => "/v1/partial",
        KeptWhy::Test => "/v1/tests",
    }
}
