//! The requests to a process, and their answers.

use std::pin::Pin;
use std::sync::Arc;

use payments_core::action::ActionId;
use payments_core::audit::Author;
use payments_core::card_storage::{
    ActionVerdict, CardStorage, CodeRequest, FlowOwner, FlowProgress, Reconciled, StorageRefusal,
    Verdict,
};
use payments_core::catalog::Catalog;
use payments_core::flow::IntentId;
use payments_core::id::{PosId, SavedCardId};
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::phone::Phone;
use payments_core::ports::{Erasure, Unavailable};
use payments_core::session::SessionDigest;
use payments_core::tokenization::ActionUrl;

use super::shop;

/// What is asked of a process.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// Hold a card.
    Card(&'static str),
    /// Send a code to this phone.
    Code(String),
    /// Enter a code.
    Enter(String),
    /// Delete a saved card.
    Remove(SavedCardId),
    /// List the saved cards.
    List,
    /// How far is the flow?
    Progress,
    /// Where does the gateway ask the customer?
    Url(ActionId),
    /// The customer comes back from the gateway.
    Finish(ActionId),
    /// The gateway's message about an action.
    Notice(PosId, IntentId),
    /// Erase the customer, who has these sessions.
    Erase(Vec<SessionDigest>),
    /// End the session.
    EndSession,
    /// Run the reconciler with this limit.
    Reconcile(u32),
}

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    Card(Result<(), StorageRefusal>),
    Code(Result<(), StorageRefusal>),
    Entered(Result<Verdict, StorageRefusal>),
    Removed(Result<bool, Unavailable>),
    Listed(Result<Vec<SavedCardId>, Unavailable>),
    Progress(Result<FlowProgress, Unavailable>),
    Url(Result<Option<ActionUrl>, Unavailable>),
    Finished(Result<Option<ActionVerdict>, Unavailable>),
    Erased(Result<bool, Unavailable>),
    SessionEnded,
    Reconciled(Result<Reconciled, Unavailable>),
}

/// A request that is being answered.
pub(super) type Pending = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A process as a request sees it.
pub(super) struct Server {
    pub(super) storage: Arc<CardStorage>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) erasure: Arc<dyn Erasure>,
}

impl Ask {
    /// A name for histories and requests.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Card(_) => "submit a card",
            Self::Code(_) => "send a code",
            Self::Enter(_) => "enter a code",
            Self::Remove(_) => "delete a card",
            Self::List => "list cards",
            Self::Progress => "ask for the progress",
            Self::Url(_) => "go to the gateway",
            Self::Finish(_) => "return from the gateway",
            Self::Notice(..) => "send a webhook",
            Self::Erase(_) => "erase a customer",
            Self::EndSession => "end a session",
            Self::Reconcile(_) => "reconcile",
        }
    }

    /// Begins the request for a customer's session.
    pub(super) fn begin(self, server: Server, owner: FlowOwner) -> Pending {
        Box::pin(async move {
            let Server {
                storage,
                catalog,
                erasure,
            } = server;
            match self {
                Self::Card(number) => {
                    let card = shop::card(number, storage.ports().clock.now());
                    Answer::Card(storage.submit_card(&catalog, &owner, card).await)
                }
                Self::Code(phone) => Answer::Code(send(&storage, &owner, &phone).await),
                Self::Enter(code) => {
                    Answer::Entered(enter(&storage, &catalog, &owner, &code).await)
                }
                Self::Remove(pk) => {
                    Answer::Removed(storage.remove_card(&catalog, owner.customer, pk).await)
                }
                Self::List => {
                    let listed = storage.ports().saved_cards.list(owner.customer).await;
                    Answer::Listed(listed.map(|cards| cards.iter().map(|card| card.pk).collect()))
                }
                Self::Progress => Answer::Progress(storage.progress(&owner).await),
                Self::Url(id) => Answer::Url(storage.action_url(&catalog, &id).await),
                Self::Finish(id) => Answer::Finished(storage.finish_action(&catalog, &id).await),
                Self::Notice(pos, id) => {
                    Answer::Finished(storage.finish_action_of(&catalog, pos, &id).await)
                }
                Self::Erase(sessions) => {
                    let author = Author {
                        principal: "support".to_owned(),
                        request_id: None,
                        at: storage.ports().clock.now(),
                    };
                    let erased = erasure.erase(owner.customer, &author).await;
                    storage.drop_held_cards(owner.customer, &sessions).await;
                    Answer::Erased(erased.map(|erased| erased.is_some()))
                }
                Self::EndSession => {
                    let ended = [owner.session.digest()];
                    storage.drop_held_cards(owner.customer, &ended).await;
                    Answer::SessionEnded
                }
                Self::Reconcile(limit) => {
                    Answer::Reconciled(storage.reconcile(&catalog, limit).await)
                }
            }
        })
    }
}

#[expect(clippy::expect_used, reason = "customers have valid phone numbers")]
async fn send(storage: &CardStorage, owner: &FlowOwner, phone: &str) -> Result<(), StorageRefusal> {
    let request = CodeRequest {
        phone: Phone::parse(phone).expect("a phone"),
        language: Language::En,
        address: None,
    };
    storage.send_code(owner, request).await
}

#[expect(clippy::expect_used, reason = "customers enter six digits")]
async fn enter(
    storage: &CardStorage,
    catalog: &Catalog,
    owner: &FlowOwner,
    code: &str,
) -> Result<Verdict, StorageRefusal> {
    let code = OtpCode::parse(code).expect("a code");
    storage.submit_code(catalog, owner, &code).await
}

impl Answer {
    /// The status of the response, as the HTTP service gives it.
    pub(super) fn status(&self) -> u16 {
        let of_stores = |failed: bool| if failed { 503 } else { 200 };
        match self {
            Self::Card(answer) | Self::Code(answer) => answer.as_ref().err().map_or(200, refused),
            Self::Entered(answer) => answer.as_ref().err().map_or(200, refused),
            Self::Removed(answer) | Self::Erased(answer) => of_stores(answer.is_err()),
            Self::Listed(answer) => of_stores(answer.is_err()),
            Self::Progress(answer) => of_stores(answer.is_err()),
            Self::Url(answer) => of_stores(answer.is_err()),
            Self::Finished(answer) => of_stores(answer.is_err()),
            Self::SessionEnded => 200,
            Self::Reconciled(answer) => of_stores(answer.is_err()),
        }
    }
}

/// Every other refusal is the customer's or the gateway's doing.
const fn refused(refusal: &StorageRefusal) -> u16 {
    let is_ours = matches!(
        refusal,
        StorageRefusal::Unavailable(_) | StorageRefusal::SmsUnavailable
    );
    if is_ours { 503 } else { 400 }
}
