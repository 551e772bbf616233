//! The listing in its simplest form: every rule is evaluated for every plan, without preparation. Slow; the oracle
//! of the property tests.

use payments_core::catalog::{
    Bank, Card, CardType, CatalogParts, InstallmentCount, PaymentOption, PaymentType, Plan,
};
use payments_core::installment::quote;
use payments_core::listing::{CardOffer, Listing};
use payments_core::moment::Moment;
use payments_core::money::{Rate, Rounding};
use payments_core::purchase::{Purchase, PurchaseItem};
use payments_core::rules::{Condition, Rule};
use payments_core::slug::Slug;
use payments_core::store_data::CategoryPath;
use serde_json::Value;

use chrono::{Datelike, Timelike};

/// Everything that a rule may test.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) purchase: &'a Purchase,
    pub(crate) moment: Moment,
    pub(crate) option: &'a PaymentOption,
    pub(crate) card: &'a Card,
    pub(crate) bank: &'a Bank,
    pub(crate) card_type: &'a CardType,
    pub(crate) count: InstallmentCount,
}

/// An offered plan: card slug, payment option slug, count, rate, total.
pub(crate) type Line = (String, String, u8, Rate, i64);

/// The listing of a store for a purchase, plan by plan.
pub(crate) fn listing(parts: &CatalogParts, purchase: &Purchase, moment: Moment) -> Vec<Line> {
    let mut lines = Vec::new();
    if purchase.items.is_empty() || purchase.amount.minor <= 0 {
        return lines;
    }
    let mut cards: Vec<&Card> = parts.cards.iter().filter(|card| card.is_active).collect();
    cards.sort_by_key(|card| (card.sort_order, card.pk));
    for card in cards {
        let mut options: Vec<&PaymentOption> = parts
            .payment_options
            .iter()
            .filter(|option| {
                option.is_active
                    && option.payment_type == PaymentType::CreditCard
                    && option.pos == card.pos
                    && parts
                        .pos
                        .iter()
                        .any(|pos| pos.pk == card.pos && pos.is_active)
            })
            .collect();
        options.sort_by_key(|option| (option.sort_order, option.pk));
        let offered = options
            .into_iter()
            .map(|option| plans(parts, purchase, moment, option, card));
        lines.extend(
            offered
                .into_iter()
                .find(|plans| !plans.is_empty())
                .unwrap_or_default(),
        );
    }
    lines
}

fn plans(
    parts: &CatalogParts,
    purchase: &Purchase,
    moment: Moment,
    option: &PaymentOption,
    card: &Card,
) -> Vec<Line> {
    let mut plans: Vec<&Plan> = card
        .installments
        .iter()
        .filter(|plan| plan.is_active)
        .collect();
    plans.sort_by_key(|plan| plan.installment_count);
    let line = |plan: &Plan| {
        let question = Question {
            purchase,
            moment,
            option,
            card,
            bank: parts
                .banks
                .iter()
                .find(|bank| bank.pk == card.bank)
                .unwrap(),
            card_type: parts
                .card_types
                .iter()
                .find(|one| one.pk == card.card_type)
                .unwrap(),
            count: plan.installment_count,
        };
        let (rate, total) = figures(&parts.rules, plan, question)?;
        let count = plan.installment_count.get();
        Some((
            card.slug.to_string(),
            option.slug.to_string(),
            count,
            rate,
            total,
        ))
    };
    plans.into_iter().filter_map(line).collect()
}

fn figures(rules: &[Rule], plan: &Plan, question: Question<'_>) -> Option<(Rate, i64)> {
    let effects: Vec<_> = rules
        .iter()
        .filter(|rule| applies(rule, question))
        .map(|rule| rule.then)
        .collect();
    let count = plan.installment_count;
    let is_single = count == InstallmentCount::SINGLE;
    if effects.iter().any(|effect| effect.exclude)
        || effects
            .iter()
            .filter_map(|effect| effect.cap_installments)
            .any(|cap| count > cap)
    {
        return None;
    }
    let replaced = effects
        .iter()
        .filter_map(|effect| effect.replace_rate)
        .min();
    let rate = replaced.unwrap_or(plan.interest_rate);
    let quote = quote(question.purchase.amount, rate, count, Rounding::Up).ok()?;
    let single = quote.single_installment_amount().to_decimal();
    let minimums = effects
        .iter()
        .filter_map(|effect| effect.minimum_installment_amount);
    let is_too_small = minimums
        .into_iter()
        .any(|minimum| single < minimum.to_decimal());
    (is_single || !is_too_small).then(|| (rate, quote.total_amount().minor))
}

/// Whether a rule applies to one plan.
pub(crate) fn applies(rule: &Rule, question: Question<'_>) -> bool {
    rule.is_active
        && rule
            .valid_from
            .is_none_or(|from| question.moment.utc >= from)
        && rule
            .valid_until
            .is_none_or(|until| question.moment.utc < until)
        && holds(&rule.when, question)
}

