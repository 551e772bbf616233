//! Effects of a submitted card.

use alloc::vec::Vec;

use super::{CurrentFlow, unexpected};
use crate::card_storage::driver::StorageRefusal;
use crate::card_storage::event::{Answer, Effect};

const REQUEST: &str = "submit_card";

pub(in crate::card_storage::driver) struct SubmitCardRunner<'a> {
    pub(in crate::card_storage::driver) flow: CurrentFlow<'a>,
}

impl SubmitCardRunner<'_> {
    pub(in crate::card_storage::driver) async fn run(
        self,
        effects: Vec<Effect>,
    ) -> Result<(), StorageRefusal> {
        for effect in effects {
            match effect {
                Effect::DropCard(card) => self.flow.storage.drop_card(self.flow.key, &card).await,
                Effect::Answer(Answer::Accepted) => return Ok(()),
                Effect::Answer(Answer::Denied(denial)) => return Err(denial.into()),
                Effect::Answer(Answer::Saved | Answer::Saving | Answer::ActionRequired)
                | Effect::SendCode
                | Effect::ReleaseTry
                | Effect::MarkTryRight { .. }
                | Effect::TakeCard { .. }
                | Effect::RecordIntent { .. }
                | Effect::Tokenize { .. }
                | Effect::SaveCardAndCloseIntent(_)
                | Effect::BeginAction { .. }
                | Effect::RefuseIntent(_)
                | Effect::LookUpIntent(_)
                | Effect::RecordEnding
                | Effect::RecordUnknown { .. } => return Err(unexpected(REQUEST, effect.name())),
            }
        }
        Err(unexpected(REQUEST, "no answer"))
    }
}
