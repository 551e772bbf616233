//! The demo store: an empty database is filled with it, by the way every import goes.

use payments_core::audit::Author;
use payments_core::import::Reading;
use payments_core::ports::{Records, Unavailable};
use payments_core::record::PageRequest;
use payments_core::record::Part;

use crate::manage::{self, NotWritten};
use crate::state::AppState;

/// The demo store's document.
pub const STORE: &str = include_str!("../demo/store.json");

/// Session of a customer with a basket and a pre-order.
pub const CUSTOMER_SESSION: &str = "demo_customer_0000000000000000001";
/// Session of nobody, with a basket.
pub const VISITOR_SESSION: &str = "demo_visitor_00000000000000000001";
/// The token of the demo store's management.
pub const TOKEN: &str = "demo";

/// Hosts the demo store's Masterpass configuration names.
pub const MASTERPASS_HOSTS: [&str; 2] = ["masterpass.example.com", "shop.example.com"];

/// Why the demo store could not be filled in.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The store is away.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The document has mistakes: a defect of the build, kept out by a test.
    #[error("the demo store has mistakes: {0}")]
    Mistakes(String),
}

/// Fills an empty database with the demo store where the demo is on. A database that holds anything is left alone, so
/// what was changed survives a restart.
///
/// # Errors
/// [`DemoError`].
pub async fn seed(state: &AppState) -> Result<(), DemoError> {
    if !state.settings.demo.enabled || !is_empty(&*state.records).await? {
        return Ok(());
    }
    let reading = Reading::of_document(STORE.as_bytes(), &manage::policy(&state.settings));
    let author = Author {
        principal: "demo store".to_owned(),
        request_id: None,
        at: state.clock.now(),
    };
    match manage::write(state, reading, &author).await {
        Ok((document, _)) => {
            let objects = document.change().upserts.len();
            tracing::info!(objects, "filled the empty database with the demo store");
            Ok(())
        }
        Err(NotWritten::Unavailable(unavailable)) => Err(unavailable.into()),
        // It has no preconditions.
        Err(NotWritten::PreconditionFailed) => Err(DemoError::Mistakes(String::new())),
        Err(NotWritten::Mistakes(mistakes) | NotWritten::InUse(mistakes, _)) => {
            let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Err(DemoError::Mistakes(mistakes.join("; ")))
        }
    }
}

async fn is_empty(records: &dyn Records) -> Result<bool, Unavailable> {
    for part in Part::ALL {
        let first = records.page(part, PageRequest::number(1, 1)).await?;
        if !first.records.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
