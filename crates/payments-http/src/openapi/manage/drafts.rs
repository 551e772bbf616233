//! `/manage/v1/matrix/`, `/manage/v1/what-if/`, `/manage/v1/lint-rules/` and `/manage/v1/bin-coverage/`.

use serde_json::{Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::path::{HttpMethod, PathItem};

use super::super::examples::Refusal;
use super::super::operation::{Operation, in_query, number, path};
use super::history::{NOT_KNOWN, instant, text};
use super::{JSON, MISTAKES, NOT_FOUND, operation};
use crate::error::Problem;
use crate::manage::PREFIX;

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path(&format!("{PREFIX}/matrix/"), [matrix()]),
        path(&format!("{PREFIX}/what-if/"), [what_if()]),
        path(&format!("{PREFIX}/lint-rules/"), [lint_rules()]),
        path(&format!("{PREFIX}/bin-coverage/"), [bin_coverage()]),
    ]
}

fn matrix() -> Operation {
    let contexts = text().enum_values(Some(["basket", "pre-order", "product"]));
    let described = |about: &str| text().description(Some(format!("{about}; not with `pk`")));
    let mut example = json!({
        "context": "product", "pk": 1, "amount": "19.49", "currency": "TRY", "at": "2026-11-28T12:00:00Z",
        "count": 1, "next": null, "previous": null,
    });
    if let (Some(example), Value::Object(cards)) = (example.as_object_mut(), cards()) {
        example.extend(cards);
    }
    operation(HttpMethod::Get, "get_matrix", "Get the plans of cards as a matrix")
        .about(
            "Cards down, numbers of installments across, for a basket, a pre-order or a product of the store (`pk`), or for \
             one item that the parameters describe (`amount`, `currency`). A cell has the plan, or the facts and rules that \
             leave it out. Inactive cards are rows, too. An earlier moment `at` shows the catalog as of then, a later one \
             the present catalog at that time.",
        )
        .parameter(in_query("context", Required::True, contexts))
        .parameter(in_query("pk", Required::False, number(None)))
        .parameter(in_query("amount", Required::False, described("What is to be paid")))
        .parameter(in_query("currency", Required::False, described("ISO 4217 code of the amount")))
        .parameter(in_query("categories", Required::False, described("Categories of the item, separated by commas")))
        .parameter(in_query("segments", Required::False, described("Segments of the customer, separated by commas")))
        .parameter(in_query("state", Required::False, described("State of the basket or pre-order, required for these")))
        .parameter(in_query("at", Required::False, instant()))
        .parameter(in_query("bank", Required::False, text().description(Some("Slug of the one bank whose cards are shown"))))
        .parameter(in_query("page", Required::False, number(Some(1_000))))
        .parameter(in_query("page_size", Required::False, number(Some(50))))
        .answers(200, "A page of cards, and where the others are", "MatrixPage", example)
        .error(
            400,
            "A parameter is missing or wrong",
            &[Refusal::At(
                Problem::ValidationFailed,
                "amount",
                "use an amount above zero, such as 19.49, or pk",
            )],
        )
        .error(404, "There is no such basket, pre-order or active product", NOT_FOUND)
        .error(409, "The audit log does not say what the catalog was", NOT_KNOWN)
}

fn cards() -> Value {
    json!({"installment_counts": [1, 12], "results": [{
        "card": 1, "card_slug": "bonus-card", "card_name": "Bonus", "bank": "garanti", "bank_name": "Garanti BBVA",
        "payment_option": "credit-card", "cells": [
            {"installment_count": 1, "left_out": [], "plan": {"plan": 101, "interest_rate": "0",
                "interest_amount": "0.00", "single_installment_amount": "19.49", "total_amount": "19.49",
                "rate_rule": null}},
            {"installment_count": 12, "plan": null, "left_out": [{
                "what": "plan", "payment_option": "credit-card", "card": 1, "card_slug": "bonus-card", "plan": 112,
                "installment_count": 12, "reason": {"kind": "rule", "rule": "gold", "name": "Gold",
                    "effect": "cap_installments", "limit": "4", "detail": "the rule allows at most 4 installments"}}]},
        ],
    }]})
}

