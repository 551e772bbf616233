//! Receives notifications of catalog changes as they are committed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Connection, NoTls};

use payments_sql::changes::CatalogChanges;

use super::CHANNEL;
use super::hosts::Hosts;
use super::tls::Protection;

/// The interval of polling the version as well: a notification may be lost with the connection.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The pause before reconnecting.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// The server that sends notifications.
#[derive(Clone)]
pub(crate) struct Source {
    hosts: Hosts,
    protection: Protection,
}

impl Source {
    pub(super) const fn new(hosts: Hosts, protection: Protection) -> Self {
        Self { hosts, protection }
    }

    /// Listens on a dedicated connection until the last receiver is dropped.
    pub(crate) fn changes(&self) -> CatalogChanges {
        let notices = Arc::new(Notify::new());
        tokio::spawn(listen(self.clone(), Arc::downgrade(&notices)));
        CatalogChanges::new(POLL_INTERVAL, Some(notices))
    }
}

async fn listen(source: Source, notices: Weak<Notify>) {
    while notices.strong_count() > 0 {
        let ended = match &source.protection {
            Protection::None => {
                let connected = source
                    .hosts
                    .first(|host| async move { host.connect(NoTls).await });
                match connected.await {
                    Ok((client, link)) => follow(&client, link, &notices)
                        .await
                        .map_err(|error| error.to_string()),
                    Err(error) => Err(error),
                }
            }
            Protection::Tls(tls) => {
                let connected = source.hosts.first(|host| {
                    let tls = tls.clone();
                    async move { host.connect(tls).await }
                });
                match connected.await {
                    Ok((client, link)) => follow(&client, link, &notices)
                        .await
                        .map_err(|error| error.to_string()),
                    Err(error) => Err(error),
                }
            }
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "the connection for notices of catalog changes broke; the version is still polled");
        }
        // Polling the version finds what was missed while disconnected.
        if let Some(notices) = notices.upgrade() {
            notices.notify_one();
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}

/// Forwards notifications until the connection ends or the last receiver is dropped.
async fn follow<S, T>(
    client: &tokio_postgres::Client,
    mut link: Connection<S, T>,
    notices: &Weak<Notify>,
) -> Result<(), tokio_postgres::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let channel = format!("LISTEN {CHANNEL}");
    let asked = client.batch_execute(&channel);
    tokio::pin!(asked);
    let mut is_listening = false;
    loop {
        tokio::select! {
            answer = &mut asked, if !is_listening => {
                answer?;
                is_listening = true;
            }
            message = std::future::poll_fn(|context| link.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => match notices.upgrade() {
                    Some(notices) => notices.notify_one(),
                    None => return Ok(()),
                },
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            () = tokio::time::sleep(POLL_INTERVAL) => {
                if notices.strong_count() == 0 {
                    return Ok(());
                }
            }
        }
    }
}
