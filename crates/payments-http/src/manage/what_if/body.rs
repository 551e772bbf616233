//! The result of a comparison as JSON.

use chrono::SecondsFormat;
use payments_core::moment::Moment;
use payments_core::money::Money;
use payments_core::what_if::{
    ChangedPurchases, CurrencyMoves, Example, LowestMoves, Moves, Report,
};
use serde::Serialize;

use super::reading::Sampled;
use crate::manage::matrix::MatrixBody;

#[derive(Serialize)]
struct Body<'r> {
    at: String,
    purchases: Sampled,
    compared: u64,
    unchanged: u64,
    left_without_plans: u64,
    first_plans: u64,
    gains: ChangedBody<'r>,
    loses: ChangedBody<'r>,
    gains_and_loses: ChangedBody<'r>,
    figures: ChangedBody<'r>,
    lowest_installment: LowestBody,
    rules: Vec<RuleBody<'r>>,
}

#[derive(Serialize)]
struct ChangedBody<'r> {
    purchases: u64,
    examples: Vec<ExampleBody<'r>>,
}

#[derive(Serialize)]
struct ExampleBody<'r> {
    context: &'static str,
    pk: i64,
    amount: String,
    currency: &'static str,
    gained: u32,
    lost: u32,
    refigured: u32,
    lowest_in_force: Option<String>,
    lowest_in_draft: Option<String>,
    card_count: usize,
    in_force: MatrixBody<'r>,
    draft: MatrixBody<'r>,
}

#[derive(Serialize)]
struct LowestBody {
    same: u64,
    lower: u64,
    higher: u64,
    new: u64,
    gone: u64,
    by_currency: Vec<CurrencyBody>,
}

#[derive(Serialize)]
struct CurrencyBody {
    currency: &'static str,
    lower: MovesBody,
    higher: MovesBody,
}

#[derive(Serialize)]
struct MovesBody {
    purchases: u64,
    largest: String,
    sum: String,
}

#[derive(Serialize)]
struct RuleBody<'r> {
    rule: &'r str,
    name: &'r str,
    purchases: u64,
}

/// Writes a report.
pub(super) fn write(report: &Report<'_>, moment: Moment, sampled: Sampled) -> Vec<u8> {
    let rules = report.rules.iter().map(|one| RuleBody {
        rule: one.rule.slug.as_str(),
        name: &one.rule.name,
        purchases: one.purchases,
    });
    let body = Body {
        at: moment.utc.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        purchases: sampled,
        compared: report.compared,
        unchanged: report.unchanged,
        left_without_plans: report.left_without_plans,
        first_plans: report.first_plans,
        gains: changed(&report.gains),
        loses: changed(&report.loses),
        gains_and_loses: changed(&report.gains_and_loses),
        figures: changed(&report.figures),
        lowest_installment: lowest(&report.lowest),
        rules: rules.collect(),
    };
    // Every key is a text, so that this cannot fail.
    serde_json::to_vec(&body).unwrap_or_default()
}

fn changed<'r>(changed: &'r ChangedPurchases<'_>) -> ChangedBody<'r> {
    ChangedBody {
        purchases: changed.purchases,
        examples: changed.examples.iter().map(example).collect(),
    }
}

fn example<'r>(example: &'r Example<'_>) -> ExampleBody<'r> {
    let text = |amount: Option<Money>| amount.map(|amount| amount.to_string());
    ExampleBody {
        context: example.key.context().as_str(),
        pk: example.key.pk(),
        amount: example.amount.to_string(),
        currency: example.amount.currency.code(),
        gained: example.gained,
        lost: example.lost,
        refigured: example.refigured,
        lowest_in_force: text(example.lowest_in_force),
        lowest_in_draft: text(example.lowest_in_draft),
        card_count: example.card_count,
        in_force: MatrixBody::of(&example.in_force),
        draft: MatrixBody::of(&example.draft),
    }
}

fn lowest(moves: &LowestMoves) -> LowestBody {
    let by_currency = moves.by_currency().map(|(currency, moves)| {
        let CurrencyMoves { lower, higher, .. } = moves;
        CurrencyBody {
            currency: currency.code(),
            lower: in_one_direction(lower),
            higher: in_one_direction(higher),
        }
    });
    LowestBody {
        same: moves.same,
        lower: moves.lower(),
        higher: moves.higher(),
        new: moves.new,
        gone: moves.gone,
        by_currency: by_currency.collect(),
    }
}

fn in_one_direction(moves: &Moves) -> MovesBody {
    MovesBody {
        purchases: moves.count,
        largest: moves.largest.to_string(),
        sum: moves.sum().to_plain_string(),
    }
}
