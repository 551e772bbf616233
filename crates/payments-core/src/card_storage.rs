//! The card-storage protocol: a pure state machine, and the driver ([`CardStorage`]) that carries out its
//! effects through the ports.
//!
//! **Store the state, then carry out the effects; feed their outcomes back as events.**

mod driver;
mod encoding;
#[cfg_attr(
    not(feature = "mocks"),
    expect(unreachable_pub, reason = "public for model checkers only")
)]
pub(crate) mod ending;
#[cfg_attr(
    not(feature = "mocks"),
    expect(unreachable_pub, reason = "public for model checkers only")
)]
pub(crate) mod event;
mod progress;
pub(crate) mod state;
#[cfg_attr(
    not(feature = "mocks"),
    expect(unreachable_pub, reason = "public for model checkers only")
)]
pub(crate) mod step;
#[cfg(test)]
mod tests;

pub use driver::{
    ActionSettings, ActionVerdict, CardStorage, CodeRequest, ComparedAccount, Comparison,
    CustomersFlow, DeadRow, FlowOwner, HourAndDay, InvalidSetting, Orphan, OrphanEnd, Ports,
    Reconciled, SendingLimits, Settings, SmsUsage, StorageRefusal, Verdict,
};
pub use progress::{FlowProgress, FlowStep};
pub use state::FlowState;
