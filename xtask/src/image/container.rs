//! The image in a container, alone.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::server::now;
use crate::services::wait::wait_for;

use super::NAME;
use super::engine::Engine;
use super::network::Network;

const CONTAINER: &str = "payments-xtask-image";
/// Docker's default, and less than orchestrators wait.
const GRACE_SECONDS: u32 = 30;
/// The card of the clients' journeys.
const CARD_NUMBER: &str = "5528790000000008";
const CARD_PATH: &str = "/payments/stored-cards/card/";
/// Of a command in production without the settings that must be filled in.
const INVALID_SETTINGS: i32 = 2;

/// As `compose.yaml` and the manifests run it.
const HARDENED: [&str; 4] = [
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--tmpfs=/tmp",
];

/// Keys that protect nothing.
pub(super) const KEYS: [(&str, &str); 3] = [
    (
        "PAYMENTS_KEY_RING",
        "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    ),
    (
        "PAYMENTS_LASTING_KEY",
        "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=",
    ),
    (
        "PAYMENTS_QUOTE_KEYS",
        "1:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
    ),
];

/// Everything that the demo store writes is in memory.
const DEMO_STORE: [&str; 5] = [
    "PAYMENTS__DATABASE__URL=sqlite:/tmp/payments.db",
    "PAYMENTS__GATEWAYS__SANDBOX_LEDGER_FILE=",
    "PAYMENTS__SECURITY__KEY_RING=env:PAYMENTS_KEY_RING",
    "PAYMENTS__SECURITY__LASTING_KEY=env:PAYMENTS_LASTING_KEY",
    "PAYMENTS__QUOTES__KEYS=env:PAYMENTS_QUOTE_KEYS",
];

/// A container that is removed on drop.
pub(super) struct Container<'a> {
    engine: &'a Engine,
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        self.engine.remove(CONTAINER);
    }
}

fn start<'a>(engine: &'a Engine, options: &[&str], command: &[&str]) -> Result<Container<'a>> {
    // What a killed run left.
    engine.remove(CONTAINER);
    let name = format!("--name={CONTAINER}");
    let run = ["run", "--detach", &name];
    engine.output(&[&run[..], &HARDENED, options, &[NAME], command].concat())?;
    Ok(Container { engine })
}

/// `production.toml` in the image lacks what each store must fill in.
pub(super) fn refuses_its_example_settings(engine: &Engine) -> Result<()> {
    let mut run = engine.command(&["run", "--rm", "--network=none"]);
    let ended = run.args(HARDENED).arg(NAME).output()?;
    let text = String::from_utf8_lossy(&ended.stderr);
    ensure!(
        ended.status.code() == Some(INVALID_SETTINGS) && text.contains("http.public_url"),
        "with the settings of the image it ends with {}: {text}",
        ended.status
    );
    Ok(())
}

pub(super) fn is_unhealthy_without_server(engine: &Engine) -> Result<()> {
    let options = ["--network=none", "--entrypoint=sleep"];
    let options = [&options, engine.impatient()].concat();
    let _container = start(engine, &options, &["1000"])?;
    ensure!(
        engine.is_unhealthy(CONTAINER)?,
        "the health check passes without a server"
    );
    Ok(())
}

/// Starts the service, and checks that it is healthy and has no privileges.
pub(super) fn start_with_demo_store(engine: &Engine, network: Network) -> Result<Container<'_>> {
    let keys = KEYS.map(|(name, key)| format!("--env={name}={key}"));
    let settings = DEMO_STORE.map(|setting| format!("--env={setting}"));
    let options = keys.iter().chain(&settings).map(String::as_str);
    let options: Vec<&str> = options.chain(network.arguments().iter().copied()).collect();
    let container = start(engine, &options, &["serve"])?;
    engine.wait_until_healthy(CONTAINER)?;
    let process = engine.output(&["exec", CONTAINER, "cat", "/proc/1/status", "/proc/1/mounts"])?;
    let findings = privileges(&process);
    ensure!(findings.is_empty(), "{}", findings.join("; "));
    Ok(container)
}

