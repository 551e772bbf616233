//! The comparison in its simplest form: every purchase is listed and explained in both catalogs, and all plans are
//! compared with each other.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use payments_core::catalog::{Catalog, InstallmentCount};
use payments_core::id::CardId;
use payments_core::installment::Quote;
use payments_core::listing::{Reason, explain, list, lowest};
use payments_core::moment::Moment;
use payments_core::money::{Rate, Rounding};
use payments_core::purchase::{Purchase, PurchaseKey};
use payments_core::what_if::{ChangedPurchases, Moves, Report};

use crate::cells::{rate_rule, reasons};

/// A report without its matrices.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Summary {
    compared: u64,
    unchanged: u64,
    kinds: BTreeMap<&'static str, Kind>,
    left_without_plans: u64,
    first_plans: u64,
    same: u64,
    new: u64,
    gone: u64,
    /// By currency and direction: the number, the sum and the largest in minor units.
    moves: BTreeMap<(&'static str, &'static str), (u64, i128, i64)>,
    rules: Vec<(String, u64)>,
}

/// The number of purchases, and the examples: key, plans gained, lost and with other figures, and cards that change.
type Kind = (u64, Vec<(PurchaseKey, u32, u32, u32, usize)>);

type Plans = BTreeMap<(CardId, InstallmentCount), (Rate, Quote)>;

/// A purchase that changes.
struct Changed {
    kind: &'static str,
    is_all: bool,
    /// How far a total moves, and from where.
    largest: (i128, i128),
    example: (PurchaseKey, u32, u32, u32, usize),
}

impl Summary {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let kinds = [
            ("gains", &report.gains),
            ("loses", &report.loses),
            ("both", &report.gains_and_loses),
            ("figures", &report.figures),
        ];
        let kind = |changed: &ChangedPurchases<'_>| -> Kind {
            let examples = changed.examples.iter().map(|one| {
                let cards = one.card_count;
                (one.key, one.gained, one.lost, one.refigured, cards)
            });
            (changed.purchases, examples.collect())
        };
        let kinds = kinds
            .into_iter()
            .filter(|(_, changed)| changed.purchases > 0);
        let mut moves = BTreeMap::new();
        for (currency, both) in report.lowest.by_currency() {
            for (direction, one) in [("lower", both.lower), ("higher", both.higher)] {
                if one.count > 0 {
                    let sum = minor_sum(one);
                    moves.insert(
                        (currency.code(), direction),
                        (one.count, sum, one.largest.minor),
                    );
                }
            }
        }
        let rules = report.rules.iter();
        Self {
            compared: report.compared,
            unchanged: report.unchanged,
            kinds: kinds.map(|(name, changed)| (name, kind(changed))).collect(),
            left_without_plans: report.left_without_plans,
            first_plans: report.first_plans,
            same: report.lowest.same,
            new: report.lowest.new,
            gone: report.lowest.gone,
            moves,
            rules: rules
                .map(|one| (one.rule.slug.to_string(), one.purchases))
                .collect(),
        }
    }

    pub(super) fn naive(
        in_force: &Catalog,
        draft: &Catalog,
        moment: Moment,
        purchases: &[(PurchaseKey, Purchase)],
    ) -> Self {
        let mut summary = Self::default();
        let mut rules: BTreeMap<String, u64> = BTreeMap::new();
        let mut all_changed = Vec::new();
        for (key, purchase) in purchases {
            let before = plans(in_force, purchase, moment);
            let after = plans(draft, purchase, moment);
            summary.compared += 1;
            summary.add_lowest(in_force, draft, purchase, moment);
            summary.left_without_plans += u64::from(!before.is_empty() && after.is_empty());
            summary.first_plans += u64::from(before.is_empty() && !after.is_empty());
            let Some(changed) = changed(*key, &before, &after) else {
                summary.unchanged += 1;
                continue;
            };
            all_changed.push(changed);
            let mut named = BTreeSet::new();
            for cell in cells(&before, &after) {
                named.extend(rules_of(in_force, purchase, moment, cell));
                named.extend(rules_of(draft, purchase, moment, cell));
            }
            for slug in named
                .into_iter()
                .filter(|slug| !differs(in_force, draft, slug))
            {
                *rules.entry(slug).or_default() += 1;
            }
        }
        all_changed.sort_by(heaviest_first);
        for changed in all_changed {
            let kind = summary.kinds.entry(changed.kind).or_default();
            kind.0 += 1;
            if kind.1.len() < 10 {
                kind.1.push(changed.example);
            }
        }
        summary.rules = rules.into_iter().collect();
        summary
            .rules
            .sort_by_key(|(_, purchases)| std::cmp::Reverse(*purchases));
        summary
    }

    fn add_lowest(
        &mut self,
        in_force: &Catalog,
        draft: &Catalog,
        purchase: &Purchase,
        moment: Moment,
    ) {
        let lowest = |catalog: &Catalog| {
            let listing = list(catalog, purchase, moment, Rounding::Up);
            lowest(&listing).map(|found| found.plan.quote.single_installment_amount().minor)
        };
        let (before, after) = match (lowest(in_force), lowest(draft)) {
            (None, None) => (0, 0),
            (Some(_), None) => return self.gone += 1,
            (None, Some(_)) => return self.new += 1,
            (Some(before), Some(after)) => (before, after),
        };
        let direction = match after.cmp(&before) {
            Ordering::Less => "lower",
            Ordering::Equal => return self.same += 1,
            Ordering::Greater => "higher",
        };
        let key = (purchase.amount.currency.code(), direction);
        let moves = self.moves.entry(key).or_default();
        let size = (after - before).abs();
        *moves = (moves.0 + 1, moves.1 + i128::from(size), moves.2.max(size));
    }
}

