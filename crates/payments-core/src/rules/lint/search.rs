//! The search for a purchase, a moment and a plan for which formulas hold.

use alloc::vec::Vec;
use core::mem;

use super::answer::{Answer, Miss, Steps, any};
use super::formula::Formula;
use super::point::{Point, Points};
use super::region::Region;
use super::test::Test;

/// A formula that must hold, or must not hold.
pub(super) type Goal<'f> = (&'f Formula<'f>, bool);

/// Goals of which at least one must be reached.
pub(super) type Clause<'f> = Vec<Goal<'f>>;

/// What is searched for.
#[derive(Clone)]
pub(super) struct Query<'f> {
    pub(super) region: Region<'f>,
    /// All of these must be reached.
    pub(super) goals: Vec<Goal<'f>>,
    /// One goal of each must be reached.
    pub(super) clauses: Vec<Clause<'f>>,
    /// The number of clauses that were branched on.
    depth: usize,
}

/// The maximum number of clauses that are branched on at the same time.
const MAX_DEPTH: usize = 64;

impl<'f> Query<'f> {
    pub(super) const fn of(region: Region<'f>, goals: Vec<Goal<'f>>) -> Self {
        Self {
            region,
            goals,
            clauses: Vec::new(),
            depth: 0,
        }
    }

    /// Finds a point for which everything holds. [`Miss::Never`] is certain.
    pub(super) fn search(mut self, points: &Points<'_>, steps: &mut Steps) -> Answer<Point> {
        loop {
            self.narrow(steps)?;
            self.simplify(steps)?;
            if !self.goals.is_empty() {
                continue;
            }
            let clauses = self.clauses.iter().enumerate();
            let Some((at, _)) = clauses.min_by_key(|(_, clause)| clause.len()) else {
                return points.find(&self.region, steps);
            };
            let clause = self.clauses.swap_remove(at);
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(Miss::Undecided);
            }
            let size: usize = self.clauses.iter().map(Clause::len).sum();
            return any(clause, |goal| {
                steps.take(5 + size / 4 + self.region.size())?;
                let mut query = self.clone();
                query.goals.push(goal);
                query.search(points, steps)
            });
        }
    }

    /// Narrows the region by the goals.
    fn narrow(&mut self, steps: &mut Steps) -> Answer<()> {
        while let Some((formula, holds)) = self.goals.pop() {
            match (formula, holds) {
                (Formula::Test(test), _) => self.region.narrow(test, holds, steps)?,
                (Formula::All(parts), true) | (Formula::Any(parts), false) => {
                    self.goals.extend(parts.iter().map(|part| (part, holds)));
                }
                (Formula::Not(formula), _) => self.goals.push((formula, !holds)),
                (Formula::All(_), false) | (Formula::Any(_), true) => {
                    let mut clause = Vec::new();
                    alternatives(formula, holds, &mut clause);
                    steps.take(clause.len())?;
                    self.clauses.push(clause);
                }
            }
        }
        Ok(())
    }

    /// Drops the goals that the region rules out and the clauses that it implies. The last goal of a clause becomes a
    /// goal of the query.
    fn simplify(&mut self, steps: &mut Steps) -> Answer<()> {
        let mut clauses = Vec::with_capacity(self.clauses.len());
        for clause in mem::take(&mut self.clauses) {
            let mut open = Vec::with_capacity(clause.len());
            let mut is_implied = false;
            for (formula, holds) in clause {
                let Formula::Test(test) = formula else {
                    open.push((formula, holds));
                    continue;
                };
                if self.allows(test, holds, steps)? {
                    open.push((formula, holds));
                    is_implied |= !self.allows(test, !holds, steps)?;
                }
            }
            match open.as_slice() {
                _ if is_implied => {}
                [] => return Err(Miss::Never),
                [only] => self.goals.push(*only),
                [_, ..] => clauses.push(open),
            }
        }
        self.clauses = clauses;
        Ok(())
    }

    /// Whether the region may have a point for which a test holds, or does not hold.
    fn allows(&self, test: &'f Test<'f>, holds: bool, steps: &mut Steps) -> Answer<bool> {
        steps.take(1 + self.region.size())?;
        match self.region.clone().narrow(test, holds, steps) {
            Ok(()) => Ok(true),
            Err(Miss::Never) => Ok(false),
            Err(Miss::Undecided) => Err(Miss::Undecided),
        }
    }
}

/// The goals of which one must be reached for a formula.
pub(super) fn alternatives<'f>(formula: &'f Formula<'f>, holds: bool, clause: &mut Clause<'f>) {
    match (formula, holds) {
        (Formula::All(parts), false) | (Formula::Any(parts), true) => {
            for part in parts {
                alternatives(part, holds, clause);
            }
        }
        (Formula::Not(formula), _) => alternatives(formula, !holds, clause),
        (Formula::Test(_), _) | (Formula::All(_), true) | (Formula::Any(_), false) => {
            clause.push((formula, holds));
        }
    }
}
