//! Why a product has no more plans: the reasons that the management API's explain gives, and the store's rules.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::Error;
use maud::{Markup, html};
use payments_core::money::{Currency, Money};
use payments_core::record::{Key, PageRequest, Part, Record};
use payments_core::rules::Rule;
use payments_core::store_data::Product;
use serde_json::Value;

use super::frame::Visit;
use super::{amount, data};
use crate::host::Demo;
use crate::refusal::Refusal;

/// The maximum number of rules that the page lists.
const MAX_RULES: u32 = 100;

/// What explain says about one rule and this product.
#[derive(Default)]
struct Reason {
    /// The key in the rule's `then`.
    effect: String,
    /// The limit that the rule sets.
    limit: String,
    /// The cards that it excludes as a whole.
    cards: BTreeSet<i64>,
}

/// The reasons by the slugs of their rules.
type Reasons = BTreeMap<String, Reason>;

/// The section below a product's plans.
pub(crate) async fn of(demo: &Demo, visit: &Visit, product: &Product) -> Result<Markup, Error> {
    let explanation = demo.host.explain(product.pk, visit.language).await?;
    let reasons = reasons(&explanation);
    let rules = rules(demo).await?;
    let mut sentences = Vec::new();
    for rule in rules.iter().filter(|rule| !is_looser(&reasons, rule)) {
        if let Some(reason) = reasons.get(rule.slug.as_str()) {
            sentences.push(sentence(demo, visit, product, rule, reason).await?);
        }
    }
    Ok(html! {
        section aria-labelledby="why-title" {
            h2 #why-title { (visit.text("why-title")) }
            ul.why #why {
                @for sentence in &sentences { li { (sentence) } }
                @if sentences.is_empty() { li.none { (visit.text("why-nothing")) } }
            }
            (drawer(demo, visit, product, &rules, &reasons))
        }
    })
}

/// The rules that left something out, from the body of `GET /manage/v1/explain/`.
fn reasons(explanation: &Value) -> Reasons {
    let mut reasons = Reasons::new();
    let left_out = explanation["left_out"].as_array();
    for one in left_out.into_iter().flatten() {
        let reason = &one["reason"];
        let Some(rule) = reason["rule"].as_str() else {
            continue;
        };
        let text = |key| reason[key].as_str().unwrap_or_default().to_owned();
        let found = reasons.entry(rule.to_owned()).or_default();
        (found.effect, found.limit) = (text("effect"), text("limit"));
        if one["what"] == "card" {
            found.cards.extend(one["card"].as_i64());
        }
    }
    reasons
}

async fn rules(demo: &Demo) -> Result<Vec<Rule>, Error> {
    let request = PageRequest::number(1, MAX_RULES);
    let page = demo.records.page(Part::Rules, request).await;
    let records = page.map_err(Refusal::Unavailable)?.records.into_iter();
    let rules = records.filter_map(|record| {
        if let Record::Rule(rule) = record {
            Some(rule)
        } else {
            None
        }
    });
    Ok(rules.collect())
}

/// Whether another rule caps the installments lower, so that this one's sentence would be noise.
fn is_looser(reasons: &Reasons, rule: &Rule) -> bool {
    let cap = |reason: &Reason| {
        let is_cap = reason.effect == "cap_installments";
        is_cap.then(|| reason.limit.parse().ok()).flatten()
    };
    let lowest: Option<u8> = reasons.values().filter_map(cap).min();
    let own: Option<u8> = reasons.get(rule.slug.as_str()).and_then(cap);
    own.is_some() && own > lowest
}

async fn sentence(
    demo: &Demo,
    visit: &Visit,
    product: &Product,
    rule: &Rule,
    reason: &Reason,
) -> Result<String, Error> {
    let name = name(visit, rule);
    let fill = |text, values: &[(&str, &str)]| visit.texts.fill(text, values);
    Ok(match reason.effect.as_str() {
        "cap_installments" if reason.limit == "1" => fill("why-single", &[("name", name)]),
        "cap_installments" => fill("why-cap", &[("count", &reason.limit), ("name", name)]),
        "minimum_installment_amount" => {
            let least = least(visit, &reason.limit, product.price.currency);
            fill("why-minimum", &[("amount", &least), ("name", name)])
        }
        _ => {
            let cards = cards(demo, &reason.cards).await?.join(", ");
            fill("why-excluded", &[("card", &cards), ("name", name)])
        }
    })
}

/// The names of cards.
async fn cards(demo: &Demo, pks: &BTreeSet<i64>) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for pk in pks {
        if let Some(Record::Card(card)) = demo.record(Part::Cards, &Key::Pk(*pk)).await? {
            names.push(card.name);
        }
    }
    Ok(names)
}

fn least(visit: &Visit, limit: &str, currency: Currency) -> String {
    let decimal = limit.parse().ok();
    let money = decimal.and_then(|decimal| Money::from_decimal(&decimal, currency).ok());
    money.map_or_else(
        || limit.to_owned(),
        |money| amount::text(visit.language, money),
    )
}

/// A rule's name in the visitor's language. Only the demo's own rules are translated.
fn name<'r>(visit: &Visit, rule: &'r Rule) -> &'r str {
    let is_demo = data::STORE.contains(&*serde_json::json!(rule.name).to_string());
    let own = visit.texts.find(&format!("rule-{}", rule.slug));
    own.filter(|_| is_demo).unwrap_or(&rule.name)
}

/// Every rule of the store, and what it does here.
fn drawer(
    demo: &Demo,
    visit: &Visit,
    product: &Product,
    rules: &[Rule],
    reasons: &Reasons,
) -> Markup {
    let now = demo.clock.now();
    let state = |rule: &Rule| {
        let has_begun = rule.valid_from.is_none_or(|from| from <= now);
        let is_over = rule.valid_until.is_some_and(|until| until <= now);
        if reasons.contains_key(rule.slug.as_str()) {
            "rule-limits"
        } else if rule.is_active && has_begun && !is_over {
            "rule-on"
        } else {
            "rule-off"
        }
    };
    html! {
        details.panel.rules #rules {
            summary { (visit.text("rules-title")) }
            p.hint { (visit.text("rules-hint")) }
            ul {
                @for rule in rules {
                    li data-rule=(rule.slug) data-state=(state(rule)) {
                        span.rule-name { (name(visit, rule)) }
                        span.rule-effect { (effect(visit, rule, product.price.currency)) }
                        span.rule-state { (visit.text(state(rule))) }
                    }
                }
            }
        }
    }
}

/// What a rule does, in a few words; empty for a draft.
fn effect(visit: &Visit, rule: &Rule, currency: Currency) -> String {
    let effect = &rule.then;
    let fill = |text, variable, value: &str| visit.texts.fill(text, &[(variable, value)]);
    if effect.exclude {
        return visit.text("not-offered").to_owned();
    }
    if let Some(cap) = effect.cap_installments {
        return match cap.get() {
            1 => visit.text("rule-single").to_owned(),
            cap => fill("rule-cap", "count", &cap.to_string()),
        };
    }
    if let Some(bound) = effect.minimum_installment_amount {
        let least = least(visit, &bound.to_string(), currency);
        return fill("rule-minimum", "amount", &least);
    }
    match effect.replace_rate.map(|rate| rate.to_string()) {
        Some(rate) if rate == "0" => visit.text("no-interest").to_owned(),
        Some(rate) => fill("rule-rate", "digits", &rate),
        None => String::new(),
    }
}
