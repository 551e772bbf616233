//! Random rules that are conjunctions of tests, like those that people write.

use payments_core::catalog::CatalogParts;
use payments_core::rules::Rule;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::space::{BOUNDS, DAYS, HOURS, INSTANTS, Subject};
use crate::shop::{at, parts, rule};

/// Rules about a few subjects.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) subjects: Vec<Subject>,
    pub(crate) rules: Vec<Rule>,
}

pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    use Subject::{Amount, Buyer, Items, Time};
    let subjects = prop::sample::select(vec![
        vec![Amount],
        vec![Buyer],
        vec![Items],
        vec![Time],
        vec![Amount, Buyer],
        vec![Amount, Time],
        vec![Buyer, Time],
    ]);
    subjects.prop_flat_map(|subjects| {
        let draft = (any_tests(&subjects), any_then(), any_validity(&subjects));
        let rules = prop::collection::vec(draft, 1..6);
        rules.prop_map(move |drafts| {
            let rules = drafts
                .into_iter()
                .enumerate()
                .map(|(index, (tests, then, validity))| {
                    let mut rule = rule(&format!("rule-{index}"), &all_of(&tests), &then);
                    let instant =
                        |at_instant: Option<usize>| at_instant.map(|index| at(INSTANTS[index]).utc);
                    (rule.valid_from, rule.valid_until) =
                        (instant(validity.0), instant(validity.1));
                    rule
                });
            Case {
                subjects: subjects.clone(),
                rules: rules.collect(),
            }
        })
    })
}

fn all_of(tests: &[Value]) -> Value {
    if tests.is_empty() {
        json!({})
    } else {
        json!({"all": tests})
    }
}

/// A store whose cards have few plans, so that every plan can be looked at.
pub(crate) fn small_store(rules: Vec<Rule>) -> CatalogParts {
    let mut parts = CatalogParts { rules, ..parts() };
    for card in &mut parts.cards {
        card.installments
            .retain(|plan| [1, 3, 6].contains(&plan.installment_count.get()));
    }
    parts.cards[1].is_commercial = true;
    parts
}

/// The begin and the end of a rule, as indexes of instants.
fn any_validity(subjects: &[Subject]) -> BoxedStrategy<(Option<usize>, Option<usize>)> {
    if !subjects.contains(&Subject::Time) {
        return Just((None, None)).boxed();
    }
    let index = || prop::option::weighted(0.3, 0..INSTANTS.len());
    let is_ordered = |(from, until): &(Option<usize>, Option<usize>)| {
        from.is_none() || until.is_none() || from < until
    };
    (index(), index())
        .prop_filter("begins before it ends", is_ordered)
        .boxed()
}

fn any_tests(subjects: &[Subject]) -> impl Strategy<Value = Vec<Value>> + use<> {
    let of_subjects: Vec<BoxedStrategy<Vec<Value>>> = subjects
        .iter()
        .map(|subject| match subject {
            Subject::Amount => prop::collection::vec(negatable(amount()), 0..3).boxed(),
            Subject::Buyer => prop::collection::vec(negatable(buyer()), 0..3).boxed(),
            // More items would be needed to tell more of them apart.
            Subject::Items => prop::collection::vec(items(), 0..3).boxed(),
            Subject::Time => prop::collection::vec(negatable(time()), 0..3).boxed(),
        })
        .collect();
    let of_plan = prop::collection::vec(negatable(plan()), 0..3);
    (of_subjects, of_plan).prop_map(|(mut tests, of_plan)| {
        tests.push(of_plan);
        tests.concat()
    })
}

fn negatable(test: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    (test, prop::bool::weighted(0.25)).prop_map(|(test, is_negated)| {
        if is_negated {
            json!({"not": test})
        } else {
            test
        }
    })
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(values, 1..values.len())
}

