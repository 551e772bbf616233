//! The addresses of Redis servers.

use deadpool_redis::redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisError};

use payments_sql::loopback::is_loopback;

/// A server, the sentinels that know the server, or some nodes of a cluster.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// `redis://` and, by TLS, `rediss://`.
    Single(Box<ConnectionInfo>),
    /// `redis-sentinel://user:password@sentinel,sentinel/db?master=name`: user and password are the server's, because a
    /// sentinel usually requires no login.
    Sentinel {
        /// The sentinels, without user and password.
        sentinels: Vec<ConnectionInfo>,
        /// What they call the server.
        master: String,
        /// The server's login and options; its host is a placeholder.
        server: Box<ConnectionInfo>,
    },
    /// `redis-cluster://user:password@node,node`.
    Cluster(Vec<ConnectionInfo>),
}

#[derive(Debug)]
pub(crate) enum NotAnAddress {
    /// Its scheme is not supported.
    UnknownScheme,
    Malformed(String),
}

impl From<RedisError> for NotAnAddress {
    fn from(error: RedisError) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl Address {
    /// Reads a URL. `?tls=true` encrypts connections to sentinels' servers and cluster nodes.
    pub(crate) fn parse(url: &str) -> Result<Self, NotAnAddress> {
        let (scheme, rest) = url.split_once("://").ok_or(NotAnAddress::UnknownScheme)?;
        match scheme {
            "redis" | "rediss" => Ok(Self::Single(Box::new(url.into_connection_info()?))),
            "redis-sentinel" => Parts::of(rest)?.sentinel(),
            "redis-cluster" => Parts::of(rest)?.cluster(),
            _ => Err(NotAnAddress::UnknownScheme),
        }
    }
}

impl Address {
    /// Whether the connection leaves this machine without TLS.
    pub(crate) fn is_exposed(&self) -> bool {
        let mut servers = match self {
            Self::Single(server) => std::slice::from_ref(&**server),
            // A master that the sentinels name may be anywhere.
            Self::Sentinel { server, .. } => {
                return !matches!(server.addr(), ConnectionAddr::TcpTls { .. });
            }
            Self::Cluster(nodes) => nodes.as_slice(),
        }
        .iter();
        servers.any(
            |server| matches!(server.addr(), ConnectionAddr::Tcp(host, _) if !is_loopback(host)),
        )
    }
}

/// A URL of several hosts, without its scheme.
struct Parts<'a> {
    user: Option<&'a str>,
    hosts: Vec<&'a str>,
    path: &'a str,
    master: Option<&'a str>,
    scheme: &'static str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Result<Self, NotAnAddress> {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, authority),
        };
        let mut parts = Self {
            user,
            hosts: hosts.split(',').collect(),
            path,
            master: None,
            scheme: "redis",
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("master", name)) if !name.is_empty() => parts.master = Some(name),
                Some(("tls", "true")) => parts.scheme = "rediss",
                Some(("tls", "false")) => {}
                _ => return Err(malformed("it knows only ?master=<name> and ?tls=true")),
            }
        }
        if parts.hosts.iter().any(|host| host.is_empty()) {
            return Err(malformed("a host is missing"));
        }
        Ok(parts)
    }

    /// A host as a URL for the client library.
    fn host(
        &self,
        scheme: &str,
        user: Option<&str>,
        host: &str,
    ) -> Result<ConnectionInfo, NotAnAddress> {
        let user = user.map(|user| format!("{user}@")).unwrap_or_default();
        Ok(format!("{scheme}://{user}{host}/{}", self.path).into_connection_info()?)
    }

    fn sentinel(&self) -> Result<Address, NotAnAddress> {
        let master = self
            .master
            .ok_or_else(|| malformed("?master=<name> is missing"))?;
        let sentinels = self
            .hosts
            .iter()
            .map(|host| Ok(format!("redis://{host}").into_connection_info()?));
        Ok(Address::Sentinel {
            sentinels: sentinels.collect::<Result<_, NotAnAddress>>()?,
            master: master.to_owned(),
            server: Box::new(self.host(self.scheme, self.user, self.hosts[0])?),
        })
    }

    fn cluster(&self) -> Result<Address, NotAnAddress> {
        if !self.path.is_empty() || self.master.is_some() {
            return Err(malformed("a cluster has no database number and no master"));
        }
        let nodes = self
            .hosts
            .iter()
            .map(|host| self.host(self.scheme, self.user, host));
        Ok(Address::Cluster(
            nodes.collect::<Result<_, NotAnAddress>>()?,
        ))
    }
}

fn malformed(reason: &str) -> NotAnAddress {
    NotAnAddress::Malformed(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Address, NotAnAddress};

    fn shown(url: &str) -> String {
        match Address::parse(url) {
            Ok(Address::Single(server)) => server.addr().to_string(),
            Ok(Address::Sentinel {
                sentinels,
                master,
                server,
            }) => {
                let hosts: Vec<String> =
                    sentinels.iter().map(|one| one.addr().to_string()).collect();
                let user = server.redis_settings().username().unwrap_or("-").to_owned();
                format!(
                    "{} {master} {user} {}",
                    hosts.join(" "),
                    server.redis_settings().db()
                )
            }
            Ok(Address::Cluster(nodes)) => {
                let hosts: Vec<String> = nodes.iter().map(|one| one.addr().to_string()).collect();
                hosts.join(" ")
            }
            Err(NotAnAddress::UnknownScheme) => "unknown".to_owned(),
            Err(NotAnAddress::Malformed(_)) => "malformed".to_owned(),
        }
    }

    #[test]
    fn every_kind_of_redis_has_its_url() {
        assert_eq!(shown("redis://user:pass@host:6380/2"), "host:6380");
        assert_eq!(shown("rediss://host"), "host:6379");
        assert_eq!(
            shown("redis-sentinel://u:p%40ss@one:1,two:2/3?master=shop"),
            "one:1 two:2 shop u 3"
        );
        assert_eq!(
            shown("redis-cluster://u:p@one:1,two:2?tls=true"),
            "one:1 two:2"
        );
    }

    #[test]
    fn a_connection_without_tls_is_exposed_once_it_leaves_the_machine() {
        for (url, exposed) in [
            ("redis://redis:6379/0", true),
            ("redis://10.0.0.5", true),
            ("rediss://redis:6379/0", false),
            ("redis://localhost", false),
            ("redis://127.0.0.9:6380", false),
            ("redis://[::1]:6380", false),
            ("redis+unix:///run/redis.sock", false),
            ("redis-sentinel://localhost?master=shop", true),
            ("redis-sentinel://one,two?master=shop&tls=true", false),
            ("redis-cluster://127.0.0.1:1,two:2", true),
            ("redis-cluster://127.0.0.1:1,127.0.0.1:2", false),
            ("redis-cluster://one,two?tls=true", false),
        ] {
            let address = Address::parse(url);
            let is_exposed = address.is_ok_and(|address| address.is_exposed());
            assert_eq!(is_exposed, exposed, "{url}");
        }
    }

    #[test]
    fn other_urls_are_refused() {
        for url in ["", "memory", "http://host", "redis"] {
            assert_eq!(shown(url), "unknown", "{url}");
        }
        for url in [
            "redis://host:port",
            "redis-sentinel://one,two",
            "redis-sentinel://one,,two?master=shop",
            "redis-sentinel://one?master=",
            "redis-cluster://one?nonsense=1",
            "redis-cluster://one/2",
        ] {
            assert_eq!(shown(url), "malformed", "{url}");
        }
    }
}
