//! The ports of the card-storage protocol, with a point before and after each call.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::action::{ActionDigest, BeginAction, NewAction, StoredAction};
use payments_core::audit::{AuditRecord, Author};
use payments_core::card::{CardName, CardToken, ProviderCustomerKey, SealedCard, StatedToken};
use payments_core::card_storage::{FlowState, Ports};
use payments_core::catalog::Pos;
use payments_core::flow::{FlowKey, HeldCardKey, IntentId};
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use payments_core::otp::{CodeTag, CodeTry, Reservation, TryLimits, UsedCode};
use payments_core::phone::{DestinationPrefix, Phone};
use payments_core::ports::{
    Actions, AuditLog, CodeTries, FlowStore, HeldCards, Intents, SaveFlowError, SavedCards,
    SmsFailure, SmsLimits, SmsSender, TokenizeFailure, Tokenizer, Unavailable, Version,
};
use payments_core::saved_card::{NewSavedCard, RemovedCard, SavedCard};
use payments_core::sms::{PausedPrefix, SmsAnswer, SmsGrant, SmsReceipt, SmsRequest, SmsText};
use payments_core::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, Found, GatewayRefusal, ListCursor, ListOf, Listed,
    Notice, NoticeRefused, TokenSearch, TokenizeRequest, Tokenized,
};

use super::around;

/// The same ports, with points. Gateways get theirs by [`tokenizer`].
pub(crate) fn wrapped(ports: Ports) -> Ports {
    Ports {
        flows: Arc::new(Pointed(ports.flows)),
        held_cards: Arc::new(Pointed(ports.held_cards)),
        intents: Arc::new(Pointed(ports.intents)),
        actions: Arc::new(Pointed(ports.actions)),
        saved_cards: Arc::new(Pointed(ports.saved_cards)),
        code_tries: Arc::new(Pointed(ports.code_tries)),
        sms_limits: Arc::new(Pointed(ports.sms_limits)),
        audit: Arc::new(Pointed(ports.audit)),
        sms: Arc::new(Pointed(ports.sms)),
        ..ports
    }
}

/// The same gateway, with points.
pub(crate) fn tokenizer(tokenizer: Arc<dyn Tokenizer>) -> Arc<dyn Tokenizer> {
    Arc::new(Pointed(tokenizer))
}

/// A port with a point before and after each call.
struct Pointed<P: ?Sized>(Arc<P>);

/// Forwards calls, `around` each of which there is a point.
macro_rules! pointed {
    ($port:ident as $name:literal {
        $($call:ident($($argument:ident: $type:ty),*) -> $returned:ty;)*
    } $($synchronous:item)*) => {
        #[async_trait]
        impl $port for Pointed<dyn $port> {
            $(async fn $call(&self, $($argument: $type),*) -> $returned {
                let call = concat!($name, ".", stringify!($call));
                around(call, self.0.$call($($argument),*)).await
            })*
            $($synchronous)*
        }
    };
}

pointed!(FlowStore as "flows" {
    load(key: &FlowKey, now: DateTime<Utc>) -> Result<Option<(FlowState, Version)>, Unavailable>;
    reload(key: &FlowKey, now: DateTime<Utc>) -> Result<Option<(FlowState, Version)>, Unavailable>;
    save(key: &FlowKey, expected: Option<Version>, state: &FlowState, deadline: DateTime<Utc>,
        now: DateTime<Utc>) -> Result<Version, SaveFlowError>;
});

pointed!(HeldCards as "held_cards" {
    put(key: &HeldCardKey, card: &SealedCard, deadline: DateTime<Utc>, now: DateTime<Utc>)
        -> Result<(), Unavailable>;
    take(key: &HeldCardKey, now: DateTime<Utc>) -> Result<Option<SealedCard>, Unavailable>;
    discard(key: &HeldCardKey) -> Result<(), Unavailable>;
});

