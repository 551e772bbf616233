//! The ledger of the sandbox tokenizer: every token it issued.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use payments_core::card::{CardFacts, CardToken, ProviderCustomerKey, StatedToken};
use payments_core::flow::IntentId;
use payments_core::id::PosId;
use payments_core::ports::Unavailable;
use payments_core::tokenization::{IssuedToken, ListOf, ListedToken};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// The maximum number of deleted tokens that are kept.
const DEAD_TOKENS_KEPT: usize = 1_000;

/// The ledger file exists and is not a ledger.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox ledger {} cannot be read", path.display())]
pub struct LedgerFileError {
    path: PathBuf,
    source: io::Error,
}

/// A line of the ledger, as `/sandbox/tokens/` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerToken {
    /// The token.
    pub token: String,
    /// Primary key of its point of sale.
    pub pos: PosId,
    /// The merchant's reference for the card.
    pub reference: String,
    /// First six, stars, last four.
    pub masked_card_number: String,
    /// False after its deletion.
    pub live: bool,
}

/// A line of the ledger, as the file keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) token: String,
    pub(super) customer_key: String,
    pub(super) pos: PosId,
    pub(super) reference: String,
    pub(super) masked_card_number: String,
    pub(super) live: bool,
}

impl Entry {
    /// The tokenizer's answer; `None` if the file was edited.
    pub(super) fn issued(&self) -> Option<IssuedToken> {
        let token = CardToken::parse(&self.token).ok()?;
        let customer_key = ProviderCustomerKey::parse(&self.customer_key).ok()?;
        Some(IssuedToken {
            token,
            provider_customer_key: Some(customer_key),
            facts: CardFacts::default(),
        })
    }

    fn stated(&self) -> Option<StatedToken> {
        StatedToken::parse(&self.token, Some(&self.customer_key)).ok()
    }

    fn listed(&self) -> Option<ListedToken> {
        Some(ListedToken {
            token: self.stated()?,
            reference: IntentId::parse(&self.reference),
        })
    }

    fn is_of(&self, pos: PosId, reference: &IntentId) -> bool {
        self.pos == pos && self.reference == reference.0
    }
}

/// The ledger, oldest first, in memory and, if there is one, in a file that is written before a change counts. Several
/// processes may share the file, as `payments reconcile` beside a server does: each change is made to what it holds now.
pub(super) struct Ledger {
    file: Option<PathBuf>,
    entries: Mutex<Vec<Entry>>,
}

impl Ledger {
    pub(super) fn open(file: Option<PathBuf>) -> Result<Self, LedgerFileError> {
        let entries = file.as_deref().map_or_else(|| Ok(Vec::new()), read)?;
        Ok(Self {
            file,
            entries: Mutex::new(entries),
        })
    }

    pub(super) async fn newest_first(&self) -> Vec<LedgerToken> {
        let entries = self.current().await;
        entries.iter().rev().map(LedgerToken::from).collect()
    }

    /// The tokens of a reference that are not deleted.
    pub(super) async fn live(&self, pos: PosId, reference: &IntentId) -> Vec<StatedToken> {
        let entries = self.current().await;
        entries
            .iter()
            .filter(|entry| entry.live && entry.is_of(pos, reference))
            .filter_map(Entry::stated)
            .collect()
    }

    /// The tokens at a point of sale that are not deleted.
    pub(super) async fn list(&self, pos: PosId, of: &ListOf) -> Vec<ListedToken> {
        let entries = self.current().await;
        let is_listed = |entry: &&Entry| {
            let is_theirs = match of {
                ListOf::Account => true,
                ListOf::Customer(key) => entry.customer_key == key.as_str(),
            };
            entry.live && entry.pos == pos && is_theirs
        };
        let listed = entries.iter().filter(is_listed);
        listed.filter_map(Entry::listed).collect()
    }

    /// Inserts a token unless its reference already has one at that point of sale; returns the stored one.
    pub(super) async fn enter(&self, entry: Entry) -> Result<Entry, Unavailable> {
        self.change(move |entries| {
            let reference = IntentId(entry.reference.clone());
            if let Some(there) = entries
                .iter()
                .find(|there| there.is_of(entry.pos, &reference))
            {
                return there.clone();
            }
            entries.push(entry.clone());
            entry
        })
        .await
    }

    /// Marks a token as deleted; an unknown one is ignored.
    pub(super) async fn delete(&self, pos: PosId, token: &StatedToken) -> Result<(), Unavailable> {
        let token = token.token().to_owned();
        self.change(move |entries| {
            for entry in entries.iter_mut() {
                if entry.pos == pos && entry.token == token {
                    entry.live = false;
                }
            }
            forget_oldest_dead(entries);
        })
        .await
    }

    /// The content of the file, or the last one read if it has become unreadable.
    async fn current(&self) -> Vec<Entry> {
        let mut entries = self.entries.lock().await;
        if let Some(file) = self.file.clone()
            && let Ok(Ok(read)) = tokio::task::spawn_blocking(move || read(&file)).await
        {
            *entries = read;
        }
        entries.clone()
    }

    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Vec<Entry>) -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let mut entries = self.entries.lock().await;
        let Some(file) = self.file.clone() else {
            return Ok(change(&mut entries));
        };
        let changed = tokio::task::spawn_blocking(move || change_file(&file, change));
        let changed = changed
            .await
            .map_err(|stopped| Unavailable::new("sandbox ledger", stopped))?;
        let (kept, done) = changed.map_err(|error| Unavailable::new("sandbox ledger", error))?;
        *entries = kept;
        Ok(done)
    }
}

fn forget_oldest_dead(entries: &mut Vec<Entry>) {
    let dead = entries.iter().filter(|entry| !entry.live).count();
    let mut surplus = dead.saturating_sub(DEAD_TOKENS_KEPT);
    entries.retain(|entry| {
        let forgotten = !entry.live && surplus > 0;
        surplus -= usize::from(forgotten);
        !forgotten
    });
}

/// Reads, changes and writes the file under an exclusive lock; blocks.
fn change_file<T>(
    file: &Path,
    change: impl FnOnce(&mut Vec<Entry>) -> T,
) -> io::Result<(Vec<Entry>, T)> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // The ledger file is replaced at every change, so the lock is on a separate file. Closing it releases the lock.
    let lock = fs::File::create(file.with_extension("lock"))?;
    lock.lock()?;
    let mut entries = read(file).map_err(|error| error.source)?;
    let done = change(&mut entries);
    write(file, &entries)?;
    Ok((entries, done))
}

fn read(path: &Path) -> Result<Vec<Entry>, LedgerFileError> {
    let failed = |source| LedgerFileError {
        path: path.to_owned(),
        source,
    };
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failed(error.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

/// Replaces the file atomically: a crash leaves the old one or the new one.
fn write(path: &Path, entries: &[Entry]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(&serde_json::to_vec_pretty(entries)?)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

impl From<&Entry> for LedgerToken {
    fn from(entry: &Entry) -> Self {
        Self {
            token: entry.token.clone(),
            pos: entry.pos,
            reference: entry.reference.clone(),
            masked_card_number: entry.masked_card_number.clone(),
            live: entry.live,
        }
    }
}
