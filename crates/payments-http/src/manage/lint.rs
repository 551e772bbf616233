//! `POST /manage/v1/lint-rules/`: the findings of the analysis of a draft's rules.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::import::{Document, Reading};
use payments_core::json::Violations;
use payments_core::money::Currency;
use payments_core::record::Record;
use payments_core::rules::lint::{Analysis, Finding, StoreFacts, lint};
use payments_core::slug::Slug;
use payments_core::store_data::Product;
use serde::Serialize;
use tokio::sync::MutexGuard;
use tokio::time::timeout;

use super::draft::Draft;
use super::{Principal, WriteError, body, change};
use crate::blocking::analyse;
use crate::error::ApiError;
use crate::state::AppState;

/// How old the facts about the store may be.
const FACTS_KEPT: TimeDelta = TimeDelta::seconds(10);
/// How long an analysis waits for those before it.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The facts about the store that were read last. Locked during an analysis, so that a process makes one at a time.
#[derive(Default)]
pub struct KeptFacts(Option<(DateTime<Utc>, Arc<StoreFacts>)>);

/// The findings in a draft's rules.
#[derive(Debug, Serialize)]
pub(crate) struct Linted {
    pub(crate) findings: Vec<Found>,
    /// Rules that may have more findings.
    pub(crate) undecided: Vec<Slug>,
    /// Kinds of values of the store that rules were not compared with.
    pub(crate) not_compared: Vec<&'static str>,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// Whether the catalog in force does not have it.
    pub(crate) is_new: bool,
    #[serde(flatten)]
    pub(crate) finding: Finding,
}

pub(super) async fn lint_rules(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let limit = state.settings.http.manage_body_limit_bytes;
    let bytes = body::read(&request, payload, limit).await?;
    let reading = Reading::of_document(&bytes, &change::policy(&state.settings));
    // It may have to wait.
    drop(bytes);
    let linted = of_draft(&state, reading).await;
    Ok(HttpResponse::Ok().json(linted.map_err(WriteError::of_document)?))
}

/// Analyses the stored rules with a document written into them.
///
/// # Errors
/// [`WriteError`], as writing the document would fail.
pub(crate) async fn of_draft(state: &AppState, reading: Reading) -> Result<Linted, WriteError> {
    let mut kept = turn(state).await?;
    let (draft, document) = Draft::of(state, reading).await?;
    analysis(state, &mut kept, draft, &document).await
}

/// The findings that a checked document adds.
///
/// # Errors
/// [`WriteError::Unavailable`].
pub(super) async fn added_by(
    state: &AppState,
    document: &Document,
) -> Result<Vec<Finding>, WriteError> {
    let mut kept = turn(state).await?;
    let draft = Draft::of_document(state, document).await?;
    let findings = analysis(state, &mut kept, draft, document).await?.findings;
    let added = findings.into_iter().filter(|found| found.is_new);
    Ok(added.map(|found| found.finding).collect())
}

/// Waits for those before it, but not for long: a waiting request takes memory.
async fn turn(state: &AppState) -> Result<MutexGuard<'_, KeptFacts>, WriteError> {
    let turn = timeout(LONGEST_WAIT, state.lint_facts.lock()).await;
    turn.map_err(|_elapsed| WriteError::Busy)
}

