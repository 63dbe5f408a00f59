//! Pages for people.

use crate::{ports::ConsolePorts, routes::Routes};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes
}
