//! Obligations of issuing the instruments of saved cards.

use chrono::{NaiveDate, TimeDelta};
use futures_util::future::join_all;

use crate::audit::Author;
use crate::card::ProviderCustomerKey;
use crate::catalog::GatewayAccount;
use crate::id::SavedCardId;
use crate::instrument::{Instrument, InstrumentRequest, NoInstrument, QuoteUse};
use crate::intent::IntentOutcome;
use crate::order::OrderReference;
use crate::ports::{Instruments, Intents, SavedCards};
use crate::quote_id::QuoteId;

use super::{CROWD, Fixture, account, card, intent, intent_id};

const SUITE: u8 = 0xca;

/// A card is charged only by its owner's orders, where its token is valid, and with a quote only for one order. Every
/// instrument has its audit record, and a refusal has none.
///
/// `switch` makes the fixture's point of sale use another account and keeps the credentials of the former one,
/// `set_pos_active` switches the point of sale on or off, `set_customer_active` activates or deactivates the fixture's
/// customer, and `recorded` counts the audit records about instruments. The database must belong to the suite alone.
#[expect(
    clippy::too_many_arguments,
    reason = "three ports, and the writes that none of them has"
)]
pub async fn instruments(
    instruments: &dyn Instruments,
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
    switch: impl AsyncFn(GatewayAccount),
    set_pos_active: impl AsyncFn(bool),
    set_customer_active: impl AsyncFn(bool),
    recorded: impl AsyncFn() -> usize,
) {
    let fixture = &fixture.at_present(intents).await;
    let pk = saved(intents, fixture).await;
    let suite = Suite {
        instruments,
        fixture,
        pk,
    };
    suite.only_the_owner_gets_an_instrument().await;
    assert_eq!(recorded().await, 2, "one record for each instrument");
    suite.an_expired_card_has_none().await;
    suite.a_quote_belongs_to_its_first_order().await;
    assert_eq!(recorded().await, 5, "the refused orders have no record");
    suite.of_concurrent_orders_one_wins().await;
    assert_eq!(recorded().await, 6);
    set_customer_active(false).await;
    suite.a_deactivated_customer_has_none().await;
    set_customer_active(true).await;
    set_pos_active(false).await;
    suite.is_refused(9, NoInstrument::PosInactive).await;
    set_pos_active(true).await;
    switch(account("new")).await;
    suite.is_refused(9, NoInstrument::OtherAccount).await;
    switch(account("main")).await;
    let (now, lease_until) = (fixture.now, fixture.now + TimeDelta::minutes(1));
    suite
        .quoted(9, "after-refusals")
        .await
        .expect("an instrument");
    let removed = cards.remove(fixture.customer, pk, lease_until, now, None);
    removed.await.expect("an answer").expect("the card");
    suite.is_refused(10, NoInstrument::NotFound).await;
    assert_eq!(recorded().await, 7);
}

async fn saved(intents: &dyn Intents, fixture: &Fixture) -> SavedCardId {
    let id = intent_id(SUITE, 1);
    let recorded = intents.record(&intent(&id, fixture)).await;
    recorded.expect("a record");
    let new = card(fixture, 1, "token-1");
    let saved = intents.save_card(&id, &new, fixture.now).await;
    match saved.expect("a save") {
        Some(IntentOutcome::Saved(pk)) => pk,
        outcome @ (Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) | None) => {
            panic!("saved, not {outcome:?}")
        }
    }
}

fn order(text: &str) -> OrderReference {
    OrderReference::parse(text).expect("a reference")
}

fn day(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).expect("a day")
}

struct Suite<'a> {
    instruments: &'a dyn Instruments,
    fixture: &'a Fixture,
    pk: SavedCardId,
}

