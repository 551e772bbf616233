//! The running service: settings in, a bound server out.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use payments_core::ports::{Purchases, Records, SavedCards, Sessions};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::answer;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::{BadSettings, Settings};
use crate::state::AppState;
use crate::wording::{Sentences, UnreadableSentences};

/// The ports' adapters, as the settings choose them.
pub struct Adapters {
    /// Who a session belongs to.
    pub sessions: Arc<dyn Sessions>,
    /// Baskets, pre-orders, products.
    pub purchases: Arc<dyn Purchases>,
    /// All stored objects.
    pub records: Arc<dyn Records>,
    /// Customers' saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
}

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
    /// A language file is broken.
    #[error(transparent)]
    Sentences(#[from] UnreadableSentences),
    /// The address cannot be bound.
    #[error("cannot listen on {address}")]
    Bind {
        /// `http.bind`.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Application {
    /// Binds the address and wires the adapters.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn with(settings: Settings, adapters: Adapters) -> Result<Self, StartError> {
        let address = settings.http.bind;
        let bind_error = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).map_err(bind_error)?;
        let port = listener.local_addr().map_err(bind_error)?.port();
        let state = Arc::new(AppState {
            public_url: public_url(&settings, port),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            sentences: Arc::new(Sentences::read()?),
            sessions: adapters.sessions,
            purchases: adapters.purchases,
            records: adapters.records,
            saved_cards: adapters.saved_cards,
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
            settings,
        });
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
        let result = self.server.await;
        self.state.tasks.close();
        self.state.tasks.wait().await;
        result
    }
}

fn server(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let http = state.settings.http.clone();
    let shared = answer::shared(Arc::clone(state));
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::clone(&shared))
            .wrap(from_fn(answer::complete))
            .configure(configure)
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
fn configure(_config: &mut web::ServiceConfig) {}

fn public_url(settings: &Settings, port: u16) -> String {
    if settings.http.public_url.is_empty() {
        format!("http://{}:{port}", settings.http.bind.ip())
    } else {
        settings.http.public_url.trim_end_matches('/').to_owned()
    }
}
