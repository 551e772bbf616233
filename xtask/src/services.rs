//! Throw-away servers for the tests: PostgreSQL and every kind of Redis that the service runs on.
//!
//! All listen on free ports of the loopback interface, work in one temporary folder, and are gone when xtask is.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use clap::ValueEnum;

mod account;
mod certificate;
mod debian;
mod obey;
pub(crate) mod patience;
pub(crate) mod port;
pub(crate) mod postgres;
pub(crate) mod programs;
mod redis;
mod redis_cluster;
mod redis_sentinel;
mod running;
mod server;
mod throw_away;
mod variable;

use certificate::Certificate;
use running::Running;
use throw_away::ThrowAway;

/// Keeps the tests' servers up until Ctrl-C, and prints where they are as lines for a shell.
///
/// `cargo xtask test` brings them up by itself. A server named in the environment (`PAYMENTS_TEST_DATABASE_URL`,
/// `PAYMENTS_TEST_REDIS_URL`, `PAYMENTS_TEST_REDIS_CLUSTER_URL`, `PAYMENTS_TEST_REDIS_SENTINEL_URL`) is used there
/// instead of one brought up.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these, joined by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Kind>,
    /// Read orders (stop, kill, start, pause or resume, and a server's name) line by line; end with the input.
    #[arg(long)]
    obey: bool,
}

/// What can be brought up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Postgres,
    /// Another PostgreSQL, with a server that follows it; only when asked for.
    PostgresReplica,
    Redis,
    RedisCluster,
    RedisSentinel,
}

impl Kind {
    /// What tests share.
    const ALL: [Self; 4] = [
        Self::Postgres,
        Self::Redis,
        Self::RedisCluster,
        Self::RedisSentinel,
    ];

    /// Who gives this variable has a server of that kind.
    fn variable(self) -> &'static str {
        match self {
            Self::Postgres | Self::PostgresReplica => variable::DATABASE,
            Self::Redis => variable::REDIS,
            Self::RedisCluster => variable::REDIS_CLUSTER,
            Self::RedisSentinel => variable::REDIS_SENTINEL,
        }
    }

    fn start(self, ground: &Arc<ThrowAway>, certificate: &Certificate) -> Result<Running> {
        match self {
            Self::Postgres => postgres::start(ground, certificate),
            Self::PostgresReplica => postgres::start_with_replica(ground, certificate),
            Self::Redis => redis::start(ground, certificate),
            Self::RedisCluster => redis_cluster::start(ground),
            Self::RedisSentinel => redis_sentinel::start(ground),
        }
    }
}

/// Servers that run until this is dropped.
pub(crate) struct Services {
    running: Vec<Running>,
    variables: Vec<(&'static str, String)>,
}

impl Services {
    /// Brings up every kind that the environment does not name a server of.
    ///
    /// # Errors
    /// Something is missing and cannot be installed, or does not start.
    pub(crate) fn for_tests() -> Result<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "servers that are already there are named here"
        )]
        let is_given = |kind: &Kind| std::env::var_os(kind.variable()).is_some();
        let missing: Vec<Kind> = Kind::ALL
            .into_iter()
            .filter(|kind| !is_given(kind))
            .collect();
        let mut services = Self::start(&missing)?;
        let xtask = std::env::current_exe().context("this program has no path")?;
        services
            .variables
            .push((variable::XTASK, in_words(&xtask)?));
        Ok(services)
    }

    /// PostgreSQL and Redis of its own, whatever the environment names: what is measured is filled and loaded.
    ///
    /// # Errors
    /// Something is missing and cannot be installed, or does not start.
    pub(crate) fn for_measuring() -> Result<Self> {
        Self::start(&[Kind::Postgres, Kind::Redis])
    }

    /// Where a server is that was brought up: the value of its variable.
    ///
    /// # Errors
    /// It was not.
    pub(crate) fn url_of(&self, kind: Kind) -> Result<&str> {
        let mut variables = self.variables.iter();
        let found = variables.find(|(name, _)| *name == kind.variable());
        let (_, url) = found.with_context(|| format!("{kind:?} was not brought up"))?;
        Ok(url)
    }

    /// All at the same time, as most of it is waiting.
    fn start(kinds: &[Kind]) -> Result<Self> {
        if kinds.is_empty() {
            return Ok(Self {
                running: Vec::new(),
                variables: Vec::new(),
            });
        }
        let ground = Arc::new(ThrowAway::new()?);
        let certificate = Certificate::issue(&ground)?;
        install_what_is_missing(kinds)?;
        let running = thread::scope(|scope| {
            let start = |kind: &Kind| {
                let kind = *kind;
                scope.spawn({
                    let (ground, certificate) = (&ground, &certificate);
                    move || kind.start(ground, certificate)
                })
            };
            // All are started before the first is waited for.
            let starting: Vec<_> = kinds.iter().map(start).collect();
            starting
                .into_iter()
                .map(joined)
                .collect::<Result<Vec<Running>>>()
        })?;
        let mut variables = vec![(variable::AUTHORITY, in_words(&certificate.authority)?)];
        variables.extend(running.iter().flat_map(|running| running.variables.clone()));
        Ok(Self { running, variables })
    }

    /// Where the tests find the servers: environment variables by name.
    pub(crate) fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }
}

