use crate::{
    Error,
    evaluate::{HORIZON_MINUTES, timer_message},
    ports::{Clock, Delayed, Queues, Timers, Watermark},
};

/// Minutes before now that every sweep reads again, for rows that were put late.
pub const LOOK_BACK_MINUTES: i64 = 2;

/// Sends every timer that is due within the horizon. Returns how many.
///
/// Reads the minutes from the watermark (after an outage it lies far back) to the horizon,
/// and the two before now always. The watermark moves only after all sends have returned;
/// a timer sent twice fires once.
pub async fn sweep(ports: &(impl Timers + Watermark + Queues + Clock)) -> Result<usize, Error> {
    let now = ports.now();
    let look_back = now.minute() - LOOK_BACK_MINUTES;
    let from = ports.swept_to().await?.map_or(look_back, |swept| look_back.min(swept));
    let mut sent = 0;
    for minute in from..=now.minute() + HORIZON_MINUTES {
        let timers = ports.timers_in(minute).await?;
        let messages: Vec<Delayed<_>> = timers.iter().map(|row| timer_message(row, now)).collect();
        if !messages.is_empty() {
            ports.send_evaluate(&messages).await?;
        }
        sent += messages.len();
    }
    ports.set_swept_to(now.minute()).await?;
    Ok(sent)
}
