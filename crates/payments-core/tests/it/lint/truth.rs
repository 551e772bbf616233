//! What the oracle says about the rules of a case, one point after the other.

use payments_core::catalog::{Card, CatalogParts, InstallmentCount, PaymentOption, Plan};
use payments_core::installment::quote;
use payments_core::moment::Moment;
use payments_core::money::{Rate, Rounding};
use payments_core::purchase::Purchase;
use payments_core::rules::{Effect, Rule};

use super::space::Space;
use crate::oracle::{Question, applies};
use crate::shop::now;

/// A purchase, a moment and a plan, with the rules that apply.
pub(crate) struct Applied<'s> {
    pub(crate) purchase: &'s Purchase,
    pub(crate) moment: Moment,
    pub(crate) plan: &'s Plan,
    /// For each rule, whether it applies.
    pub(crate) rules: Vec<bool>,
}

/// Every plan of a store, for every purchase at every moment of a space.
pub(crate) fn all_applied<'s>(parts: &'s CatalogParts, space: &'s Space) -> Vec<Applied<'s>> {
    let mut all = Vec::new();
    for (purchase, moment) in space.points() {
        for card in &parts.cards {
            for option in parts
                .payment_options
                .iter()
                .filter(|option| option.pos == card.pos)
            {
                for plan in &card.installments {
                    let question = question(parts, purchase, moment, (option, card, plan));
                    let rules = parts.rules.iter().map(|rule| applies(rule, question));
                    all.push(Applied {
                        purchase,
                        moment,
                        plan,
                        rules: rules.collect(),
                    });
                }
            }
        }
    }
    all
}

fn question<'a>(
    parts: &'a CatalogParts,
    purchase: &'a Purchase,
    moment: Moment,
    (option, card, plan): (&'a PaymentOption, &'a Card, &'a Plan),
) -> Question<'a> {
    Question {
        purchase,
        moment,
        option,
        card,
        bank: parts
            .banks
            .iter()
            .find(|bank| bank.pk == card.bank)
            .unwrap(),
        card_type: parts
            .card_types
            .iter()
            .find(|one| one.pk == card.card_type)
            .unwrap(),
        count: plan.installment_count,
    }
}

/// The keys of an effect.
pub(crate) const KEYS: [&str; 4] = [
    "exclude",
    "cap_installments",
    "minimum_installment_amount",
    "replace_rate",
];

/// Whether an effect has a key.
pub(crate) fn has(effect: &Effect, key: &str) -> bool {
    match key {
        "exclude" => effect.exclude,
        "cap_installments" => effect.cap_installments.is_some(),
        "minimum_installment_amount" => effect.minimum_installment_amount.is_some(),
        "replace_rate" => effect.replace_rate.is_some(),
        other => panic!("{other}"),
    }
}

/// Removes a key of an effect.
pub(crate) fn remove(effect: &mut Effect, key: &str) {
    match key {
        "exclude" => effect.exclude = false,
        "cap_installments" => effect.cap_installments = None,
        "minimum_installment_amount" => effect.minimum_installment_amount = None,
        "replace_rate" => effect.replace_rate = None,
        other => panic!("{other}"),
    }
}

impl Applied<'_> {
    pub(crate) fn is_from_now_on(&self) -> bool {
        self.moment.utc >= now().utc
    }

    fn count(&self) -> InstallmentCount {
        self.plan.installment_count
    }

    /// Whether a key of a rule's effect can count for the plan, if the rule applies.
    pub(crate) fn counts(&self, effect: &Effect, key: &str, lowest_rate: Option<Rate>) -> bool {
        match key {
            "cap_installments" => effect
                .cap_installments
                .is_some_and(|cap| self.count() > cap),
            "minimum_installment_amount" => {
                let rate = self.plan.interest_rate;
                let rate = lowest_rate.map_or(rate, |lowest| lowest.min(rate));
                let quote = quote(self.purchase.amount, rate, self.count(), Rounding::Up).unwrap();
                let minimum = effect.minimum_installment_amount.unwrap();
                self.count() != InstallmentCount::SINGLE
                    && !minimum.is_reached_by(quote.single_installment_amount())
            }
            "exclude" | "replace_rate" => has(effect, key),
            other => panic!("{other}"),
        }
    }

    /// Whether another rule that applies overrides a key of a rule's effect.
    pub(crate) fn is_overridden(&self, rules: &[Rule], at: usize, key: &str) -> bool {
        let mine = &rules[at].then;
        let others = rules.iter().zip(&self.rules).enumerate();
        let mut others = others.filter(|(other, (_, applies))| **applies && *other != at);
        others.any(|(_, (other, _))| {
            let other = &other.then;
            let cap = other.cap_installments;
            other.exclude
                || match key {
                    "exclude" => cap.is_some_and(|cap| self.count() > cap),
                    "cap_installments" => cap.is_some_and(|cap| Some(cap) <= mine.cap_installments),
                    "minimum_installment_amount" => {
                        cap.is_some_and(|cap| self.count() > cap)
                            || other.minimum_installment_amount >= mine.minimum_installment_amount
                    }
                    "replace_rate" => {
                        cap.is_some_and(|cap| self.count() > cap)
                            || other
                                .replace_rate
                                .is_some_and(|rate| Some(rate) <= mine.replace_rate)
                    }
                    other => panic!("{other}"),
                }
        })
    }

    /// Whether a rule leaves out the plan by its exclusion or its cap.
    pub(crate) fn leaves_out(&self, rules: &[Rule], at: usize) -> bool {
        let effect = &rules[at].then;
        self.rules[at]
            && (effect.exclude
                || effect
                    .cap_installments
                    .is_some_and(|cap| self.count() > cap))
    }
}
