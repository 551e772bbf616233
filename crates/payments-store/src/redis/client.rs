//! Executes commands, with timeouts, retries and the health gate.

use std::time::Duration;

use deadpool_redis::redis::{self, Arg, Cmd, FromRedisValue, RedisError, Value};
use tokio::time::timeout;

use payments_sql::open_error::OpenFlowsError;
use payments_sql::pool::PoolState;
use payments_sql::settings::FlowSettings;

use super::address::Address;
use super::error::{ClientError, was_refused};
use super::health_gate::HealthGate;
use super::pool::RedisPool;
use super::shared_connection::SharedConnection;

/// The back-off between retries: shorter than a failover, as callers do not wait that long.
const PAUSES_MILLISECONDS: [u64; 5] = [10, 40, 100, 250, 500];

/// The interval at which a caller polls a closed gate.
const GATE_POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Whether a command may be sent again after its reply was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// It only reads, so it may be repeated.
    Safe,
    /// It writes, and must not be executed twice.
    Never,
}

impl Retry {
    /// Whether a command may be sent again after this error.
    fn is_allowed_after(self, error: &ClientError) -> bool {
        match error {
            ClientError::Redis(error) if was_refused(error) => true,
            ClientError::Redis(error) => self == Self::Safe && error.is_io_error(),
            ClientError::Down | ClientError::NoConnection(_) | ClientError::Busy => true,
            ClientError::Timeout => false,
        }
    }
}

pub(super) struct Client {
    pool: RedisPool,
    shared: SharedConnection,
    /// Always open for a cluster: while one of its nodes is down, the others serve.
    gate: HealthGate,
    /// The timeout of getting a connection and a reply.
    timeout: Duration,
}

impl Client {
    pub(super) fn new(address: Address, settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
        Ok(Self {
            pool: RedisPool::new(address, settings)?,
            shared: SharedConnection::default(),
            gate: HealthGate::default(),
            timeout: settings.wait_timeout * 2,
        })
    }

    /// Executes a command on a key.
    pub(super) async fn execute<T: FromRedisValue>(
        &self,
        key: &str,
        command: &Cmd,
        retry: Retry,
    ) -> Result<T, ClientError> {
        let executed = Box::pin(self.execute_with_retries(key, command, retry));
        let value = self.within_timeout(command, executed).await?;
        Ok(T::from_redis_value(value).map_err(RedisError::from)?)
    }

    async fn execute_with_retries(
        &self,
        key: &str,
        command: &Cmd,
        retry: Retry,
    ) -> Result<Value, ClientError> {
        let mut pauses = PAUSES_MILLISECONDS.into_iter();
        loop {
            let connection = match retry {
                Retry::Safe => self.shared.get(&self.pool).await,
                Retry::Never => self.pool.connection(key).await,
            };
            let error = match connection {
                Ok(mut connection) => match self.pool.send(&mut connection, command).await {
                    Ok(value) => return Ok(value),
                    Err(error) => {
                        connection.close_if_broken(&error);
                        self.shared.forget();
                        if !retry.is_allowed_after(&error) {
                            return Err(error);
                        }
                        error
                    }
                },
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) => tokio::time::sleep(Duration::from_millis(pause)).await,
                None => return Err(error),
            }
        }
    }

    /// Waits until the gate is open, up to the timeout: it may have been a single broken connection.
    pub(super) async fn wait_until_open(&self) {
        let open = async {
            while !self.gate.is_open() {
                tokio::time::sleep(GATE_POLL_INTERVAL).await;
            }
        };
        let _ = timeout(self.timeout, open).await;
    }

    pub(super) fn pool_state(&self) -> PoolState {
        self.pool.state()
    }

    /// Pings every server. The error contains no secrets.
    pub(super) async fn ping(&self) -> Result<(), String> {
        let answer = self.execute_everywhere(&redis::cmd("PING")).await;
        answer.map(drop).map_err(|error| error.to_string())
    }

    /// Executes a command on the server, or on every master of a cluster.
    pub(super) async fn execute_everywhere(&self, command: &Cmd) -> Result<Value, ClientError> {
        let executed = Box::pin(self.pool.send_everywhere(command));
        self.within_timeout(command, executed).await
    }

    /// Fails immediately while the gate is closed, and closes it after an outage.
    async fn within_timeout<R>(
        &self,
        command: &Cmd,
        executed: impl Future<Output = Result<R, ClientError>>,
    ) -> Result<R, ClientError> {
        if !self.gate.is_open() {
            return Err(ClientError::Down);
        }
        let answer = async {
            let answer = timeout(self.timeout, executed).await;
            answer.unwrap_or(Err(ClientError::Timeout))
        };
        let span = payments_spans::redis(|| name(command));
        let answer = payments_spans::within(span, answer, ClientError::kind).await;
        if answer.as_ref().is_err_and(ClientError::is_outage) {
            self.close_gate();
        }
        answer
    }

    fn close_gate(&self) {
        if let RedisPool::Cluster(_) = self.pool {
            return;
        }
        let (pool, timeout) = (self.pool.clone(), self.timeout);
        self.gate.close_until(move || is_up(pool.clone(), timeout));
    }
}

/// A command's name in traces, which never have any of its arguments.
fn name(command: &Cmd) -> &'static str {
    const NAMES: [&str; 8] = [
        "CONFIG", "DEL", "EVAL", "GET", "GETDEL", "HDEL", "PING", "SET",
    ];
    let Some(Arg::Simple(sent)) = command.args_iter().next() else {
        return "other";
    };
    let known = NAMES.into_iter().find(|name| name.as_bytes() == sent);
    known.unwrap_or("other")
}

/// Whether the server accepts a connection.
async fn is_up(pool: RedisPool, max_wait: Duration) -> bool {
    let connection = timeout(max_wait, Box::pin(pool.connection(""))).await;
    let is_up = connection.is_ok_and(|connection| connection.is_ok());
    if !is_up {
        pool.close_idle();
    }
    is_up
}
