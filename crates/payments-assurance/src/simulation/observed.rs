//! What customers were answered, and the world that is judged.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use payments_core::flow::IntentId;
use payments_core::id::CustomerId;
use payments_core::testkit::world::{Comparison, Listed, Message, Request, SavedAnswer, World};

use super::deployment::Deployment;
use super::network::lock;
use super::shop::NUMBERS;

/// A request to delete a card.
#[derive(Clone, Debug)]
pub(super) struct Removal {
    pub(super) customer: CustomerId,
    pub(super) masked_number: String,
    /// When it was certainly over.
    pub(super) over_at: i64,
}

/// What customers were answered.
#[derive(Default)]
pub(super) struct Observed {
    /// The intents whose cards were reported as saved.
    pub(super) saved: BTreeSet<(CustomerId, IntentId)>,
    pub(super) removals: Vec<Removal>,
    pub(super) erased: BTreeSet<CustomerId>,
    pub(super) comparisons: Vec<Comparison>,
    pub(super) listed: Vec<Listed>,
    pub(super) requests: Vec<Request>,
    /// Broken promises that the world does not show.
    pub(super) findings: Vec<String>,
}

/// How many messages a phone may receive in a time in which the limit's window cannot begin again.
pub(super) type MessageLimits = Vec<(i64, usize)>;

impl Observed {
    pub(super) fn finding(&mut self, text: String) {
        self.findings.push(text);
    }

    /// The world as it is now.
    pub(super) fn world(&self, deployment: &Deployment, limits: MessageLimits) -> World {
        let phones = lock(&deployment.phones);
        let arrived = phones.arrived.iter();
        let instant = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default();
        let messages = arrived.clone().map(|one| Message {
            phone: one.phone.clone(),
            at: instant(one.granted_at),
        });
        let numbers = NUMBERS.map(|number| ("a card number".to_owned(), number.to_owned()));
        let numbers_of_phones: BTreeSet<_> = arrived.clone().map(|one| one.phone.clone()).collect();
        let of_phones = numbers_of_phones
            .into_iter()
            .map(|phone| ("a phone".to_owned(), phone));
        // Quoted: six digits may be part of a random identifier.
        let codes = arrived.map(|one| ("a code".to_owned(), format!("{:?}", one.code)));
        World {
            saved_answers: self.saved_answers(deployment),
            comparisons: self.comparisons.clone(),
            listed: self.listed.clone(),
            messages: messages.collect(),
            message_limits: limits,
            requests: self.requests.clone(),
            secrets: numbers.into_iter().chain(of_phones).chain(codes).collect(),
            ..World::of_fakes(deployment.fakes(), deployment.now())
        }
    }

    fn saved_answers(&self, deployment: &Deployment) -> Vec<SavedAnswer> {
        let intents = deployment.database.intents();
        let traffic = deployment.network.traffic();
        let answers = self.saved.iter().map(|(customer, id)| {
            let row = intents.iter().find(|row| row.intent.id == *id);
            let card = row.and_then(|row| row.intent.card.as_ref());
            let masked_number = card.map(|card| card.masked_number.to_string());
            let masked_number = masked_number.unwrap_or_default();
            let recorded_at = traffic.recorded.get(id).copied().unwrap_or_default();
            let mut removals = self.removals.iter();
            let is_removed = removals.any(|one| {
                one.customer == *customer
                    && one.masked_number == masked_number
                    && one.over_at >= recorded_at
            });
            SavedAnswer {
                customer: customer.get(),
                masked_number,
                is_deleted: is_removed || self.erased.contains(customer),
            }
        });
        answers.collect()
    }
}
