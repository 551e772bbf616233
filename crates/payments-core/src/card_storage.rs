//! The card-storage protocol: a state machine as data ([`step`]), and the driver ([`CardStorage`]) that carries out its
//! effects through the ports.
//!
//! **Store the state, then carry out the effects; feed their outcomes back as events.**

mod driver;
mod encoding;
mod ending;
mod event;
mod state;
mod step;

pub use driver::{
    ActionSettings, ActionVerdict, CardStorage, CodeRequest, FlowOwner, HourAndDay, InvalidSetting,
    Ports, Reconciled, SendingLimits, Settings, SmsUsage, StorageRefusal, Verdict,
};
pub use ending::{Ending, EndingKind};
pub use event::{Answer, Denial, Effect, Event, Outcome, Transition};
pub use state::{
    ActionPending, CardHeld, ClaimStage, Claimed, CodeSent, Failed, Failure, FlowState, HeldCard,
    Saved, SentCode, Void,
};
pub use step::{MOST_WRONG_CODES, step};
