//! The oracle.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Invariant, Violation, World};

/// Distinct wrong codes for one sent code.
const MOST_WRONG_FOR_A_CODE: usize = 5;
/// Distinct wrong codes of one customer on one day.
const MOST_WRONG_ON_A_DAY: usize = 15;

/// Every broken invariant of a world at rest: no request is running, and the reconciler has nothing left to do.
pub fn check_world(world: &World) -> Vec<Violation> {
    let mut broken = Vec::new();
    let mut note = |invariant, text| broken.push(Violation { invariant, text });
    one_effect(world, &mut note);
    answers_are_true(world, &mut note);
    tokens_are_rows(world, &mut note);
    tries_are_limited(world, &mut note);
    no_secrets(world, &mut note);
    no_crossing(world, &mut note);
    messages_are_limited(world, &mut note);
    every_request_is_answered(world, &mut note);
    one_audit_record(world, &mut note);
    nothing_is_left(world, &mut note);
    broken
}

type Note<'a> = &'a mut dyn FnMut(Invariant, String);

/// How often each of them occurs.
fn counted<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0) += 1;
    }
    counts
}

fn one_effect(world: &World, note: Note<'_>) {
    let rows = world.rows.iter();
    let cards = counted(rows.map(|row| (row.customer, row.pos, &row.fingerprint)));
    for ((customer, pos, _), count) in cards.into_iter().filter(|(_, count)| *count > 1) {
        let text = format!("customer {customer} has {count} rows of one card at POS {pos}");
        note(Invariant::OneEffect, text);
    }
    let references = counted(world.tokens.iter().map(|token| &token.reference));
    for (reference, count) in references.into_iter().filter(|(_, count)| *count > 1) {
        let text = format!("{count} tokens were made for intent {reference}");
        note(Invariant::OneEffect, text);
    }
}

fn answers_are_true(world: &World, note: Note<'_>) {
    for answer in world.saved_answers.iter().filter(|one| !one.is_deleted) {
        let mut rows = world.rows.iter();
        let row = rows.find(|row| {
            row.customer == answer.customer && row.masked_number == answer.masked_number
        });
        let lives = |token: &str| {
            let mut tokens = world.tokens.iter();
            tokens.any(|one| one.live && one.token == token)
        };
        let missing = match row {
            None => "has no row",
            Some(row) if !lives(&row.token) => "has no live token",
            Some(_) => continue,
        };
        let customer = answer.customer;
        let text = format!("a saved card of customer {customer} {missing}");
        note(Invariant::AnswersAreTrue, text);
    }
}

fn tokens_are_rows(world: &World, note: Note<'_>) {
    let live = world.tokens.iter().filter(|token| token.live);
    let live: BTreeSet<_> = live.map(|one| (one.pos, &*one.token)).collect();
    let rows: BTreeSet<_> = world
        .rows
        .iter()
        .map(|row| (row.pos, &*row.token))
        .collect();
    for (pos, token) in live.difference(&rows) {
        let text = format!("the live token {token} at POS {pos} has no row");
        note(Invariant::TokensAreRows, text);
    }
    for (pos, token) in rows.difference(&live) {
        let text = format!("the token {token} of a row at POS {pos} does not live");
        note(Invariant::TokensAreRows, text);
    }
    if world.queued_deletions > 0 {
        let text = format!("{} tokens wait for deletion", world.queued_deletions);
        note(Invariant::TokensAreRows, text);
    }
}

fn tries_are_limited(world: &World, note: Note<'_>) {
    let tries = world.comparisons.iter();
    // A code that is tried again after midnight is one try for the code.
    let of_codes: BTreeSet<_> = tries
        .clone()
        .map(|one| (one.customer, &one.code, &one.attempt))
        .collect();
    let of_codes = counted(of_codes.iter().map(|(customer, code, _)| (customer, code)));
    for ((customer, code), count) in of_codes {
        if count > MOST_WRONG_FOR_A_CODE {
            let text = format!("{count} wrong tries of customer {customer} for code {code}");
            note(Invariant::TriesAreLimited, text);
        }
    }
    let of_days: BTreeSet<_> = tries
        .map(|one| (one.customer, one.day, &one.code, &one.attempt))
        .collect();
    let of_days = counted(of_days.iter().map(|(customer, day, _, _)| (customer, day)));
    for ((customer, day), count) in of_days {
        if count > MOST_WRONG_ON_A_DAY {
            let text = format!("{count} wrong tries of customer {customer} on {day}");
            note(Invariant::TriesAreLimited, text);
        }
    }
}

