//! A system whose process reaches each server by a link.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::TRIES;
use super::fault::{At, Direction, Fault, Server};
use super::link::Link;
use super::plan::{Plan, Traced};
use super::switch::Passed;
use crate::system::{Process, QUIET, Scenario, Script, Setting, System};

/// With these timeouts, [`Fault::lasts`] is longer than the process waits for any server.
const SETTINGS: [Setting<'_>; 8] = [
    ("database.pool_size", "3"),
    ("database.statement_timeout_seconds", "1"),
    ("flows.wait_timeout_seconds", "1"),
    ("gateways.connect_timeout_milliseconds", "1000"),
    ("gateways.total_timeout_milliseconds", "1000"),
    ("gateways.breaker_pause_seconds", "1"),
    // The proof runs the reconciler at the end; its messages would be counted as the customer's.
    ("reconciler.interval_seconds", "3600"),
    ("log.filter", QUIET),
];

/// The customers of a trace, and how many of them come before it begins.
pub(super) const TRACED: u64 = 5;
const WARM_UP: u64 = 3;
/// How long a process works on after the last answer: replaced tokens are deleted then.
const AFTERMATH: Duration = Duration::from_millis(500);
/// The warnings that a finding shows.
const WARNINGS: usize = 20;
/// A customer repeats a code less often than this before entering the card again; some do not repeat it at all.
const REPEATS: u64 = 4;

/// What became of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    Reached,
    /// It was to hit a message after these.
    Unreached(Passed),
}

/// A system with one process that serves one customer after the other.
pub(super) struct Lane {
    pub(super) system: Arc<System>,
    process: Process,
    links: BTreeMap<Server, Link>,
}

impl Lane {
    pub(super) async fn start() -> Result<Self> {
        let mut links = BTreeMap::new();
        for server in Server::ALL {
            links.insert(server, Link::bind(server).await?);
        }
        let link = |server| links.get(&server).context("a link");
        let (gateway, sender) = (link(Server::Gateway)?, link(Server::Sender)?);
        let hosts = format!("{},{}", gateway.authority(), sender.authority());
        let (gateway, sender) = (gateway.base_url(), sender.base_url());
        let settings = [
            ("gateways.extra_hosts", &*hosts),
            ("sms.settings.netgsm.base_url", &*sender),
        ];
        let system = System::start(&settings).await?;
        let urls = [
            system.setting("database.url")?.to_owned(),
            system.setting("flows.url")?.to_owned(),
            system.providers.gateway_server.base_url(),
            system.providers.sender_server.base_url(),
        ];
        let mut through = Vec::new();
        for (link, url) in links.values_mut().zip(&urls) {
            through.push(link.open(url)?);
        }
        let mut pos = system.providers.pos();
        pos["config"]["base_url"] = gateway.into();
        system.import(&serde_json::json!({ "pos": [pos] })).await?;
        let own = [("database.url", &*through[0]), ("flows.url", &*through[1])];
        let process = system.process(&[&own[..], &SETTINGS].concat()).await?;
        Ok(Self {
            system: Arc::new(system),
            process,
            links,
        })
    }

    fn link(&self, server: Server) -> Result<&Link> {
        self.links.get(&server).context("a link")
    }

    /// Counts what passes in a scenario without a fault.
    pub(super) async fn trace(&self, scenario: Scenario, customers: Range<u64>) -> Result<Traced> {
        let mut least = BTreeMap::<Server, Passed>::new();
        let first = customers.start;
        for customer in customers {
            let passed = self.count(scenario, customer).await?;
            // The first ones open the connections, and prepare the statements.
            if customer >= first + WARM_UP {
                for (server, passed) in passed {
                    let least = least.entry(server).or_insert(passed);
                    // More passes if the process does something by itself meanwhile.
                    *least = least.least(passed);
                }
            }
        }
        Ok(Traced {
            scenario,
            passed: least,
        })
    }

    async fn count(&self, scenario: Scenario, customer: u64) -> Result<Vec<(Server, Passed)>> {
        let mut script = self.begin(customer, scenario).await?;
        for link in self.links.values() {
            link.switch.reset();
        }
        script.run(&self.process.url).await?;
        ensure!(script.is_done(), "{scenario:?} fails without a fault");
        tokio::time::sleep(AFTERMATH).await;
        let links = self.links.iter();
        let passed = links.map(|(server, link)| (*server, link.switch.passed()));
        let passed = passed.collect();
        script.finish(&self.process.url).await?;
        Ok(passed)
    }

    /// Lets a customer meet a fault, and try again until there is a final answer.
    pub(super) async fn run(&self, plan: &Plan, customer: u64) -> Result<Ran> {
        let url = &self.process.url;
        let mut script = self.begin(customer, plan.scenario).await?;
        script.repeats = u32::try_from(customer / TRIES % REPEATS)?;
        let switch = &self.link(plan.server)?.switch;
        switch.arm(plan.at, plan.fault);
        script.run(url).await?;
        let is_reached = switch.is_reached(AFTERMATH).await;
        let passed = switch.passed();
        switch.reset();
        // After a cut the link works again at once.
        script.disturb(plan.fault.is_late());
        script.go_on(url).await?;
        // Neither the list of cards nor the next customer is to meet this fault.
        switch.is_quiet().await;
        script.finish(url).await?;
        Ok(if is_reached {
            Ran::Reached
        } else {
            Ran::Unreached(passed)
        })
    }

    /// Checks that a fault that is never triggered is not counted as triggered. Returns the control's name.
    pub(super) async fn run_without_fault(&self, customer: u64) -> Result<String> {
        let plan = Plan {
            scenario: Scenario::First,
            server: Server::Postgres,
            at: At::Message(Direction::Up, u64::MAX),
            fault: Fault::CutBefore,
        };
        let ran = self.run(&plan, customer).await?;
        ensure!(
            ran != Ran::Reached,
            "a cut that never happened counts as reached"
        );
        Ok("a fault that is never triggered".to_owned())
    }

    async fn begin(&self, customer: u64, scenario: Scenario) -> Result<Script> {
        let mut script = Script::begin(&self.system, &self.process.url, customer, scenario).await?;
        script.log_in_first();
        Ok(script)
    }

    /// Ends the process, and lets the system come to rest.
    pub(super) async fn stop(self) -> Result<Resting> {
        self.process.stop().await?;
        self.system.outlive_held_cards().await?;
        self.system.come_to_rest().await?;
        Ok(Resting {
            system: self.system,
            _links: self.links,
        })
    }

    /// What the process warned of last.
    pub(super) fn warnings(&self) -> String {
        let all = self.process.log.warnings();
        all[all.len().saturating_sub(WARNINGS)..].join("\n")
    }
}

/// A system whose process has ended. The gateway is still behind its link.
pub(super) struct Resting {
    pub(super) system: Arc<System>,
    _links: BTreeMap<Server, Link>,
}
