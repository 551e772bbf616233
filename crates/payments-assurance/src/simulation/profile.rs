//! What a seed decides before its simulation begins.

use payments_core::card_storage::{ActionSettings, HourAndDay, Settings};
use payments_core::testkit::fakes::SearchBy;

use super::faults::{CALLS, Faults};
use super::rng::Rng;
use super::shop::Place;

/// What may happen beside the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A process reads the catalog again.
    ReadCatalog,
    /// A process dies and is started again.
    Crash,
    /// The flow store fails over to an older copy, which is made now if there is none.
    FailOver,
    /// The stores lose everything.
    LoseFlows,
    /// The store of held cards loses everything.
    LoseCards,
    /// A process takes the next step of a key rotation, if the other one is not behind.
    RotateKeys,
    /// A process takes the next step although the other one has not taken the last one.
    RotateKeysEarly,
    /// The first point of sale moves to another account or gateway.
    MovePos,
    /// The second point of sale loses its gateway, or gets it back.
    SwitchSecondPos,
    /// The clock of a process jumps.
    JumpClock,
}

/// What a seed decides at the beginning.
#[expect(clippy::struct_excessive_bools, reason = "each is one choice")]
pub(super) struct Profile {
    pub(super) customers: u64,
    /// Sessions of a customer at once.
    pub(super) sessions: u64,
    /// Whether all customers have one phone.
    pub(super) shares_phone: bool,
    /// Requests of a session.
    pub(super) budget: u64,
    /// One in this many customers does not wait for an answer before the next request.
    pub(super) impatience: u64,
    /// Whether the sessions mostly guess codes.
    pub(super) guesses: bool,
    pub(super) faults: Faults,
    /// One in this many steps is the arrival of a call that was given up.
    pub(super) landings: u64,
    /// In how many of 1,000 steps a reconciler is started.
    pub(super) reconciler_rate: u64,
    /// What may happen beside the requests; an event that is in the list twice happens twice as often.
    pub(super) events: Vec<Event>,
    /// In how many of 1,000 steps one of the events happens.
    pub(super) event_rate: u64,
    /// Whether every card is accepted.
    pub(super) is_gateway_kind: bool,
    /// Whether the gateway gives a card that it knows the same token again.
    pub(super) repeats_tokens: bool,
    pub(super) search_by: SearchBy,
    pub(super) needs_cvv: bool,
    /// Intents and deletions of the second point of sale that cannot be settled at first.
    pub(super) stuck: u32,
    /// How many entries a reconciler takes at once.
    pub(super) batch: u32,
    /// Where the first point of sale is at rest.
    pub(super) home: Place,
    /// Seconds from the beginning to the end of the day (UTC).
    pub(super) until_midnight: i64,
    pub(super) settings: Settings,
}

/// The events that are trouble.
const TROUBLES: [Event; 9] = [
    Event::Crash,
    Event::FailOver,
    Event::LoseFlows,
    Event::LoseCards,
    Event::RotateKeys,
    Event::RotateKeysEarly,
    Event::MovePos,
    Event::SwitchSecondPos,
    Event::JumpClock,
];

impl Profile {
    /// What a seed decides. One seed in six is calm: no call fails, no process dies, and every card is accepted.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let is_calm = rng.one_in(6);
        let guesses = rng.one_in(16);
        let mut events = vec![Event::ReadCatalog];
        if is_calm {
            events.extend(if rng.one_in(2) {
                vec![Event::RotateKeys, Event::RotateKeysEarly]
            } else {
                vec![]
            });
        } else {
            events.extend(TROUBLES.into_iter().filter(|_| rng.one_in(3)));
        }
        let faults = if is_calm {
            Faults::default()
        } else {
            Faults {
                rate: rng.pick(&[0, 5, 20, 60]),
                focus: rng.one_in(2).then(|| rng.pick(&CALLS)),
                is_gateway_slow: rng.one_in(3),
            }
        };
        Self {
            customers: 1 + rng.below(3),
            sessions: 1 + rng.below(2),
            shares_phone: rng.one_in(5),
            budget: if guesses { 20 } else { 4 + rng.below(7) },
            impatience: rng.pick(&[4, 12, 40]),
            guesses,
            faults,
            landings: rng.pick(&[16, 64, 400]),
            reconciler_rate: rng.pick(&[2, 6, 30]),
            events,
            event_rate: rng.pick(&[2, 6, 20]) + if is_calm { 10 } else { 0 },
            is_gateway_kind: is_calm,
            repeats_tokens: rng.one_in(3),
            search_by: rng.pick(&[SearchBy::KeyOnly, SearchBy::KeyOrReference]),
            needs_cvv: rng.one_in(2),
            stuck: if rng.one_in(4) { 2 + rank(rng, 4) } else { 0 },
            batch: 1 + rank(rng, 3),
            home: rng.pick(&[Place::FirstAgain, Place::Second]),
            until_midnight: rng.pick(&[40_000, 40_000, 40_000, 30, 300]),
            settings: settings(rng),
        }
    }
}

fn rank(rng: &mut Rng, bound: u64) -> u32 {
    u32::try_from(rng.below(bound)).unwrap_or_default()
}

fn settings(rng: &mut Rng) -> Settings {
    let mut settings = Settings::default();
    settings.require_held_card = rng.one_in(3);
    if !rng.one_in(3) {
        settings.actions = Some(ActionSettings {
            base_url: "https://shop.example/actions/".to_owned(),
            lifetime_seconds: 900,
        });
    }
    if rng.one_in(6) {
        settings.sending.cooldown_seconds = rng.pick(&[0, 20]);
        settings.sending.per_customer = HourAndDay { hour: 4, day: 6 };
        settings.sending.per_phone = HourAndDay { hour: 3, day: 5 };
    }
    settings
}
