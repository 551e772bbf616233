//! The flow store: flows by compare-and-set, and sealed cards. It may lose everything, or fail over to a stale replica.

use std::collections::BTreeMap;

use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::{FlowId, SubmissionId};
use payments_core::keys::KeyId;
use payments_core::ports::Version;
use payments_core::testkit::machine::{FlowState, HeldCard};

use super::ids::{Card, Session};

/// A stored flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Entry {
    state: FlowState,
    version: Version,
    deadline: DateTime<Utc>,
}

/// A card, sealed for its flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SealedCard {
    pub(super) card: Card,
    pub(super) flow: FlowId,
    pub(super) key: KeyId,
    pub(super) deadline: DateTime<Utc>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Contents {
    flows: BTreeMap<Session, Entry>,
    held: BTreeMap<(Session, SubmissionId), SealedCard>,
}

/// A new entry's version is this far from any other's, as the instant of its creation is in Redis.
const VERSIONS_OF_AN_ENTRY: u64 = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct FlowStore {
    contents: Contents,
    replica: Option<Contents>,
    created: u64,
}

/// Another request saved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stale;

impl FlowStore {
    pub(super) fn load(
        &self,
        session: Session,
        now: DateTime<Utc>,
    ) -> Option<(FlowState, Version)> {
        let entry = self.contents.flows.get(&session)?;
        (entry.deadline > now).then(|| (entry.state.clone(), entry.version))
    }

    /// Replaces a flow's state if its version is the expected one; `is_checked` is `false` in a model without that check.
    pub(super) fn save(
        &mut self,
        session: Session,
        (state, deadline): (&FlowState, DateTime<Utc>),
        expected: Option<Version>,
        now: DateTime<Utc>,
        is_checked: bool,
    ) -> Result<Version, Stale> {
        let found = self.load(session, now).map(|(_, version)| version);
        if is_checked && found != expected {
            return Err(Stale);
        }
        let version = if let Some(Version(before)) = expected {
            Version(before + 1)
        } else {
            self.created += 1;
            Version(self.created * VERSIONS_OF_AN_ENTRY)
        };
        let entry = Entry {
            state: state.clone(),
            version,
            deadline,
        };
        self.contents.flows.insert(session, entry);
        Ok(version)
    }

    pub(super) fn put(&mut self, session: Session, held: &HeldCard, sealed: SealedCard) {
        let name = (session, held.submission);
        self.contents.held.insert(name, sealed);
    }

    /// Reads and deletes a sealed card.
    pub(super) fn take(
        &mut self,
        session: Session,
        held: &HeldCard,
        now: DateTime<Utc>,
    ) -> Option<SealedCard> {
        let sealed = self.contents.held.remove(&(session, held.submission))?;
        (sealed.deadline > now).then_some(sealed)
    }

    pub(super) fn discard(&mut self, session: Session, held: &HeldCard) {
        self.contents.held.remove(&(session, held.submission));
    }

    /// Loses everything.
    pub(super) fn lose_all(&mut self) {
        self.contents = Contents::default();
    }

    /// A replica receives everything up to now, and nothing more until a failover.
    pub(super) fn replicate(&mut self) {
        self.replica = Some(self.contents.clone());
    }

    pub(super) const fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// The replica takes over. What was saved since is lost.
    pub(super) fn fail_over(&mut self) {
        if let Some(replica) = self.replica.take() {
            self.contents = replica;
        }
    }

    /// Removes what has expired.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) {
        for contents in [Some(&mut self.contents), self.replica.as_mut()] {
            let Some(contents) = contents else { continue };
            contents.flows.retain(|_, entry| entry.deadline > now);
            contents.held.retain(|_, sealed| sealed.deadline > now);
        }
    }

    /// The sealed cards that no flow waits for.
    pub(super) fn forgotten(&self, now: DateTime<Utc>) -> impl Iterator<Item = &SealedCard> {
        let is_named = move |(session, submission): &(Session, SubmissionId)| {
            let state = self.load(*session, now).map(|(state, _)| state);
            state.as_ref().and_then(waiting_card) == Some(*submission)
        };
        let held = self.contents.held.iter();
        held.filter(move |(name, _)| !is_named(name))
            .map(|(_, sealed)| sealed)
    }
}

/// The card that a state will take.
const fn waiting_card(state: &FlowState) -> Option<SubmissionId> {
    match state {
        FlowState::CardHeld(state) => Some(state.card.submission),
        FlowState::Claimed(state) => Some(state.card.submission),
        FlowState::CodeSent(state) => match state.card {
            Some(card) => Some(card.submission),
            None => None,
        },
        FlowState::Empty
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    }
}
