//! Instruments of saved cards.

use async_trait::async_trait;

use crate::instrument::{Instrument, InstrumentRequest, NoInstrument};
use crate::ports::{Instruments, Unavailable};
use crate::saved_card::NewSavedCard;

use super::{FakeDatabase, Tables};

impl Tables {
    fn give(&mut self, request: &InstrumentRequest) -> Result<Instrument, NoInstrument> {
        let is_wanted = |row: &&super::CardRow| {
            let is_own = request.customer.is_none_or(|one| one == row.card.customer);
            row.pk == request.saved_card && is_own
        };
        let row = self.cards.iter().find(is_wanted);
        let card = row.ok_or(NoInstrument::NotFound)?.card.clone();
        self.check(&card, request)?;
        if let Some(used) = &request.quote {
            match self.quote_uses.get(&used.quote) {
                Some(order) if *order == request.order => {}
                Some(_) => return Err(NoInstrument::QuoteUsed),
                None if used.is_valid => {
                    self.quote_uses.insert(used.quote, request.order.clone());
                }
                None => return Err(NoInstrument::QuoteNotValid),
            }
        }
        self.append(request.record(card.customer, card.pos));
        Ok(Instrument {
            account: card.account,
            pos: card.pos,
            token: card.token,
            customer_key: card.provider_customer_key,
            masked_number: card.masked_number,
            expiry: card.expiry,
        })
    }

    fn check(&self, card: &NewSavedCard, request: &InstrumentRequest) -> Result<(), NoInstrument> {
        let is_dead = self.deletions.iter().any(|row| {
            let one = &row.deletion;
            (one.pos, &one.account, &one.token) == (card.pos, &card.account, &card.token)
        });
        if self.inactive_customers.contains(&card.customer) {
            Err(NoInstrument::CustomerInactive)
        } else if card.expiry.is_past(request.today) {
            Err(NoInstrument::Expired)
        } else if self.inactive_pos.contains(&card.pos) {
            Err(NoInstrument::PosInactive)
        } else if !self.is_present(card.pos, &card.account) {
            Err(NoInstrument::OtherAccount)
        } else if is_dead {
            Err(NoInstrument::DeadToken)
        } else if request
            .quote
            .as_ref()
            .is_some_and(|used| used.pos != card.pos)
        {
            Err(NoInstrument::QuoteOfOtherPos)
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl Instruments for FakeDatabase {
    async fn give(
        &self,
        request: &InstrumentRequest,
    ) -> Result<Result<Instrument, NoInstrument>, Unavailable> {
        self.faults
            .call("instruments.give", || {
                self.change(|tables| tables.give(request))
            })
            .await
    }
}