async fn analysis(
    state: &AppState,
    kept: &mut KeptFacts,
    draft: Draft,
    document: &Document,
) -> Result<Linted, WriteError> {
    let now = state.clock.now();
    let mut facts = kept.current(state, now).await;
    if document.change().upserts.iter().any(is_about_store) {
        let extended = Arc::make_mut(&mut facts);
        for record in &document.change().upserts {
            extend(extended, record);
        }
    }
    let (zone, rounding) = (
        state.settings.pricing.time_zone,
        state.settings.pricing.rounding,
    );
    let not_compared = not_compared(&facts);
    let analysed = analyse(move || {
        let catalogs = draft.build()?;
        let of = |catalog| lint(catalog, &facts, now, &zone, rounding);
        Ok((of(&catalogs.in_force), of(&catalogs.draft)))
    });
    let analysed: Result<(Analysis, Analysis), Violations> = analysed.await;
    let (in_force, draft) = analysed.map_err(WriteError::Mistakes)?;
    let is_new = |finding: &Finding| !in_force.findings.iter().any(|one| is_same(one, finding));
    let findings = draft.findings.into_iter().map(|finding| Found {
        is_new: is_new(&finding),
        finding,
    });
    Ok(Linted {
        findings: findings.collect(),
        undecided: draft.undecided,
        not_compared,
    })
}

/// Whether two findings say the same. Their witnesses may differ.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (one.kind, &one.rule, &one.pointer, &one.other_rules)
        == (other.kind, &other.rule, &other.pointer, &other.other_rules)
}

impl KeptFacts {
    async fn current(&mut self, state: &AppState, now: DateTime<Utc>) -> Arc<StoreFacts> {
        if let Some((read_at, facts)) = &self.0
            && (TimeDelta::zero()..FACTS_KEPT).contains(&(now - *read_at))
        {
            return facts.clone();
        }
        let facts = state.database.sample.facts().await;
        for error in facts.unavailable {
            tracing::warn!(%error, "a fact about the store cannot be read");
        }
        let facts = Arc::new(facts.known);
        self.0 = Some((state.clock.now(), facts.clone()));
        facts
    }
}

fn not_compared(facts: &StoreFacts) -> Vec<&'static str> {
    let is_known = [
        ("categories", facts.categories.is_some()),
        ("attributes", facts.attributes.is_some()),
        ("customer_segments", facts.segments.is_some()),
        ("basket_states", facts.basket_states.is_some()),
    ];
    let unknown = is_known.into_iter().filter(|(_, is_known)| !is_known);
    unknown.map(|(name, _)| name).collect()
}

const fn is_about_store(record: &Record) -> bool {
    matches!(
        record,
        Record::Product(_) | Record::Customer(_) | Record::Basket(_) | Record::PreOrder(_)
    )
}

/// Adds the facts of an object of the document.
fn extend(facts: &mut StoreFacts, record: &Record) {
    match record {
        Record::Product(product) => extend_by_product(facts, product),
        Record::Customer(customer) => {
            if let Some(segments) = &mut facts.segments {
                segments.extend(customer.segments.iter().cloned());
            }
        }
        Record::Basket(basket) => {
            extend_by_purchase(facts, &basket.state, basket.total.currency);
        }
        Record::PreOrder(order) => extend_by_purchase(facts, &order.state, order.total.currency),
        Record::Bank(_)
        | Record::CardType(_)
        | Record::Pos(_)
        | Record::Card(_)
        | Record::PaymentOption(_)
        | Record::Rule(_)
        | Record::Session(..) => {}
    }
}

fn extend_by_product(facts: &mut StoreFacts, product: &Product) {
    extend_by_currency(facts, product.price.currency);
    if let Some(categories) = &mut facts.categories {
        categories.extend(product.categories.iter().cloned());
    }
    let Some(attributes) = &mut facts.attributes else {
        return;
    };
    for (name, value) in &product.attributes {
        let values = attributes.entry(name.clone()).or_default();
        values.extend(StoreFacts::attribute_text(value));
    }
}

fn extend_by_purchase(facts: &mut StoreFacts, state: &Slug, currency: Currency) {
    if let Some(states) = &mut facts.basket_states {
        states.insert(state.clone());
    }
    extend_by_currency(facts, currency);
}

fn extend_by_currency(facts: &mut StoreFacts, currency: Currency) {
    if let Some(currencies) = &mut facts.currencies
        && !currencies.contains(&currency)
    {
        currencies.push(currency);
    }
}