impl Suite<'_> {
    /// A request of the owner, without a quote.
    fn request(&self, reference: &str) -> InstrumentRequest {
        InstrumentRequest {
            saved_card: self.pk,
            customer: Some(self.fixture.customer),
            order: order(reference),
            quote: None,
            author: Author {
                principal: "orders".to_owned(),
                request_id: Some("request-1".to_owned()),
                at: self.fixture.now,
            },
            today: day(2030, 12),
        }
    }

    async fn give(&self, request: &InstrumentRequest) -> Result<Instrument, NoInstrument> {
        self.instruments.give(request).await.expect("an answer")
    }

    /// With a valid quote and without naming the customer.
    async fn quoted(&self, quote: u8, reference: &str) -> Result<Instrument, NoInstrument> {
        self.under(self.valid(quote), reference).await
    }

    async fn under(&self, quote: QuoteUse, reference: &str) -> Result<Instrument, NoInstrument> {
        let request = InstrumentRequest {
            customer: None,
            quote: Some(quote),
            ..self.request(reference)
        };
        self.give(&request).await
    }

    fn valid(&self, quote: u8) -> QuoteUse {
        QuoteUse {
            quote: QuoteId::new([quote; 16]),
            pos: self.fixture.pos,
            expires_at: self.fixture.now + TimeDelta::minutes(15),
            is_valid: true,
        }
    }

    async fn is_refused(&self, quote: u8, reason: NoInstrument) {
        assert_eq!(self.quoted(quote, "refused").await, Err(reason));
    }

    async fn only_the_owner_gets_an_instrument(&self) {
        let given = self.give(&self.request("order-1")).await;
        let given = given.expect("an instrument");
        assert_eq!(given.token.as_str(), "token-1");
        let key = given.customer_key.as_ref().map(ProviderCustomerKey::as_str);
        assert_eq!(key, Some("user-key"));
        assert_eq!(
            (given.pos, &given.account),
            (self.fixture.pos, &account("main"))
        );
        assert_eq!(given.masked_number.as_str(), "552879******0008");
        assert_eq!((given.expiry.month(), given.expiry.year()), (12, 2030));
        let again = self.give(&self.request("order-1")).await;
        assert_eq!(again, Ok(given), "without a quote, an order may ask again");
        let foreign = InstrumentRequest {
            customer: Some(self.fixture.other_customer),
            ..self.request("order-2")
        };
        assert_eq!(self.give(&foreign).await, Err(NoInstrument::NotFound));
        let missing = InstrumentRequest {
            saved_card: SavedCardId::new(i64::MAX).expect("a key"),
            ..self.request("order-2")
        };
        assert_eq!(self.give(&missing).await, Err(NoInstrument::NotFound));
    }

    async fn an_expired_card_has_none(&self) {
        let late = InstrumentRequest {
            today: day(2031, 1),
            ..self.request("order-3")
        };
        assert_eq!(self.give(&late).await, Err(NoInstrument::Expired));
    }

    async fn a_deactivated_customer_has_none(&self) {
        let unquoted = self.give(&self.request("order-1")).await;
        assert_eq!(unquoted, Err(NoInstrument::CustomerInactive));
        let again = self.quoted(1, "order-4").await;
        assert_eq!(
            again,
            Err(NoInstrument::CustomerInactive),
            "also for the order that used its quote before"
        );
        self.is_refused(9, NoInstrument::CustomerInactive).await;
    }

    async fn a_quote_belongs_to_its_first_order(&self) {
        let first = self.quoted(1, "order-4").await.expect("an instrument");
        let other = self.quoted(1, "order-5").await;
        assert_eq!(other, Err(NoInstrument::QuoteUsed));
        let again = self.quoted(1, "order-4").await;
        assert_eq!(
            again.as_ref(),
            Ok(&first),
            "the same order gets the same answer"
        );
        let no_longer_valid = |quote| QuoteUse {
            is_valid: false,
            ..self.valid(quote)
        };
        let late = self.under(no_longer_valid(1), "order-4").await;
        assert_eq!(late, Ok(first), "also when its quote is no longer valid");
        let other = self.under(no_longer_valid(1), "order-5").await;
        assert_eq!(other, Err(NoInstrument::QuoteUsed));
        let unused = self.under(no_longer_valid(4), "order-4").await;
        assert_eq!(unused, Err(NoInstrument::QuoteNotValid));
        let elsewhere = QuoteUse {
            pos: self.fixture.other_pos,
            ..self.valid(3)
        };
        let refused = self.under(elsewhere, "order-4").await;
        assert_eq!(refused, Err(NoInstrument::QuoteOfOtherPos));
    }

    async fn of_concurrent_orders_one_wins(&self) {
        let names: Vec<String> = (0..CROWD).map(|number| format!("order-{number}")).collect();
        let answers = join_all(names.iter().map(|name| self.quoted(2, name))).await;
        let won = answers.iter().filter(|one| one.is_ok()).count();
        let lost = answers
            .iter()
            .filter(|one| **one == Err(NoInstrument::QuoteUsed));
        assert_eq!((won, lost.count()), (1, usize::from(CROWD) - 1));
    }
}
