//! The response's body.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound as _, Utc};
use payments_core::card_storage::{SendingLimits, SmsUsage};
use payments_core::intent::{self, StuckEntry};
use payments_core::sms::DeliveryState;
use serde::Serialize;

use crate::activity::Minutes;
use crate::process_report::{ProcessReport, ProviderReport};

#[derive(Serialize)]
pub(super) struct Body {
    /// The parts that cannot be read now: of `processes` the other ones are missing, the others are null.
    pub(super) unavailable: Vec<&'static str>,
    pub(super) stores: Stores,
    /// The process that answers comes first.
    pub(super) processes: Vec<Process>,
    pub(super) minutes: Minutes,
    pub(super) providers: Vec<ProviderReport>,
    pub(super) backlog: Option<Backlog>,
    pub(super) sms: Option<Sms>,
}

#[derive(Serialize)]
pub(super) struct Stores {
    pub(super) database: Database,
    pub(super) flows: FlowStore,
}

#[derive(Serialize)]
pub(super) struct Database {
    pub(super) kind: &'static str,
    pub(super) is_reachable: bool,
    pub(super) replica: Option<Replica>,
}

#[derive(Serialize)]
pub(super) struct Replica {
    pub(super) is_used: bool,
    pub(super) age_seconds: u64,
}

#[derive(Serialize)]
pub(super) struct FlowStore {
    pub(super) kind: &'static str,
    pub(super) is_reachable: bool,
}

#[derive(Serialize)]
pub(super) struct Process {
    pub(super) process: String,
    /// `None` if another version of the program wrote a report that this one cannot read.
    pub(super) report: Option<ProcessReport>,
}

#[derive(Serialize)]
pub(super) struct Backlog {
    intents: Waiting,
    deletions: Waiting,
    stuck: Vec<Stuck>,
}

#[derive(Serialize)]
struct Waiting {
    count: u64,
    oldest_seconds: Option<u64>,
}

#[derive(Serialize)]
struct Stuck {
    kind: &'static str,
    id: String,
    pos: i64,
    gateway: String,
    account: String,
    age_seconds: u64,
    attempts: u32,
    next_try_at: Option<DateTime<Utc>>,
    reason: Option<&'static str>,
}

impl Backlog {
    pub(super) fn new(counts: intent::Backlog, stuck: Vec<StuckEntry>) -> Self {
        Self {
            intents: Waiting {
                count: counts.intents,
                oldest_seconds: counts.oldest_intent_seconds,
            },
            deletions: Waiting {
                count: counts.deletions,
                oldest_seconds: counts.oldest_deletion_seconds,
            },
            stuck: stuck.into_iter().map(Stuck::from).collect(),
        }
    }
}

impl From<StuckEntry> for Stuck {
    fn from(entry: StuckEntry) -> Self {
        Self {
            kind: entry.id.kind(),
            id: entry.id.to_string(),
            pos: entry.pos.get(),
            gateway: entry.account.gateway.to_string(),
            account: entry.account.label.to_string(),
            age_seconds: entry.age_seconds,
            attempts: entry.attempts,
            next_try_at: entry.next_try.map(|at| at.trunc_subsecs(0)),
            reason: entry.setback.map(intent::Setback::as_str),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Sms {
    since: DateTime<Utc>,
    senders: Vec<Messages>,
    daily_budget: Budget,
    paused: Vec<Paused>,
}

/// Messages since the beginning of the day.
#[derive(Default, Serialize)]
struct Messages {
    sender: String,
    sent: u64,
    on_its_way: u64,
    delivered: u64,
    failed: u64,
}

/// By the share that a customer may use.
#[derive(Serialize)]
struct Budget {
    verified: Share,
    unverified: Share,
}

#[derive(Serialize)]
struct Share {
    budget: u32,
    left: u32,
}

#[derive(Serialize)]
struct Paused {
    prefix: String,
    until: DateTime<Utc>,
}

impl Sms {
    pub(super) fn new(
        since: DateTime<Utc>,
        sent: Vec<(String, DeliveryState, u64)>,
        limits: &SendingLimits,
        usage: SmsUsage,
    ) -> Self {
        let mut senders: BTreeMap<String, Messages> = BTreeMap::new();
        for (sender, state, count) in sent {
            let of_sender = senders.entry(sender).or_default();
            of_sender.sent += count;
            *match state {
                DeliveryState::OnItsWay => &mut of_sender.on_its_way,
                DeliveryState::Delivered => &mut of_sender.delivered,
                DeliveryState::Failed => &mut of_sender.failed,
            } += count;
        }
        let named = |(sender, counts)| Messages { sender, ..counts };
        let paused = usage.paused.into_iter().map(|one| Paused {
            prefix: one.prefix.as_str().to_owned(),
            until: one.until.trunc_subsecs(0),
        });
        Self {
            since,
            senders: senders.into_iter().map(named).collect(),
            daily_budget: Budget {
                verified: Share {
                    budget: limits.daily_budget,
                    left: usage.left,
                },
                unverified: Share {
                    budget: limits.budget_of_unverified(),
                    left: usage.left_for_unverified,
                },
            },
            paused: paused.collect(),
        }
    }
}
