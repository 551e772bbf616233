//! After the script: faults stop, the reconcilers run a bounded number of times, and the world is judged.

use std::collections::BTreeSet;

use anyhow::Result;
use payments_core::audit::AuditRecord;
use payments_core::catalog::GatewayAccount;
use payments_core::chrono::DateTime;
use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{EntryId, Setback};
use payments_core::ports::{CodeTries, Erasure, Intents};
use payments_core::testkit::fakes::SearchBy;
use payments_core::testkit::world::{World, check_world};

use super::events::IN_USE;
use super::faults::Faults;
use super::network::lock;
use super::observed::MessageLimits;
use super::remote::at_once;
use super::request::Ask;
use super::scene::Scene;
use super::session::Session;
use super::shop::{Edition, NUMBERS, Place};

/// Longer than any lease, so that every entry is due.
const ALL_LEASES: i64 = 4 * 3_600 + 60;

/// Between two runs of the reconcilers; longer than the horizon.
const INTERVAL: i64 = 1_000;

/// The clocks of processes differ by at most this many seconds.
const SKEW: i64 = 240;

impl Scene<'_> {
    /// Brings the world to rest and judges it.
    pub(super) fn come_to_rest(&mut self) -> Result<World> {
        self.deployment.network.traffic().faults = Faults::default();
        *lock(&self.deployment.is_gateway_kind) = true;
        if !self.drain() {
            self.observed.finding("a request had no answer".to_owned());
        }
        self.check_held_cards();
        let limits = self.message_limits();
        let differs = self.processes[0].ring != self.processes[1].ring;
        for process in &mut self.processes {
            process.clock.set_ahead(1);
            if differs {
                self.deployment.set_ring(process, IN_USE)?;
            }
        }
        self.pass(ALL_LEASES);
        let is_stuck = self.profile.stuck > 0;
        let home = self.profile.home;
        if is_stuck {
            self.settle_at(home, false);
        }
        self.settle_at(home, true);
        if self.was_elsewhere {
            self.settle_at(Place::Elsewhere, true);
            // A card that was saved elsewhere may have replaced one of a token here.
            self.settle_at(home, true);
        }
        self.check_erasures()?;
        let world = self.observed.world(&self.deployment, limits);
        for violation in check_world(&world) {
            self.observed.finding(violation.to_string());
        }
        self.save_once_more();
        Ok(world)
    }

    /// Without faults, every held card is named by a state.
    fn check_held_cards(&mut self) {
        // A disturbed request may belong to a session that has ended.
        let network = &self.deployment.network;
        let is_disturbed = network.traffic().tasks.iter().any(|task| task.is_disturbed);
        if is_disturbed || self.sessions.iter().any(|session| session.is_disturbed) {
            return;
        }
        let held = self.deployment.held_cards.count(self.deployment.now());
        let named = self
            .deployment
            .flows
            .dump()
            .matches("\"submission\"")
            .count();
        if held > named {
            let text = format!("{held} cards are held, and {named} are named by a flow");
            self.observed.finding(text);
        }
    }

    /// The limits of a phone. A window that begins again during the script allows twice as many.
    fn message_limits(&self) -> MessageLimits {
        let limits = self.profile.settings.sending.per_phone;
        let now = self.deployment.now().timestamp();
        let lasted = now - self.began_at;
        let most = |most: u32, is_one_window: bool| {
            let windows = if is_one_window { 1 } else { 2 };
            usize::try_from(most).unwrap_or(usize::MAX) * windows
        };
        let is_one_day = lasted + SKEW < self.profile.until_midnight;
        vec![
            (3_600 - SKEW, most(limits.hour, lasted < 3_600 - SKEW)),
            (86_400 - SKEW, most(limits.day, is_one_day)),
        ]
    }

    fn write_everywhere(&mut self, place: Place, is_second_enabled: bool) {
        self.write_edition(Edition {
            place,
            is_second_enabled,
        });
        for process in &mut self.processes {
            process.edition = self.edition;
        }
    }

    /// Runs the reconcilers until everything is settled that can be, for a bounded number of times.
    fn settle_at(&mut self, place: Place, is_second_enabled: bool) {
        self.write_everywhere(place, is_second_enabled);
        let batch = usize::try_from(self.profile.batch).unwrap_or(1);
        // An intent is looked up twice, and then its token is deleted. Half of each batch may be stuck entries.
        let most = 6 + 2 * 3 * self.unsettled().len().div_ceil(batch);
        let mut rounds = 0..most;
        while !self.unsettled().is_empty() && rounds.next().is_some() {
            for process in 0..self.processes.len() {
                self.begin_reconciler(process);
            }
            if !self.drain() {
                self.observed.finding("a reconciler did not end".to_owned());
                return;
            }
            self.deployment.clock.advance(INTERVAL);
            self.count("reconciler rounds at rest");
        }
        let left = self.unsettled();
        if left.is_empty() {
            self.ask_an_operator();
        } else {
            let text = format!("after {most} rounds of the reconcilers {left:?} are left");
            self.observed.finding(text);
        }
    }

    /// The intents and deletions that a reconciler can settle now, and those that it has yet to say it cannot.
    fn unsettled(&self) -> Vec<String> {
        let database = &self.deployment.database;
        let left_to_operators = self.left_to_operators();
        let intents = database.intents().into_iter();
        let open = intents.filter(|row| {
            let intent = &row.intent;
            row.outcome.is_none()
                && self.is_reachable(intent.pos, &intent.account)
                && !left_to_operators.contains(&intent.id)
        });
        let deletions = database.deletions().into_iter();
        let queued = deletions.filter(|one| self.is_reachable(one.pos, &one.account));
        let queued = queued.map(|one| format!("deletion {}", one.id));
        open.map(|row| format!("intent {}", row.intent.id))
            .chain(queued)
            .chain(self.flows_without_an_end())
            .collect()
    }

    /// The open intents that no reconciler can settle. A gateway that is searched by its customer key cannot tell what
    /// became of a call without one.
    fn left_to_operators(&self) -> Vec<IntentId> {
        if self.profile.search_by == SearchBy::KeyOrReference {
            return Vec::new();
        }
        let database = &self.deployment.database;
        let stuck = at_once(database.stuck(1_000)).unwrap_or_default();
        let cannot_tell = stuck
            .into_iter()
            .filter(|entry| entry.setback == Some(Setback::CannotTell));
        let ids: BTreeSet<String> = cannot_tell
            .filter_map(|entry| match entry.id {
                EntryId::Intent(id) => Some(id),
                EntryId::Deletion(_) => None,
            })
            .collect();
        let rows = database.intents().into_iter();
        let without_key = rows.filter(|row| row.provider_customer_key.is_none());
        let all = without_key.map(|row| row.intent.id);
        all.filter(|id| ids.contains(&id.0)).collect()
    }

    fn is_reachable(&self, pos: PosId, account: &GatewayAccount) -> bool {
        let catalog = self.shop.catalog(self.edition);
        let pos = catalog.pos(pos).and_then(|pos| pos.at_account(account));
        pos.is_some_and(|pos| pos.gateway.as_str() != "disabled")
    }

    /// An operator looks into the gateway's panel for what the gateway cannot tell, and deletes tokens there that are no
    /// saved card's.
    fn ask_an_operator(&self) {
        for id in self.left_to_operators() {
            let rows = self.deployment.database.cards();
            let ledger = self.deployment.gateway.ledger();
            let mut made = ledger.iter().filter(|entry| entry.reference == id);
            let is_saved = made.any(|entry| {
                let mut tokens = rows.iter().map(|row| row.card.token.as_str());
                tokens.any(|token| token == entry.token)
            });
            if !is_saved {
                self.deployment.gateway.delete_made_under(&id);
            }
            let now = self.deployment.now();
            let settled = self.deployment.database.reconcile(&id, Vec::new(), now);
            if at_once(settled).is_ok() {
                self.count("intents settled by an operator");
            }
        }
    }

    /// The flows whose code was used, and which have neither an intent nor a recorded end.
    fn flows_without_an_end(&self) -> Vec<String> {
        let database = &self.deployment.database;
        let (intents, audit) = (database.intents(), database.audit());
        let mut used = Vec::new();
        for customer in self.customers() {
            let codes = at_once(database.used(customer, DateTime::UNIX_EPOCH));
            used.extend(codes.unwrap_or_default());
        }
        used.retain(|used| {
            let has_intent = intents.iter().any(|row| row.intent.id == used.intent);
            let mut records = audit.iter();
            let is_end = |one: &AuditRecord| {
                one.intent.as_ref() == Some(&used.intent) && one.outcome.is_ending()
            };
            !has_intent && !records.any(is_end)
        });
        let texts = used.into_iter().map(|used| format!("flow {}", used.intent));
        texts.collect()
    }

    fn customers(&self) -> Vec<CustomerId> {
        let mut all: Vec<_> = self.sessions.iter().map(|one| one.customer).collect();
        all.dedup();
        all
    }

    /// Nothing is left of an erased customer.
    fn check_erasures(&mut self) -> Result<()> {
        for customer in self.customers() {
            let status = at_once(Erasure::status(&*self.deployment.database, customer))?;
            let Some(status) = status.filter(|status| status.erased_at.is_some()) else {
                continue;
            };
            let rows = self.deployment.database.cards();
            let has_cards = rows.iter().any(|row| row.card.customer == customer);
            if has_cards || !status.is_complete() {
                let text = format!("customer {customer} was erased, and something is left");
                self.observed.finding(text);
            }
        }
        Ok(())
    }

    /// A day later, a customer saves a card as usual.
    fn save_once_more(&mut self) {
        self.deployment.clock.advance(2 * 86_400);
        let customers = self.customers();
        let customer = customers[self.rng.index(customers.len())];
        let status = at_once(Erasure::status(&*self.deployment.database, customer));
        if status.is_ok_and(|one| one.is_some_and(|one| one.erased_at.is_some())) {
            return;
        }
        let serial = self.take_serial();
        let session = Session::new(serial, customer, format!("55512345{serial:02}"), 3);
        self.sessions.push(session);
        self.count("journeys at rest");
        if !self.saves_a_card() {
            let text = format!("customer {customer} cannot save a card any more");
            self.observed.finding(text);
        }
    }

    /// Whether the last session can save a card.
    fn saves_a_card(&mut self) -> bool {
        let place = self.sessions.len() - 1;
        let phone = self.sessions[place].phone.clone();
        self.begin(Ask::Card(NUMBERS[0]), place, 0);
        self.drain();
        self.begin(Ask::Code(phone), place, 1);
        self.drain();
        let Some(code) = self.sessions[place].codes.last().cloned() else {
            return false;
        };
        let before = self.observed.saved.len();
        self.begin(Ask::Enter(code.digits), place, 0);
        self.drain();
        self.observed.saved.len() == before + 1
    }
}