fn no_secrets(world: &World, note: Note<'_>) {
    for (place, text) in &world.written {
        for (name, secret) in &world.secrets {
            if text.contains(secret.as_str()) {
                note(Invariant::NoSecrets, format!("{name} is in {place}"));
            }
        }
    }
}

fn no_crossing(world: &World, note: Note<'_>) {
    for row in &world.rows {
        let mut made = world.tokens.iter().filter(|one| one.token == row.token);
        let is_own = |customer: Option<i64>| customer.is_none_or(|one| one == row.customer);
        if made.any(|one| !is_own(one.customer) || one.pos != row.pos) {
            let (customer, pos) = (row.customer, row.pos);
            let text = format!("a row of customer {customer} at POS {pos} has another's token");
            note(Invariant::NoCrossing, text);
        }
    }
    for one in world.listed.iter().filter(|one| one.customer != one.owner) {
        let text = format!("customer {} saw a card of {}", one.customer, one.owner);
        note(Invariant::NoCrossing, text);
    }
}

fn messages_are_limited(world: &World, note: Note<'_>) {
    let mut by_phone: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for message in &world.messages {
        by_phone.entry(&message.phone).or_default().push(message.at);
    }
    for (phone, mut sent) in by_phone {
        sent.sort_unstable();
        for &(seconds, most) in &world.message_limits {
            let window = TimeDelta::seconds(seconds);
            let until = |from: DateTime<Utc>| {
                let in_window = sent
                    .iter()
                    .filter(|at| **at >= from && **at - from < window);
                in_window.count()
            };
            let count = sent.iter().map(|from| until(*from)).max();
            if let Some(count) = count.filter(|count| *count > most) {
                let text = format!("{phone} got {count} messages in {seconds} s");
                note(Invariant::MessagesAreLimited, text);
            }
        }
    }
}

fn every_request_is_answered(world: &World, note: Note<'_>) {
    for one in &world.requests {
        let problem = match one.status {
            None if !one.is_disturbed => "had no answer within its deadline".into(),
            Some(status @ 500..) if !(one.is_disturbed && status == 503) => {
                format!("was answered {status}")
            }
            Some(_) | None => continue,
        };
        let text = format!("{} {problem}", one.what);
        note(Invariant::EveryRequestIsAnswered, text);
    }
}

fn one_audit_record(world: &World, note: Note<'_>) {
    let mut endings: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for record in world.audit.iter().filter(|one| one.outcome.is_ending()) {
        let of_flow = endings.entry(&record.flow).or_default();
        of_flow.push(record.outcome);
    }
    for (flow, ends) in endings.iter().filter(|(_, ends)| ends.len() > 1) {
        note(
            Invariant::OneAuditRecord,
            format!("{flow} ended as {ends:?}"),
        );
    }
    for intent in &world.intents {
        let id = &intent.id;
        let Some(closed) = intent.closed else {
            note(Invariant::OneAuditRecord, format!("intent {id} is open"));
            continue;
        };
        let expected = closed.record();
        let ends = endings.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        if !ends.contains(&expected) {
            let text = format!("intent {id} is closed as {expected:?}, and recorded as {ends:?}");
            note(Invariant::OneAuditRecord, text);
        }
    }
}

fn nothing_is_left(world: &World, note: Note<'_>) {
    for left in &world.leftovers {
        note(Invariant::NothingIsLeft, format!("{left} is left"));
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;
    use alloc::vec::Vec;

    use chrono::NaiveDate;

    use super::super::{Comparison, World};
    use super::check_world;

    #[test]
    fn a_wrong_code_repeated_after_midnight_is_one_try_for_the_code_and_one_for_each_day() {
        let tried = |day, attempt: u32| Comparison {
            customer: 7,
            day: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
            code: "code".to_string(),
            attempt: attempt.to_string(),
        };
        let before: Vec<_> = (0..5).map(|attempt| tried(23, attempt)).collect();
        let mut world = World {
            comparisons: before,
            ..World::default()
        };
        world.comparisons.push(tried(24, 0));
        assert_eq!(check_world(&world), []);
        world.comparisons.push(tried(24, 5));
        assert_eq!(check_world(&world).len(), 1);
    }
}
