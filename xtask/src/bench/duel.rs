//! Two sides under the same load, in turn.

use std::path::Path;

use anyhow::{Result, bail};

use super::pace::Pace;
use super::round::{Load, Question, Round, Target, load};
use super::row::{Figure, Side};

/// A side's name, its server, and what it is asked.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'a str,
    pub(crate) target: Target,
    pub(crate) question: &'a Question,
}

/// Rounds of the one and the other alternate, so that what slows the machine slows both.
///
/// # Errors
/// A server fails.
pub(crate) fn in_turn(
    program: &Path,
    pace: &Pace,
    ours: &Contender<'_>,
    theirs: &Contender<'_>,
) -> Result<(Vec<Round>, Vec<Round>)> {
    let fight = |side: &Contender<'_>, lasts| {
        load(program, side.target, side.question, Load::lasting(lasts))
    };
    for side in [ours, theirs] {
        fight(side, pace.warm_up)?;
    }
    let mut rounds = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        rounds.0.push(fight(ours, pace.round)?);
        rounds.1.push(fight(theirs, pace.round)?);
    }
    Ok(rounds)
}

/// The one's answers per second over the other's.
///
/// # Errors
/// A server fails.
pub(crate) fn duel(
    program: &Path,
    pace: &Pace,
    ours: &Contender<'_>,
    theirs: &Contender<'_>,
) -> Result<Figure> {
    let rounds = in_turn(program, pace, ours, theirs)?;
    let side = |contender: &Contender<'_>, rounds| Side {
        name: contender.name.to_owned(),
        rounds,
    };
    Ok(Figure::Ratio {
        ours: side(ours, rounds.0),
        theirs: side(theirs, rounds.1),
    })
}

/// A ceiling that sends other bytes would be the ceiling of something else.
///
/// # Errors
/// The sides' answers differ in size by more than a twentieth: amounts have more and fewer digits.
pub(crate) fn same_bytes(figure: &Figure) -> Result<()> {
    let Figure::Ratio { ours, theirs } = figure else {
        return Ok(());
    };
    let bytes = |rounds: &[Round]| rounds.first().map_or(0, |round| round.bytes_per_answer);
    let (ours, theirs) = (bytes(&ours.rounds), bytes(&theirs.rounds));
    if ours.abs_diff(theirs) > theirs / 20 {
        bail!("the service sends {ours} bytes and its ceiling {theirs}");
    }
    Ok(())
}
