//! Temporary servers for the tests: PostgreSQL and every kind of Redis that the service supports.
//!
//! All listen on free ports of the loopback interface, share one temporary folder, and end when xtask ends.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use payments_bench::threads::in_parallel;

mod certificate;
pub(crate) mod port;
pub(crate) mod postgres;
pub(crate) mod programs;
mod redis;
mod redis_kinds;
mod server;
pub(crate) mod wait;
mod workdir;

use certificate::Certificate;
use server::Server;
use workdir::Workdir;

/// The password of every server. It protects nothing; with it a wrong one is refused.
const PASSWORD: &str = "throw-away";

/// Runs the tests' servers until Ctrl-C, and prints their addresses as `export` lines.
///
/// `cargo xtask test` starts them by itself. A server named in the environment (`PAYMENTS_TEST_DATABASE_URL`,
/// `PAYMENTS_TEST_REDIS_URL`, `PAYMENTS_TEST_REDIS_CLUSTER_URL`, `PAYMENTS_TEST_REDIS_SENTINEL_URL`) is used instead
/// of a new one.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Kind>,
    /// Read commands (`stop`, `kill`, `start`, `pause` or `resume`, and a server's name) from the input, one per
    /// line, and end with it.
    #[arg(long)]
    control: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Postgres,
    /// Another PostgreSQL, with a replica; only on request.
    PostgresReplica,
    Redis,
    RedisCluster,
    RedisSentinel,
}

impl Kind {
    /// What the tests share.
    const SHARED: [Self; 4] = [
        Self::Postgres,
        Self::Redis,
        Self::RedisCluster,
        Self::RedisSentinel,
    ];

    /// The variable that names a server of this kind.
    fn variable(self) -> &'static str {
        match self {
            Self::Postgres | Self::PostgresReplica => "PAYMENTS_TEST_DATABASE_URL",
            Self::Redis => "PAYMENTS_TEST_REDIS_URL",
            Self::RedisCluster => "PAYMENTS_TEST_REDIS_CLUSTER_URL",
            Self::RedisSentinel => "PAYMENTS_TEST_REDIS_SENTINEL_URL",
        }
    }

    fn start(self, workdir: &Arc<Workdir>, certificate: &Certificate) -> Result<Services> {
        match self {
            Self::Postgres => postgres::start(workdir, certificate),
            Self::PostgresReplica => postgres::start_with_replica(workdir, certificate),
            Self::Redis => redis_kinds::start_single(workdir, certificate),
            Self::RedisCluster => redis_kinds::start_cluster(workdir),
            Self::RedisSentinel => redis_kinds::start_sentinels(workdir),
        }
    }
}

/// Servers for the tests, and the environment variables with their addresses. Dropping this stops them.
#[derive(Default)]
pub(crate) struct Services {
    servers: Vec<Server>,
    variables: Vec<(&'static str, String)>,
}

impl Services {
    /// Starts what the tests share.
    pub(crate) fn for_tests(xtask: &Path) -> Result<Self> {
        Self::named_or_new(Kind::SHARED, xtask)
    }

