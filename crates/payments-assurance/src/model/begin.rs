//! The scene at the start.

use payments_core::flow::ClaimId;
use payments_core::flow::SubmissionId;
use payments_core::phone::PhoneDigest;
use payments_core::testkit::machine::{Event, FlowState, HeldCard, SentCode, step};

use super::database::{Database, Row};
use super::flow_store::{FlowStore, SealedCard};
use super::gateway::{Call, Gateway, Repeats};
use super::ids::{Account, Code, at, flow, seconds};
use super::sample_pos;
use super::scene::{Scene, Seen};
use super::setup::{CARD_SECONDS, CODE_SECONDS, Setup, Waiting};
use super::tries::Try;

/// Numbers of flows that no request draws: those of saved cards, and those that wait.
const FIRST_SAVED: u8 = 200;
const FIRST_WAITING: u8 = 1;
/// Codes that are never sent.
pub(super) const WRONG: u8 = 100;

pub(super) fn begin(setup: &Setup) -> Scene {
    let mut scene = Scene {
        now: at(0),
        flows: FlowStore::default(),
        database: Database::new(Account(0)),
        gateway: Gateway::default(),
        seen: Seen::default(),
    };
    for card in setup.saved {
        let call = Call {
            reference: flow(FIRST_SAVED + card.0),
            account: Account(0),
            key: scene.database.rows.first().map(|row| row.key),
            card: *card,
        };
        let (token, key) = scene.gateway.make(&call, Repeats::Never);
        scene.database.rows.push(Row {
            pk: 100 + card.0,
            card: *card,
            account: call.account,
            token,
            key,
        });
    }
    for waiting in setup.waiting {
        wait(&mut scene, waiting);
    }
    scene
}

/// Holds a card, sends a code for it, and enters wrong ones.
fn wait(scene: &mut Scene, waiting: &Waiting) {
    let (now, session) = (scene.now, waiting.session);
    let id = flow(FIRST_WAITING + session.0);
    let held = HeldCard {
        submission: SubmissionId(id.0),
        pos: sample_pos(),
        key: Some(waiting.keys.0),
        deadline: now + seconds(CARD_SECONDS),
    };
    let sealed = SealedCard {
        card: waiting.card,
        flow: id,
        key: waiting.keys.0,
        deadline: held.deadline,
    };
    scene.flows.put(session, &held, sealed);
    let code = SentCode {
        digest: waiting.code.digest(),
        key: waiting.keys.1,
        phone: PhoneDigest([0; 32]),
        expires_at: now + seconds(CODE_SECONDS),
    };
    let mut events = vec![
        Event::CardSubmitted {
            flow: id,
            card: held,
        },
        Event::PhoneSubmitted {
            flow: id,
            code,
            needs_card: true,
        },
    ];
    for number in 0..waiting.wrong {
        let entered = Code(WRONG + number);
        events.push(Event::CodeSubmitted {
            attempt: entered.digest(),
            claimant: ClaimId([0; 16]),
        });
        let sent = waiting.code;
        scene
            .database
            .tries
            .reserve(Try::Sent { sent, entered }, usize::MAX);
        scene.seen.wrong.insert((sent, entered));
    }
    let mut state = FlowState::Empty;
    for event in events {
        state = step(state, event, now).state;
    }
    if let Some(deadline) = state.deadline() {
        let _ = scene
            .flows
            .save(session, (&state, deadline), None, now, true);
    }
}
