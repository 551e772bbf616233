//! Whether containers have a network of their own.

use std::fmt::{self, Display, Formatter};

use super::NAME;
use super::engine::Engine;

/// Where a container of the image is reached.
pub(super) const URL: &str = "http://127.0.0.1:8080";

const TRIAL: &str = "payments-xtask-trial";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Containers,
    /// The machine's, on ports of its loopback interface.
    Host,
}

impl Network {
    /// Whether a container gets a network in which names are found.
    pub(super) fn available(engine: &Engine) -> Self {
        let network = format!("--network={TRIAL}");
        let alias = format!("--network-alias={TRIAL}");
        let start = ["run", "--rm", &network, &alias, "--entrypoint=getent"];
        let resolve = [&start[..], &[NAME, "hosts", TRIAL]].concat();
        // What an interrupted run left: with it there, none could be created.
        engine.succeeds(&["network", "rm", TRIAL]);
        let works = engine.succeeds(&["network", "create", TRIAL]) && engine.succeeds(&resolve);
        engine.succeeds(&["network", "rm", TRIAL]);
        if works { Self::Containers } else { Self::Host }
    }

    /// Arguments of `run` for a server at [`URL`].
    pub(super) fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Containers => &["--publish=127.0.0.1:8080:8080"],
            Self::Host => &[
                "--network=host",
                "--env=PAYMENTS__HTTP__BIND=127.0.0.1:8080",
            ],
        }
    }
}

impl Display for Network {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Containers => "containers have networks of their own",
            Self::Host => "containers use the machine's network, not one of their own",
        })
    }
}
