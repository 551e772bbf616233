//! Simulated providers for development, demos and tests; never for production.
//!
//! They behave like real ones, including faults. The card number or phone number of a request chooses the
//! scenario:
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
//! | `5559999041` | refuses the number |
//! | `5559999042` | is unavailable; nothing is sent |
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

use crate::instrument::InstrumentNames;

use ledger::Ledger;
use sms::{Outbox, SandboxSms};
use tokenizer::SandboxTokenizer;

/// The sandbox's own names for the parts of an instrument.
pub const INSTRUMENT_NAMES: InstrumentNames = InstrumentNames {
    customer_key: "customer_key",
    token: "token",
};

/// Prints a line on the developer's console.
pub type Console = Arc<dyn Fn(&str) + Send + Sync>;

/// The settings of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    /// The simulated timeout of a call to a provider that never responds.
    pub timeout: Duration,
    /// The capacity of the outbox, in messages.
    pub outbox_capacity: usize,
    /// The file of the token ledger; `None` keeps it in memory.
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
    /// Opens the ledger and builds both providers. Each sent message is printed on `console`.
    ///
    /// # Errors
    /// [`LedgerFileError`] if the ledger file exists and cannot be read.
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

    /// The sandbox as an SMS sender.
    pub fn sms(&self) -> Arc<dyn SmsSender> {
        Arc::clone(&self.sms) as Arc<dyn SmsSender>
    }

    /// The tokenizer, for the gateway name `sandbox`.
    pub fn tokenizer(&self) -> Arc<dyn Tokenizer> {
        Arc::clone(&self.tokenizer) as Arc<dyn Tokenizer>
    }

    /// The sent messages, newest first.
    pub fn outbox(&self) -> Vec<SentSms> {
        self.outbox.newest_first()
    }

    /// The issued tokens, newest first, including deleted ones.
    pub async fn tokens(&self) -> Vec<LedgerToken> {
        self.ledger.newest_first().await
    }
}

/// The error of a sandbox that simulates an outage.
fn out_of_order(what: &'static str) -> Unavailable {
    Unavailable { what, source: None }
}
