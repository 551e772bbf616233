//! The stores, called over the network.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use payments_core::action::{ActionDigest, BeginAction, NewAction, StoredAction};
use payments_core::audit::{AuditRecord, Author};
use payments_core::card::{CardName, CardToken, ProviderCustomerKey, SealedCard};
use payments_core::card_storage::FlowState;
use payments_core::erasure::{Erased, ErasureStatus};
use payments_core::flow::{FlowKey, HeldCardKey, IntentId};
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use payments_core::otp::{CodeTag, CodeTry, Reservation, TryLimits, UsedCode};
use payments_core::phone::DestinationPrefix;
use payments_core::ports::{
    Actions, AuditLog, CodeTries, Erasure, FlowStore, HeldCards, Intents, SaveFlowError,
    SavedCards, SmsLimits, Unavailable, Version,
};
use payments_core::saved_card::{NewSavedCard, RemovedCard, SavedCard};
use payments_core::session::SessionDigest;
use payments_core::sms::{PausedPrefix, SmsAnswer, SmsGrant, SmsRequest};
use payments_core::tokenization::GatewayRefusal;

use super::network::Network;

/// A port on the other side of the network.
pub(super) struct Remote<P: ?Sized> {
    network: Network,
    port: Arc<P>,
}

impl<P: ?Sized> Remote<P> {
    pub(super) fn new(network: &Network, port: Arc<P>) -> Arc<Self> {
        let network = network.clone();
        Arc::new(Self { network, port })
    }
}

/// The answer of a fake, which waits for nothing.
#[expect(
    clippy::expect_used,
    reason = "a fake without faults answers when it is first polled"
)]
pub(super) fn at_once<T>(call: impl Future<Output = T>) -> T {
    call.now_or_never().expect("an answer")
}

/// What a caller without a reply knows.
pub(super) const fn no_reply(call: &'static str) -> Unavailable {
    Unavailable {
        what: call,
        source: None,
    }
}

fn arrived<T, E: From<Unavailable>>(
    reply: Option<Result<T, E>>,
    call: &'static str,
) -> Result<T, E> {
    reply.unwrap_or_else(|| Err(no_reply(call).into()))
}

/// Implements a port: for each method, the arguments that are borrowed and have to be cloned, and the call.
macro_rules! remote {
    ($port:ident as $place:literal: $(
        $method:ident($($argument:ident: $type:ty),*) -> $answer:ty,
        [$($cloned:ident),*] $target:ident => $call:expr;
    )*) => {
        #[async_trait]
        impl $port for Remote<dyn $port> {$(
            async fn $method(&self, $($argument: $type),*) -> $answer {
                let $target = Arc::clone(&self.port);
                $(let $cloned = $cloned.to_owned();)*
                let work = move || at_once($call);
                let name = concat!($place, ".", stringify!($method));
                arrived(self.network.call(name, work).await, name)
            }
        )*}
    };
}

remote! { FlowStore as "flows":
    load(key: &FlowKey, now: DateTime<Utc>) -> Result<Option<(FlowState, Version)>, Unavailable>,
        [key] port => port.load(&key, now);
    reload(key: &FlowKey, now: DateTime<Utc>) -> Result<Option<(FlowState, Version)>, Unavailable>,
        [key] port => port.reload(&key, now);
    save(key: &FlowKey, expected: Option<Version>, state: &FlowState, deadline: DateTime<Utc>, now: DateTime<Utc>)
        -> Result<Version, SaveFlowError>,
        [key, state] port => port.save(&key, expected, &state, deadline, now);
}