/// Before the threads begin: two installations at once would be in each other's way.
fn install_what_is_missing(kinds: &[Kind]) -> Result<()> {
    let is_postgres = |kind: &Kind| matches!(kind, Kind::Postgres | Kind::PostgresReplica);
    if kinds.iter().any(is_postgres) {
        programs::POSTGRES.folder()?;
    }
    if !kinds.iter().all(is_postgres) {
        programs::REDIS.folder()?;
    }
    Ok(())
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn in_words(path: &Path) -> Result<String> {
    let words = path.to_str().map(str::to_owned);
    words.with_context(|| format!("{} is not UTF-8", path.display()))
}

/// # Errors
/// Something is missing and cannot be installed, or does not start.
pub(crate) fn run(options: &Options) -> Result<()> {
    let kinds = if options.only.is_empty() {
        &Kind::ALL
    } else {
        &*options.only
    };
    let mut services = Services::start(kinds)?;
    for (name, value) in services.variables() {
        println!("export {name}='{value}'");
    }
    if options.obey {
        println!("ready");
        return obey_all(&mut services, io::stdin().lock());
    }
    println!("# until Ctrl-C");
    loop {
        thread::park();
    }
}

/// Answers each order with `ok` or with what is wrong.
fn obey_all(services: &mut Services, orders: impl BufRead) -> Result<()> {
    let mut servers: Vec<_> = services
        .running
        .iter_mut()
        .flat_map(|running| &mut running.servers)
        .collect();
    for line in orders.lines() {
        match obey::obey(&mut servers, &line?) {
            Ok(()) => println!("ok"),
            Err(error) => println!("error: {error:#}"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::{Kind, Services, obey_all, variable};

    fn port(services: &Services, name: &str) -> u16 {
        let mut variables = services.variables().iter();
        let (_, url) = variables.find(|(known, _)| *known == name).unwrap();
        let port = url.rsplit(':').next().unwrap();
        port.trim_end_matches("/0").parse().unwrap()
    }

    #[test]
    fn a_server_is_gone_after_stop_and_back_after_start() {
        let mut services = Services::start(&[Kind::Redis]).unwrap();
        let port = port(&services, variable::REDIS);
        let is_up = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!(is_up());
        for order in ["stop", "kill"] {
            obey_all(&mut services, format!("{order} redis\n").as_bytes()).unwrap();
            assert!(!is_up());
            obey_all(&mut services, "start redis\n".as_bytes()).unwrap();
            assert!(is_up());
        }
        drop(services);
        assert!(!is_up());
    }

    #[test]
    fn who_needs_no_server_starts_none() {
        assert!(Services::start(&[]).unwrap().variables().is_empty());
    }
}
