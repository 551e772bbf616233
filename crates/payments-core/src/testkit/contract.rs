//! Contract suites: what every adapter of a stateful port must do, run in the adapter's tests. A suite panics at the
//! first obligation that is not met. The fakes pass them too.
//!
//! A suite needs no particular runtime and uses keys that no other suite uses. If ids have to exist in a database, the
//! caller provides them in a [`Fixture`].

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a suite panics where an obligation is not kept: that is all it is for"
)]

mod accounts;
mod actions;
mod audit_log;
mod backlog;
mod code_tries;
mod endings;
mod erasure;
mod flow_store;
mod held_cards;
mod instruments;
mod intents;
mod old_intents;
mod saved_cards;
mod sms_limits;
mod sms_sends;
mod stored_tokens;

use chrono::{DateTime, Utc};

pub use accounts::accounts;
pub use actions::actions;
pub use audit_log::audit_log;
pub use backlog::backlog;
pub use code_tries::code_tries;
pub use endings::endings;
pub use erasure::erasure;
pub use flow_store::flow_store;
pub use held_cards::held_cards;
pub use instruments::instruments;
pub use intents::intents;
pub use old_intents::old_intents;
pub use saved_cards::saved_cards;
pub use sms_limits::sms_limits;
pub use sms_sends::sms_sends;
pub use stored_tokens::stored_tokens;

use crate::card::{
    Brand, CardHolder, CardIdentity, CardName, CardToken, Expiry, Fingerprint, MaskedPan,
    ProviderCustomerKey, StatedName,
};
use crate::catalog::{GatewayAccount, LeadingDigits};
use crate::consent::ConsentVersion;
use crate::flow::{FlowId, IntentId};
use crate::id::{CustomerId, PosId};
use crate::slug::Slug;

use crate::intent::{Intent, LeaseTerms};
use crate::ports::Intents;
use crate::saved_card::NewSavedCard;

/// The fixture of a suite. Its customers and points of sale exist and have no saved cards and no intents.
#[derive(Clone, Copy, Debug)]
pub struct Fixture {
    /// An existing customer.
    pub customer: CustomerId,
    /// Another existing customer.
    pub other_customer: CustomerId,
    /// An existing point of sale.
    pub pos: PosId,
    /// Another existing point of sale.
    pub other_pos: PosId,
    /// The current time. Suites about leases use the database's clock instead.
    pub now: DateTime<Utc>,
}

impl Fixture {
    /// The same fixture at the current time of the database's clock, which dates what it records.
    async fn at_present(self, intents: &dyn Intents) -> Self {
        let now = intents.now().await.expect("a time");
        Self { now, ..self }
    }
}

/// An account of the fixture's points of sale. Both are at the gateway `sandbox`, and their current account is `main`.
pub fn account(label: &str) -> GatewayAccount {
    let slug = |text| Slug::parse(text).expect("a slug");
    GatewayAccount {
        gateway: slug("sandbox"),
        label: slug(label),
    }
}

/// Leases of one minute at first, and of at most ten.
pub const fn terms(limit: u32, now: DateTime<Utc>) -> LeaseTerms {
    LeaseTerms {
        limit,
        first_wait_seconds: 60,
        longest_wait_seconds: 600,
        now,
    }
}

/// The number of concurrent callers.
const CROWD: u8 = 12;

/// An id that only this suite uses: the suite's byte, then a number.
fn intent_id(suite: u8, number: u8) -> IntentId {
    let mut bytes = [suite; 16];
    bytes[15] = number;
    FlowId(bytes).intent()
}

fn intent(id: &IntentId, fixture: &Fixture) -> Intent {
    Intent {
        id: id.clone(),
        customer: fixture.customer,
        pos: fixture.pos,
        account: account("main"),
        card: Some(identity(1)),
    }
}

/// The identity of a card; `number` distinguishes cards.
fn identity(number: u8) -> CardIdentity {
    CardIdentity {
        fingerprint: Fingerprint([number; 32]),
        masked_number: MaskedPan::parse("552879******0008").expect("a mask"),
    }
}

fn token(text: &str) -> CardToken {
    CardToken::parse(text).expect("a token")
}

/// A card of the fixture's customer; `number` distinguishes cards.
fn card(fixture: &Fixture, number: u8, token_text: &str) -> NewSavedCard {
    NewSavedCard {
        customer: fixture.customer,
        pos: fixture.pos,
        account: account("main"),
        token: token(token_text),
        provider_customer_key: ProviderCustomerKey::parse("user-key").ok(),
        masked_number: MaskedPan::parse("552879******0008").expect("a mask"),
        leading_digits: LeadingDigits::parse("55287900").expect("digits"),
        fingerprint: Fingerprint([number; 32]),
        expiry: Expiry::new(12, 2030).expect("an expiry"),
        brand: Brand::Mastercard,
        family: StatedName::parse("Paraf").ok(),
        bank: StatedName::parse("Halk Bankası").ok(),
        holder: CardHolder::parse("Ayşe Yılmaz").expect("a name"),
        name: CardName::parse("Maaş kartım").ok(),
        consented_at: fixture.now,
        consent_version: ConsentVersion::parse("2026-11").ok(),
    }
}