remote! { HeldCards as "held_cards":
    put(key: &HeldCardKey, card: &SealedCard, deadline: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Unavailable>,
        [key, card] port => port.put(&key, &card, deadline, now);
    take(key: &HeldCardKey, now: DateTime<Utc>) -> Result<Option<SealedCard>, Unavailable>,
        [key] port => port.take(&key, now);
    discard(key: &HeldCardKey) -> Result<(), Unavailable>,
        [key] port => port.discard(&key);
}

remote! { Actions as "actions":
    begin(id: &IntentId, action: &NewAction) -> Result<BeginAction, Unavailable>,
        [id, action] port => port.begin(&id, &action);
    named(digest: &ActionDigest) -> Result<Option<StoredAction>, Unavailable>,
        [digest] port => port.named(&digest);
    of_intent(id: &IntentId) -> Result<Option<StoredAction>, Unavailable>,
        [id] port => port.of_intent(&id);
    refuse(id: &IntentId, refusal: &GatewayRefusal, now: DateTime<Utc>) -> Result<(), Unavailable>,
        [id, refusal] port => port.refuse(&id, &refusal, now);
}

remote! { SavedCards as "saved_cards":
    list(customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>,
        [] port => port.list(customer);
    find(customer: CustomerId, pk: SavedCardId) -> Result<Option<SavedCard>, Unavailable>,
        [] port => port.find(customer, pk);
    all(customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>,
        [] port => port.all(customer);
    rename(customer: CustomerId, pk: SavedCardId, name: Option<CardName>) -> Result<Option<SavedCard>, Unavailable>,
        [] port => port.rename(customer, pk, name.clone());
    remove(customer: CustomerId, pk: SavedCardId, lease_until: DateTime<Utc>, now: DateTime<Utc>, author: Option<Author>)
        -> Result<Option<RemovedCard>, Unavailable>,
        [] port => port.remove(customer, pk, lease_until, now, author.clone());
}

remote! { CodeTries as "code_tries":
    reserve(one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable>,
        [one] port => port.reserve(&one, limits);
    mark_right(one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable>,
        [one] port => port.mark_right(&one, used.clone());
    release(one: &CodeTry) -> Result<(), Unavailable>,
        [one] port => port.release(&one);
    used(customer: CustomerId, since: DateTime<Utc>) -> Result<Vec<UsedCode>, Unavailable>,
        [] port => port.used(customer, since);
    end_unrecorded(since: DateTime<Utc>, until: DateTime<Utc>, limit: u32, at: DateTime<Utc>) -> Result<u32, Unavailable>,
        [] port => port.end_unrecorded(since, until, limit, at);
}

remote! { SmsLimits as "sms_limits":
    take(request: &SmsRequest) -> Result<SmsAnswer, Unavailable>,
        [request] port => port.take(&request);
    give_back(grant: &SmsGrant) -> Result<(), Unavailable>,
        [grant] port => port.give_back(&grant);
    note_sent(code: CodeTag, prefix: &DestinationPrefix, now: DateTime<Utc>) -> Result<(), Unavailable>,
        [prefix] port => port.note_sent(code, &prefix, now);
    used(keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable>,
        [keys] port => port.used(&keys, now);
    paused(now: DateTime<Utc>, limit: u32) -> Result<Vec<PausedPrefix>, Unavailable>,
        [] port => port.paused(now, limit);
}

remote! { AuditLog as "audit":
    append(record: &AuditRecord) -> Result<(), Unavailable>,
        [record] port => port.append(&record);
}

remote! { Erasure as "erasure":
    end_sessions(customer: CustomerId, author: &Author) -> Result<Option<Vec<SessionDigest>>, Unavailable>,
        [author] port => port.end_sessions(customer, &author);
    erase(customer: CustomerId, author: &Author) -> Result<Option<Erased>, Unavailable>,
        [author] port => port.erase(customer, &author);
    status(customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable>,
        [] port => port.status(customer);
}

remote! { Intents as "intents":
    now() -> Result<DateTime<Utc>, Unavailable>,
        [] port => port.now();
    record(intent: &Intent) -> Result<RecordIntent, Unavailable>,
        [intent] port => port.record(&intent);
    outcome(id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable>,
        [id] port => port.outcome(&id);
    status(id: &IntentId) -> Result<IntentStatus, Unavailable>,
        [id] port => port.status(&id);
    save_card(id: &IntentId, card: &NewSavedCard, now: DateTime<Utc>) -> Result<Option<IntentOutcome>, Unavailable>,
        [id, card] port => port.save_card(&id, &card, now);
    refuse(id: &IntentId, gateway_code: Option<String>, now: DateTime<Utc>) -> Result<(), Unavailable>,
        [id] port => port.refuse(&id, gateway_code.clone(), now);
    lease_open(recorded_before: DateTime<Utc>, terms: &LeaseTerms) -> Result<Vec<OpenIntent>, Unavailable>,
        [terms] port => port.lease_open(recorded_before, &terms);
    looked(id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>,
        [id] port => port.looked(&id, not_before);
    postponed(id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>,
        [id] port => port.postponed(&id, not_before);
    intent_stuck(id: &IntentId, setback: Setback) -> Result<(), Unavailable>,
        [id] port => port.intent_stuck(&id, setback);
    reconcile(id: &IntentId, found: Vec<(CardToken, Option<ProviderCustomerKey>)>, now: DateTime<Utc>)
        -> Result<(), Unavailable>,
        [id] port => port.reconcile(&id, found.clone(), now);
    lease_deletions(terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable>,
        [terms] port => port.lease_deletions(&terms);
    deletion_stuck(id: i64, setback: Setback) -> Result<(), Unavailable>,
        [] port => port.deletion_stuck(id, setback);
    deletion_done(id: i64) -> Result<(), Unavailable>,
        [] port => port.deletion_done(id);
    backlog() -> Result<Backlog, Unavailable>,
        [] port => port.backlog();
    stuck(limit: u32) -> Result<Vec<StuckEntry>, Unavailable>,
        [] port => port.stuck(limit);
}
