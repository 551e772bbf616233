//! Issues the instruments of saved cards.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::instrument::{Instrument, InstrumentRequest, NoInstrument};

use super::Unavailable;

/// Issues the instruments of saved cards.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Instruments: Send + Sync {
    /// Issues the instrument of a card, in one transaction that is serialized with other writes of the customer's cards.
    ///
    /// MUST append an audit record ([`crate::audit::AuditOutcome::Instrument`]) and commit it before answering: if that
    /// fails, the call fails. MUST bind a valid quote to the first order that it is used for, MUST NOT bind one that is no
    /// longer valid, and MUST keep the use for a day after the quote expired. Of concurrent calls with one quote and
    /// different orders, exactly one MUST succeed; the same order may use the quote again. A refusal MUST write nothing,
    /// so that it does not use up the quote. If several reasons apply, the first one in the order of [`NoInstrument`] is
    /// returned.
    async fn give(
        &self,
        request: &InstrumentRequest,
    ) -> Result<Result<Instrument, NoInstrument>, Unavailable>;
}
