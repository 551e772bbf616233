//! The demo store's payments: their form, and the price of the chosen plan.

use payments_core::card::MaskedPan;
use payments_core::catalog::{CardSelection, Catalog, LeadingDigits};
use payments_core::id::{CardId, CustomerId, SavedCardId};
use payments_core::listing::{self, Listing};
use payments_core::saved_card::SavedCard;
use payments_core::session::SessionId;
use payments_demo::{Payment, Quoted, is_order_number};

use crate::body::{FieldValue, Fields, Form, FormReader};
use crate::error::{ApiError, Problem};
use crate::state::AppState;

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
        let total_amount =
            reader.text("total_amount", |text| Ok::<_, ()>(text.to_owned()), INVALID);
        Some(Self(Payment {
            order: order?,
            card: card?,
            digits: digits?,
            saved_card: saved_card?,
            installment_count: installment_count?,
            total_amount: total_amount?,
        }))
    }
}

fn order_number(text: &str) -> Result<String, ()> {
    is_order_number(text).then(|| text.to_owned()).ok_or(())
}

/// A field that may be missing; `None` after noting that it is wrong.
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

/// The price of the chosen plan for the session's pre-order, from the same listing that the page showed; none if the
/// plan is not offered. Fails with 404 for a saved card that is not the customer's.
pub(super) async fn quote(
    state: &AppState,
    session: &SessionId,
    customer: Option<CustomerId>,
    chosen: &Payment,
) -> Result<Option<Quoted>, ApiError> {
    let saved = saved_card(state, customer, chosen.saved_card).await?;
    let now = state.clock.now();
    let purchases = &state.purchases;
    let Some(purchase) = purchases.session_pre_order(&session.digest(), now).await? else {
        return Ok(None);
    };
    let snapshot = state.snapshots.current();
    let catalog = &snapshot.catalog;
    let selection = selection(catalog, saved.as_ref(), chosen);
    let (moment, rounding) = (state.moment(), state.settings.pricing.rounding);
    let listing = listing::list_only(catalog, &purchase, moment, rounding, selection.as_ref());
    let masked_number = saved.map(|saved| saved.masked_number);
    Ok(of_listing(&listing, chosen, masked_number))
}

async fn saved_card(
    state: &AppState,
    customer: Option<CustomerId>,
    asked: Option<SavedCardId>,
) -> Result<Option<SavedCard>, ApiError> {
    let Some(pk) = asked else {
        return Ok(None);
    };
    let customer = customer.ok_or(Problem::NotAuthenticated)?;
    let cards = state.saved_cards.list(customer).await?;
    let card = cards.into_iter().find(|card| card.pk == pk);
    card.map(Some).ok_or_else(|| Problem::CardNotFound.into())
}

fn selection(
    catalog: &Catalog,
    saved: Option<&SavedCard>,
    chosen: &Payment,
) -> Option<CardSelection> {
    let digits = || chosen.digits.map(|digits| catalog.select_by_digits(digits));
    match saved {
        Some(saved) => {
            let digits = LeadingDigits::parse(saved.masked_number.as_str().get(..6)?).ok()?;
            Some(catalog.select_for_token(digits, saved.pos))
        }
        None => digits(),
    }
}

fn of_listing(
    listing: &Listing<'_>,
    chosen: &Payment,
    masked_number: Option<MaskedPan>,
) -> Option<Quoted> {
    let offer = listing
        .offers()
        .find(|offer| offer.card.pk == chosen.card)?;
    let count = |plan: &listing::PlanOffer<'_>| u32::from(plan.plan.installment_count.get());
    let plan = offer
        .plans
        .iter()
        .find(|plan| count(plan) == chosen.installment_count)?;
    Some(Quoted {
        total: plan.quote.total_amount(),
        interest: plan.quote.interest_amount(),
        single_installment: plan.quote.single_installment_amount(),
        installment_count: chosen.installment_count,
        card: offer.card.name.clone(),
        masked_number: masked_number.map(|masked| masked.as_str().to_owned()),
    })
}
