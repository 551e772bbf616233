//! The rules of one listing, evaluated in steps: purchase, payment option, card, plan.

use alloc::vec::Vec;

use crate::catalog::InstallmentCount;
use crate::moment::Moment;
use crate::money::Rate;
use crate::purchase::Purchase;
use crate::rules::verdict::{RuleAt, Verdict};

use super::bits::{common, find_set, for_each_set, is_set, set, words_for};
use super::purchase_test::{PurchaseFacts, PurchaseTest};
use super::residual::{Known, all_hold};
use super::{CompiledRule, RuleBook};

/// The rules that are live for one purchase at one moment.
#[derive(Debug)]
pub(crate) struct Stage<'b> {
    book: &'b RuleBook,
    /// Four sets in one allocation: the live rules, those that concern the current card, the excluded payment options,
    /// and the truths about the purchase.
    bits: Vec<u64>,
    /// The number of words in a set of rules.
    rule_words: usize,
    /// The number of words in the set of payment options.
    option_words: usize,
    /// The current payment option and card.
    at_hand: (usize, usize),
}

impl<'b> Stage<'b> {
    /// Evaluates everything that depends on the purchase alone.
    pub(crate) fn new(
        book: &'b RuleBook,
        payment_options: usize,
        purchase: &Purchase,
        moment: Moment,
    ) -> Self {
        let mut stage = Self::without_rules(book, payment_options);
        let facts = PurchaseFacts::of(purchase, moment);
        for (at, rule) in book.rules.iter().enumerate() {
            if stage.is_live(rule, &facts) {
                set(&mut stage.bits, at);
            }
        }
        stage
    }

    /// Evaluates only some rules, given as a set.
    pub(crate) fn among(
        book: &'b RuleBook,
        payment_options: usize,
        purchase: &Purchase,
        moment: Moment,
        rules: impl Iterator<Item = u64>,
    ) -> Self {
        let mut stage = Self::without_rules(book, payment_options);
        let facts = PurchaseFacts::of(purchase, moment);
        for_each_set(rules, |at| {
            if stage.is_live(&book.rules[at], &facts) {
                set(&mut stage.bits, at);
            }
        });
        stage
    }

    #[inline]
    fn without_rules(book: &'b RuleBook, payment_options: usize) -> Self {
        let rule_words = words_for(book.rules.len());
        let option_words = words_for(payment_options);
        let words = 2 * rule_words + option_words + words_for(book.truths);
        Self {
            book,
            bits: vec![0; words],
            rule_words,
            option_words,
            at_hand: (0, 0),
        }
    }

    /// Whether a rule can still apply to anything.
    fn is_live(&mut self, rule: &CompiledRule, facts: &PurchaseFacts<'_>) -> bool {
        let holds = |test: &PurchaseTest| test.holds(facts);
        if !rule.purchase.iter().all(holds) {
            return false;
        }
        if rule.residual.is_empty() {
            return true;
        }
        let (first, tests) = &rule.truths;
        let truths = &mut self.bits[2 * self.rule_words + self.option_words..];
        for (offset, _) in tests.iter().enumerate().filter(|(_, test)| holds(test)) {
            set(truths, first + offset);
        }
        self.residual_holds(rule, None, None, None) != Some(false)
    }

    /// Whether the mixed part of a rule holds, if that can be decided.
    #[inline]
    fn residual_holds(
        &self,
        rule: &CompiledRule,
        option: Option<usize>,
        card: Option<usize>,
        count: Option<u8>,
    ) -> Option<bool> {
        if rule.residual.is_empty() {
            return Some(true);
        }
        let truths = &self.bits[2 * self.rule_words + self.option_words..];
        let known = Known {
            truths,
            option,
            card,
            count,
        };
        all_hold(&rule.residual, known)
    }

    /// The verdict of the rules that depend only on the purchase and the payment option.
    pub(crate) fn on_option(&self, option: usize) -> Verdict {
        let book = self.book;
        let mut verdict = Verdict::default();
        let of_option = common(&self.bits[..self.rule_words], book.option_rows.row(option));
        let rules = of_option
            .zip(book.option_level.words())
            .map(|(rules, level)| rules & level);
        for_each_set(rules, |at| {
            let rule = &book.rules[at];
            if self.residual_holds(rule, Some(option), None, None) == Some(true) {
                verdict.apply(&rule.effect, rule.at);
            }
        });
        verdict
    }

