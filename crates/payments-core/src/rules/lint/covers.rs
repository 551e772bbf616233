//! The rules that leave out plans by their exclusion or cap.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::catalog::InstallmentCount;
use crate::rules::index::Stage;
use crate::rules::index::bits::BitSet;

use super::answer::{Answer, Miss, Steps, any};
use super::formula::Formula;
use super::plans::PlanAt;
use super::point::Point;
use super::region::Region;
use super::search::{Clause, Query};
use super::store::Store;

/// The maximum number of plans that are tried as the one that only the rule in question leaves out.
const MAX_PIVOTS: usize = 16;

/// The maximum number of different sets of rules that can leave out a plan.
const MAX_ROWS: usize = 32_768;

/// The maximum number of formulas in one question.
const MAX_FORMULAS: usize = 2_000;

/// Which rules can leave out which active plans. Rules are by their positions among the compiled ones.
pub(super) struct Covers<'s, 'c> {
    store: &'s Store<'c>,
    /// The rules that exclude or cap.
    pub(super) rules: BitSet,
    /// For each number of installments, the rules that leave it out where they apply.
    by_count: BTreeMap<InstallmentCount, BitSet>,
    /// The number of plans.
    plan_count: usize,
    /// The smallest sets of rules that can leave out a plan, each with one such plan. Rules that leave out all of these
    /// plans leave out every plan: a plan with more rules is left out as soon as one with fewer is.
    groups: Vec<(BitSet, PlanAt)>,
}

impl<'s, 'c> Covers<'s, 'c> {
    /// [`Miss::Never`] if there is a plan that no rule can leave out, or none at all.
    pub(super) fn of(
        store: &'s Store<'c>,
        points: &[Option<Point>],
        steps: &mut Steps,
    ) -> Answer<Self> {
        let book = store.catalog.rule_book();
        let length = store.compiled.len();
        let of_count = |count: InstallmentCount| {
            BitSet::from_fn(length, |rule| {
                let at = store.compiled[rule];
                let effect = store.rules[at].effect();
                points[at].is_some()
                    && (effect.exclude || effect.cap_installments.is_some_and(|cap| cap < count))
                    && book.may_apply_to(rule, count)
            })
        };
        let (mut rows, mut by_count) = (BTreeMap::new(), BTreeMap::new());
        let mut rules = BitSet::new(length);
        let mut plan_count = 0;
        for plan in store.active_plans.iter() {
            plan_count += 1;
            steps.take(1 + rules.words().len() / 16)?;
            let of_count = by_count
                .entry(plan.count)
                .or_insert_with(|| of_count(plan.count));
            let mut row = book.of_card(plan.option, plan.card);
            row.keep(of_count);
            if row.is_empty() {
                return Err(Miss::Never);
            }
            rules.add(&row);
            rows.entry(row).or_insert(plan);
            if rows.len() > MAX_ROWS {
                return Err(Miss::Undecided);
            }
        }
        let mut rows: Vec<(BitSet, PlanAt)> = rows.into_iter().collect();
        rows.sort_by_key(|(row, _)| row.len());
        let mut groups: Vec<(BitSet, PlanAt)> = Vec::new();
        for (row, plan) in rows {
            steps.take(1 + groups.len() / 16)?;
            if !groups.iter().any(|(smaller, _)| smaller.is_within(&row)) {
                groups.push((row, plan));
            }
        }
        if groups.is_empty() {
            return Err(Miss::Never);
        }
        Ok(Self {
            store,
            rules,
            by_count,
            plan_count,
            groups,
        })
    }

    /// A purchase without any plan because of a set of rules that has this one and of which none can be left out.
    pub(super) fn with(&self, rule: usize, steps: &mut Steps) -> Answer<(Point, BitSet)> {
        let pivots = self.groups.iter().filter(|(row, _)| row.contains(rule));
        any(pivots.enumerate(), |(index, (row, pivot))| {
            if index == MAX_PIVOTS {
                return Err(Miss::Undecided);
            }
            self.with_pivot(rule, row, *pivot, steps)
        })
    }

