//! The running service: settings in, a bound server out.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use tokio::net::TcpSocket;

use crate::assembly::{self, StartError};
use crate::key_rotation::AnnouncedRing;
use crate::settings::Settings;
use crate::state::AppState;
use crate::{answer, background, connections, cross_origin, metrics, routes, telemetry};

/// A server that is bound and not yet running.
pub struct Application {
    server: Server,
    /// Where the metrics have an address of their own.
    metrics: Option<(Server, u16)>,
    port: u16,
    state: Arc<AppState>,
    ring: Arc<AnnouncedRing>,
}

impl Application {
    /// Opens what the settings name, and binds the address.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(settings: Settings) -> Result<Self, StartError> {
        let backlog = settings.http.backlog;
        let (listener, port) = bind("http.bind", settings.http.bind, backlog)?;
        let metrics = settings
            .metrics
            .address()
            .filter(|_| settings.metrics.enabled);
        let metrics = metrics.map(|address| bind("metrics.bind", address, backlog));
        let metrics = metrics.transpose()?;
        let state = Arc::new(Box::pin(assembly::assemble(settings, port)).await?);
        let ring = Arc::new(AnnouncedRing::begin(&state).await?);
        crate::demo::seed(&state).await?;
        let server = server(&state, listener).map_err(StartError::Listen)?;
        let metrics = metrics.map(|(listener, port)| {
            let server = metrics::serve(&state, listener).map_err(StartError::Listen)?;
            Ok::<_, StartError>((server, port))
        });
        Ok(Self {
            server,
            metrics: metrics.transpose()?,
            port,
            state,
            ring,
        })
    }

    /// The port that was bound.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port of the metrics, where they have one of their own.
    pub fn metrics_port(&self) -> Option<u16> {
        self.metrics.as_ref().map(|(_, port)| *port)
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
        let announcing = self.ring.keep_announced();
        let metrics = self.metrics.map(|(server, _)| {
            let handle = server.handle();
            drop(tokio::spawn(server));
            handle
        });
        let result = self.server.await;
        background.stop().await;
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        self.state.tasks.close();
        let patience = Duration::from_secs(self.state.settings.http.shutdown_timeout_seconds);
        if tokio::time::timeout(patience, self.state.tasks.wait())
            .await
            .is_err()
        {
            tracing::error!("stopped with work in flight; the reconciler settles it");
        }
        announcing.abort();
        drop(announcing.await);
        self.ring.withdraw().await;
        result
    }
}

fn bind(
    setting: &'static str,
    address: SocketAddr,
    backlog: u32,
) -> Result<(TcpListener, u16), StartError> {
    let bound = listen(address, backlog).and_then(|listener| {
        let port = listener.local_addr()?.port();
        Ok((listener, port))
    });
    bound.map_err(|source| StartError::Bind {
        setting,
        address,
        source,
    })
}

/// The standard library's listener lets 128 connections wait, which a sale's first second overflows.
fn listen(address: SocketAddr, backlog: u32) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A restart need not wait until the connections of the process before are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)?.into_std()
}

fn server(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let shared = web::Data::from(Arc::clone(state));
    let (metrics, sentences) = (&state.metrics, &state.sentences);
    connections::serve(
        &state.settings.http,
        metrics,
        sentences,
        listener,
        move || {
            let state = shared.clone();
            App::new()
                .app_data(shared.clone())
                .wrap(from_fn(answer::complete))
                .wrap(from_fn(cross_origin::allow))
                .wrap(from_fn(telemetry::record))
                .configure(move |config| configure(config, &state))
                .default_service(web::to(routes::not_found))
        },
    )
}

/// Every route.
fn configure(config: &mut web::ServiceConfig, state: &AppState) {
    config
        .configure(crate::cards::configure)
        .configure(crate::stored_cards::configure)
        .configure(crate::masterpass::configure)
        .configure(crate::deliveries::twilio::configure)
        .configure(crate::csrf::configure)
        .configure(crate::manage::configure)
        .configure(crate::openapi::configure)
        .configure(crate::viewer::configure)
        .configure(crate::health::configure)
        .configure(crate::statics::configure);
    if state.settings.metrics.enabled && state.settings.metrics.bind.is_empty() {
        config.configure(metrics::configure);
    }
    if state.settings.demo.enabled {
        config.configure(crate::shop::configure);
    }
    if let Some(sandbox) = &state.sandbox {
        crate::sandbox::configure(config, Arc::clone(sandbox));
    }
}
