//! Effects that change nothing, because other rules exclude the same plans or limit them more.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::catalog::InstallmentCount;
use crate::rules::effect::Effect;
use crate::rules::rule::Rule;

use super::answer::{Answer, Miss, Steps, found, is_never};
use super::finding::FindingKind;
use super::part::EffectPart;
use super::point::Point;
use super::region::Region;
use super::report::{Found, Report, names};
use super::search::Query;
use super::store::Store;

/// The maximum number of rules that override one effect together.
const MAX_OTHERS: usize = 32;

/// Effects that count, by the positions of their rules: each with a point at which it does, if one was found.
pub(super) type Effects = BTreeMap<(usize, EffectPart), Option<Point>>;

/// Reports the effects that change nothing. All of them can be removed at once.
pub(super) fn find(store: &Store<'_>, mut effects: Effects, report: &mut Report) {
    let mut steps = Steps::of_kind();
    // Of two equal rules the later one is reported: a listing names the first one as the reason.
    let all: Vec<(usize, EffectPart)> = effects.keys().rev().copied().collect();
    for (at, part) in all {
        if !report.has_room(FindingKind::Overridden, store.rules[at].rule) {
            continue;
        }
        let question = Question {
            store,
            at,
            part,
            effects: &effects,
        };
        match steps.ask(|steps| question.answer(steps)) {
            Ok(found) => {
                effects.remove(&(at, part));
                report.add(store.rules[at].rule, found);
            }
            Err(Miss::Never) => {}
            Err(Miss::Undecided) => report.undecided(store.rules[at].rule),
        }
    }
}

/// Whether other rules override an effect.
struct Question<'q, 'c> {
    store: &'q Store<'c>,
    /// The position of the rule.
    at: usize,
    part: EffectPart,
    effects: &'q Effects,
}

/// A rule that overrides the effect where it applies.
#[derive(Clone, Copy)]
struct Override {
    at: usize,
    by: EffectPart,
}

impl<'c> Question<'_, 'c> {
    fn answer(&self, steps: &mut Steps) -> Answer<Found<'c>> {
        let first = self.effects[&(self.at, self.part)]
            .as_ref()
            .ok_or(Miss::Never)?;
        let mut overrides = vec![self.overriding(first, steps)?];
        while let Some(point) = found(self.not_overridden(&overrides, steps))? {
            if overrides.len() == MAX_OTHERS {
                return Err(Miss::Undecided);
            }
            overrides.push(self.overriding(&point, steps)?);
        }
        let overrides = self.needed(overrides, steps);
        Ok(self.found(&overrides, first.clone()))
    }

    /// A point at which the effect counts and none of these overrides it.
    fn not_overridden(&self, overrides: &[Override], steps: &mut Steps) -> Answer<Point> {
        let store = self.store;
        let rule = &store.rules[self.at];
        let region = Region::from(store.now, &store.all_plans);
        let mut query = Query::of(region, rule.goals()?);
        query
            .region
            .plans
            .keep_counts(self.part.counts(rule.effect()));
        for one in overrides {
            let other = &store.rules[one.at];
            let is_cap = one.by == EffectPart::Cap && self.part != EffectPart::Cap;
            query.clauses.push(if is_cap {
                other.clause_within_cap()?
            } else {
                other.clause()?
            });
        }
        query.search(&store.points, steps)
    }

    /// The rule that overrides the effect at a point with the fewest tests: it overrides it at the most points.
    fn overriding(&self, point: &Point, steps: &mut Steps) -> Answer<Override> {
        let rules = &self.store.rules;
        let applied = self.store.applied(point, steps)?;
        let others = applied.into_iter().filter(|at| *at != self.at);
        let overrides = others.filter_map(|at| {
            let by = self.overridden_by(at, point.plan.count)?;
            Some(Override { at, by })
        });
        let first = overrides.min_by_key(|one| (rules[one.at].size, one.at));
        first.ok_or(Miss::Never)
    }

    /// The effect of another rule that overrides this one at a number of installments, if both rules apply.
    fn overridden_by(&self, at: usize, count: InstallmentCount) -> Option<EffectPart> {
        let (mine, other) = (
            self.store.rules[self.at].effect(),
            self.store.rules[at].effect(),
        );
        let mut parts = EffectPart::of(other);
        parts.find(|by| {
            self.effects.contains_key(&(at, *by)) && overrides(other, *by, mine, self.part, count)
        })
    }

    /// The overrides without those that are not needed.
    fn needed(&self, mut overrides: Vec<Override>, steps: &mut Steps) -> Vec<Override> {
        let mut at = 0;
        while overrides.len() > 1 && at < overrides.len() {
            let one = overrides.remove(at);
            if !is_never(&self.not_overridden(&overrides, steps)) {
                overrides.insert(at, one);
                at += 1;
            }
        }
        overrides
    }

    fn found(&self, overrides: &[Override], point: Point) -> Found<'c> {
        let rule = |one: &Override| self.store.rules[one.at].rule;
        let others: Vec<&'c Rule> = overrides.iter().map(rule).collect();
        let key = self.part.as_str();
        let by: BTreeSet<EffectPart> = overrides.iter().map(|one| one.by).collect();
        let by: Vec<&str> = by.into_iter().map(|by| by.deed(others.len() > 1)).collect();
        Found {
            kind: FindingKind::Overridden,
            pointer: format!("/then/{key}"),
            message: format!(
                "{key} changes nothing: wherever the rule applies, {} {}",
                names(&others),
                by.join(" or ")
            ),
            others,
            witness: Some(self.store.witness(point)),
        }
    }
}

/// Whether an effect of one rule overrides that of another one at a number of installments.
fn overrides(
    other: &Effect,
    by: EffectPart,
    mine: &Effect,
    part: EffectPart,
    count: InstallmentCount,
) -> bool {
    match (by, part) {
        (EffectPart::Exclude, _) => true,
        (EffectPart::Cap, EffectPart::Cap) => other.cap_installments <= mine.cap_installments,
        (EffectPart::Cap, _) => other.cap_installments.is_some_and(|cap| cap < count),
        (EffectPart::Minimum, EffectPart::Minimum) => {
            other.minimum_installment_amount >= mine.minimum_installment_amount
        }
        (EffectPart::Rate, EffectPart::Rate) => other.replace_rate <= mine.replace_rate,
        (EffectPart::Minimum | EffectPart::Rate, _) => false,
    }
}