    /// Selects a card under a payment option.
    #[inline]
    pub(crate) fn take(&mut self, option: usize, card: usize) {
        self.at_hand = (option, card);
        let rows = self
            .book
            .option_rows
            .row(option)
            .iter()
            .zip(self.book.card_rows.row(card));
        let (live, rest) = self.bits.split_at_mut(self.rule_words);
        for ((of_card, live), (option, card)) in rest.iter_mut().zip(live).zip(rows) {
            *of_card = *live & option & card;
        }
    }

    /// The live rules that concern the current card.
    #[inline]
    fn of_card(&self) -> &[u64] {
        &self.bits[self.rule_words..2 * self.rule_words]
    }

    /// Adds the rules that depend on the card, but not on the number of installments.
    #[inline]
    pub(crate) fn on_card(&self, verdict: &mut Verdict) {
        let (option, card) = self.at_hand;
        for_each_set(common(self.of_card(), self.book.card_level.words()), |at| {
            let rule = &self.book.rules[at];
            if self.residual_holds(rule, Some(option), Some(card), None) == Some(true) {
                verdict.apply(&rule.effect, rule.at);
            }
        });
    }

    /// Whether [`Stage::on_plan`] could add an effect for the current card.
    #[inline]
    pub(crate) fn looks_at_counts(&self) -> bool {
        common(self.of_card(), self.book.count_level.words()).any(|rules| rules != 0)
    }

    /// Adds the rules that depend on the number of installments.
    #[inline]
    pub(crate) fn on_plan(&self, mut verdict: Verdict, count: InstallmentCount) -> Verdict {
        let (option, card) = self.at_hand;
        let count = count.get();
        for_each_set(
            common(self.of_card(), self.book.count_level.words()),
            |at| {
                let rule = &self.book.rules[at];
                if rule.counts >> count & 1 == 1
                    && self.residual_holds(rule, Some(option), Some(card), Some(count))
                        == Some(true)
                {
                    verdict.apply(&rule.effect, rule.at);
                }
            },
        );
        verdict
    }

    /// Whether a rule that may apply to an option and a card applies to one of its numbers of installments.
    #[inline]
    fn applies(&self, rule: &CompiledRule, option: usize, card: usize, count: u8) -> bool {
        rule.counts >> count & 1 == 1
            && self.residual_holds(rule, Some(option), Some(card), Some(count)) == Some(true)
    }

    /// Calls `found` with every rule that applies to this number of installments of the current card, ordered by slug.
    pub(crate) fn applied(&self, count: InstallmentCount, mut found: impl FnMut(RuleAt)) {
        let (option, card) = self.at_hand;
        let count = count.get();
        for_each_set(self.of_card().iter().copied(), |at| {
            let rule = &self.book.rules[at];
            if self.applies(rule, option, card, count) {
                found(rule.at);
            }
        });
    }

    /// Whether a rule may replace the rate of a card's plans under a payment option.
    pub(crate) fn may_replace_rates(&self, option: usize, card: usize) -> bool {
        self.rate_rules(option, card).any(|rules| rules != 0)
    }

    /// The first rule by slug that applies to this number of installments of a card under a payment option, and that
    /// replaces the rate by this one.
    pub(crate) fn rate_rule(
        &self,
        option: usize,
        card: usize,
        count: InstallmentCount,
        rate: Rate,
    ) -> Option<RuleAt> {
        let count = count.get();
        let found = find_set(self.rate_rules(option, card), |at| {
            let rule = &self.book.rules[at];
            rule.effect.replace_rate == Some(rate) && self.applies(rule, option, card, count)
        });
        found.map(|at| self.book.rules[at].at)
    }

    /// The live rules that concern a card under a payment option and replace rates.
    fn rate_rules(&self, option: usize, card: usize) -> impl Iterator<Item = u64> {
        let book = self.book;
        let of_card = common(book.option_rows.row(option), book.card_rows.row(card));
        let live = common(&self.bits[..self.rule_words], book.rate_rules.words());
        of_card.zip(live).map(|(of_card, live)| of_card & live)
    }

    /// Marks a payment option as not offered.
    pub(crate) fn leave_out(&mut self, option: usize) {
        set(&mut self.bits[2 * self.rule_words..], option);
    }

    /// Whether a payment option is not offered.
    #[inline]
    pub(crate) fn is_left_out(&self, option: usize) -> bool {
        is_set(&self.bits[2 * self.rule_words..], option)
    }
}