fn range<T: Copy + PartialOrd>(key: &'static str, from: T, to: T) -> Value
where
    Value: From<T>,
{
    let (least, most) = if from <= to { (from, to) } else { (to, from) };
    json!({key: {"min": Value::from(least), "max": Value::from(most)}})
}

fn amount() -> impl Strategy<Value = Value> {
    let bound = || prop::sample::select(&BOUNDS[..]);
    prop_oneof![
        bound().prop_map(|min| json!({"amount": {"min": min}})),
        bound().prop_map(|max| json!({"amount": {"max": max}})),
        bound().prop_map(|min| json!({"amount": {"min": min, "currency": "TRY"}})),
        one_of(&["TRY", "JPY"]).prop_map(|all| json!({"currency": all})),
    ]
}

fn buyer() -> impl Strategy<Value = Value> {
    prop_oneof![
        one_of(&["basket", "pre-order", "product"]).prop_map(|all| json!({"context": all})),
        one_of(&["open", "held"]).prop_map(|all| json!({"basket_state": all})),
        one_of(&["vip", "staff"]).prop_map(|all| json!({"customer_segment": all})),
        (1_u8..4, 1_u8..4).prop_map(|(one, other)| range("item_count", one, other)),
    ]
}

fn items() -> impl Strategy<Value = Value> {
    let category = || one_of(&["phones", "phones/used", "books"]);
    let a = || one_of(&["true", "7"]);
    prop_oneof![
        category().prop_map(|all| json!({"category": all})),
        a().prop_map(|all| json!({"attribute": {"a": all}})),
        a().prop_map(|all| json!({"attribute": {"a": all, "b": ["x"]}})),
        (category(), a()).prop_map(
            |(category, a)| json!({"item": {"category": category, "attribute": {"a": a}}})
        ),
    ]
}

fn time() -> impl Strategy<Value = Value> {
    let date = |day: u8| format!("2026-11-{day}");
    let hour = |(one, other): (usize, usize)| json!({"hour": {"from": HOURS[one.min(other)], "until": HOURS[one.max(other)]}});
    let different = |(one, other): &(usize, usize)| one != other;
    prop_oneof![
        DAYS.prop_map(move |from| json!({"date": {"from": date(from)}})),
        DAYS.prop_map(move |until| json!({"date": {"until": date(until)}})),
        (DAYS, DAYS).prop_map(move |(one, other)| {
            json!({"date": {"from": date(one.min(other)), "until": date(one.max(other))}})
        }),
        one_of(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
            .prop_map(|days| json!({"weekday": days})),
        (0..HOURS.len(), 0..HOURS.len())
            .prop_filter("is not empty", different)
            .prop_map(hour),
    ]
}

fn plan() -> impl Strategy<Value = Value> {
    prop_oneof![
        one_of(&["garanti", "akbank", "unknown"]).prop_map(|all| json!({"bank": all})),
        one_of(&["bonus", "axess"]).prop_map(|all| json!({"card_type": all})),
        one_of(&["bonus-card", "axess-card", "garanti-debit"]).prop_map(|all| json!({"card": all})),
        one_of(&["credit", "debit"]).prop_map(|all| json!({"card_payment_type": all})),
        any::<bool>().prop_map(|is| json!({"commercial": is})),
        (1_u8..8, 1_u8..8).prop_map(|(one, other)| range("installment_count", one, other)),
    ]
}

/// Some lie between the installments of a bound at a plan's own rate and at a replaced one.
const MINIMUMS: [&str; 5] = ["0", "17", "34", "43", "100"];

fn any_then() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!({"exclude": true})),
        1 => (1_u8..8).prop_map(|cap| json!({"cap_installments": cap})),
        1 => prop::sample::select(&MINIMUMS[..]).prop_map(|least| json!({"minimum_installment_amount": least})),
        2 => (0_u8..3).prop_map(|rate| json!({"replace_rate": rate})),
        1 => (1_u8..8, 0_u8..3).prop_map(|(cap, rate)| json!({"cap_installments": cap, "replace_rate": rate})),
        1 => Just(json!({})),
    ]
}
