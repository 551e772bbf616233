//! Pairs of rules that replace the rate of the same plan.

use alloc::vec::Vec;

use crate::listing::{Candidate, CardQuestion, LeftOut, Reason, RuleEffect};
use crate::money::Rate;
use crate::rules::amount_bound::MinorUnit;
use crate::rules::rule::Rule;

use super::answer::{Answer, Miss, Steps, is_never};
use super::below_minimum::BelowMinimum;
use super::finding::FindingKind;
use super::formula::Formula;
use super::part::EffectPart;
use super::point::Point;
use super::region::Region;
use super::report::{Found, Report, names};
use super::search::Query;
use super::store::Store;
use super::test::{AmountTest, Test};

/// The maximum number of rules that are avoided to find an offered plan.
const MAX_AVOIDED: usize = 16;

/// The maximum number of other rules that a finding names.
const MAX_OTHERS: usize = 5;

/// Reports the rules that replace the rate of a plan that is offered, where another rule replaces it too. Each pair of
/// rules is in the finding of the first one by slug.
pub(super) fn find(store: &Store<'_>, points: &[Option<Point>], report: &mut Report) {
    let mut steps = Steps::of_kind();
    let rated = rated(store, points, &mut steps);
    for (index, (at, region)) in rated.iter().enumerate() {
        let rule = store.rules[*at].rule;
        if !report.has_room(FindingKind::TwoRates, rule) {
            continue;
        }
        let mut others = Vec::new();
        let mut first = None;
        for (other, other_region) in &rated[index + 1..] {
            if others.len() == MAX_OTHERS {
                break;
            }
            let pair = Pair {
                store,
                at: *at,
                other: *other,
            };
            let offered = |steps: &mut Steps| pair.offered(region, other_region, steps);
            match steps.ask(offered) {
                Ok(point) => {
                    others.push(*other);
                    first.get_or_insert(point);
                }
                Err(Miss::Never) => {}
                Err(Miss::Undecided) => {
                    report.undecided(rule);
                    if steps.are_spent() {
                        break;
                    }
                }
            }
        }
        if let Some(point) = first {
            report.add(rule, found(store, *at, &others, point));
        }
    }
}

fn found<'c>(store: &Store<'c>, at: usize, others: &[usize], point: Point) -> Found<'c> {
    let rule = |at: &usize| store.rules[*at].rule;
    let others: Vec<&'c Rule> = others.iter().map(rule).collect();
    let verb = if others.len() == 1 {
        "replaces"
    } else {
        "replace"
    };
    Found {
        kind: FindingKind::TwoRates,
        pointer: format!("/then/{}", EffectPart::Rate.as_str()),
        message: format!(
            "{} {verb} the rate of plans whose rate {} replaces: the lowest rate wins",
            names(&others),
            names(&[rule(&at)])
        ),
        others,
        witness: Some(store.witness(point)),
    }
}

/// The rules that replace a rate, each with where it can apply at most.
fn rated<'s>(
    store: &'s Store<'_>,
    points: &[Option<Point>],
    steps: &mut Steps,
) -> Vec<(usize, Region<'s>)> {
    let mut rated = Vec::new();
    for (at, rule) in store
        .rules
        .iter()
        .enumerate()
        .filter(|(at, _)| points[*at].is_some())
    {
        let (Some(_), Ok(parts)) = (rule.effect().replace_rate, rule.parts()) else {
            continue;
        };
        let mut region = Region::from(store.now, &store.active_plans);
        if parts
            .iter()
            .all(|part| narrow(&mut region, &part.formula, steps))
        {
            rated.push((at, region));
        }
    }
    rated
}

/// Narrows a region by the tests that must hold. Returns whether anything may be left.
fn narrow<'s>(region: &mut Region<'s>, formula: &'s Formula<'s>, steps: &mut Steps) -> bool {
    match formula {
        Formula::Test(test) => !is_never(&region.narrow(test, true, steps)),
        Formula::All(parts) => parts.iter().all(|part| narrow(region, part, steps)),
        Formula::Any(_) | Formula::Not(_) => true,
    }
}

/// Two rules that replace a rate, by their positions.
struct Pair<'s, 'c> {
    store: &'s Store<'c>,
    at: usize,
    other: usize,
}

