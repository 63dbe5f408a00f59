//! Pools: what they answer, and what their rotations do over many answers.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod capacity;
#[cfg(test)]
mod credit;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod line;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod recompute;
#[cfg(test)]
mod returning;
#[cfg(test)]
mod rotation;
