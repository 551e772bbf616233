//! Checks this process's keys against those of the other processes.
//!
//! Each process announces its keys in the flow store, by marks that do not reveal the keys, and refuses to start where
//! customers under way at another process would lose their card or their code.

use std::sync::Arc;

use payments_core::keys::{KEY_NEEDED_MINUTES, KeyMarks, RingMark, RotationFault, RotationStep};
use payments_core::ports::Unavailable;
use payments_store::{ANNOUNCED_FOR, Flows};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument as _;

use super::assembly::StartError;
use super::stores::StoresError;
use crate::state::AppState;
use crate::traces;

/// This process's announced keys.
pub(crate) struct AnnouncedKeys {
    flows: Flows,
    /// The name of this process.
    process: String,
    keys: KeyMarks,
}

impl AnnouncedKeys {
    /// Announces the keys and checks them against the others. Fails with [`StartError::KeyRotation`] if they conflict, or
    /// [`StoresError::Unasked`] if the flow store does not answer.
    pub(crate) async fn begin(state: &AppState) -> Result<Self, StartError> {
        let announced = Self {
            flows: state.flows.clone(),
            process: state.this_process.name.clone(),
            keys: state.card_storage.keys().marks(),
        };
        let unasked = |error| StartError::Stores(StoresError::Unasked(error));
        let fault = announced.announce(false).await.map_err(unasked)?;
        if let Some(fault) = fault {
            announced.withdraw().await;
            return Err(StartError::KeyRotation(fault));
        }
        announced.announce(true).await.map_err(unasked)?;
        Ok(announced)
    }

    async fn announce(&self, seals: bool) -> Result<Option<RotationFault>, Unavailable> {
        let shared = self.flows.announce_keys(&self.process, &self.keys, seals);
        let shared = shared.await?;
        let fault = self
            .keys
            .fault_beside(&shared.rings, &shared.lasting, &shared.needed);
        Ok(fault)
    }

    /// Renews the announcement while the process runs.
    pub(crate) fn keep_announced(self: &Arc<Self>) -> JoinHandle<()> {
        let announced = Arc::clone(self);
        tokio::spawn(async move {
            let mut ticks = interval(ANNOUNCED_FOR / 3);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let announcing = announced.announce(true);
                match announcing.instrument(traces::job("announce_keys")).await {
                    Ok(None) => {}
                    Ok(Some(fault)) => tracing::error!(%fault, "the keys of processes conflict"),
                    Err(error) => tracing::debug!(%error, "could not announce the keys"),
                }
            }
        })
    }

    /// Withdraws the announcement. If that fails, it expires within half a minute.
    pub(crate) async fn withdraw(&self) {
        if let Err(error) = self.flows.withdraw_keys(&self.process).await {
            tracing::debug!(%error, "could not withdraw the keys");
        }
    }
}

/// Describes a ring and the next step of a rotation.
pub(crate) fn describe(ring: &RingMark) -> String {
    let sealing = ring.sealing.id;
    let opening: Vec<String> = ring
        .opening
        .iter()
        .map(|mark| mark.id.to_string())
        .collect();
    let next = match ring.step() {
        RotationStep::Settled => {
            return format!("encrypts with key {sealing}; no rotation in progress");
        }
        RotationStep::Added { next } => {
            format!("step 1 of 3: put key {next} first once every process has this ring")
        }
        RotationStep::InUse { oldest } => format!(
            "step 2 of 3: drop key {oldest} once every process has had this ring for {KEY_NEEDED_MINUTES} minutes"
        ),
    };
    format!(
        "encrypts with key {sealing}; decrypts only: {}; {next}",
        opening.join(", ")
    )
}
