//! The running service: settings in, a bound server out.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use tokio::net::TcpSocket;

use crate::assembly::{self, StartError};
use crate::key_rotation::AnnouncedRing;
use crate::openapi::Description;
use crate::settings::{Environment, Settings};
use crate::state::AppState;
use crate::{answer, background, cross_origin, metrics, routes, telemetry};

/// A server that is bound and not yet running.
pub struct Application {
    server: Server,
    /// Where the management API has an address of its own.
    manage: Option<(Server, u16)>,
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
        let manage = settings.manage.address();
        let manage = manage.map(|address| bind("manage.bind", address, backlog));
        let manage = manage.transpose()?;
        let metrics = settings
            .metrics
            .address()
            .filter(|_| settings.metrics.enabled);
        let metrics = metrics.map(|address| bind("metrics.bind", address, backlog));
        let metrics = metrics.transpose()?;
        let state = Arc::new(Box::pin(assembly::assemble(settings, port)).await?);
        let ring = Arc::new(AnnouncedRing::begin(&state).await?);
        crate::demo::seed(&state).await?;
        let start = |address: Address, listener| {
            server(&state, address, listener).map_err(StartError::Listen)
        };
        let server = start(Address::Customers, listener)?;
        let manage =
            manage.map(|(listener, port)| Ok((start(Address::Management, listener)?, port)));
        let manage: Option<Result<_, StartError>> = manage;
        let metrics = metrics.map(|(listener, port)| {
            let server = metrics::serve(&state, listener).map_err(StartError::Listen)?;
            Ok::<_, StartError>((server, port))
        });
        Ok(Self {
            server,
            manage: manage.transpose()?,
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

    /// The port of the management API, where it has one of its own.
    pub fn manage_port(&self) -> Option<u16> {
        self.manage.as_ref().map(|(_, port)| *port)
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
        // It takes the process's signals too, so that both finish their requests at the same time.
        let manage = self.manage.map(|(server, _)| {
            let handle = server.handle();
            (handle, tokio::spawn(server))
        });
        let result = self.server.await;
        if let Some((handle, stopped)) = manage {
            handle.stop(true).await;
            drop(stopped.await);
        }
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

/// What an address of the service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    /// Customers, and everything that has no address of its own.
    Customers,
    /// The management API.
    Management,
}

fn server(
    state: &Arc<AppState>,
    address: Address,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let description = web::Data::new(description(state, address));
    let http = state.settings.http.clone();
    let shared = web::Data::from(Arc::clone(state));
    let mut server = HttpServer::new(move || {
        let (state, description) = (shared.clone(), description.clone());
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(answer::complete))
            .wrap(from_fn(cross_origin::allow))
            .wrap(from_fn(telemetry::record))
            .configure(move |config| match address {
                Address::Customers => configure(config, &state, description),
                Address::Management => configure_management(config, description),
            })
            .default_service(web::to(routes::not_found))
    })
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(
        http.keep_alive_seconds,
    )))
    .client_request_timeout(Duration::from_secs(http.header_timeout_seconds))
    .tcp_nodelay(http.tcp_nodelay)
    .max_connections(http.max_connections)
    .shutdown_timeout(http.shutdown_timeout_seconds);
    if http.workers > 0 {
        server = server.workers(http.workers);
    }
    Ok(server.listen(listener)?.run())
}

/// What an address describes: in production, customers' own addresses say nothing of the management API.
fn description(state: &AppState, address: Address) -> Description {
    match address {
        Address::Customers => {
            let is_production = state.settings.environment == Environment::Production;
            let is_elsewhere = state.settings.manage.address().is_some();
            let base_path = state.base_path().to_owned();
            Description::new(!is_production && !is_elsewhere, base_path)
        }
        // Nobody is told of a path before it.
        Address::Management => Description::new(true, String::new()),
    }
}

/// The routes of the management API's own address.
fn configure_management(config: &mut web::ServiceConfig, description: web::Data<Description>) {
    config
        .configure(crate::manage::configure)
        .configure(|config| crate::openapi::configure(config, description))
        .configure(crate::viewer::configure)
        .configure(crate::health::configure);
}

/// The routes of the customers' address.
fn configure(
    config: &mut web::ServiceConfig,
    state: &AppState,
    description: web::Data<Description>,
) {
    config
        .configure(crate::cards::configure)
        .configure(crate::stored_cards::configure)
        .configure(crate::masterpass::configure)
        .configure(crate::deliveries::twilio::configure)
        .configure(crate::csrf::configure)
        .configure(|config| crate::openapi::configure(config, description))
        .configure(crate::viewer::configure)
        .configure(crate::health::configure)
        .configure(crate::statics::configure);
    if state.settings.manage.address().is_none() {
        config.configure(crate::manage::configure);
    }
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
