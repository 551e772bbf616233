//! The management API's view of the store: nouns by key, written a whole change at a time.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::basket::Basket;
use crate::card_storage::IntentId;
use crate::catalog::{Bank, Card, CardType, PaymentOption, Pos};
use crate::customer::Customer;
use crate::id::{CustomerId, SavedCardId};
use crate::pre_order::PreOrder;
use crate::product::Product;
use crate::rules::Rule;
use crate::session::{Session, SessionDigest};
use crate::slug::Slug;

use super::{Page, PageRequest, Preconditions, Unavailable};

/// The parts of a document, in the order in which they can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Banks.
    Banks,
    /// Card types.
    CardTypes,
    /// Points of sale.
    Pos,
    /// Cards with their plans.
    Cards,
    /// Payment options.
    PaymentOptions,
    /// Rules.
    Rules,
    /// Products.
    Products,
    /// Customers.
    Customers,
    /// Baskets with their items.
    Baskets,
    /// Pre-orders.
    PreOrders,
    /// Sessions.
    Sessions,
}

impl Part {
    /// Every part, in writing order.
    pub const ALL: [Self; 11] = [
        Self::Banks,
        Self::CardTypes,
        Self::Pos,
        Self::Cards,
        Self::PaymentOptions,
        Self::Rules,
        Self::Products,
        Self::Customers,
        Self::Baskets,
        Self::PreOrders,
        Self::Sessions,
    ];

    /// The name in documents: `card_types`. Paths have a dash for each underscore.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banks => "banks",
            Self::CardTypes => "card_types",
            Self::Pos => "pos",
            Self::Cards => "cards",
            Self::PaymentOptions => "payment_options",
            Self::Rules => "rules",
            Self::Products => "products",
            Self::Customers => "customers",
            Self::Baskets => "baskets",
            Self::PreOrders => "pre_orders",
            Self::Sessions => "sessions",
        }
    }

    /// Whether a write to it changes the catalog, and so its version.
    pub const fn is_catalog(self) -> bool {
        matches!(
            self,
            Self::Banks
                | Self::CardTypes
                | Self::Pos
                | Self::Cards
                | Self::PaymentOptions
                | Self::Rules
        )
    }
}

/// The key of an object: rules by slug, sessions by digest, all else by primary key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A primary key.
    Pk(i64),
    /// A rule's slug.
    Slug(Slug),
    /// A session's digest.
    Session(SessionDigest),
}

/// One object of any part.
#[expect(
    clippy::large_enum_variant,
    reason = "records are few and live shortly; a box would be in the way of everyone who matches on them"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A bank.
    Bank(Bank),
    /// A card type.
    CardType(CardType),
    /// A point of sale.
    Pos(Pos),
    /// A card with its plans.
    Card(Card),
    /// A payment option.
    PaymentOption(PaymentOption),
    /// A rule.
    Rule(Rule),
    /// A product.
    Product(Product),
    /// A customer.
    Customer(Customer),
    /// A basket with its items.
    Basket(Basket),
    /// A pre-order.
    PreOrder(PreOrder),
    /// A session.
    Session(Session),
}

impl Record {
    /// The part it belongs to.
    pub const fn part(&self) -> Part {
        match self {
            Self::Bank(_) => Part::Banks,
            Self::CardType(_) => Part::CardTypes,
            Self::Pos(_) => Part::Pos,
            Self::Card(_) => Part::Cards,
            Self::PaymentOption(_) => Part::PaymentOptions,
            Self::Rule(_) => Part::Rules,
            Self::Product(_) => Part::Products,
            Self::Customer(_) => Part::Customers,
            Self::Basket(_) => Part::Baskets,
            Self::PreOrder(_) => Part::PreOrders,
            Self::Session(_) => Part::Sessions,
        }
    }

    /// Its key.
    pub fn key(&self) -> Key {
        match self {
            Self::Bank(bank) => Key::Pk(bank.pk.get()),
            Self::CardType(card_type) => Key::Pk(card_type.pk.get()),
            Self::Pos(pos) => Key::Pk(pos.pk.get()),
            Self::Card(card) => Key::Pk(card.pk.get()),
            Self::PaymentOption(option) => Key::Pk(option.pk.get()),
            Self::Rule(rule) => Key::Slug(rule.slug.clone()),
            Self::Product(product) => Key::Pk(product.pk.get()),
            Self::Customer(customer) => Key::Pk(customer.pk.get()),
            Self::Basket(basket) => Key::Pk(basket.pk.get()),
            Self::PreOrder(pre_order) => Key::Pk(pre_order.pk.get()),
            Self::Session(session) => Key::Session(session.digest),
        }
    }
}

/// A batch of objects to insert or replace, already valid each by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// In any order; adapters write them in the order of [`Part::ALL`].
    pub upserts: Vec<Record>,
    /// What has to hold for each of them before.
    pub preconditions: Preconditions,
}

