//! Purchases that rules leave without any plan.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::catalog::InstallmentCount;
use crate::listing;
use crate::rules::index::Stage;
use crate::rules::index::bits::BitSet;
use crate::rules::rule::Rule;

use super::answer::{Answer, Miss, Steps, any};
use super::finding::{FindingKind, Witness};
use super::formula::Formula;
use super::part::EffectPart;
use super::plans::PlanAt;
use super::point::Point;
use super::region::Region;
use super::report::{Found, Report, names};
use super::search::{Clause, Query};
use super::store::Store;

/// The maximum number of plans that are tried as the one that only the rule in question leaves out.
const MAX_PIVOTS: usize = 16;

/// The maximum number of formulas in one question.
const MAX_FORMULAS: usize = 2_000;

/// Reports sets of rules that leave a purchase without any plan, and of which none can be left out. Each rule that is in
/// such a set is in a finding.
pub(super) fn find(store: &Store<'_>, points: &[Option<Point>], report: &mut Report) {
    let Some(covers) = Covers::of(store, points) else {
        return;
    };
    let mut steps = Steps::of_kind();
    let mut named: BTreeSet<usize> = BTreeSet::new();
    for rule in covers.rules.positions() {
        let at = store.compiled[rule];
        if named.contains(&at) {
            continue;
        }
        match steps.ask(|steps| covers.with(rule, steps)) {
            Ok((point, rules)) => {
                let rules: Vec<usize> =
                    rules.positions().map(|rule| store.compiled[rule]).collect();
                named.extend(&rules);
                report.add(store.rules[at].rule, found(store, at, &rules, point));
            }
            Err(Miss::Never) => {}
            Err(Miss::Undecided) => report.undecided(store.rules[at].rule),
        }
    }
}

fn found<'c>(store: &Store<'c>, at: usize, rules: &[usize], point: Point) -> Found<'c> {
    let others = rules.iter().filter(|one| **one != at);
    let others: Vec<&'c Rule> = others.map(|one| store.rules[*one].rule).collect();
    let is_exclusion = store.rules[at].effect().exclude;
    let part = if is_exclusion {
        EffectPart::Exclude
    } else {
        EffectPart::Cap
    };
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(" together with {}", names(&others))
    };
    Found {
        kind: FindingKind::NothingOffered,
        pointer: format!("/then/{}", part.as_str()),
        message: format!("the rule{with} leaves a purchase without any plan"),
        others,
        witness: Some(Witness::Purchase {
            purchase: point.purchase,
            moment: point.moment.utc,
        }),
    }
}

/// Which rules can leave out which active plans. Rules are by their positions among the compiled ones.
struct Covers<'s, 'c> {
    store: &'s Store<'c>,
    /// The rules that exclude or cap.
    rules: BitSet,
    /// For each number of installments, the rules that leave it out where they apply.
    by_count: BTreeMap<InstallmentCount, BitSet>,
    /// Each set of rules that can leave out the same plans, with one of these plans. The smallest sets come first.
    groups: Vec<(BitSet, PlanAt)>,
}

impl<'s, 'c> Covers<'s, 'c> {
    /// `None` if there is a plan that no rule can leave out, or none at all.
    fn of(store: &'s Store<'c>, points: &[Option<Point>]) -> Option<Self> {
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
        let (mut groups, mut by_count) = (BTreeMap::new(), BTreeMap::new());
        let mut rules = BitSet::new(length);
        for plan in store.active_plans.iter() {
            let of_count = by_count
                .entry(plan.count)
                .or_insert_with(|| of_count(plan.count));
            let mut row = book.of_card(plan.option, plan.card);
            row.keep(of_count);
            if row.is_empty() {
                return None;
            }
            rules.add(&row);
            groups.entry(row).or_insert(plan);
        }
        let mut groups: Vec<(BitSet, PlanAt)> = groups.into_iter().collect();
        groups.sort_by_key(|(row, _)| row.positions().count());
        (!groups.is_empty()).then_some(Self {
            store,
            rules,
            by_count,
            groups,
        })
    }

    /// A purchase without any plan because of a set of rules that has this one and of which none can be left out.
    fn with(&self, rule: usize, steps: &mut Steps) -> Answer<(Point, BitSet)> {
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
        let mut rest: Vec<(BitSet, PlanAt)> = Vec::new();
        let mut count = 0;
        for (row, plan) in self.groups.iter().filter(|(row, _)| !row.contains(rule)) {
            let mut others = row.clone();
            others.remove(of_pivot);
            if others.is_empty() {
                return Err(Miss::Never);
            }
            count += others.positions().count();
            steps.take(row.words().len())?;
            if count > MAX_FORMULAS {
                return Err(Miss::Undecided);
            }
            rest.push((others, *plan));
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
        let needed = self.needed(rule, pivot, &point);
        needed.map(|rules| (point, rules)).ok_or(Miss::Undecided)
    }

    /// What a rule tests of the purchase and the moment for one plan.
    fn formula(&self, rule: usize, plan: PlanAt) -> Answer<Formula<'_>> {
        let parts = self.store.rules[self.store.compiled[rule]].parts()?;
        let on_plan = parts.iter().map(|part| part.formula.on_plan(plan));
        Ok(Formula::All(on_plan.collect()))
    }

    /// The rules that are needed to leave the purchase of a point without any plan, if they do.
    fn needed(&self, rule: usize, pivot: PlanAt, point: &Point) -> Option<BitSet> {
        let store = self.store;
        let (catalog, purchase, moment) = (store.catalog, &point.purchase, point.moment);
        if !listing::list(catalog, purchase, moment, store.rounding).is_empty() {
            return None;
        }
        let options = catalog.payment_options().len();
        let mut stage = Stage::new(catalog.rule_book(), options, purchase, moment);
        let mut rows = BTreeSet::new();
        let mut of_pivot = BitSet::new(self.store.compiled.len());
        for plan in store.active_plans.iter() {
            let mut row = BitSet::new(self.store.compiled.len());
            stage.take(plan.option, plan.card);
            stage.applied(plan.count, |rule| row.insert(rule as usize));
            row.keep(&self.by_count[&plan.count]);
            if plan == pivot {
                of_pivot = row.clone();
            }
            rows.insert(row);
        }
        let mut needed = self.rules.clone();
        needed.remove(&of_pivot);
        needed.insert(rule);
        let leaves_nothing = |rules: &BitSet| rows.iter().all(|row| !row.is_apart_from(rules));
        if !of_pivot.contains(rule) || !leaves_nothing(&needed) {
            return None;
        }
        for other in self.rules.positions().filter(|other| *other != rule) {
            let mut without = BitSet::new(self.store.compiled.len());
            without.insert(other);
            let mut fewer = needed.clone();
            fewer.remove(&without);
            if leaves_nothing(&fewer) {
                needed = fewer;
            }
        }
        Some(needed)
    }
}