/// Whether a condition holds for one plan.
pub(crate) fn holds(when: &Condition, question: Question<'_>) -> bool {
    when.all.iter().all(|part| holds(part, question))
        && (when.any.is_empty() || when.any.iter().any(|part| holds(part, question)))
        && when.not.as_ref().is_none_or(|part| !holds(part, question))
        && purchase_holds(when, question.purchase)
        && items_hold(when, question.purchase)
        && moment_holds(when, question.moment)
        && card_holds(when, question)
}

fn card_holds(when: &Condition, question: Question<'_>) -> bool {
    let meets = |asked: &[Slug], slug: &Slug| asked.is_empty() || asked.contains(slug);
    let card = question.card;
    let count = question.count.get();
    meets(&when.payment_option, &question.option.slug)
        && meets(&when.bank, &question.bank.slug)
        && meets(&when.card_type, &question.card_type.slug)
        && meets(&when.card, &card.slug)
        && (when.card_payment_type.is_empty()
            || when.card_payment_type.contains(&card.card_payment_type))
        && when.commercial.is_none_or(|is| card.is_commercial == is)
        && when.installment_count.is_none_or(|range| {
            range.min.is_none_or(|min| count >= min) && range.max.is_none_or(|max| count <= max)
        })
}

fn purchase_holds(when: &Condition, purchase: &Purchase) -> bool {
    let amount = purchase.amount.to_decimal();
    let currency = purchase.amount.currency;
    let items: u64 = purchase
        .items
        .iter()
        .map(|item| u64::from(item.quantity))
        .sum();
    when.amount.is_none_or(|test| {
        test.currency.is_none_or(|asked| asked == currency)
            && test.min.is_none_or(|min| amount >= min.to_decimal())
            && test.max.is_none_or(|max| amount <= max.to_decimal())
    }) && (when.currency.is_empty() || when.currency.contains(&currency))
        && (when.context.is_empty() || when.context.contains(&purchase.context))
        && (when.basket_state.is_empty()
            || purchase
                .state
                .as_ref()
                .is_some_and(|state| when.basket_state.contains(state)))
        && (when.customer_segment.is_empty()
            || when
                .customer_segment
                .iter()
                .any(|one| purchase.customer_segments.contains(one)))
        && when.item_count.is_none_or(|range| {
            range.min.is_none_or(|min| items >= min) && range.max.is_none_or(|max| items <= max)
        })
}

fn items_hold(when: &Condition, purchase: &Purchase) -> bool {
    let items = &purchase.items;
    (when.category.is_empty()
        || items
            .iter()
            .any(|item| is_in_category(item, &when.category)))
        && (when.attribute.is_empty()
            || items
                .iter()
                .any(|item| has_attributes(item, &when.attribute)))
        && when.item.as_ref().is_none_or(|test| {
            items.iter().any(|item| {
                (test.category.is_empty() || is_in_category(item, &test.category))
                    && has_attributes(item, &test.attribute)
            })
        })
}

fn is_in_category(item: &PurchaseItem, asked: &[CategoryPath]) -> bool {
    item.categories.iter().any(|path| {
        asked.iter().any(|above| {
            let segments: Vec<&str> = path.as_str().split('/').collect();
            let above: Vec<&str> = above.as_str().split('/').collect();
            segments.starts_with(&above)
        })
    })
}

fn has_attributes(
    item: &PurchaseItem,
    asked: &std::collections::BTreeMap<String, Vec<String>>,
) -> bool {
    asked.iter().all(|(name, values)| {
        let text = match item.attributes.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => return false,
        };
        values.contains(&text)
    })
}

fn moment_holds(when: &Condition, moment: Moment) -> bool {
    let today = moment.local.date();
    when.date.is_none_or(|test| {
        test.from.is_none_or(|from| today >= from) && test.until.is_none_or(|until| today <= until)
    }) && (when.weekday.is_empty() || when.weekday.contains(&today.weekday()))
        && when.hour.is_none_or(|test| {
            (u32::from(test.from())..u32::from(test.until())).contains(&moment.local.hour())
        })
}

/// The offered plans, one line each.
pub(crate) fn lines(listing: &Listing<'_>) -> Vec<Line> {
    let line = |offer: CardOffer<'_, '_>| {
        let (card, option) = (
            offer.card.slug.to_string(),
            offer.payment_option.slug.to_string(),
        );
        let plans = offer.plans.iter().map(move |plan| {
            let total = plan.quote.total_amount().minor;
            (
                card.clone(),
                option.clone(),
                plan.plan.installment_count.get(),
                plan.rate,
                total,
            )
        });
        plans.collect::<Vec<_>>()
    };
    listing.offers().flat_map(line).collect()
}
