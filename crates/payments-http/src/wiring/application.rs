//! Builds the server and runs it until it is stopped.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use payments_console::Console;
use payments_demo::Demo;
use tokio::net::TcpSocket;
use tokio::time::timeout_at;

use super::assembly::{self, StartError};
use super::background;
use super::key_rotation::AnnouncedKeys;
use crate::openapi::Description;
use crate::settings::Settings;
use crate::signals::Stop;
use crate::state::AppState;
use crate::{clock, connections, console, demo, metrics_page, process_report, routes, telemetry};

/// A server that is bound and not yet running.
pub struct Application {
    server: Server,
    /// If the management API has its own address.
    manage: Option<(Server, u16)>,
    /// If the metrics have their own address.
    metrics: Option<(Server, u16)>,
    port: u16,
    state: Arc<AppState>,
    keys: Arc<AnnouncedKeys>,
}

impl Application {
    /// Binds the addresses, opens the stores and providers, and only then listens: a client that can connect is served.
    ///
    /// # Errors
    /// [`StartError`] if the settings are refused, an address cannot be bound, or a store or a provider cannot be used.
    pub async fn build(settings: Settings) -> Result<Self, StartError> {
        let backlog = settings.http.backlog;
        let (socket, port) = bind("http.bind", settings.http.bind)?;
        let manage = settings.manage.address();
        let manage = manage.map(|address| bind("manage.bind", address));
        let manage = manage.transpose()?;
        let metrics = settings
            .metrics
            .address()
            .filter(|_| settings.metrics.enabled);
        let metrics = metrics.map(|address| bind("metrics.bind", address));
        let metrics = metrics.transpose()?;
        let state = Arc::new(Box::pin(assembly::assemble(settings, port)).await?);
        let keys = Arc::new(AnnouncedKeys::begin(&state).await?);
        demo::seed(&state).await?;
        let start = |address: Address, socket| {
            let listener = listen(socket, backlog)?;
            server(&state, address, listener).map_err(StartError::Listen)
        };
        let server = start(Address::Customers, socket)?;
        let manage = manage.map(|(socket, port)| Ok((start(Address::Management, socket)?, port)));
        let manage: Option<Result<_, StartError>> = manage;
        let metrics = metrics.map(|(socket, port)| {
            let listener = listen(socket, backlog)?;
            let server = metrics_page::serve(&state, listener).map_err(StartError::Listen)?;
            Ok::<_, StartError>((server, port))
        });
        Ok(Self {
            server,
            manage: manage.transpose()?,
            metrics: metrics.transpose()?,
            port,
            state,
            keys,
        })
    }

    /// The port that was bound.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port of the management API, if it has its own.
    pub fn manage_port(&self) -> Option<u16> {
        self.manage.as_ref().map(|(_, port)| *port)
    }

    /// The port of the metrics, if they have their own.
    pub fn metrics_port(&self) -> Option<u16> {
        self.metrics.as_ref().map(|(_, port)| *port)
    }

    /// What the workers share.
    pub const fn state(&self) -> &Arc<AppState> {
        &self.state
    }

    /// Serves until the listening socket fails.
    ///
    /// # Errors
    /// An error of the listening socket.
    pub async fn run(self) -> std::io::Result<()> {
        self.run_until(std::future::pending()).await
    }

    /// Serves until `stop` is ready. Requests in flight and the work of disconnected callers then share one deadline:
    /// `http.shutdown_timeout_seconds`.
    ///
    /// # Errors
    /// An error of the listening socket.
    pub async fn run_until(self, stop: impl Future<Output = Stop>) -> std::io::Result<()> {
        let background = background::start(&self.state);
        let announcing = self.keys.keep_announced();
        let metrics = self.metrics.map(|(server, _)| {
            let handle = server.handle();
            drop(tokio::spawn(server));
            handle
        });
        let manage = self.manage.map(|(server, _)| {
            let handle = server.handle();
            (handle, tokio::spawn(server))
        });
        let handle = self.server.handle();
        let mut server = tokio::spawn(self.server);
        let ended = tokio::select! {
            ended = &mut server => Err(ended),
            stop = stop => Ok(stop),
        };
        let timeout = Duration::from_secs(self.state.settings.http.shutdown_timeout_seconds);
        let deadline = clock::instant() + timeout;
        let result = match ended {
            Err(ended) => ended.map_err(std::io::Error::other).flatten(),
            Ok(stop) => {
                tracing::info!(?stop, "stopping");
                let is_graceful = stop == Stop::Gracefully;
                let manage = async {
                    if let Some((handle, server)) = manage {
                        handle.stop(is_graceful).await;
                        drop(server.await);
                    }
                };
                tokio::join!(handle.stop(is_graceful), manage);
                server.await.map_err(std::io::Error::other).flatten()
            }
        };
        drop(timeout_at(deadline + FINAL_WRITE_TIMEOUT, background.stop()).await);
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        self.state.tasks.close();
        if timeout_at(deadline, self.state.tasks.wait()).await.is_err() {
            tracing::error!("stopped with work in flight; the reconciler will settle it");
        }
        announcing.abort();
        drop(announcing.await);
        let last = clock::instant() + FINAL_WRITE_TIMEOUT;
        let withdrawn =
            async { tokio::join!(self.keys.withdraw(), process_report::withdraw(&self.state)) };
        drop(timeout_at(last, withdrawn).await);
        result
    }
}

