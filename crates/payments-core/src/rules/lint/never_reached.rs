//! Caps and minimums that have no effect on any plan.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::catalog::InstallmentCount;
use crate::money::Rate;
use crate::rules::index::bits::BitSet;

use super::amounts::COMMON;
use super::answer::{Answer, Miss, Steps, any};
use super::below_minimum::BelowMinimum;
use super::finding::FindingKind;
use super::overridden::Effects;
use super::part::EffectPart;
use super::point::Point;
use super::region::Region;
use super::report::{Found, Report};
use super::search::Query;
use super::store::{ActiveRule, Store};

/// Reports the caps and minimums without an effect, and returns the other effects.
pub(super) fn find(store: &Store<'_>, points: Vec<Option<Point>>, report: &mut Report) -> Effects {
    let mut steps = Steps::of_kind();
    let minimums = Minimums::of(store);
    let mut effects = Effects::new();
    for (at, point) in points.into_iter().enumerate() {
        let (rule, Some(point)) = (&store.rules[at], point) else {
            continue;
        };
        for part in EffectPart::of(rule.effect()) {
            let answer = steps.ask(|steps| match part {
                EffectPart::Cap => exceeds(store, rule, steps),
                EffectPart::Minimum => minimums.reaches(store, rule, steps),
                EffectPart::Exclude | EffectPart::Rate => Ok(point.clone()),
            });
            match answer {
                Ok(point) => {
                    effects.insert((at, part), Some(point));
                }
                Err(Miss::Never) => {
                    report.add(rule.rule, found(store, rule, part, point.clone()));
                }
                Err(Miss::Undecided) => {
                    effects.insert((at, part), None);
                    report.undecided(rule.rule);
                }
            }
        }
    }
    effects
}

fn found<'c>(
    store: &Store<'_>,
    rule: &ActiveRule<'_>,
    part: EffectPart,
    point: Point,
) -> Found<'c> {
    let effect = rule.effect();
    let cap = effect.cap_installments.map(|cap| match cap {
        InstallmentCount::SINGLE => "has several installments".to_string(),
        cap => format!("has more than {} installments", cap.get()),
    });
    let minimum = effect.minimum_installment_amount;
    let minimum = minimum.map(|minimum| format!("has installments below {minimum}"));
    let limit = if part == EffectPart::Cap {
        cap
    } else {
        minimum
    };
    Found {
        kind: FindingKind::NeverReached,
        pointer: format!("/then/{}", part.as_str()),
        others: Vec::new(),
        message: format!(
            "no plan that the rule can apply to {}",
            limit.unwrap_or_default()
        ),
        witness: Some(store.witness(point)),
    }
}

/// A plan with more installments than the rule's cap.
fn exceeds(store: &Store<'_>, rule: &ActiveRule<'_>, steps: &mut Steps) -> Answer<Point> {
    let mut query = Query::of(Region::from(store.now, &store.all_plans), rule.goals()?);
    let counts = EffectPart::Cap.counts(rule.effect());
    query.region.plans.keep_counts(counts);
    query.search(&store.points, steps)
}

/// What is needed to find installments below a minimum.
struct Minimums {
    /// The cards with each number of installments and the lowest rate that it can have.
    plans: BTreeMap<(InstallmentCount, Rate), BitSet>,
}

impl Minimums {
    fn of(store: &Store<'_>) -> Self {
        let replaced = store
            .rules
            .iter()
            .filter_map(|rule| rule.effect().replace_rate)
            .min();
        let cards = store.catalog.cards();
        let mut plans = BTreeMap::new();
        for (at, card) in cards.iter().enumerate() {
            for plan in &card.installments {
                let rate = replaced.map_or(plan.interest_rate, |rate| rate.min(plan.interest_rate));
                let key = (plan.installment_count, rate);
                let set = plans.entry(key).or_insert_with(|| BitSet::new(cards.len()));
                set.insert(at);
            }
        }
        plans.retain(|(count, _), _| *count != InstallmentCount::SINGLE);
        Self { plans }
    }

    /// A plan that the rule applies to, with installments that can be below the rule's minimum.
    fn reaches(
        &self,
        store: &Store<'_>,
        rule: &ActiveRule<'_>,
        steps: &mut Steps,
    ) -> Answer<Point> {
        let minimum = rule
            .effect()
            .minimum_installment_amount
            .ok_or(Miss::Never)?;
        let query = Query::of(Region::from(store.now, &store.all_plans), rule.goals()?);
        // The most installments are the smallest.
        any(self.plans.iter().rev(), |((count, rate), cards)| {
            let mut query = query.clone();
            query.region.plans.keep_counts(1 << count.get());
            query.region.plans.keep_cards(cards);
            let plan = BelowMinimum {
                minimum,
                rate: *rate,
                count: *count,
            };
            any(COMMON, |currency| {
                steps.take(20)?;
                let most = plan.highest_amount(currency, store.rounding);
                let mut query = query.clone();
                query.region.amounts.keep_up_to(most.ok_or(Miss::Never)?);
                query.search(&store.points, steps)
            })
        })
    }
}