impl Pair<'_, '_> {
    /// A point at which both rules apply to an offered plan. Each can apply only in its region.
    fn offered(
        &self,
        region: &Region<'_>,
        other_region: &Region<'_>,
        steps: &mut Steps,
    ) -> Answer<Point> {
        steps.take(1)?;
        if region.is_apart_from(other_region) {
            return Err(Miss::Never);
        }
        let rules = &self.store.rules;
        let mut goals = rules[self.at].goals()?;
        goals.extend(rules[self.other].goals()?);
        self.avoiding(Query::of(region.clone(), goals), MAX_AVOIDED, steps)
    }

    /// The same, while avoiding rules that leave out the plan.
    fn avoiding(&self, query: Query<'_>, left: usize, steps: &mut Steps) -> Answer<Point> {
        let mut point = query.clone().search(&self.store.points, steps)?;
        steps.take(100 + self.store.evaluation / 2)?;
        if left == 0 {
            return Err(Miss::Undecided);
        }
        let question = CardQuestion {
            catalog: self.store.catalog,
            purchase: &point.purchase,
            rounding: self.store.rounding,
            selection: None,
            card: point.plan.card,
        };
        let left_out = match question.explained_plan(point.moment, point.plan.count) {
            Ok((plan, _)) => {
                let options = self.store.catalog.payment_options().iter();
                let mut options = options.enumerate();
                let option = options.find(|(_, option)| option.pk == plan.payment_option.pk);
                point.plan.option = option.map_or(point.plan.option, |(at, _)| at);
                let applied = self.store.applied(&point, steps)?;
                let is_shown = [self.at, self.other].iter().all(|at| applied.contains(at));
                return if is_shown {
                    Ok(point)
                } else {
                    Err(Miss::Undecided)
                };
            }
            Err(left_out) => left_out,
        };
        match self.reason(&left_out, &point) {
            Some((at, effect)) => self.without(query, (at, effect), &point, left - 1, steps),
            None => Err(Miss::Undecided),
        }
    }

    /// The rule that leaves out the plan of a point.
    fn reason(&self, left_out: &[LeftOut<'_>], point: &Point) -> Option<(usize, RuleEffect)> {
        let option = &self.store.catalog.payment_options()[point.plan.option];
        let is_here = |candidate: Candidate<'_>| match candidate {
            Candidate::Purchase => false,
            Candidate::PaymentOption(one) => one.pk == option.pk,
            Candidate::Card { payment_option, .. } => {
                payment_option.is_some_and(|one| one.pk == option.pk)
            }
            Candidate::Plan { payment_option, .. } => payment_option.pk == option.pk,
        };
        let mut left_out = left_out.iter().filter(|one| is_here(one.candidate));
        left_out.find_map(|one| match one.reason {
            Reason::Fact(_) => None,
            Reason::Rule { rule, effect } => {
                let rules = &self.store.rules;
                let at = rules.binary_search_by(|one| one.rule.slug.cmp(&rule.slug));
                Some((at.ok()?, effect))
            }
        })
    }

    /// A point at which this rule does not leave out the plan for this reason.
    fn without(
        &self,
        query: Query<'_>,
        (at, effect): (usize, RuleEffect),
        point: &Point,
        left: usize,
        steps: &mut Steps,
    ) -> Answer<Point> {
        let rule = &self.store.rules[at];
        let enough;
        let clause = match effect {
            RuleEffect::Exclude => rule.clause()?,
            RuleEffect::CapInstallments(_) => rule.clause_within_cap()?,
            RuleEffect::MinimumInstallmentAmount(minimum) => {
                let plan = BelowMinimum {
                    minimum,
                    rate: self.rate(point, steps)?,
                    count: point.plan.count,
                };
                let currency = point.purchase.amount.currency;
                let below = plan.highest_amount(currency, self.store.rounding);
                let below = below.map_or(0, |amount| i128::from(amount.minor));
                let from = (below + 1) * MinorUnit::of(currency).ten_thousandths();
                enough = Formula::Test(Test::Amount(AmountTest::From(from)));
                let mut clause = rule.clause()?;
                clause.push((&enough, true));
                clause
            }
        };
        // The query with the clause is of a shorter lifetime.
        let mut query = query;
        query.clauses.push(clause);
        self.avoiding(query, left, steps)
    }

    /// The rate that applies at a point.
    fn rate(&self, point: &Point, steps: &mut Steps) -> Answer<Rate> {
        let applied = self.store.applied(point, steps)?.into_iter();
        let rates = applied.filter_map(|at| self.store.rules[at].effect().replace_rate);
        Ok(rates.min().unwrap_or(Rate::ZERO))
    }
}