/// A document with a rule.
fn draft() -> Value {
    json!({"rules": [{"slug": "gold", "name": "Gold", "when": {"category": ["jewellery/gold"]},
        "then": {"cap_installments": 4}}]})
}

fn what_if() -> Operation {
    let none = json!({"purchases": 0, "examples": []});
    let example = json!({"purchases": 1, "examples": [{
        "context": "product", "pk": 1, "amount": "19.49", "currency": "TRY", "gained": 0, "lost": 1, "refigured": 0,
        "lowest_in_force": "1.85", "lowest_in_draft": "5.12", "card_count": 1, "in_force": cards(), "draft": cards(),
    }]});
    operation(
        HttpMethod::Post,
        "what_if",
        "Get what a document would change",
    )
    .about(
        "Checks a document as an import does, and compares the stored catalog with what it would be, for the baskets, \
         pre-orders and products that were written last: as many as are read in two seconds. Writes nothing. With `at` the \
         purchases are made at that moment, by the present rules and by the draft's. Only the parts of the catalog matter. \
         A process makes one comparison at a time; others wait up to ten seconds.",
    )
    .parameter(in_query("at", Required::False, instant()))
    .body("Document", &draft(), &JSON)
    .answers(
        200,
        "What would change",
        "WhatIf",
        json!({
            "at": "2026-11-28T12:00:00Z",
            "purchases": {"is_complete": true, "baskets": 4, "pre_orders": 1, "products": 29},
            "compared": 34, "unchanged": 33, "left_without_plans": 0, "first_plans": 0,
            "gains": none, "loses": example, "gains_and_loses": none, "figures": none,
            "lowest_installment": {"same": 33, "lower": 0, "higher": 1, "new": 0, "gone": 0, "by_currency": [{
                "currency": "TRY", "lower": {"purchases": 0, "largest": "0.00", "sum": "0.00"},
                "higher": {"purchases": 1, "largest": "3.27", "sum": "3.27"},
            }]},
            "rules": [{"rule": "staff", "name": "Staff", "purchases": 1}],
        }),
    )
    .error(400, "Every mistake of the document by its JSON pointer, or a wrong parameter", MISTAKES)
}

fn lint_rules() -> Operation {
    operation(HttpMethod::Post, "lint_rules", "Analyse a document's rules")
        .about(
            "Checks a document as an import does, and analyses the stored rules with it: values that nothing in the store \
             has, conditions that never hold, effects that other rules override or that no plan reaches, rules that are \
             over, two rates for one plan, purchases that are left without any plan. `{}` analyses the stored rules. Writes \
             nothing. Values are compared with those of all products and customers, at most ten seconds old, and with the \
             states of the baskets and pre-orders that were written last.",
        )
        .body("Document", &draft(), &JSON)
        .answers(
            200,
            "The findings",
            "RuleAnalysis",
            json!({
                "findings": [{"is_new": true, "kind": "unknown_value", "rule": "gold", "pointer": "/when/category/0",
                    "other_rules": [], "message": "no product is in the category jewellery/gold", "witness": null}],
                "undecided": [], "not_compared": [],
            }),
        )
        .error(400, "Every mistake of the document by its JSON pointer", MISTAKES)
}

fn bin_coverage() -> Operation {
    operation(HttpMethod::Get, "get_bin_coverage", "Get the BINs that no card has")
        .about(
            "How often customers typed or saved cards in the last days, by the first six digits, and which of these no card \
             of the catalog has. Counted in memory, up to 10,000 different ones by process and day, and saved once a minute. \
             Never with a customer.",
        )
        .parameter(in_query("days", Required::False, number(Some(30))))
        .answers(
            200,
            "The counts",
            "BinCoverage",
            json!({"from": "2026-10-30", "is_complete": true, "counted": 1_204, "covered": 1_187,
                "missing": [{"bin": "979203", "count": 17}]}),
        )
        .error(
            400,
            "The parameter is wrong",
            &[Refusal::At(Problem::ValidationFailed, "days", "use a number from 1 to 30")],
        )
}
