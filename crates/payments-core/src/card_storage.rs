//! The card-storage protocol: a state machine as data ([`step`]), and the driver ([`CardStorage`]) that carries out its
//! effects through the ports.
//!
//! **Store the state, then carry out the effects; feed their outcomes back as events.**

mod action_settings;
mod driver;
mod encoding;
mod ending;
mod event;
mod machine;
mod refusal;
mod sending_limits;
mod settings;
mod state;

pub use action_settings::ActionSettings;
pub use driver::{ActionVerdict, CardStorage, FlowOwner, Ports, Reconciled, SmsUsage};
pub use ending::{Ending, EndingKind};
pub use event::{Answer, Denial, Effect, Event, Outcome, Transition};
pub use machine::{MOST_WRONG_CODES, step};
pub use refusal::{StorageRefusal, Verdict};
pub use sending_limits::{HourAndDay, SendingLimits};
pub use settings::{InvalidSetting, Settings};
pub use state::{
    ActionPending, CardHeld, ClaimStage, Claimed, CodeSent, Failed, Failure, FlowState, HeldCard,
    Saved, SentCode, Void,
};