/// What a process may do and should not, from its `status` and `mounts` (proc(5)).
fn privileges(process: &str) -> Vec<String> {
    const NONE: &str = "0000000000000000";
    let wanted = [
        ("Uid:", "65532"),
        ("Gid:", "65532"),
        ("CapEff:", NONE),
        ("CapBnd:", NONE),
        ("NoNewPrivs:", "1"),
    ];
    let value = |name: &str| {
        let mut lines = process.lines().map(str::split_whitespace);
        lines.find_map(|mut words| (words.next()? == name).then(|| words.next())?)
    };
    let wrong = wanted
        .iter()
        .filter(|(name, wanted)| value(name) != Some(wanted));
    let wrong = wrong.map(|(name, _)| format!("{name} {:?}", value(name)));
    let mut mounts = process
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>());
    let root = mounts.find(|fields| fields.get(1) == Some(&"/"));
    let root = root.and_then(|fields| fields.get(3)?.split(',').next());
    let writable = (root != Some("ro")).then(|| "the root file system is writable".to_owned());
    wrong.chain(writable).collect()
}

/// The API description that the program in the image prints.
pub(super) fn description(engine: &Engine) -> Result<String> {
    engine.output(&["run", "--rm", "--network=none", NAME, "openapi"])
}

/// After the journeys, which sent one.
pub(super) fn logs_no_card_number(container: &Container<'_>) -> Result<()> {
    let logs = container.engine.command(&["logs", CONTAINER]).output()?;
    // The demo store's page of examples is on the standard output.
    let logs = String::from_utf8_lossy(&logs.stderr);
    ensure!(logs.contains(CARD_PATH), "the logs name no card request");
    ensure!(!logs.contains(CARD_NUMBER), "the logs have a card number");
    Ok(())
}

/// Stops the service by SIGTERM, and returns how long it took.
pub(super) fn stops_cleanly(container: Container<'_>) -> Result<Duration> {
    let engine = container.engine;
    let started = now();
    engine.output(&["stop", &format!("--time={GRACE_SECONDS}"), CONTAINER])?;
    let took = started.elapsed();
    let code = "--format={{.State.ExitCode}}";
    // The engine may note it a moment later.
    let ended = wait_for(5, || {
        Ok(engine.output(&["inspect", code, CONTAINER])? == "0")
    })?;
    ensure!(ended, "SIGTERM does not end it cleanly");
    ensure!(
        took.as_secs() < GRACE_SECONDS.into(),
        "it took {took:?} to stop"
    );
    drop(container);
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::privileges;

    const RIGHT: &str = "Name:\tpayments\nUid:\t65532\t65532\t65532\t65532\nGid:\t65532\t65532\n\
        CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n\
        overlay / overlay ro,relatime,lowerdir=x 0 0\ntmpfs /tmp tmpfs rw,nosuid 0 0";

    #[test]
    fn a_process_without_privileges_has_no_findings() {
        assert!(privileges(RIGHT).is_empty());
    }

    #[test]
    fn each_privilege_is_a_finding() {
        for (right, wrong, finding) in [
            ("Uid:\t65532", "Uid:\t0", "Uid: Some(\"0\")"),
            ("Gid:\t65532", "Gid:\t0", "Gid: Some(\"0\")"),
            (
                "CapEff:\t0000000000000000",
                "CapEff:\t1",
                "CapEff: Some(\"1\")",
            ),
            ("CapBnd:\t0000000000000000", "", "CapBnd: None"),
            (
                "NoNewPrivs:\t1",
                "NoNewPrivs:\t0",
                "NoNewPrivs: Some(\"0\")",
            ),
            (
                "overlay ro",
                "overlay rw",
                "the root file system is writable",
            ),
        ] {
            assert_eq!(privileges(&RIGHT.replace(right, wrong)), [finding]);
        }
    }
}
