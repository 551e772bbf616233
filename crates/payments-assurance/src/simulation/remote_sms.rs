//! The SMS provider, called over the network, and the phones.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{SmsFailure, SmsSender};
use payments_core::sms::{SmsReceipt, SmsText};

use super::network::{Network, TaskId, lock};

/// A message on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    /// The request that sent it.
    pub(super) task: TaskId,
    /// The phone.
    pub(super) phone: String,
    /// The code in it.
    pub(super) code: String,
    /// When it was granted.
    pub(super) granted_at: i64,
}

/// What was sent and what arrived.
#[derive(Default)]
pub(super) struct Phones {
    /// The requests that sent a code, and their codes.
    pub(super) issued: Vec<(TaskId, String)>,
    /// The messages that arrived, in order.
    pub(super) arrived: Vec<Delivered>,
}

/// A provider that delivers to phones in memory.
pub(super) struct RemoteSms {
    pub(super) network: Network,
    pub(super) phones: Arc<Mutex<Phones>>,
}

#[async_trait]
impl SmsSender for RemoteSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        let (task, granted_at, refused) = {
            let mut traffic = self.network.traffic();
            let task = traffic.current();
            // The number may be out of service.
            let refused = traffic.faults.rate > 0 && traffic.choose(|rng| rng.one_in(40));
            traffic.tasks[task].is_disturbed |= refused;
            (task, traffic.tasks[task].granted_at, refused)
        };
        if refused {
            return Err(SmsFailure::Refused);
        }
        let message = Delivered {
            task,
            phone: to.expose(str::to_owned),
            code: text.ascii.chars().filter(char::is_ascii_digit).collect(),
            granted_at,
        };
        let issued = (task, message.code.clone());
        lock(&self.phones).issued.push(issued);
        let phones = Arc::clone(&self.phones);
        let work = move || {
            let arrived = &mut lock(&phones).arrived;
            // A message that arrives twice is one message.
            if !arrived.contains(&message) {
                arrived.push(message.clone());
            }
        };
        let reply = self.network.call("sms.send", work).await;
        let receipt = reply.map(|()| SmsReceipt {
            sender: "fake",
            message_id: None,
        });
        receipt.ok_or(SmsFailure::Unknown)
    }
}
