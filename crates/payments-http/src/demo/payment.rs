//! The demo store's payments: their form, and the price of the chosen plan.

use payments_core::audit::Author;
use payments_core::catalog::{InstallmentCount, LeadingDigits};
use payments_core::id::{CardId, SavedCardId};
use payments_core::instrument::InstrumentBody;
use payments_core::money::{Currency, Money};
use payments_core::order::OrderReference;
use payments_core::purchase::Context;
use payments_core::quote_request::{CustomersCard, RequestedPlan};
use payments_core::quotes::QuoteClaims;
use payments_core::session::SessionId;
use payments_demo::{Authorized, Payment, Quoted, is_order_number};

use crate::body::{FieldValue, Fields, Form, FormReader};
use crate::error::{ApiError, Problem};
use crate::state::AppState;
use crate::{manage, quotes};

const INVALID: &str = "field-invalid";

/// The body of a payment.
pub(super) struct PaymentForm(pub Payment);

impl Form for PaymentForm {
    const IS_SECRET: bool = false;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let order = reader.text("order", order_number, INVALID);
        let card = pk(reader.fields(), "card");
        let card = card.and_then(|pk| CardId::new(pk).ok()).ok_or(INVALID);
        let card = reader.note("card", card);
        let digits = optional(reader, "bin", |fields| {
            LeadingDigits::parse(fields.text("bin").ok()?).ok()
        });
        let saved_card = optional(reader, "saved_card", |fields| {
            SavedCardId::new(pk(fields, "saved_card")?).ok()
        });
        let installment_count = reader.digits("installment_count", 2, INVALID);
        let currency = reader.text("currency", Currency::from_code, INVALID);
        let total = reader.text(
            "total_amount",
            |text| money(text, currency).ok_or(()),
            INVALID,
        );
        Some(Self(Payment {
            order: order?,
            card: card?,
            digits: digits?,
            saved_card: saved_card?,
            installment_count: installment_count?,
            total: total?,
        }))
    }
}

fn order_number(text: &str) -> Result<String, ()> {
    is_order_number(text).then(|| text.to_owned()).ok_or(())
}

/// A decimal in this currency.
fn money(decimal: &str, currency: Option<Currency>) -> Option<Money> {
    Money::from_decimal(&decimal.parse().ok()?, currency?).ok()
}

/// A field that may be missing; `None` after noting that it is wrong.
#[expect(clippy::option_option, reason = "missing and wrong differ")]
fn optional<T>(
    reader: &mut FormReader<'_>,
    name: &'static str,
    read: impl FnOnce(&Fields) -> Option<T>,
) -> Option<Option<T>> {
    if reader.fields().get(name).is_none() {
        return Some(None);
    }
    let value = read(reader.fields()).ok_or(INVALID);
    reader.note(name, value).map(Some)
}

fn pk(fields: &Fields, name: &str) -> Option<i64> {
    match fields.get(name)? {
        FieldValue::Integer(pk) => i64::try_from(*pk).ok(),
        FieldValue::Text(_) | FieldValue::Boolean(_) | FieldValue::Null | FieldValue::Other => None,
    }
}

/// Quotes the chosen plan for the session's pre-order; `None` if it is not offered. Fails with 404 for a saved card that
/// is not the customer's.
pub(super) async fn quote(
    state: &AppState,
    session: &SessionId,
    chosen: &Payment,
) -> Result<Option<Quoted>, ApiError> {
    let (digest, now) = (session.digest(), state.clock.now());
    let purchases = &state.purchases;
    let keyed = purchases.keyed_of_session(&digest, Context::PreOrder, now);
    let count = u8::try_from(chosen.installment_count).ok();
    let count = count.and_then(|count| InstallmentCount::new(count).ok());
    let (Some(keyed), Some(installment_count)) = (keyed.await?, count) else {
        return Ok(None);
    };
    let saved = chosen.saved_card.map(CustomersCard::Saved);
    let plan = RequestedPlan {
        card: Some(chosen.card),
        customers_card: saved.or(chosen.digits.map(CustomersCard::Digits)),
        installment_count,
    };
    match quotes::issue(state, &keyed, &plan).await {
        Ok(issued) => quoted(state, chosen, &issued.claims, issued.text).map(Some),
        Err(error) if error.problem == Problem::NotOffered => Ok(None),
        Err(error) => Err(error),
    }
}

fn quoted(
    state: &AppState,
    chosen: &Payment,
    claims: &QuoteClaims,
    text: String,
) -> Result<Quoted, ApiError> {
    let currency = Currency::from_code(&claims.currency).ok();
    let amounts = (|| {
        Some((
            money(&claims.terms.total_amount, currency)?,
            money(&claims.terms.interest_amount, currency)?,
            money(&claims.terms.single_installment_amount, currency)?,
        ))
    })();
    let (total, interest, single_installment) = amounts.ok_or(Problem::Internal)?;
    let snapshot = state.snapshots.current();
    let card = snapshot.catalog.card(claims.card);
    Ok(Quoted {
        text,
        total,
        interest,
        single_installment,
        installment_count: chosen.installment_count,
        card: card.map(|card| card.name.clone()).unwrap_or_default(),
    })
}

/// Verifies the quote as an order system does before it charges, and takes what the saved card is charged with.
pub(super) async fn authorize(
    state: &AppState,
    chosen: &Payment,
    quoted: &Quoted,
    author: Author,
) -> Result<Authorized, ApiError> {
    let Some(saved_card) = chosen.saved_card else {
        let verified = quotes::verify(state, &quoted.text).await?;
        return Ok(if verified.is_valid() {
            Authorized::Yes(None)
        } else {
            Authorized::Changed
        });
    };
    let order = OrderReference::parse(&chosen.order).map_err(|_| Problem::Internal)?;
    let body = InstrumentBody {
        order,
        quote: Some(quoted.text.clone()),
        customer: None,
    };
    let given = manage::instrument(state, saved_card, body, author).await;
    state.metrics.instrument_answered(&given);
    match given {
        Ok(instrument) => {
            let masked_number = instrument.masked_number.as_str().to_owned();
            Ok(Authorized::Yes(Some(masked_number)))
        }
        Err(error) if error.problem == Problem::QuoteRefused => Ok(Authorized::Changed),
        Err(error) if error.problem == Problem::CardNotChargeable => Ok(Authorized::CardUnusable),
        Err(error) => Err(error),
    }
}
