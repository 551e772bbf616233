//! Asking Redis: what is sent again, for how long, and when a server is not asked at all.

use std::time::Duration;

use deadpool_redis::redis::{self, Cmd, FromRedisValue, RedisError, Value};
use tokio::time::timeout;

use crate::flows::OpenFlowsError;
use crate::pool::PoolState;
use crate::settings::FlowSettings;

use super::address::Address;
use super::away::Away;
use super::pools::Pools;
use super::shared::Shared;
use super::was_refused;

/// Pauses between tries of what a server refused or, if it changes nothing, of what was lost: a failover takes seconds,
/// a caller waits for less.
const PAUSES_MILLISECONDS: [u64; 5] = [10, 40, 100, 250, 500];

/// Between two looks whether a server is back again.
const BACK_AGAIN_EVERY: Duration = Duration::from_millis(5);

/// Whether a command may be sent again when its reply was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It changes nothing.
    None,
    /// It must not be carried out twice.
    Once,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// The server was lost a moment ago and has not answered since; nothing was sent.
    #[error("Redis does not answer")]
    Away,
    /// No link; nothing was sent.
    #[error("no link to Redis: {0}")]
    NoLink(String),
    /// Other callers use all links; nothing was sent.
    #[error("all links to Redis are in use")]
    Busy,
    /// No answer in time; it is unknown whether Redis did it.
    #[error("Redis did not answer in time")]
    Silent,
    /// Redis refused, or it is unknown whether it did it.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

impl LinkError {
    /// Whether the next caller can expect no better.
    fn is_loss(&self) -> bool {
        match self {
            Self::NoLink(_) | Self::Silent => true,
            Self::Redis(error) => error.is_io_error(),
            Self::Away | Self::Busy => false,
        }
    }

    /// Whether a command may be sent again after this.
    fn allows_another_try(&self, effect: Effect) -> bool {
        match self {
            Self::Redis(error) => {
                was_refused(error) || effect == Effect::None && error.is_io_error()
            }
            Self::Away | Self::NoLink(_) | Self::Busy => true,
            Self::Silent => false,
        }
    }
}

/// Links to Redis.
pub(super) struct Links {
    pools: Pools,
    shared: Shared,
    /// Never of a cluster: while one of its nodes is away the others serve on.
    away: Away,
    /// How long a caller waits at most, for a link and an answer.
    patience: Duration,
}

impl Links {
    pub(super) fn to(address: Address, settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
        Ok(Self {
            pools: Pools::to(address, settings)?,
            shared: Shared::default(),
            away: Away::default(),
            patience: settings.wait_timeout * 2,
        })
    }

    /// Carries out a command about a key.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        key: &str,
        command: &Cmd,
        effect: Effect,
    ) -> Result<T, LinkError> {
        let asked = Box::pin(self.ask_until_answered(key, command, effect));
        let value = self.in_time(asked).await?;
        Ok(T::from_redis_value(value).map_err(RedisError::from)?)
    }

    async fn ask_until_answered(
        &self,
        key: &str,
        command: &Cmd,
        effect: Effect,
    ) -> Result<Value, LinkError> {
        let mut pauses = PAUSES_MILLISECONDS.into_iter();
        loop {
            let link = match effect {
                Effect::None => self.shared.link(&self.pools).await,
                Effect::Once => self.pools.link(key).await,
            };
            let error = match link {
                Ok(mut link) => match self.pools.send(&mut link, command).await {
                    Ok(value) => return Ok(value),
                    Err(error) => {
                        link.close_if_broken(&error);
                        self.shared.forget();
                        if !error.allows_another_try(effect) {
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

    /// Waits for a server that was lost a moment ago, as long as for any answer. It may have been one link only.
    pub(super) async fn back_again(&self) {
        let waiting = async {
            while self.away.is_so() {
                tokio::time::sleep(BACK_AGAIN_EVERY).await;
            }
        };
        let _ = timeout(self.patience, waiting).await;
    }

    /// How busy the links are.
    pub(super) fn pool(&self) -> PoolState {
        self.pools.state()
    }

    /// Asks every server whether it is there.
    ///
    /// # Errors
    /// Why not, in words without secrets.
    pub(super) async fn ping(&self) -> Result<(), String> {
        let answer = self.everywhere(&redis::cmd("PING")).await;
        answer.map(drop).map_err(|error| error.to_string())
    }

    /// Asks the server, or every master of a cluster.
    pub(super) async fn everywhere(&self, command: &Cmd) -> Result<Value, LinkError> {
        self.in_time(Box::pin(self.pools.everywhere(command))).await
    }

    /// Does not wait for a server that is away, and not for long for one that turns out to be.
    async fn in_time<R>(
        &self,
        asked: impl Future<Output = Result<R, LinkError>>,
    ) -> Result<R, LinkError> {
        if self.away.is_so() {
            return Err(LinkError::Away);
        }
        let answer = timeout(self.patience, asked).await;
        let answer = answer.unwrap_or(Err(LinkError::Silent));
        if answer.as_ref().is_err_and(LinkError::is_loss) {
            self.lost();
        }
        answer
    }

    fn lost(&self) {
        if let Pools::Cluster(_) = self.pools {
            return;
        }
        let (pools, patience) = (self.pools.clone(), self.patience);
        self.away.until(move || answers(pools.clone(), patience));
    }
}

/// Whether the server gives a link again.
async fn answers(pools: Pools, patience: Duration) -> bool {
    let link = timeout(patience, Box::pin(pools.link(""))).await;
    let is_there = link.is_ok_and(|link| link.is_ok());
    if !is_there {
        pools.close_idle();
    }
    is_there
}
