//! One listing's rules: decided step by step, each step knowing more.

use crate::catalog::InstallmentCount;
use crate::moment::Moment;
use crate::purchase::Purchase;
use crate::rules::verdict::Verdict;

use super::bits::{for_each_common, have_common, is_set, set, words_for};
use super::purchase_test::{PurchaseFacts, PurchaseTest};
use super::residual::Known;
use super::{ALL_COUNTS, CompiledRule, RuleBook};

/// The rules that are live for one purchase at one moment.
pub(crate) struct Stage<'b> {
    book: &'b RuleBook,
    /// The live rules, the payment options left out, the truths about the purchase: one allocation.
    bits: Vec<u64>,
    live_words: usize,
    option_words: usize,
}

impl<'b> Stage<'b> {
    /// Decides all that depends on the purchase alone.
    pub(crate) fn new(
        book: &'b RuleBook,
        payment_options: usize,
        purchase: &Purchase,
        moment: Moment,
    ) -> Self {
        let live_words = words_for(book.rules.len());
        let option_words = words_for(payment_options);
        let words = live_words + option_words + words_for(book.truths);
        let mut stage = Self {
            book,
            bits: vec![0; words],
            live_words,
            option_words,
        };
        let facts = PurchaseFacts::of(purchase, moment);
        for (at, rule) in book.rules.iter().enumerate() {
            if stage.is_live(rule, &facts) {
                set(&mut stage.bits[..live_words], at);
            }
        }
        stage
    }

    /// Whether a rule can still apply to something.
    fn is_live(&mut self, rule: &CompiledRule, facts: &PurchaseFacts<'_>) -> bool {
        let holds = |test: &PurchaseTest| test.holds(facts);
        if !rule.purchase.iter().all(holds) {
            return false;
        }
        if rule.residual.is_empty() {
            return true;
        }
        let (first, tests) = &rule.truths;
        let truths = &mut self.bits[self.live_words + self.option_words..];
        for (offset, _) in tests.iter().enumerate().filter(|(_, test)| holds(test)) {
            set(truths, first + offset);
        }
        self.may_hold(rule, None, None, None) != Some(false)
    }

    fn may_hold(
        &self,
        rule: &CompiledRule,
        option: Option<usize>,
        card: Option<usize>,
        count: Option<u8>,
    ) -> Option<bool> {
        let truths = &self.bits[self.live_words + self.option_words..];
        let known = Known {
            truths,
            option,
            card,
            count,
        };
        let mut decided = Some(true);
        for part in &rule.residual {
            match part.holds(known) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => decided = None,
            }
        }
        decided
    }

    fn live(&self) -> &[u64] {
        &self.bits[..self.live_words]
    }

    /// The verdict of the rules that look at nothing but the purchase and the payment option.
    pub(crate) fn on_option(&self, option: usize) -> Verdict {
        let book = self.book;
        let mut verdict = Verdict::default();
        let rows = [
            self.live(),
            book.option_rows.row(option),
            book.option_level.words(),
        ];
        for_each_common(rows, |at| {
            let rule = &book.rules[at];
            if self.may_hold(rule, Some(option), None, None) == Some(true) {
                verdict.apply(&rule.effect, at);
            }
        });
        verdict
    }

    /// `verdict` with the rules that look at the card, but not at the number of installments.
    #[inline]
    pub(crate) fn on_card(&self, mut verdict: Verdict, option: usize, card: usize) -> Verdict {
        let book = self.book;
        let (option_row, card_row) = (book.option_rows.row(option), book.card_rows.row(card));
        let rows = [self.live(), option_row, card_row, book.card_level.words()];
        for_each_common(rows, |at| {
            let rule = &book.rules[at];
            if self.may_hold(rule, Some(option), Some(card), None) == Some(true) {
                verdict.apply(&rule.effect, at);
            }
        });
        verdict
    }

    /// Whether [`Stage::on_plan`] could say something new for this card.
    #[inline]
    pub(crate) fn looks_at_counts(&self, option: usize, card: usize) -> bool {
        let book = self.book;
        let (option_row, card_row) = (book.option_rows.row(option), book.card_rows.row(card));
        have_common([self.live(), option_row, card_row, book.count_level.words()])
    }

    /// `verdict` with the rules that look at the number of installments.
    pub(crate) fn on_plan(
        &self,
        mut verdict: Verdict,
        option: usize,
        card: usize,
        count: InstallmentCount,
    ) -> Verdict {
        let book = self.book;
        let (option_row, card_row) = (book.option_rows.row(option), book.card_rows.row(card));
        let rows = [self.live(), option_row, card_row, book.count_level.words()];
        for_each_common(rows, |at| {
            let rule = &book.rules[at];
            let is_counted = rule.counts == ALL_COUNTS || rule.counts >> count.get() & 1 == 1;
            if is_counted
                && self.may_hold(rule, Some(option), Some(card), Some(count.get())) == Some(true)
            {
                verdict.apply(&rule.effect, at);
            }
        });
        verdict
    }

    /// Remembers that a payment option is not offered.
    pub(crate) fn leave_out(&mut self, option: usize) {
        set(&mut self.bits[self.live_words..], option);
    }

    /// Whether a payment option is not offered.
    #[inline]
    pub(crate) fn is_left_out(&self, option: usize) -> bool {
        is_set(&self.bits[self.live_words..], option)
    }
}