/// The timeout of the last writes to a store at shutdown.
const FINAL_WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// Binds an address without listening: a port in use is an error, and no client can connect yet.
fn bind(setting: &'static str, address: SocketAddr) -> Result<(TcpSocket, u16), StartError> {
    let bound = take(address).and_then(|socket| {
        let port = socket.local_addr()?.port();
        Ok((socket, port))
    });
    bound.map_err(|source| StartError::Bind {
        setting,
        address,
        source,
    })
}

fn take(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A restart does not wait for the previous process's connections in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// The standard library's listener has a backlog of 128, which the first second of a sale overflows.
fn listen(socket: TcpSocket, backlog: u32) -> Result<TcpListener, StartError> {
    let listener = socket
        .listen(backlog)
        .and_then(tokio::net::TcpListener::into_std);
    listener.map_err(StartError::Listen)
}

/// What an address serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    /// Customers, and everything without its own address.
    Customers,
    Management,
}

fn server(
    state: &Arc<AppState>,
    address: Address,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let description = web::Data::new(description(state, address));
    let shared = web::Data::from(Arc::clone(state));
    let demo = web::Data::new(demo::of(state));
    let console = console(state, address);
    let (metrics, sentences) = (&state.metrics, &state.sentences);
    connections::serve(
        &state.settings.http,
        metrics,
        sentences,
        listener,
        move || {
            let (state, description) = (shared.clone(), description.clone());
            let (demo, console) = (demo.clone(), console.clone());
            App::new()
                .app_data(shared.clone())
                .wrap(from_fn(telemetry::record))
                .default_service(web::to(routes::not_found))
                .configure(move |config| {
                    match address {
                        Address::Customers => configure(config, &state, description, demo),
                        Address::Management => configure_management(config, description),
                    }
                    if let Some(console) = console {
                        console::configure(config, console);
                    }
                })
        },
    )
}

/// The description that an address serves. In production, the customers' address does not describe the management API.
fn description(state: &AppState, address: Address) -> Description {
    match address {
        Address::Customers => {
            let is_production = state.settings.is_production();
            let is_elsewhere = state.settings.manage.address().is_some();
            let base_path = state.base_path().to_owned();
            Description::new(!is_production && !is_elsewhere, base_path)
        }
        // It has no base path.
        Address::Management => Description::new(true, String::new()),
    }
}

/// The console, at the address of the management API.
fn console(state: &AppState, address: Address) -> Option<web::Data<Console>> {
    match address {
        Address::Customers if state.settings.manage.address().is_some() => None,
        Address::Customers => console::of(state, state.base_path()),
        // It has no base path.
        Address::Management => console::of(state, ""),
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
    demo: web::Data<Demo>,
) {
    config
        .configure(crate::listings::configure)
        .configure(crate::stored_cards::configure)
        .configure(crate::masterpass::configure)
        .configure(crate::jwks::configure)
        .configure(crate::sms_webhook::configure)
        .configure(crate::csrf::configure)
        .configure(|config| crate::openapi::configure(config, description))
        .configure(crate::viewer::configure)
        .configure(crate::health::configure)
        .configure(crate::statics::configure);
    if state.settings.manage.address().is_none() {
        config.configure(crate::manage::configure);
    }
    if state.settings.metrics.enabled && state.settings.metrics.bind.is_empty() {
        config.configure(metrics_page::configure);
    }
    if state.settings.demo.enabled {
        config.configure(|config| payments_demo::configure(config, demo));
    } else if !state.settings.is_production() {
        config.configure(crate::empty_store::configure);
    }
    if let Some(sandbox) = &state.sandbox {
        crate::sandbox::configure(config, Arc::clone(sandbox));
    }
}
