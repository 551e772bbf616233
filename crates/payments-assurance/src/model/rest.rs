//! The world at rest: no request is running, and the reconciler has nothing left to do.

use payments_core::audit::AuditOutcome;
use payments_core::testkit::world::{
    Closed, Comparison, Ending, GatewayToken, IntentState, Row, SavedAnswer, Violation, World,
    check_world,
};

use super::ids::{Account, Card, Token, seconds};
use super::reconciling::Reconcile;
use super::request::{Request, Running};
use super::scene::{CallOutcome, Scene};
use super::setup::Setup;

/// The customer of every flow.
const CUSTOMER: i64 = 1;
/// The point of sale of every flow.
const POS: i64 = 1;
/// How long the reconciler waits between two runs: longer than a horizon and all leases of the model.
const BETWEEN_RUNS: u32 = 500;
/// The number of runs after which nothing is left to do.
const MOST_RUNS: usize = 8;

/// Everything that is broken once the reconciler has done its work, if nothing else happens.
pub(super) fn broken(scene: &Scene, setup: &Setup) -> Vec<String> {
    let leftovers = leftovers(scene);
    let scene = at_rest(scene.clone(), setup);
    let world = World {
        leftovers,
        ..world(&scene)
    };
    let violations = check_world(&world);
    let unended = scene.database.without_ending();
    let unended = unended.map(|flow| format!("I9: {} has no ending", flow.intent()));
    violations
        .iter()
        .map(Violation::to_string)
        .chain(unended)
        .collect()
}

/// Runs the reconciler until it has nothing left to do.
fn at_rest(mut scene: Scene, setup: &Setup) -> Scene {
    for _ in 0..MOST_RUNS {
        let database = &scene.database;
        let is_open = database.intents.values().any(|one| one.closed.is_none());
        let is_done = database.deletions.is_empty() && database.without_ending().next().is_none();
        if is_done && !is_open {
            break;
        }
        scene.now += seconds(BETWEEN_RUNS);
        reconcile(&mut scene, setup);
    }
    scene
}

fn reconcile(scene: &mut Scene, setup: &Setup) {
    let mut request = Request::Running(Box::new(Running::Reconcile(Reconcile::LeaseOpen)));
    while request.is_running() {
        request = request.after_call(scene, setup, 0, CallOutcome::Works);
    }
}

/// The sealed cards that no flow will take. After a fault they may stay until they expire.
fn leftovers(scene: &Scene) -> Vec<String> {
    if scene.seen.is_disturbed {
        return Vec::new();
    }
    let forgotten = scene.flows.forgotten(scene.now);
    forgotten
        .map(|sealed| format!("{:?}", sealed.card))
        .collect()
}

fn token(account: Account, token: Token) -> String {
    format!("token-{}-{}", account.0, token.0)
}

fn masked(card: Card) -> String {
    format!("552879******{:04}", card.0)
}

/// What the oracle judges.
fn world(scene: &Scene) -> World {
    let (database, gateway, seen) = (&scene.database, &scene.gateway, &scene.seen);
    let rows = database.rows.iter().map(|row| Row {
        customer: CUSTOMER,
        pos: POS,
        token: token(row.account, row.token),
        fingerprint: masked(row.card),
        masked_number: masked(row.card),
    });
    let tokens = gateway.ledger.iter().map(|made| GatewayToken {
        token: token(made.account, made.token),
        customer: Some(CUSTOMER),
        pos: POS,
        reference: made.reference.intent().0,
        live: made.live,
    });
    let intents = database.intents.iter().map(|(flow, intent)| IntentState {
        id: flow.intent().0,
        closed: intent.closed.and_then(closed),
    });
    let audit = database.endings.iter().map(|(flow, outcome)| Ending {
        flow: flow.intent().0,
        outcome: *outcome,
    });
    let saved_answers = seen.saved.iter().map(|card| SavedAnswer {
        customer: CUSTOMER,
        masked_number: masked(*card),
        is_deleted: seen.removed.contains(card),
    });
    let comparisons = seen.wrong.iter().map(|(code, entered)| Comparison {
        customer: CUSTOMER,
        day: scene.now.date_naive(),
        code: code.0.to_string(),
        attempt: entered.0.to_string(),
    });
    World {
        rows: rows.collect(),
        tokens: tokens.collect(),
        intents: intents.collect(),
        audit: audit.collect(),
        queued_deletions: u64::try_from(database.deletions.len()).unwrap_or(u64::MAX),
        saved_answers: saved_answers.collect(),
        comparisons: comparisons.collect(),
        ..World::default()
    }
}

const fn closed(outcome: AuditOutcome) -> Option<Closed> {
    match outcome {
        AuditOutcome::Saved => Some(Closed::Saved),
        AuditOutcome::Refused => Some(Closed::Refused),
        AuditOutcome::Reconciled => Some(Closed::Reconciled),
        AuditOutcome::Unknown
        | AuditOutcome::Void
        | AuditOutcome::CardLost
        | AuditOutcome::Deleted
        | AuditOutcome::Erased
        | AuditOutcome::Instrument
        | AuditOutcome::SavedCardsViewed
        | AuditOutcome::FlowsViewed
        | AuditOutcome::AuditViewed
        | _ => None,
    }
}
