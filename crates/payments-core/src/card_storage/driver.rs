//! The driver: loads a flow's state, lets the state machine decide, stores the new state, then acts.
//!
//! It spawns no tasks and needs no runtime. Between two calls of a port it holds nothing but the request's own data.

mod action_settings;
mod commit_card;
mod compare;
mod delete_card;
mod drop_held_cards;
mod effects;
mod finish_action;
mod leak_check;
mod ports;
mod progress;
mod reconcile;
mod record_ending;
mod refusal;
mod repeated_code;
mod send_code;
mod sending_limits;
mod settings;
mod sms_usage;
mod stored_state;
mod submit_card;
mod submit_code;
mod tries;

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::FlowKey;
use crate::id::CustomerId;
use crate::keys::Keys;
use crate::ports::{SaveFlowError, Unavailable, Version};
use crate::session::SessionId;

use super::FlowState;
use super::event::{Effect, Event};
use super::step::step;

pub use action_settings::ActionSettings;
pub use compare::{ComparedAccount, Comparison, DeadRow, Orphan, OrphanEnd};
pub use finish_action::ActionVerdict;
pub use ports::Ports;
pub use progress::CustomersFlow;
pub use reconcile::Reconciled;
pub use refusal::{StorageRefusal, Verdict};
pub use send_code::CodeRequest;
pub use sending_limits::{HourAndDay, SendingLimits};
pub use settings::{InvalidSetting, Settings};
pub use sms_usage::SmsUsage;

/// The card-storage protocol of one deployment.
///
/// The caller MUST do two things: **spawn** the requests that change a flow ([`CardStorage::submit_code`] above all),
/// so that a client that disconnects does not cancel them, and **run [`CardStorage::reconcile`]** about every minute,
/// which settles what an interrupted request left at a gateway.
pub struct CardStorage {
    pub(crate) ports: Ports,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
}

/// The owner of a flow: one customer in one session.
pub struct FlowOwner {
    /// The raw session id. Held cards can only be opened with it.
    pub session: SessionId,
    /// The customer who is logged in to the session.
    pub customer: CustomerId,
}

/// How often a decision is retried after another request changed the state.
const MOST_RELOADS: u32 = 32;

/// Every retry lost to another request of the same flow.
#[derive(Debug, thiserror::Error)]
#[error("too many concurrent requests change the flow")]
struct Contended;

fn contended() -> Unavailable {
    Unavailable::new("flow store", Contended)
}

/// A state and its version in the store; `None` for an empty state that is not stored.
type Loaded = (FlowState, Option<Version>);

/// A decision; if it changed the state, the new state is stored.
struct Decided {
    state: FlowState,
    version: Option<Version>,
    effects: Vec<Effect>,
}

impl CardStorage {
    /// Creates a card storage after checking the settings.
    ///
    /// # Errors
    /// [`InvalidSetting`] for the first setting that is out of bounds.
    pub fn new(ports: Ports, keys: Keys, settings: Settings) -> Result<Self, InvalidSetting> {
        settings.check()?;
        Ok(Self {
            ports,
            keys,
            settings,
        })
    }

    /// The adapters that this storage uses.
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The secret keys that this storage uses.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The settings of this storage.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    fn flow_key(&self, owner: &FlowOwner) -> FlowKey {
        self.keys.flow_key(&owner.session.digest(), owner.customer)
    }

    /// Applies `event` to the `loaded` state and stores the result. Reloads and decides again if another
    /// request stored first. The caller runs the effects, after this returns them. `None` if `event` does not
    /// apply to the stored state.
    async fn advance(
        &self,
        owner: &FlowOwner,
        key: &FlowKey,
        mut loaded: Loaded,
        event: impl Fn(&FlowState, DateTime<Utc>) -> Option<Event> + Send,
    ) -> Result<Option<Decided>, Unavailable> {
        for _ in 0..MOST_RELOADS {
            let now = self.ports.clock.now();
            let (before, version) = loaded;
            let Some(event) = event(&before, now) else {
                return Ok(None);
            };
            let transition = step(before.clone(), event, now);
            let (state, effects) = (transition.state, transition.effects);
            let Some(deadline) = state.deadline().filter(|_| state != before) else {
                return Ok(Some(Decided {
                    state,
                    version,
                    effects,
                }));
            };
            match self.store(key, version, &state, deadline, now).await {
                Ok(version) => {
                    return Ok(Some(Decided {
                        state,
                        version: Some(version),
                        effects,
                    }));
                }
                Err(SaveFlowError::Stale) => {
                    loaded = self.load(owner, key, self.ports.clock.now()).await?;
                }
                Err(SaveFlowError::Unavailable(unavailable)) => return Err(unavailable),
            }
        }
        Err(contended())
    }

    fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.ports.entropy.fill(&mut bytes);
        bytes
    }
}

fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}
