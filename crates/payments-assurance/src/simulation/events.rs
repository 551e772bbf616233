//! What happens beside the requests.

use anyhow::Result;
use payments_core::card::{CardIdentity, CardToken, Pan};
use payments_core::flow::FlowId;
use payments_core::id::CustomerId;
use payments_core::intent::Intent;
use payments_core::ports::Intents;

use super::choosing::{Choice, Situation};
use super::network::lock;
use super::profile::Event;
use super::remote::at_once;
use super::request::Ask;
use super::scene::{Backup, Scene};
use super::session::Stage;
use super::shop::{self, Edition, NUMBERS, Place, RINGS};

/// The step of the key rotation in which both keys open and the new one seals.
pub(super) const IN_USE: usize = 2;

/// A key is removed only when nothing sealed with it can be left, in seconds.
const KEY_NEEDED: i64 = 600;

impl Scene<'_> {
    /// One of the events of the seed happens.
    pub(super) fn cause_event(&mut self) -> Result<()> {
        let event = self.rng.pick(&self.profile.events);
        let process = self.rng.index(2);
        self.note(event);
        match event {
            Event::ReadCatalog => self.processes[process].edition = self.edition,
            Event::Crash => self.crash(process),
            Event::FailOver => self.fail_over(),
            Event::LoseFlows => self.lose_flows(),
            Event::LoseCards => {
                self.deployment.held_cards.lose_all();
                self.disturb_all();
            }
            Event::RotateKeys => self.rotate(process)?,
            Event::RotateKeysEarly => self.rotate_early(process)?,
            Event::MovePos => self.move_pos(),
            Event::SwitchSecondPos => {
                let is_second_enabled = !self.edition.is_second_enabled;
                self.write_edition(Edition {
                    is_second_enabled,
                    ..self.edition
                });
                self.disturb_all();
            }
            Event::JumpClock => {
                let ahead = self.rng.pick(&[-120, -30, -5, 0, 5, 30, 120]);
                self.processes[process].clock.set_ahead(ahead);
                self.disturb_all();
            }
        }
        Ok(())
    }

    fn note(&self, event: Event) {
        let mut traffic = self.deployment.network.traffic();
        traffic.count(name(event));
        let now = traffic.now();
        let text = || format!("{now} {}", name(event));
        traffic.history.note(&[name(event)], 0, text);
    }

    /// A reconciler runs, beside one other at most.
    pub(super) fn reconcile_meanwhile(&mut self) {
        let running = self.tasks.iter().filter(|task| task.session.is_none());
        if running.count() < 2 {
            let process = self.rng.index(2);
            self.begin_reconciler(process);
        }
    }

    /// The process dies with all its requests; a new one is there at once.
    fn crash(&mut self, process: usize) {
        let all = std::mem::take(&mut self.tasks);
        let (died, left) = all.into_iter().partition(|task| task.process == process);
        self.tasks = left;
        let died: Vec<_> = died;
        let ids: Vec<_> = died.iter().map(|task| task.id).collect();
        self.deployment.network.traffic().cut(&ids);
        for task in died {
            self.cut_off(&task);
        }
        self.processes[process].edition = self.edition;
    }

    fn fail_over(&mut self) {
        match self.backup.take() {
            Some(backup) if self.rng.one_in(2) => {
                self.deployment.flows.restore(backup.flows);
                if self.rng.one_in(2) {
                    self.deployment.held_cards.restore(backup.held_cards);
                }
                self.disturb_all();
                self.count("failovers to older copies");
            }
            _ => {
                self.backup = Some(Backup {
                    flows: self.deployment.flows.backup(),
                    held_cards: self.deployment.held_cards.backup(),
                });
            }
        }
    }

    fn lose_flows(&mut self) {
        let empty = payments_core::testkit::fakes::FakeFlows::default();
        self.deployment.flows.restore(empty.backup());
        if self.rng.one_in(2) {
            self.deployment.held_cards.lose_all();
        }
        self.disturb_all();
    }

    fn disturb_all(&mut self) {
        for session in &mut self.sessions {
            session.disturb();
        }
    }

    fn rotate(&mut self, process: usize) -> Result<()> {
        let (own, other) = (
            self.processes[process].ring,
            self.processes[1 - process].ring,
        );
        let now = self.deployment.now().timestamp();
        let is_old = now - self.rotated_at >= KEY_NEEDED;
        let may_go_on = own <= other && (own < IN_USE || is_old) && own + 1 < RINGS.len();
        if may_go_on {
            self.take_ring(process, own + 1)?;
        }
        Ok(())
    }

    fn rotate_early(&mut self, process: usize) -> Result<()> {
        let last = RINGS.len() - 1;
        let next = (self.processes[process].ring + 1 + self.rng.index(2)).min(last);
        self.take_ring(process, next)?;
        // Requests at the other process may be refused with 503, but no card is lost.
        for session in &mut self.sessions {
            session.is_disturbed = true;
            session.current = None;
            session.held = None;
        }
        Ok(())
    }

    fn take_ring(&mut self, process: usize, ring: usize) -> Result<()> {
        self.rotated_at = self.deployment.now().timestamp();
        self.deployment.set_ring(&mut self.processes[process], ring)
    }

    fn move_pos(&mut self) {
        let place = self.rng.pick(&Place::ALL);
        self.write_edition(Edition {
            place,
            ..self.edition
        });
        self.disturb_all();
        if self.rng.one_in(2) {
            let process = self.rng.index(2);
            self.processes[process].edition = self.edition;
        }
    }

    /// Writes the points of sale to the database.
    pub(super) fn write_edition(&mut self, edition: Edition) {
        self.edition = edition;
        for pk in [1, 2] {
            let account = self.shop.account(edition, pk);
            self.deployment.database.switch(shop::pos(pk), account);
        }
        *lock(&self.deployment.account) = self.shop.account(edition, 1);
        self.was_elsewhere |= edition.place == Place::Elsewhere;
    }

    /// Entries of the second point of sale that earlier customers left.
    pub(super) fn leave_stuck_entries(&mut self) -> Result<()> {
        let account = self.shop.account(self.edition, 2);
        let card = CardIdentity::of(&Pan::parse(NUMBERS[3])?, &shop::keys(0));
        for number in 0..self.profile.stuck {
            for (kind, is_deletion) in [(0xe0, false), (0xe1, true)] {
                let mut id = [kind; 16];
                id[..4].copy_from_slice(&number.to_be_bytes());
                let customer = CustomerId::new(i64::from(number) + 1_000)?;
                let id = FlowId(id).intent();
                let card = Some(card.clone());
                let intent = Intent::new(id, customer, shop::pos(2), account.clone(), card);
                at_once(self.deployment.database.record(&intent))?;
                if is_deletion {
                    let token = CardToken::parse(&format!("stuck-{number}"))?;
                    let now = self.deployment.now();
                    let queue = vec![(token, None)];
                    at_once(self.deployment.database.reconcile(&intent.id, queue, now))?;
                }
            }
        }
        Ok(())
    }

    /// A random customer does something.
    pub(super) fn let_someone_act(&mut self) {
        let place = self.rng.index(self.sessions.len());
        let session = &self.sessions[place];
        let is_patient = !self.rng.one_in(self.profile.impatience);
        let waits = is_patient && !session.running.is_empty();
        if session.budget == 0 || waits || session.running.len() > 3 {
            return;
        }
        let others = self.sessions.iter().enumerate();
        let foreign = others.filter(|(other, _)| *other != place);
        let foreign_codes: Vec<String> = foreign
            .flat_map(|(_, other)| other.codes.iter().map(|code| code.digits.clone()))
            .collect();
        let rows = self.deployment.database.cards();
        let situation = Situation {
            session,
            guesses: self.profile.guesses,
            may_erase: !self.profile.is_gateway_kind,
            foreign_codes: &foreign_codes,
            rows: &rows,
        };
        let choice = situation.choose(&mut self.rng);
        if let Some(choice) = choice {
            self.carry_out(choice, place);
        }
    }

    fn carry_out(&mut self, choice: Choice, place: usize) {
        match choice {
            Choice::Ask(ask) => {
                let process = self.rng.index(2);
                self.begin(ask, place, process);
            }
            Choice::AtOnce(asks) => {
                self.count("requests at once");
                for ask in asks {
                    let process = self.rng.index(2);
                    self.begin(ask, place, process);
                }
            }
            Choice::Act(url, completes) => {
                let gateway = &self.deployment.gateway;
                let (done, counted) = if completes {
                    (gateway.approve_at(&url), "actions approved")
                } else {
                    (gateway.decline_at(&url), "actions declined")
                };
                if done {
                    self.count(counted);
                }
                self.sessions[place].stage = Stage::Return;
            }
            Choice::LogOut => {
                let process = self.rng.index(2);
                self.begin(Ask::EndSession, place, process);
                let serial = self.take_serial();
                self.sessions[place] = self.sessions[place].renewed(serial);
                self.count("sessions ended");
            }
            Choice::Wait(seconds) => self.pass(seconds),
        }
    }
}

const fn name(event: Event) -> &'static str {
    match event {
        Event::ReadCatalog => "a catalog is read",
        Event::Crash => "crashes",
        Event::FailOver => "copies and failovers",
        Event::LoseFlows => "flow stores emptied",
        Event::LoseCards => "held cards lost",
        Event::RotateKeys => "key rotations",
        Event::RotateKeysEarly => "key rotations too early",
        Event::MovePos => "points of sale moved",
        Event::SwitchSecondPos => "gateways switched on or off",
        Event::JumpClock => "clock jumps",
    }
}