    /// Starts every one of these kinds that the environment does not name. Tests start servers of their own with this program.
    pub(crate) fn named_or_new(
        kinds: impl IntoIterator<Item = Kind>,
        xtask: &Path,
    ) -> Result<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the environment names existing servers"
        )]
        let is_named = |kind: &Kind| std::env::var_os(kind.variable()).is_some();
        let missing = kinds.into_iter().filter(|kind| !is_named(kind));
        let mut services = Self::start(&missing.collect::<Vec<_>>())?;
        let xtask = ("PAYMENTS_TEST_XTASK", utf8(xtask)?);
        services.variables.push(xtask);
        Ok(services)
    }

    /// Starts new PostgreSQL and Redis servers, even if the environment names some. Commits are durable.
    pub(crate) fn for_measuring() -> Result<Self> {
        let services = Self::start(&[Kind::Postgres, Kind::Redis])?;
        postgres::make_durable(services.url_of(Kind::Postgres)?)?;
        Ok(services)
    }

    /// Starts all at the same time: most of it is waiting.
    fn start(kinds: &[Kind]) -> Result<Self> {
        let mut services = Self::default();
        if kinds.is_empty() {
            return Ok(services);
        }
        // Before the threads start: two installations at once would block each other.
        let is_postgres = |kind: &Kind| matches!(kind, Kind::Postgres | Kind::PostgresReplica);
        if kinds.iter().any(is_postgres) {
            programs::POSTGRES.folder()?;
        }
        if !kinds.iter().all(is_postgres) {
            programs::REDIS.folder()?;
        }
        let workdir = &Arc::new(Workdir::new()?);
        let certificate = &Certificate::issue(workdir)?;
        let all = in_parallel(kinds, |kind| kind.start(workdir, certificate))?;
        let authority = utf8(&certificate.authority)?;
        // What a killed test leaves behind is deleted with the servers.
        let temporary = utf8(&workdir.create_folder("t")?)?;
        services
            .variables
            .extend([("PAYMENTS_TEST_CA_FILE", authority), ("TMPDIR", temporary)]);
        for started in all {
            services.servers.extend(started.servers);
            services.variables.extend(started.variables);
        }
        Ok(services)
    }

    /// The environment variables with the addresses of the servers.
    pub(crate) fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    pub(crate) fn url_of(&self, kind: Kind) -> Result<&str> {
        let mut variables = self.variables.iter();
        let found = variables.find(|(name, _)| *name == kind.variable());
        let (_, url) = found.with_context(|| format!("{kind:?} was not started"))?;
        Ok(url)
    }

    /// Carries out `stop`, `kill`, `start`, `pause` or `resume`, followed by a server's name.
    fn control(&mut self, line: &str) -> Result<()> {
        let words = line.trim().split_once(' ');
        let (command, name) = words.context("expected `stop redis`")?;
        let server = self.servers.iter_mut().find(|server| server.name() == name);
        let server = server.with_context(|| format!("no server {name}"))?;
        match command {
            "stop" => server.stop(),
            "kill" => server.kill(),
            "start" => server.start_again(),
            "pause" => server.pause(),
            "resume" => server.resume(),
            _ => bail!("no command {command}: stop, kill, start, pause or resume"),
        }
    }

    /// Replies to each line with `ok` or the error.
    fn control_all(&mut self, lines: impl BufRead) -> Result<()> {
        for line in lines.lines() {
            match self.control(&line?) {
                Ok(()) => println!("ok"),
                Err(error) => println!("error: {error:#}"),
            }
        }
        Ok(())
    }
}

fn utf8(path: &Path) -> Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.with_context(|| format!("{} is not UTF-8", path.display()))
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let kinds = if options.only.is_empty() {
        &Kind::SHARED
    } else {
        &*options.only
    };
    let mut services = Services::start(kinds)?;
    for (name, value) in services.variables() {
        println!("export {name}='{value}'");
    }
    if options.control {
        println!("ready");
        return services.control_all(io::stdin().lock());
    }
    println!("# until Ctrl-C");
    loop {
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::{Kind, Services};

    #[test]
    fn a_server_is_stopped_by_one_command_and_started_by_another() {
        let mut services = Services::start(&[Kind::Redis]).unwrap();
        let url = services.url_of(Kind::Redis).unwrap();
        let port = url.rsplit(':').next().unwrap().trim_end_matches("/0");
        let port = port.parse().unwrap();
        let is_up = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!(is_up());
        for command in ["stop redis", "kill redis"] {
            services.control(command).unwrap();
            assert!(!is_up());
            services.control("start redis").unwrap();
            assert!(is_up());
        }
        for mistake in ["", "stop", "stop postgres", "restart redis"] {
            assert!(services.control(mistake).is_err(), "{mistake}");
        }
        drop(services);
        assert!(!is_up());
    }

    #[test]
    fn without_kinds_no_server_is_started() {
        assert!(Services::start(&[]).unwrap().variables().is_empty());
    }
}