/// Who writes, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name of a management token, or of a command. No secret.
    pub principal: String,
    /// The request, as in the service's log: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub request_id: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How many objects of a part were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartCounts {
    /// The part.
    pub part: Part,
    /// Objects that were not there before.
    pub created: u64,
    /// Objects that were replaced.
    pub updated: u64,
}

/// What a change would do to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is not there yet.
    Creates,
    /// It is there, and would be altered.
    Updates,
    /// It is there, and would stay as it is.
    Keeps,
}

/// An object that refers to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its part.
    pub part: Part,
    /// Its key.
    pub key: Key,
}

/// What keeps an object from being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// An object of a part.
    Object(Reference),
    /// A customer's saved card.
    SavedCard {
        /// Whose.
        customer: CustomerId,
        /// Which.
        card: SavedCardId,
    },
    /// An intent that is open: a card is being saved, or the reconciler has yet to ask the gateway.
    OpenIntent {
        /// Whose.
        customer: CustomerId,
        /// Which.
        intent: IntentId,
    },
    /// A token that waits for its deletion at the gateway, by its key in the queue.
    TokenDeletion(i64),
}

/// The answer to a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It was there, and is gone.
    Deleted,
    /// There is none.
    NotFound,
    /// The preconditions do not hold; nothing was deleted.
    PreconditionFailed,
    /// These still refer to it (the first few); nothing was deleted.
    Referred(Vec<Referrer>),
}

/// What takes an export, batch by batch.
#[async_trait]
pub trait ExportSink: Send {
    /// Takes the next objects: all of one part, at least one. `false` ends the export.
    async fn take(&mut self, batch: Vec<Record>) -> bool;
}

/// A sink, borrowed for an export.
pub type BorrowedSink<'s> = &'s mut (dyn ExportSink + 's);
/// What belongs to something of a point of sale that a change would take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosInUse {
    /// What would be taken away.
    pub part: PosPart,
    /// What belongs to it: saved cards, open intents and queued deletions, the first few of each.
    pub referring: Vec<Referrer>,
}

/// Something of a point of sale that tokens belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosPart {
    /// The gateway.
    Gateway,
    /// The credentials of the account with this label.
    Account(Slug),
}

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The preconditions do not hold for an object of the change.
    #[error("the change's preconditions do not hold")]
    PreconditionFailed,
    /// Objects of the change refer to objects that are not there (index into `upserts`, and what is missing), each pair
    /// once.
    #[error("the change refers to objects that do not exist")]
    Dangling(Vec<(usize, Reference)>),
    /// Objects of the change bear a name another object has: a slug, a BIN, a plan's primary key (index into `upserts`).
    #[error("the change uses names that are taken")]
    Taken(Vec<usize>),
    /// Points of sale of the change (index into `upserts`) cannot be changed so, for something belongs to what they are now.
    #[error("the change takes away what cards and tokens belong to")]
    PosInUse(Vec<(usize, PosInUse)>),
    /// The store is away; nothing was written.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The stored objects.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Records: Send + Sync {
    /// Writes the whole change or nothing, in one transaction. A change of a point of sale's gateway, or one that leaves
    /// out the credentials of an account it had, MUST be refused with [`RecordsError::PosInUse`] while a saved card, an
    /// open intent or a queued deletion belongs to it, also one that is written at the same time. A write to a catalog part
    /// MUST count the catalog's version up once. Counts only for parts the change has. MUST append an audit record for each
    /// object that it creates or alters, in the same transaction, and none for one that stays as it is. A record MUST hold
    /// no secret of a point of sale and no value of a customer, basket, pre-order or session: only which fields changed.
    /// The preconditions MUST be checked in the same transaction: of two changes at once with the same tag in `if_match`,
    /// one is refused.
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError>;

    /// What [`Records::apply`] would do to each object of a change, in the order of the change, or why it would refuse
    /// it. MUST write nothing.
    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError>;

    /// An object by its key.
    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable>;

    /// A page of the objects of a part that all filters hold for, ordered by key. Without filters it MUST read no more than
    /// the page and the one object after it, and count at most [`COUNTED`](super::COUNTED) and one, for a request that is
    /// [`PageStart::After`](super::PageStart::After) a key and asks for no count.
    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable>;

    /// Deletes an object nothing refers to, and appends its audit record in the same transaction. With a customer goes the
    /// mapping to the customer's pseudonym in the audit log. The preconditions MUST be checked in the same transaction.
    async fn delete(
        &self,
        part: Part,
        key: &Key,
        preconditions: &Preconditions,
        author: &Author,
    ) -> Result<Deleted, Unavailable>;

    /// Every object but sessions, as one moment has them, in the order of [`Part::ALL`] and by key. MUST hold no more
    /// than a batch of them in memory.
    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable>;
}