fn minor_sum(moves: Moves) -> i128 {
    let scaled = moves.sum() * 10_i64.pow(moves.largest.currency.exponent());
    scaled.normalized().to_plain_string().parse().unwrap()
}

fn plans(catalog: &Catalog, purchase: &Purchase, moment: Moment) -> Plans {
    let listing = list(catalog, purchase, moment, Rounding::Up);
    let mut plans = Plans::new();
    for offer in listing.offers() {
        for plan in offer.plans {
            let cell = (offer.card.pk, plan.plan.installment_count);
            plans.insert(cell, (plan.rate, plan.quote));
        }
    }
    plans
}

/// The plans that change.
fn cells(before: &Plans, after: &Plans) -> Vec<(CardId, InstallmentCount)> {
    let all: BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
    let changes = all
        .into_iter()
        .filter(|cell| before.get(cell) != after.get(cell));
    changes.collect()
}

fn changed(key: PurchaseKey, before: &Plans, after: &Plans) -> Option<Changed> {
    let cells = cells(before, after);
    let count = |is: &dyn Fn(bool, bool) -> bool| {
        let found = cells.iter();
        let found = found.filter(|cell| is(before.contains_key(cell), after.contains_key(cell)));
        u32::try_from(found.count()).unwrap()
    };
    let gained = count(&|before, _| !before);
    let lost = count(&|_, after| !after);
    let refigured = count(&|before, after| before && after);
    let kind = match (gained > 0, lost > 0, refigured > 0) {
        (true, true, _) => "both",
        (true, false, _) => "gains",
        (false, true, _) => "loses",
        (false, false, true) => "figures",
        (false, false, false) => return None,
    };
    let moved = cells.iter().filter_map(|cell| {
        let total = |plans: &Plans| {
            let (_, quote) = plans.get(cell)?;
            Some(i128::from(quote.total_amount().minor))
        };
        let (before, after) = (total(before)?, total(after)?);
        Some(((after - before).abs(), before))
    });
    let cards: BTreeSet<_> = cells.iter().map(|(card, _)| *card).collect();
    Some(Changed {
        kind,
        is_all: before.is_empty() != after.is_empty(),
        largest: moved.max_by(compare_ratios).unwrap_or((0, 1)),
        example: (key, gained, lost, refigured, cards.len()),
    })
}

fn compare_ratios(one: &(i128, i128), other: &(i128, i128)) -> Ordering {
    (one.0 * other.1).cmp(&(other.0 * one.1))
}

fn heaviest_first(one: &Changed, other: &Changed) -> Ordering {
    let plans = |changed: &Changed| changed.example.1 + changed.example.2;
    other
        .is_all
        .cmp(&one.is_all)
        .then(plans(other).cmp(&plans(one)))
        .then(compare_ratios(&other.largest, &one.largest))
        .then(one.example.0.cmp(&other.example.0))
}

/// The rules that decide a plan: that leave it out, or whose rate it is quoted at.
fn rules_of(
    catalog: &Catalog,
    purchase: &Purchase,
    moment: Moment,
    (card, count): (CardId, InstallmentCount),
) -> Vec<String> {
    let explanation = explain(catalog, purchase, moment, Rounding::Up);
    let Some(card) = catalog.card(card) else {
        return Vec::new();
    };
    let mut plans = card.installments.iter();
    if !plans.any(|plan| plan.installment_count == count) {
        return Vec::new();
    }
    let mut offers = explanation.listing.offers();
    let offer = offers.find(|offer| {
        let mut plans = offer.plans.iter();
        offer.card.pk == card.pk && plans.any(|plan| plan.plan.installment_count == count)
    });
    if let Some(offer) = offer {
        let rule = rate_rule(catalog, purchase, moment, &offer, count);
        return rule.map(|rule| rule.slug.to_string()).into_iter().collect();
    }
    let reasons = reasons(&explanation, card, count).into_iter();
    let rules = reasons.filter_map(|one| match one.reason {
        Reason::Rule { rule, .. } => Some(rule.slug.to_string()),
        Reason::Fact(_) => None,
    });
    rules.collect()
}

/// Whether the catalogs have different rules with this slug.
fn differs(in_force: &Catalog, draft: &Catalog, slug: &str) -> bool {
    let rule = |catalog: &Catalog| {
        let mut rule = catalog
            .rules()
            .find(|rule| rule.slug.as_str() == slug)?
            .clone();
        rule.name.clear();
        Some(rule)
    };
    rule(in_force) != rule(draft)
}