pointed!(Intents as "intents" {
    now() -> Result<DateTime<Utc>, Unavailable>;
    record(intent: &Intent) -> Result<RecordIntent, Unavailable>;
    outcome(id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable>;
    status(id: &IntentId) -> Result<IntentStatus, Unavailable>;
    save_card(id: &IntentId, card: &NewSavedCard, now: DateTime<Utc>)
        -> Result<Option<IntentOutcome>, Unavailable>;
    refuse(id: &IntentId, gateway_code: Option<String>, now: DateTime<Utc>)
        -> Result<(), Unavailable>;
    lease_open(recorded_before: DateTime<Utc>, terms: &LeaseTerms)
        -> Result<Vec<OpenIntent>, Unavailable>;
    looked(id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;
    postponed(id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;
    intent_stuck(id: &IntentId, setback: Setback) -> Result<(), Unavailable>;
    reconcile(id: &IntentId, found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>) -> Result<(), Unavailable>;
    lease_deletions(terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable>;
    deletion_stuck(id: i64, setback: Setback) -> Result<(), Unavailable>;
    deletion_done(id: i64) -> Result<(), Unavailable>;
    backlog() -> Result<Backlog, Unavailable>;
    stuck(limit: u32) -> Result<Vec<StuckEntry>, Unavailable>;
});

pointed!(Actions as "actions" {
    begin(id: &IntentId, action: &NewAction) -> Result<BeginAction, Unavailable>;
    named(digest: &ActionDigest) -> Result<Option<StoredAction>, Unavailable>;
    of_intent(id: &IntentId) -> Result<Option<StoredAction>, Unavailable>;
    refuse(id: &IntentId, refusal: &GatewayRefusal, now: DateTime<Utc>)
        -> Result<(), Unavailable>;
});

pointed!(SavedCards as "saved_cards" {
    list(customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;
    find(customer: CustomerId, pk: SavedCardId) -> Result<Option<SavedCard>, Unavailable>;
    all(customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;
    rename(customer: CustomerId, pk: SavedCardId, name: Option<CardName>)
        -> Result<Option<SavedCard>, Unavailable>;
    remove(customer: CustomerId, pk: SavedCardId, lease_until: DateTime<Utc>, now: DateTime<Utc>,
        author: Option<Author>) -> Result<Option<RemovedCard>, Unavailable>;
});

pointed!(CodeTries as "code_tries" {
    reserve(one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable>;
    mark_right(one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable>;
    release(one: &CodeTry) -> Result<(), Unavailable>;
    used(customer: CustomerId, since: DateTime<Utc>) -> Result<Vec<UsedCode>, Unavailable>;
    end_unrecorded(since: DateTime<Utc>, until: DateTime<Utc>, limit: u32, at: DateTime<Utc>)
        -> Result<u32, Unavailable>;
});

pointed!(SmsLimits as "sms_limits" {
    take(request: &SmsRequest) -> Result<SmsAnswer, Unavailable>;
    give_back(grant: &SmsGrant) -> Result<(), Unavailable>;
    note_sent(code: CodeTag, prefix: &DestinationPrefix, now: DateTime<Utc>)
        -> Result<(), Unavailable>;
    used(keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable>;
    paused(now: DateTime<Utc>, limit: u32) -> Result<Vec<PausedPrefix>, Unavailable>;
});

pointed!(AuditLog as "audit" {
    append(record: &AuditRecord) -> Result<(), Unavailable>;
});

pointed!(SmsSender as "sms" {
    send(to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure>;
});

pointed!(Tokenizer as "tokenizer" {
    tokenize(pos: &Pos, request: TokenizeRequest) -> Result<Tokenized, TokenizeFailure>;
    find(pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable>;
    action(pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable>;
    cancel_action(pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable>;
    list(pos: &Pos, of: &ListOf, after: Option<ListCursor>) -> Result<Listed, Unavailable>;
    delete(pos: &Pos, token: &StatedToken) -> Result<(), Unavailable>;
}
    fn needs_cvv(&self, pos: &Pos) -> bool {
        self.0.needs_cvv(pos)
    }

    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        self.0.is_own_url(pos, url)
    }

    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        self.0.read_notice(pos, notice)
    }
);
