//! Providers of our own, for development, demos and tests; never for production.
//!
//! They behave like real ones, faults included. The scenario is chosen by the card number or the phone number of the
//! request:
//!
//! | card number | what the tokenizer does |
//! |---|---|
//! | `4111111111111129` | the bank declines |
//! | `4130111111111118` | answers with a general error: no token, try later |
//! | `4125111111111115` | never answers; no token is made |
//! | `4124111111111116` | never answers, but the token is made |
//! | `4128111111111112` | answers with garbage |
//! | any other, as `5528790000000008` | makes a token |
//!
//! | phone number | what the SMS sender does |
//! |---|---|
//! | `5559999041` | says that the number cannot be sent to |
//! | `5559999042` | is out of order; nothing is sent |
//! | `5559999043` | never answers, but the message is sent |
//! | any other, as `5551234567` | sends |

mod ledger;
mod scenario;
mod sms;
mod tokenizer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use payments_core::ports::{Clock, Entropy, SmsSender, Tokenizer, Unavailable};

pub use ledger::{LedgerFileError, LedgerToken};
pub use sms::SentSms;

use ledger::Ledger;
use sms::{Outbox, SandboxSms};
use tokenizer::SandboxTokenizer;

/// Where a line for the developer's console goes.
pub type Console = Arc<dyn Fn(&str) + Send + Sync>;

/// How the sandbox behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    /// How long a call to a provider that never answers takes, as if the adapter had timed out.
    pub timeout: Duration,
    /// How many messages the outbox keeps.
    pub outbox_capacity: usize,
    /// The file of the ledger of tokens; without one, the ledger is in memory.
    pub ledger_file: Option<PathBuf>,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_millis(1_500),
            outbox_capacity: 200,
            ledger_file: None,
        }
    }
}

/// The sandbox: an SMS sender with its outbox and a tokenizer with its ledger.
pub struct Sandbox {
    outbox: Arc<Outbox>,
    ledger: Arc<Ledger>,
    sms: Arc<SandboxSms>,
    tokenizer: Arc<SandboxTokenizer>,
}

impl Sandbox {
    /// Opens the ledger and builds both providers. `console` gets each message that is sent.
    ///
    /// # Errors
    /// [`LedgerFileError`] when the ledger file is there and cannot be read.
    pub fn open(
        settings: &SandboxSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        console: Console,
    ) -> Result<Self, LedgerFileError> {
        let outbox = Arc::new(Outbox::new(settings.outbox_capacity));
        let ledger = Arc::new(Ledger::open(settings.ledger_file.clone())?);
        let sms = SandboxSms::new(Arc::clone(&outbox), clock, console, settings.timeout);
        let tokenizer = SandboxTokenizer::new(Arc::clone(&ledger), entropy, settings.timeout);
        Ok(Self {
            outbox,
            ledger,
            sms: Arc::new(sms),
            tokenizer: Arc::new(tokenizer),
        })
    }

    /// The SMS sender.
    pub fn sms(&self) -> Arc<dyn SmsSender> {
        Arc::clone(&self.sms) as Arc<dyn SmsSender>
    }

    /// The tokenizer, for the gateway name `sandbox`.
    pub fn tokenizer(&self) -> Arc<dyn Tokenizer> {
        Arc::clone(&self.tokenizer) as Arc<dyn Tokenizer>
    }

    /// The messages sent, newest first.
    pub fn outbox(&self) -> Vec<SentSms> {
        self.outbox.newest_first()
    }

    /// The tokens made, newest first, dead ones included.
    pub async fn tokens(&self) -> Vec<LedgerToken> {
        self.ledger.newest_first().await
    }
}

/// The error of a sandbox that simulates an outage.
fn out_of_order(what: &'static str) -> Unavailable {
    Unavailable { what, source: None }
}
