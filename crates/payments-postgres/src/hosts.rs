//! The servers that a URL names, one of which accepts writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio_postgres::config::{Host, LoadBalanceHosts};
use tokio_postgres::{Config, Error};

use super::opening::reason;

/// The servers in the order of the URL; with `load_balance_hosts=random`, each connection begins with the next one. Each
/// has a share of the time: a server that does not answer must not keep the next one from being tried.
#[derive(Clone)]
pub(super) struct Hosts {
    pub(super) configs: Vec<Config>,
    pub(super) share: Duration,
    /// The place of the server that the next connection begins with; `None` for always the first.
    next: Option<Arc<AtomicUsize>>,
}

impl Hosts {
    /// Those of a configuration, which are tried within `time`.
    pub(super) fn of(config: &Config, time: Duration) -> Self {
        let count = config.get_hosts().len().max(config.get_hostaddrs().len());
        let is_balanced = config.get_load_balance_hosts() == LoadBalanceHosts::Random;
        let mut configs: Vec<Config> = if count < 2 {
            vec![config.clone()]
        } else {
            (0..count).map(|place| only(config, place)).collect()
        };
        let share = time / u32::try_from(configs.len()).unwrap_or(u32::MAX);
        for config in &mut configs {
            config.connect_timeout(share);
        }
        let next = is_balanced.then(Arc::default);
        Self {
            configs,
            share,
            next,
        }
    }

    /// The first connection that succeeds, or why the last server was not reached.
    pub(super) async fn first<T, F>(&self, connect: impl Fn(Config) -> F) -> Result<T, String>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut last = String::new();
        let next = self.next.as_ref();
        let first = next.map_or(0, |next| next.fetch_add(1, Ordering::Relaxed));
        let count = self.configs.len();
        let configs = self.configs.iter().cycle().skip(first % count.max(1));
        for config in configs.take(count) {
            last = match tokio::time::timeout(self.share, connect(config.clone())).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) => reason(&error),
                Err(_) => "no answer in time".to_owned(),
            };
        }
        Err(last)
    }
}

/// The same configuration with one of its hosts.
fn only(config: &Config, place: usize) -> Config {
    let mut one = Config::new();
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(name) = config.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    if let Some(name) = config.get_application_name() {
        one.application_name(name);
    }
    match config.get_hosts().get(place) {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        #[cfg(unix)]
        Some(Host::Unix(path)) => drop(one.host_path(path)),
        None => {}
    }
    if let Some(address) = config.get_hostaddrs().get(place) {
        one.hostaddr(*address);
    }
    let ports = config.get_ports();
    if let Some(port) = ports.get(place).or(ports.first()) {
        one.port(*port);
    }
    if let Some(timeout) = config.get_tcp_user_timeout() {
        one.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        one.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one.keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .target_session_attrs(config.get_target_session_attrs())
        .channel_binding(config.get_channel_binding());
    one
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Mutex;
    use std::time::Duration;

    use tokio_postgres::config::Host;
    use tokio_postgres::{Config, Error};

    use super::Hosts;

    #[test]
    fn each_host_keeps_the_rest_of_the_configuration() {
        let rest = "application_name='p' connect_timeout=3 dbname='shop' keepalives_idle=7 keepalives_interval=5 \
            keepalives_retries=3 options='-c a=b' password='p' sslmode='require' target_session_attrs='read-write' \
            tcp_user_timeout=9 user='u' channel_binding='require'";
        let config: Config = format!("host=a,b port=1,2 {rest}").parse().unwrap();
        let hosts = Hosts::of(&config, Duration::from_secs(6));
        let expected = ["host=a port=1", "host=b port=2"];
        let expected = expected.map(|host| format!("{host} {rest}").parse::<Config>().unwrap());
        assert_eq!(hosts.configs, expected);
        assert_eq!(hosts.share, Duration::from_secs(3));
    }

    #[tokio::test]
    async fn every_host_has_its_turn_to_be_first_when_connections_are_balanced() {
        for (setting, expected) in [
            ("random", ["abc", "bca", "cab", "abc"]),
            ("disable", ["abc"; 4]),
        ] {
            let config = format!("host=a,b,c load_balance_hosts={setting}").parse();
            let hosts = Hosts::of(&config.unwrap(), Duration::from_millis(30));
            for expected in expected {
                let tried = Mutex::new(String::new());
                let hang = |config: Config| {
                    let Host::Tcp(name) = &config.get_hosts()[0] else {
                        panic!("a name");
                    };
                    tried.lock().unwrap().push_str(name);
                    pending::<Result<(), Error>>()
                };
                assert_eq!(hosts.first(hang).await, Err("no answer in time".to_owned()));
                assert_eq!(*tried.lock().unwrap(), expected, "{setting}");
            }
        }
    }
}
