//! Fallback from one SMS sender to the next.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{SmsFailure, SmsSender, Unavailable};
use payments_core::sms::{SmsReceipt, SmsText};

/// Sends by the first sender that succeeds.
///
/// It falls back to the next one only if nothing was sent. A number out of one sender's reach is offered to the next; one
/// that is refused is not. If it is unknown whether a message was sent, it is not sent again,
/// unless the settings say so.
pub struct FailoverSms {
    senders: Vec<Arc<dyn SmsSender>>,
    resend_when_unknown: bool,
}

impl FailoverSms {
    /// A chain of senders, the first choice first.
    pub fn new(senders: Vec<Arc<dyn SmsSender>>, resend_when_unknown: bool) -> Arc<Self> {
        Arc::new(Self {
            senders,
            resend_when_unknown,
        })
    }

    fn may_go_on(&self, failure: &SmsFailure) -> bool {
        match failure {
            SmsFailure::Refused => false,
            SmsFailure::OutOfReach | SmsFailure::Unavailable(_) => true,
            SmsFailure::Unknown => self.resend_when_unknown,
        }
    }
}

#[async_trait]
impl SmsSender for FailoverSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        let none = Unavailable {
            what: "SMS",
            source: None,
        };
        let mut last = SmsFailure::Unavailable(none);
        let (mut perhaps_sent, mut is_unavailable) = (false, false);
        for sender in &self.senders {
            match sender.send(to, text).await {
                Ok(receipt) => return Ok(receipt),
                Err(failure) => {
                    perhaps_sent |= matches!(failure, SmsFailure::Unknown);
                    let goes_on = self.may_go_on(&failure);
                    is_unavailable |= matches!(failure, SmsFailure::Unavailable(_));
                    // An unavailable sender may recover; one that cannot reach the number will not.
                    if !(is_unavailable && matches!(failure, SmsFailure::OutOfReach)) {
                        last = failure;
                    }
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        Err(if perhaps_sent {
            SmsFailure::Unknown
        } else {
            last
        })
    }
}
