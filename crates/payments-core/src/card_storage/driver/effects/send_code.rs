//! Effects of a request for a code.

use alloc::vec::Vec;

use crate::language::Language;
use crate::otp::OtpCode;
use crate::phone::{DestinationPrefix, Phone};
use crate::ports::SmsFailure;

use super::{CurrentFlow, unexpected};
use crate::card_storage::driver::StorageRefusal;
use crate::card_storage::event::{Answer, Effect, Outcome};

const REQUEST: &str = "send_code";

/// A code on its way to a phone.
pub(in crate::card_storage::driver) struct Message<'a> {
    pub(in crate::card_storage::driver) phone: &'a Phone,
    pub(in crate::card_storage::driver) prefix: &'a DestinationPrefix,
    pub(in crate::card_storage::driver) code: &'a OtpCode,
    pub(in crate::card_storage::driver) language: Language,
}

pub(in crate::card_storage::driver) struct SendCodeRunner<'a> {
    pub(in crate::card_storage::driver) flow: CurrentFlow<'a>,
    pub(in crate::card_storage::driver) message: Message<'a>,
}

impl SendCodeRunner<'_> {
    pub(in crate::card_storage::driver) async fn run(
        mut self,
        effects: Vec<Effect>,
    ) -> Result<(), StorageRefusal> {
        for effect in effects {
            match effect {
                Effect::DropCard(card) => self.flow.storage.drop_card(self.flow.key, &card).await,
                Effect::SendCode => self.send().await?,
                Effect::Answer(Answer::Accepted) => return Ok(()),
                Effect::Answer(Answer::Denied(denial)) => return Err(denial.into()),
                Effect::Answer(Answer::Saved | Answer::Saving | Answer::ActionRequired)
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

    async fn send(&mut self) -> Result<(), StorageRefusal> {
        let (ports, message) = (&self.flow.storage.ports, &self.message);
        let text = ports.wording.code_sms(message.language, message.code);
        let refusal = match ports.sms.send(message.phone, &text).await {
            // It may have been sent. A customer who does not receive it requests another.
            Ok(_) | Err(SmsFailure::Unknown) => {
                self.note_sent().await;
                return Ok(());
            }
            Err(SmsFailure::Refused | SmsFailure::OutOfReach) => StorageRefusal::SmsRefused,
            Err(SmsFailure::Unavailable(_)) => StorageRefusal::SmsUnavailable,
        };
        if let (Some(flow), Some(code)) = (self.flow.state.flow(), self.flow.state.code()) {
            let unsent = Outcome::CodeNotSent(code.digest);
            self.flow.feed(flow, unsent).await?;
        }
        Err(refusal)
    }

    async fn note_sent(&self) {
        let ports = &self.flow.storage.ports;
        if let Some(code) = self.flow.state.code() {
            let (tag, now) = (code.digest.code_tag(), ports.clock.now());
            // The message was sent. The circuit breaker tolerates one missing count.
            let _ = ports
                .sms_limits
                .note_sent(tag, self.message.prefix, now)
                .await;
        }
    }
}
