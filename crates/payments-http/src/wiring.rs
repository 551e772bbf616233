//! From settings to a running service.

pub mod application;
pub mod assembly;
mod background;
mod card_storage;
pub(crate) mod key_rotation;
pub mod outgoing;
pub mod providers;
mod recorded_sms;
pub mod stores;
