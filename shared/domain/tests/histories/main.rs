//! Whole histories of one record, decided input by input, without an engine.

mod clock;
mod credit;
mod deleted;
mod dice;
mod enrolment;
mod facts;
mod forgetting;
#[cfg(test)]
mod holds;
mod many;
mod matched;
mod names;
mod nested;
mod nobody;
mod overtaken;
mod pause;
mod pipeline;
mod r1;
mod random;
mod routed;
mod telling;
mod texts;
mod tree;
mod versions;
#[cfg(test)]
mod world;
