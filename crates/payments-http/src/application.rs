//! The running service: settings in, a bound server out.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use payments_core::card_storage::CardStorage;
use payments_core::ports::{Clock, Entropy, Wording};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::adapters::{Providers, ProvidersError, Stores, storage_ports, storage_settings};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::{self, BadSettings, Settings};
use crate::snapshot::{SnapshotError, Snapshots};
use crate::state::AppState;
use crate::wording::{Sentences, UnreadableSentences};
use crate::{answer, background, routes, telemetry};

/// A server that is bound and not yet running.
pub struct Application {
    server: Server,
    port: u16,
    state: Arc<AppState>,
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings do not go together.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// A provider cannot be used.
    #[error(transparent)]
    Providers(#[from] ProvidersError),
    /// The stored catalog cannot be used.
    #[error("the catalog cannot be loaded")]
    Catalog(#[from] SnapshotError),
    /// A language file is broken.
    #[error(transparent)]
    Sentences(#[from] UnreadableSentences),
    /// The address cannot be bound.
    #[error("cannot listen on {address}")]
    Bind {
        /// `http.bind`.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Application {
    /// Binds the address and wires the stores to the ports.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn with_stores(settings: Settings, stores: Stores) -> Result<Self, StartError> {
        let address = settings.http.bind;
        let bind_error = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).map_err(bind_error)?;
        let port = listener.local_addr().map_err(bind_error)?.port();
        let state = Arc::new(state(settings, stores, port).await?);
        let server = server(&state, listener).map_err(bind_error)?;
        Ok(Self { server, port, state })
    }

    /// The port that was bound.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What the workers share.
    pub const fn state(&self) -> &Arc<AppState> {
        &self.state
    }

    /// Answers until the process is told to stop; then waits for the work in flight.
    ///
    /// # Errors
    /// An error of the listening socket.
    pub async fn run(self) -> std::io::Result<()> {
        let background = background::start(&self.state);
        let result = self.server.await;
        background.stop().await;
        self.state.tasks.close();
        let patience = Duration::from_secs(self.state.settings.http.shutdown_timeout_seconds);
        if tokio::time::timeout(patience, self.state.tasks.wait()).await.is_err() {
            tracing::error!("stopped with work in flight; the reconciler settles it");
        }
        result
    }
}

async fn state(settings: Settings, stores: Stores, port: u16) -> Result<AppState, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let sentences = Arc::new(Sentences::read()?);
    let public_url = public_url(&settings, port);
    let providers = Providers::of(&settings, &clock, &entropy)?;
    let wording = Arc::clone(&sentences) as Arc<dyn Wording>;
    let card_storage = CardStorage {
        ports: storage_ports(&stores, &providers, &clock, &entropy, wording),
        keys: settings::keys(&settings.security, settings.environment, &*entropy)?,
        settings: storage_settings(settings.otp)?,
    };
    let snapshots =
        Snapshots::load(stores.catalog, Arc::clone(&sentences), public_url.clone()).await?;
    Ok(AppState {
        settings,
        public_url,
        clock,
        entropy,
        sentences,
        snapshots: Arc::new(snapshots),
        sessions: stores.sessions,
        purchases: stores.purchases,
        records: stores.records,
        saved_cards: stores.saved_cards,
        card_storage: Arc::new(card_storage),
        sandbox: providers.sandbox,
        tasks: TaskTracker::new(),
        runtime: Handle::current(),
    })
}

fn server(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let http = state.settings.http.clone();
    let shared = web::Data::from(Arc::clone(state));
    let mut server = HttpServer::new(move || {
        let state = shared.clone();
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(answer::complete))
            .wrap(from_fn(telemetry::record))
            .configure(move |config| configure(config, &state))
            .default_service(web::to(routes::not_found))
    })
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(http.keep_alive_seconds)))
    .client_request_timeout(Duration::from_secs(http.header_timeout_seconds))
    .max_connections(http.max_connections)
    .shutdown_timeout(http.shutdown_timeout_seconds);
    if http.workers > 0 {
        server = server.workers(http.workers);
    }
    Ok(server.listen(listener)?.run())
}

/// Every route.
fn configure(config: &mut web::ServiceConfig, state: &AppState) {
    config
        .configure(crate::cards::configure)
        .configure(crate::stored_cards::configure)
        .configure(crate::masterpass::configure)
        .configure(crate::csrf::configure)
        .configure(crate::health::configure)
        .configure(crate::statics::configure);
    if let Some(sandbox) = &state.sandbox {
        crate::sandbox::configure(config, Arc::clone(sandbox));
    }
}

fn public_url(settings: &Settings, port: u16) -> String {
    if settings.http.public_url.is_empty() {
        format!("http://{}", SocketAddr::new(settings.http.bind.ip(), port))
    } else {
        settings.http.public_url.trim_end_matches('/').to_owned()
    }
}
