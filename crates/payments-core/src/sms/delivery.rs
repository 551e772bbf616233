//! The delivery of messages.

use alloc::borrow::ToOwned;
use alloc::string::String;

/// The state of a message after its provider accepted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// Not delivered yet, as far as the provider knows.
    OnItsWay,
    /// The message arrived on the phone.
    Delivered,
    /// The message will not arrive.
    Failed,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::OnItsWay, Self::Delivered, Self::Failed];

    /// The word used in the database and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnItsWay => "on_its_way",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// The maximum length of a message id that is stored.
const ID_LENGTH: usize = 64;

/// A message, identified by its sender and the sender's id. Contains neither the phone nor the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    sender: String,
    id: String,
}

impl SentMessage {
    /// Accepts a sender (1 to 20 of `a`–`z` and `_`) and an id (1 to 64 letters, digits, `_`,
    /// `-`, `.`); otherwise `None`.
    pub fn new(sender: &str, id: &str) -> Option<Self> {
        let is_sender = (1..=20).contains(&sender.len())
            && sender
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_id = (1..=ID_LENGTH).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        (is_sender && is_id).then(|| Self {
            sender: sender.to_owned(),
            id: id.to_owned(),
        })
    }

    /// The name of the sender.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The sender's id of the message.
    pub fn id(&self) -> &str {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    use super::SentMessage;

    #[test]
    fn an_id_with_other_characters_is_not_accepted() {
        assert!(SentMessage::new("twilio", "SM0123").is_some());
        assert!(SentMessage::new("netgsm", "17377215342605050417149230").is_some());
        for (sender, id) in [
            ("", "1"),
            ("twilio", ""),
            ("Twilio", "1"),
            ("twilio", "+905551234567"),
            ("twilio", &"x".repeat(65)),
        ] {
            assert_eq!(SentMessage::new(sender, id), None, "{sender} {id}");
        }
    }
}