    /// The same, where no other rule of the set leaves out the pivot.
    fn with_pivot(
        &self,
        rule: usize,
        of_pivot: &BitSet,
        pivot: PlanAt,
        steps: &mut Steps,
    ) -> Answer<(Point, BitSet)> {
        let rest = || self.groups.iter().filter(|(row, _)| !row.contains(rule));
        steps.take(1 + self.groups.len() / 4)?;
        if rest().any(|(row, _)| row.is_within(of_pivot)) {
            return Err(Miss::Never);
        }
        let others = rest().map(|(row, plan)| {
            let mut others = row.clone();
            others.remove(of_pivot);
            (others, *plan)
        });
        let rest: Vec<(BitSet, PlanAt)> = others.collect();
        let count = rest.iter().map(|(others, _)| others.len()).sum();
        steps.take(count)?;
        if count > MAX_FORMULAS {
            return Err(Miss::Undecided);
        }
        let formulas = rest.iter().map(|(others, plan)| {
            let others = others.positions();
            others
                .filter_map(|other| self.formula(other, *plan).ok())
                .collect()
        });
        let formulas: Vec<Vec<Formula<'_>>> = formulas.collect();
        let formula = self.formula(rule, pivot)?;
        let region = Region::from(self.store.now, &self.store.active_plans);
        let mut query = Query::of(region, vec![(&formula, true)]);
        for alternatives in &formulas {
            let clause: Clause<'_> = alternatives.iter().map(|one| (one, true)).collect();
            query.clauses.push(clause);
        }
        let point = query.search(&self.store.points, steps)?;
        let rules = self.needed(rule, pivot, &point, steps)?;
        Ok((point, rules))
    }

    /// What a rule tests of the purchase and the moment for one plan.
    fn formula(&self, rule: usize, plan: PlanAt) -> Answer<Formula<'_>> {
        let parts = self.store.rules[self.store.compiled[rule]].parts()?;
        let on_plan = parts.iter().map(|part| part.formula.on_plan(plan));
        Ok(Formula::All(on_plan.collect()))
    }

    /// The rules that are needed to leave the purchase of a point without any plan, if they do.
    fn needed(
        &self,
        rule: usize,
        pivot: PlanAt,
        point: &Point,
        steps: &mut Steps,
    ) -> Answer<BitSet> {
        let catalog = self.store.catalog;
        let options = catalog.payment_options().len();
        let book = catalog.rule_book();
        let mut stage = Stage::new(book, options, &point.purchase, point.moment);
        let mut of_plan = |plan: PlanAt| {
            let mut row = BitSet::new(self.store.compiled.len());
            stage.take(plan.option, plan.card);
            stage.applied(plan.count, |rule| row.insert(rule as usize));
            row.keep(&self.by_count[&plan.count]);
            row
        };
        let of_pivot = of_plan(pivot);
        steps.take(self.store.evaluation + 20 * self.groups.len())?;
        let rows: BTreeSet<BitSet> = self.groups.iter().map(|(_, plan)| of_plan(*plan)).collect();
        let mut needed = BitSet::new(self.store.compiled.len());
        for row in &rows {
            needed.add(row);
        }
        needed.remove(&of_pivot);
        if of_pivot.contains(rule) {
            needed.insert(rule);
        }
        let leaves_out = |rules: &BitSet| rows.iter().all(|row| !row.is_apart_from(rules));
        if !leaves_out(&needed) {
            return Err(Miss::Undecided);
        }
        for other in needed.clone().positions().filter(|other| *other != rule) {
            let mut fewer = needed.clone();
            fewer.take_out(other);
            if leaves_out(&fewer) {
                needed = fewer;
            }
        }
        // A mixed rule may leave out one plan of a group and not another.
        if needed.positions().any(|rule| book.is_mixed(rule)) {
            let mut plans = self.store.active_plans.iter();
            steps.take(5 * self.plan_count)?;
            if plans.any(|plan| of_plan(plan).is_apart_from(&needed)) {
                return Err(Miss::Undecided);
            }
        }
        Ok(needed)
    }
}
