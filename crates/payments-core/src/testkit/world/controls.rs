//! Planted violations: a world in which the oracle finds nothing proves something only if it finds each of these in it.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate};

use crate::audit::AuditOutcome;

use super::Invariant as I;
use super::{
    Closed, Comparison, Ending, GatewayToken, IntentState, Invariant, Listed, Message, Request,
    Row, SavedAnswer, World,
};

/// A violation to plant.
pub struct Control {
    /// What it breaks.
    pub breaks: Invariant,
    /// A name for reports.
    pub name: &'static str,
    /// Plants it.
    pub plant: fn(&mut World),
}

/// A customer and a point of sale that no scenario has.
const STRANGER: i64 = 9_999_999;

/// At least one control for each invariant.
pub fn controls() -> Vec<Control> {
    let control = |breaks, name, plant| Control {
        breaks,
        name,
        plant,
    };
    vec![
        control(I::OneEffect, "a card has two rows", |world| {
            for number in ["one", "two"] {
                world.rows.push(row(number));
                world.tokens.push(token(number, number));
            }
        }),
        control(I::OneEffect, "an intent made two tokens", |world| {
            for number in ["one", "two"] {
                world.tokens.push(token(number, "same"));
            }
        }),
        control(I::AnswersAreTrue, "a saved card has no row", |world| {
            world.saved_answers.push(SavedAnswer {
                customer: STRANGER,
                masked_number: "000000******0000".to_string(),
                is_deleted: false,
            });
        }),
        control(I::TokensAreRows, "a live token has no row", |world| {
            world.tokens.push(token("orphan", "orphan"));
        }),
        control(I::TokensAreRows, "a row's token is deleted", |world| {
            world.rows.push(row("dead"));
        }),
        control(I::TriesAreLimited, "a sixth wrong try", |world| {
            world
                .comparisons
                .extend((0..6).map(|one| wrong_try(0, one)));
        }),
        control(I::TriesAreLimited, "a sixteenth on a day", |world| {
            let sixteen = (0..16).map(|one| wrong_try(one / 4, one));
            world.comparisons.extend(sixteen);
        }),
        control(I::NoSecrets, "a secret is written", |world| {
            let name = "control".to_string();
            world.secrets.push((name.clone(), "4929000000006".into()));
            world.written.push((name, "pan=4929000000006".into()));
        }),
        control(I::NoCrossing, "a row has another's token", |world| {
            world.rows.push(row("another"));
            world.tokens.push(GatewayToken {
                customer: Some(STRANGER + 1),
                ..token("another", "another")
            });
        }),
        control(I::NoCrossing, "another's card is listed", |world| {
            world.listed.push(Listed {
                customer: STRANGER,
                owner: STRANGER + 1,
            });
        }),
        control(I::MessagesAreLimited, "a message too many", |world| {
            world.message_limits.push((60, 1));
            let at = DateTime::UNIX_EPOCH;
            let phone = "control".to_string();
            world.messages.extend(vec![Message { phone, at }; 2]);
        }),
        control(I::EveryRequestIsAnswered, "a 500", |world| {
            world.requests.push(request(Some(500)));
        }),
        control(I::EveryRequestIsAnswered, "no answer", |world| {
            world.requests.push(request(None));
        }),
        control(I::OneAuditRecord, "an intent stays open", |world| {
            world.intents.push(intent(None));
        }),
        control(I::OneAuditRecord, "an end without a record", |world| {
            world.intents.push(intent(Some(Closed::Saved)));
        }),
        control(I::OneAuditRecord, "a flow ends twice", |world| {
            for outcome in [AuditOutcome::Saved, AuditOutcome::Reconciled] {
                let flow = "control".to_string();
                world.audit.push(Ending { flow, outcome });
            }
        }),
        control(I::NothingIsLeft, "a held card is left", |world| {
            world.leftovers.push("a held card".to_string());
        }),
    ]
}

fn row(token: &str) -> Row {
    Row {
        customer: STRANGER,
        pos: STRANGER,
        token: token.to_string(),
        fingerprint: "same".to_string(),
        masked_number: "000000******0000".to_string(),
    }
}

fn token(token: &str, reference: &str) -> GatewayToken {
    GatewayToken {
        token: token.to_string(),
        customer: Some(STRANGER),
        pos: STRANGER,
        reference: reference.to_string(),
        live: true,
    }
}

fn wrong_try(code: u8, attempt: u8) -> Comparison {
    Comparison {
        customer: STRANGER,
        day: NaiveDate::default(),
        code: code.to_string(),
        attempt: attempt.to_string(),
    }
}

fn request(status: Option<u16>) -> Request {
    Request {
        what: String::from("GET /"),
        status,
        is_disturbed: false,
    }
}

fn intent(closed: Option<Closed>) -> IntentState {
    IntentState {
        id: String::from("control"),
        closed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_world;
    use super::{Invariant, World, controls};

    #[test]
    fn an_empty_world_breaks_nothing() {
        assert_eq!(check_world(&World::default()), []);
    }

    #[test]
    fn each_control_breaks_its_invariant() {
        for control in controls() {
            let mut world = World::default();
            (control.plant)(&mut world);
            let broken = check_world(&world);
            let is_found = broken.iter().any(|one| one.invariant == control.breaks);
            assert!(is_found, "{}: {broken:?}", control.name);
        }
    }

    #[test]
    fn each_invariant_has_a_control() {
        for invariant in Invariant::ALL {
            let mut controls = controls().into_iter();
            assert!(controls.any(|one| one.breaks == invariant), "{invariant:?}");
        }
    }
}
