//! P6: how late the late answers are while the service is busy and not full.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate of requests is no money, and is positive and far below 2^32"
)]

use anyhow::Result;

use super::listings::static_ceiling;
use super::{Ground, Rows, row};
use crate::bench::processors::{self, Processors};
use crate::bench::round::{Load, Round, Target, load_by};
use crate::bench::row::{Figure, Goal, Row, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;

const WHAT: &str = "p99 ÷ p50 of the product listing at 70 % of the maximum";
const WHAT_STATIC: &str = "the same bytes sent statically, at the same rate";
const GOAL: Goal = Goal::AtMost(5.0);
const SHARE_OF_MAXIMUM: f64 = 0.7;

/// Product listings at a fixed rate, and the same bytes without a thought. The load and the server are on different
/// processors: what the load waits for on a server's, a customer would not wait for.
///
/// # Errors
/// A server fails.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let Some((of_load, of_server)) = processors::apart()? else {
        let why = "needs a second processor".to_owned();
        return Ok(vec![row(
            "P6",
            WHAT,
            Some(GOAL),
            Figure::Absent { why },
            "",
        )]);
    };
    let service = stage.under(ground.programs, |payments| of_server.run(payments))?;
    let ceiling = static_ceiling(stage, of_server.run(&ground.programs.bench))?;
    let caller = Caller {
        ground,
        stage,
        processors: of_load,
    };
    let (mut ours, mut theirs, mut maxima) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ground.pace.rounds {
        // Anew each time: the machine is faster in one minute than in another, and 70 % of an earlier maximum is another
        // load.
        let maximum = caller.maximum(service.target())?;
        let rate = (maximum * SHARE_OF_MAXIMUM) as u32;
        ours.push(caller.at_rate(service.target(), rate)?);
        theirs.push(caller.at_rate(ceiling.target(), rate)?);
        maxima.push(maximum);
    }
    let maximum = Samples::of(maxima).median();
    let rate = format!("{:.0}/s", maximum * SHARE_OF_MAXIMUM);
    Ok(vec![
        tail(
            WHAT,
            Some(GOAL),
            &ours,
            &format!("{rate} of {maximum:.0}/s"),
        ),
        tail(WHAT_STATIC, None, &theirs, &rate),
    ])
}

/// Who asks, from processors of its own.
struct Caller<'a> {
    ground: &'a Ground<'a>,
    stage: &'a Stage,
    processors: Processors,
}

impl Caller<'_> {
    fn ask(&self, target: Target, load: Load) -> Result<Round> {
        let command = self.processors.run(&self.ground.programs.bench);
        load_by(command, target, &self.stage.products(), load)
    }

    /// Answers per second when the next request follows each answer.
    fn maximum(&self, target: Target) -> Result<f64> {
        let load = Load::lasting(self.ground.pace.round);
        Ok(self.ask(target, load)?.per_second)
    }

    /// Under way already: a service that was idle has no listing at hand.
    fn at_rate(&self, target: Target, rate: u32) -> Result<Round> {
        let pace = self.ground.pace;
        let at_rate = |lasts| Load {
            rate: Some(rate),
            ..Load::lasting(lasts)
        };
        self.ask(target, at_rate(pace.warm_up))?;
        self.ask(target, at_rate(pace.round))
    }
}

fn tail(what: &str, goal: Option<Goal>, rounds: &[Round], note: &str) -> Row {
    let p50 = Samples::of(rounds.iter().map(|round| round.p50_microseconds));
    let p99 = Samples::of(rounds.iter().map(|round| round.p99_microseconds));
    let note = format!(
        "{note}; p50 {:.0} µs, p99 {:.0} µs, counted from when a request was due",
        p50.median(),
        p99.median()
    );
    let figure = Figure::Measured {
        unit: Unit::Times,
        samples: p99.over(&p50),
    };
    row("P6", what, goal, figure, &note)
}
