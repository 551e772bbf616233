//! Serves the demo store: fills an empty database with it, and gives its pages what they need of this service.

mod payment;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{Error, HttpRequest, web};
use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::id::{CustomerId, ProductId};
use payments_core::import::Reading;
use payments_core::language::Language;
use payments_core::ports::{Records, Unavailable};
use payments_core::record::{PageRequest, Part};
use payments_core::session::SessionId;
use payments_demo::{Authorized, CardsRemoved, Changes, Demo, Host, Orders, Payment, Quoted};
use serde_json::Value;

use self::payment::PaymentForm;
use crate::body::{self, Form, FormReader};
use crate::cookies::{self, Found};
use crate::csrf;
use crate::error::ApiError;
use crate::i18n;
use crate::language;
use crate::manage::{self, WriteError};
use crate::path::PathPk;
use crate::request_id;
use crate::routes;
use crate::session;
use crate::state::AppState;

/// Why the demo store could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The document is invalid: a defect of the build, which a test prevents.
    #[error("the demo store's data has errors: {0}")]
    Mistakes(String),
}

/// Imports the demo store into an empty database if the demo is enabled. A database that holds any object is left
/// alone, so changes survive a restart.
///
/// # Errors
/// [`DemoError`] if the database does not respond.
pub async fn seed(state: &AppState) -> Result<(), DemoError> {
    if !state.settings.demo.enabled || !is_empty(&*state.records).await? {
        return Ok(());
    }
    let store = payments_demo::STORE.as_bytes();
    let reading = Reading::of_document(store, &manage::policy(&state.settings));
    let author = Author {
        principal: "demo store".to_owned(),
        request_id: None,
        at: state.clock.now(),
    };
    match manage::write_without_approval(state, reading, &author).await {
        Ok((document, _)) => {
            let objects = document.change().upserts.len();
            tracing::info!(objects, "imported the demo store into the empty database");
            Ok(())
        }
        Err(WriteError::Unavailable(unavailable)) => Err(unavailable.into()),
        // It has no preconditions, deletes nothing and needs no approval.
        Err(
            WriteError::PreconditionFailed
            | WriteError::Referred(_)
            | WriteError::Proposed(_)
            | WriteError::TooManyProposals
            | WriteError::Busy
            | WriteError::ProposalClosed
            | WriteError::ApprovalApart(_),
        ) => Err(DemoError::Mistakes(String::new())),
        Err(WriteError::Mistakes(mistakes) | WriteError::InUse(mistakes, _)) => {
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

/// The demo in this service.
pub fn of(state: &Arc<AppState>) -> Demo {
    Demo {
        records: Arc::clone(&state.records),
        clock: Arc::clone(&state.clock),
        entropy: Arc::clone(&state.entropy),
        public_url: state.public_url.clone(),
        session_cookie: state.settings.session.cookie_name.clone(),
        code_lifetime_seconds: state.settings.otp.code_lifetime_seconds,
        code_length: state.settings.otp.length,
        other_methods: routes::no_other,
        host: Box::new(Service(Arc::clone(state))),
        orders: Orders::default(),
        changes: Changes::default(),
    }
}

/// Deletes what visitors of the demo left behind; returns how many objects.
///
/// # Errors
/// [`Unavailable`] if the database does not respond.
pub async fn clean_up(state: &Arc<AppState>) -> Result<usize, Unavailable> {
    payments_demo::clean_up(&of(state)).await
}

struct Service(Arc<AppState>);

#[async_trait(?Send)]
impl Host for Service {
    async fn session_id(&self, request: &HttpRequest) -> Result<Option<SessionId>, Error> {
        Ok(session::session_id(request, &self.0).await?)
    }

    fn check_csrf(&self, request: &HttpRequest, session: &SessionId) -> Result<(), Error> {
        Ok(csrf::check(request, &self.0, session)?)
    }

    fn request_id(&self, request: &HttpRequest) -> Option<String> {
        request_id::of(request)
    }

    fn language(&self, request: &HttpRequest) -> Language {
        language::of_request(request)
    }

    fn cookie<'r>(&self, request: &'r HttpRequest, name: &str) -> Option<&'r str> {
        match cookies::find(request, name, false) {
            Found::One(value) => Some(value),
            Found::Absent | Found::Ambiguous => None,
        }
    }

    fn path_pk(&self, request: &HttpRequest) -> Option<i64> {
        PathPk::parse(request.match_info().get("pk").unwrap_or_default()).0
    }

    async fn quantity(&self, request: &HttpRequest, payload: web::Payload) -> Result<u32, Error> {
        let form: QuantityForm = body::form(request, payload, &self.0.settings.http).await?;
        Ok(form.quantity)
    }

    async fn delivery(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Option<String>, Error> {
        let form: DeliveryForm = body::form(request, payload, &self.0.settings.http).await?;
        Ok(form.delivery)
    }

    async fn payment(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Payment, Error> {
        let form: PaymentForm = body::form(request, payload, &self.0.settings.http).await?;
        Ok(form.0)
    }

    async fn quote(&self, session: &SessionId, chosen: &Payment) -> Result<Option<Quoted>, Error> {
        Ok(payment::quote(&self.0, session, chosen).await?)
    }

    async fn authorize(
        &self,
        chosen: &Payment,
        quoted: &Quoted,
        author: Author,
    ) -> Result<Authorized, Error> {
        Ok(payment::authorize(&self.0, chosen, quoted, author).await?)
    }

    async fn explain(&self, product: ProductId, language: Language) -> Result<Value, Error> {
        let body = manage::explain::of_product(&self.0, product, language).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    async fn import(&self, document: &Value, author: &Author) -> Result<(), Error> {
        let bytes = document.to_string().into_bytes();
        let reading = Reading::of_document(&bytes, &manage::policy(&self.0.settings));
        let written = manage::write(&self.0, reading, author).await;
        written.map_err(ApiError::from)?;
        Ok(())
    }

    fn remove_cards(&self, customer: CustomerId) -> CardsRemoved<'_> {
        Box::pin(async move {
            let snapshot = self.0.snapshots.current();
            for card in self.0.saved_cards.all(customer).await? {
                let storage = &self.0.card_storage;
                storage
                    .remove_card(&snapshot.catalog, customer, card.pk)
                    .await?;
            }
            Ok(())
        })
    }

    fn templates(
        &self,
        language: Language,
        sources: &[&'static str],
        variables: &[&str],
    ) -> BTreeMap<String, String> {
        // A test loads every file.
        let texts = sources
            .iter()
            .filter_map(|source| i18n::templates(language, source, variables).ok());
        texts.flatten().collect()
    }
}

struct QuantityForm {
    quantity: u32,
}

impl Form for QuantityForm {
    const IS_SECRET: bool = false;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let quantity = reader.digits("quantity", 2, "field-invalid")?;
        Some(Self { quantity })
    }
}

struct DeliveryForm {
    delivery: Option<String>,
}

impl Form for DeliveryForm {
    const IS_SECRET: bool = false;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let delivery = reader.fields().text("delivery").ok().map(str::to_owned);
        Some(Self { delivery })
    }
}
