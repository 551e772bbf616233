//! Quotes one plan, and finds out how long the quote holds.

use alloc::vec::Vec;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use crate::catalog::{
    Bank, Card, CardType, Catalog, CatalogVersion, InstallmentCount, PaymentOption, Plan, Pos,
};
use crate::installment::{Quote, schedule};
use crate::listing::{Candidate, CardPlan, CardQuestion, Fact, LeftOut, Reason};
use crate::moment::Moment;
use crate::money::{Money, Rate, Rounding};
use crate::purchase::{Context, Purchase};
use crate::rules::Rule;
use crate::slug::Slug;

use super::choice::{Choice, NotQuoted};
use super::digest::PurchaseDigests;

/// When a quote is made, and how long it is valid at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    now: DateTime<Utc>,
    latest_end: DateTime<Utc>,
}

impl Period {
    /// A period that begins at `now` and lasts at most this long.
    pub fn new(now: DateTime<Utc>, lifetime: TimeDelta) -> Self {
        let end = now.checked_add_signed(lifetime);
        Self {
            now,
            latest_end: end.unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }
}

/// A plan with its price, and what the price depends on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QuotedPlan<'c> {
    /// The listing that offers the plan.
    pub context: Context,
    /// The amount to pay, without interest.
    pub amount: Money,
    /// The state of the basket or pre-order.
    pub state: Option<Slug>,
    /// The plan that was chosen.
    pub plan: &'c Plan,
    /// The rate: the plan's own, or that of a rule.
    pub rate: Rate,
    /// The three amounts, as in a listing.
    pub figures: Quote,
    /// What is charged, first installment first. It sums to the total amount.
    pub schedule: Vec<Money>,
    /// The card of the plan.
    pub card: &'c Card,
    /// The bank that issues the card.
    pub bank: &'c Bank,
    /// The card's program.
    pub card_type: &'c CardType,
    /// The payment option that offers the card.
    pub payment_option: &'c PaymentOption,
    /// The point of sale that charges the card. It names the gateway.
    pub pos: &'c Pos,
    /// The rules whose condition holds for the plan and whose effect concerns it, ordered by slug. A cap or a minimum
    /// that the plan satisfies is one of them.
    pub rules: Vec<&'c Rule>,
    /// The version of the catalog that the quote was computed from.
    pub catalog_version: CatalogVersion,
    /// The digests of the purchase.
    pub digests: PurchaseDigests,
    /// When the quote was made, without the fraction of the second.
    pub issued_at: DateTime<Utc>,
    /// From this instant on the quote is no longer valid: the end of its lifetime, or earlier if the plan's figures or
    /// availability change before it. Without the fraction of the second.
    pub expires_at: DateTime<Utc>,
}

/// Quotes the plan of a choice.
///
/// `moment_of` gives the shop's wall clock at an instant. The plan is evaluated again at every instant of the period at
/// which a rule that may concern the card begins or ceases to apply; the quote expires when the first difference shows.
///
/// # Errors
/// [`NotQuoted`] if the choice can mean several cards, or the plan is not offered.
pub fn quote_plan<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    choice: &Choice<'_>,
    rounding: Rounding,
    period: Period,
    moment_of: impl Fn(DateTime<Utc>) -> Moment,
) -> Result<QuotedPlan<'c>, NotQuoted<'c>> {
    let question = CardQuestion {
        catalog,
        purchase,
        rounding,
        selection: choice.selection(),
        card: choice.card_position(catalog)?,
    };
    let count = choice.installment_count;
    let moment = moment_of(period.now);
    let (offered, rules) = offered(&question, moment, count).map_err(NotQuoted::NotOffered)?;
    let expires_at = holds_until(&question, count, &offered, period, moment_of);
    Ok(quoted(&question, offered, rules, period, expires_at))
}

/// The plan with this number of installments.
///
/// # Errors
/// At least one reason why it is not offered.
fn offered<'c>(
    question: &CardQuestion<'c, '_>,
    moment: Moment,
    count: InstallmentCount,
) -> Result<(CardPlan<'c>, Vec<&'c Rule>), Vec<LeftOut<'c>>> {
    let card = &question.catalog.cards()[question.card];
    let found = question.explained_plan(moment, count);
    let mut plans = card.installments.iter();
    if plans.any(|plan| plan.installment_count == count) {
        return found;
    }
    let mut reasons = found.err().unwrap_or_default();
    reasons.push(LeftOut {
        candidate: Candidate::Card {
            card,
            payment_option: None,
        },
        reason: Reason::Fact(Fact::NoSuchPlan),
    });
    Err(reasons)
}

/// The maximum number of instants at which the plan is evaluated again. A quarter of an hour with a rule that tests the
/// hour has one or two.
const MAX_STEPS: usize = 100;

/// The end of the period, or the first instant in it at which the plan differs. After the maximum number of steps, the
/// end of what is certain.
fn holds_until(
    question: &CardQuestion<'_, '_>,
    count: InstallmentCount,
    offered: &CardPlan<'_>,
    period: Period,
    moment_of: impl Fn(DateTime<Utc>) -> Moment,
) -> DateTime<Utc> {
    let mut certain = period.now;
    for _ in 0..MAX_STEPS {
        let next = question.holds_until(certain);
        let Some(next) = next.filter(|next| *next < period.latest_end) else {
            return period.latest_end;
        };
        let then = question.plan(moment_of(next), count);
        if !then.is_some_and(|then| then.is_same(offered)) {
            return next;
        }
        certain = next;
    }
    certain
}

fn quoted<'c>(
    question: &CardQuestion<'c, '_>,
    offered: CardPlan<'c>,
    rules: Vec<&'c Rule>,
    period: Period,
    expires_at: DateTime<Utc>,
) -> QuotedPlan<'c> {
    let (catalog, purchase) = (question.catalog, question.purchase);
    let links = &catalog.links()[question.card];
    let (plan, figures) = (offered.offer.plan, offered.offer.quote);
    let schedule = schedule(figures.total_amount(), plan.installment_count);
    QuotedPlan {
        context: purchase.context,
        amount: purchase.amount,
        state: purchase.state.clone(),
        plan,
        rate: offered.offer.rate,
        figures,
        // The only error is a negative total, which no plan has.
        schedule: schedule.into_iter().flatten().collect(),
        card: &catalog.cards()[question.card],
        bank: &catalog.banks()[links.bank],
        card_type: &catalog.card_types()[links.card_type],
        payment_option: offered.payment_option,
        pos: &catalog.points_of_sale()[links.pos],
        rules,
        catalog_version: catalog.version(),
        digests: PurchaseDigests::of(purchase),
        // Claims have no fractions of a second.
        issued_at: period.now.trunc_subsecs(0),
        expires_at: expires_at.trunc_subsecs(0),
    }
}
