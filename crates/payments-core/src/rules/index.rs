//! The compiled form of rules: bound to the positions of one snapshot and grouped by what they depend on.
//!
//! A condition is a conjunction of tests of the purchase, the payment option, the card and the number of installments.
//! The tests of options and cards are evaluated when the snapshot is built, into a bit per rule in the row of each
//! option and card. The tests of the purchase are evaluated once per listing, into the set of live rules. The rules of
//! a card are the intersection of its row, its option's row and the live set, so a rule that cannot apply costs a
//! listing only its tests of the purchase. Conditions that mix the levels under `any` keep that part as a small tree
//! ([`residual`]), in three-valued logic.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::catalog::{CardPaymentType, InstallmentCount, PaymentOption};
use crate::moment::Moment;
use crate::purchase::Purchase;
use crate::slug::Slug;

use super::condition::{Condition, Range};
use super::effect::Effect;
use super::rule::Rule;
use super::verdict::RuleAt;

pub(super) mod bindings;
pub(super) mod bits;
mod node;
mod purchase_test;
mod residual;
mod stage;

pub(crate) use stage::Stage;

use bindings::Bindings;
use bits::{BitRows, BitSet, common, is_set};
use node::Node;
use purchase_test::{PurchaseFacts, PurchaseTest};
use residual::{Level, Residual};

/// What conditions test about a card: its slugs, as the snapshot links them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CardFacts<'a> {
    pub(crate) card: &'a Slug,
    pub(crate) bank: &'a Slug,
    pub(crate) card_type: &'a Slug,
    pub(crate) payment_type: CardPaymentType,
    pub(crate) is_commercial: bool,
}

/// All rules of a snapshot, compiled.
#[derive(Debug)]
pub(crate) struct RuleBook {
    sources: Vec<Rule>,
    rules: Vec<CompiledRule>,
    /// For each payment option, the rules that may apply to it.
    option_rows: BitRows,
    /// For each card, the rules that may apply to it.
    card_rows: BitRows,
    /// Rules that depend on neither card nor count.
    option_level: BitSet,
    /// Rules that depend on the card but not on the count.
    card_level: BitSet,
    /// Rules that depend on the count.
    count_level: BitSet,
    /// Rules that replace the rate.
    rate_rules: BitSet,
    /// The number of truths about a purchase that the residuals use.
    truths: usize,
}

/// A rule that can have an effect.
#[derive(Debug)]
struct CompiledRule {
    /// The rule's own position, as verdicts name it.
    at: RuleAt,
    /// The position of the rule among the sources.
    source: usize,
    effect: Effect,
    /// All of these must hold.
    purchase: Vec<PurchaseTest>,
    /// A bit for each number of installments that it may apply to.
    counts: u128,
    /// All of these must hold too.
    residual: Vec<Residual>,
    /// The residuals' tests of the purchase; the first one has this position among the truths.
    truths: (usize, Vec<PurchaseTest>),
}

/// The set of all numbers of installments.
pub(super) const ALL_COUNTS: u128 = u128::MAX;

impl RuleBook {
    /// Compiles rules for payment options and cards, by their positions.
    pub(crate) fn compile(
        sources: Vec<Rule>,
        payment_options: &[PaymentOption],
        cards: &[CardFacts<'_>],
    ) -> Self {
        let does_something = |rule: &Rule| rule.is_active && rule.then != Effect::default();
        let compilable: Vec<usize> = (0..sources.len())
            .filter(|at| does_something(&sources[*at]))
            .collect();
        let count = compilable.len();
        let mut book = Self {
            rules: Vec::with_capacity(count),
            option_rows: BitRows::new(payment_options.len(), count),
            card_rows: BitRows::new(cards.len(), count),
            option_level: BitSet::new(count),
            card_level: BitSet::new(count),
            count_level: BitSet::new(count),
            rate_rules: BitSet::new(count),
            truths: 0,
            sources: Vec::new(),
        };
        let bindings = Bindings::of(payment_options, cards);
        for source in compilable {
            let rule = &sources[source];
            let node = Node::of(&rule.when, &bindings);
            book.add(source, rule, node);
        }
        book.sources = sources;
        book
    }

    /// The rules as they were written, including inactive ones, ordered by slug.
    pub(crate) fn sources(&self) -> &[Rule] {
        &self.sources
    }

    /// The positions of the asked rules that can have an effect.
    pub(crate) fn compiled(&self, is_asked: impl Fn(&Rule) -> bool) -> Vec<RuleAt> {
        let rules = self.rules.iter();
        let asked = rules.filter(|rule| is_asked(&self.sources[rule.source]));
        asked.map(|rule| rule.at).collect()
    }

    /// Whether one of these rules may apply to a plan of the purchase: its tests of the purchase alone hold.
    pub(crate) fn may_apply(&self, rules: &[RuleAt], purchase: &Purchase, moment: Moment) -> bool {
        let facts = PurchaseFacts::of(purchase, moment);
        rules.iter().any(|rule| {
            let tests = &self.rules[*rule as usize].purchase;
            tests.iter().all(|test| test.holds(&facts))
        })
    }

    /// The positions among the sources of the rules that can have an effect, by their own positions.
    pub(super) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().map(|rule| rule.source)
    }

    /// The set of the rules that may apply to a card.
    pub(crate) fn card_row(&self, card: usize) -> &[u64] {
        self.card_rows.row(card)
    }

    /// The rules that may apply to a card under a payment option, by their own positions.
    pub(super) fn of_card(&self, option: usize, card: usize) -> BitSet {
        let rows = (self.option_rows.row(option), self.card_rows.row(card));
        BitSet::of_words(common(rows.0, rows.1).collect(), self.rules.len())
    }

    /// Whether a rule has a part that tests several of the purchase, the payment option, the card and the number of
    /// installments.
    pub(super) fn is_mixed(&self, rule: usize) -> bool {
        !self.rules[rule].residual.is_empty()
    }

    /// Whether a rule may apply to a number of installments.
    pub(super) fn may_apply_to(&self, rule: usize, count: InstallmentCount) -> bool {
        self.rules[rule].counts >> count.get() & 1 == 1
    }

    /// The first instant after `now` at which a rule may apply to different purchases.
    pub(crate) fn holds_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let tests = self.rules.iter();
        let tests = tests.flat_map(|rule| rule.purchase.iter().chain(&rule.truths.1));
        tests.filter_map(|test| test.holds_until(now)).min()
    }

    /// The same for the rules that may apply to one card under one of these payment options.
    pub(crate) fn card_holds_until(
        &self,
        card: usize,
        options: &[usize],
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let of_card = self.card_rows.row(card);
        let concerns = |at: usize| {
            let mut options = options.iter();
            is_set(of_card, at) && options.any(|one| is_set(self.option_rows.row(*one), at))
        };
        let rules = self.rules.iter().enumerate();
        let rules = rules.filter(|(at, _)| concerns(*at));
        let tests = rules.flat_map(|(_, rule)| rule.purchase.iter().chain(&rule.truths.1));
        tests.filter_map(|test| test.holds_until(now)).min()
    }

    /// The rule at a position that a verdict names.
    pub(crate) fn source(&self, rule: RuleAt) -> &Rule {
        &self.sources[self.rules[rule as usize].source]
    }

    fn add(&mut self, source: usize, rule: &Rule, node: Node) {
        let at = self.rules.len();
        let mut compiled = CompiledRule {
            // Saturates: no store has four billion rules.
            at: RuleAt::try_from(at).unwrap_or(RuleAt::MAX),
            source,
            effect: rule.then,
            purchase: PurchaseTest::validity(rule).into_iter().collect(),
            counts: ALL_COUNTS,
            residual: Vec::new(),
            truths: (self.truths, Vec::new()),
        };
        let (mut options, mut cards, mut level) = (None, None, Level::Option);
        for part in node.into_parts() {
            match part {
                Node::Purchase(test) => compiled.purchase.push(test),
                Node::Options(set) => options = Some(set),
                Node::Cards(set) => {
                    cards = Some(set);
                    level = level.max(Level::Card);
                }
                Node::Counts(mask) => {
                    compiled.counts = mask;
                    level = Level::Count;
                }
                mixed @ (Node::All(_) | Node::Any(_)) => {
                    let residual = Residual::of(mixed, self.truths, &mut compiled.truths.1);
                    level = level.max(residual.level());
                    compiled.residual.push(residual);
                }
            }
        }
        PurchaseTest::cheapest_first(&mut compiled.purchase);
        self.truths += compiled.truths.1.len();
        self.option_rows.fill(at, options.as_ref());
        self.card_rows.fill(at, cards.as_ref());
        match level {
            Level::Option => self.option_level.insert(at),
            Level::Card => self.card_level.insert(at),
            Level::Count => self.count_level.insert(at),
        }
        if rule.then.replace_rate.is_some() {
            self.rate_rules.insert(at);
        }
        self.rules.push(compiled);
    }
}

impl Node {
    /// Binds a condition's tree to positions.
    fn of(when: &Condition, bindings: &Bindings<'_>) -> Self {
        let mut parts: Vec<Self> = PurchaseTest::of(when)
            .into_iter()
            .map(Self::Purchase)
            .collect();
        if !when.bank.is_empty() {
            parts.push(Self::Cards(bindings.of_banks(&when.bank)));
        }
        if !when.card_type.is_empty() {
            parts.push(Self::Cards(bindings.of_card_types(&when.card_type)));
        }
        if !when.card.is_empty() {
            parts.push(Self::Cards(bindings.cards(&when.card)));
        }
        if !when.card_payment_type.is_empty() {
            let set = bindings.of_payment_types(&when.card_payment_type);
            parts.push(Self::Cards(set));
        }
        if let Some(is_commercial) = when.commercial {
            parts.push(Self::Cards(bindings.of_commercial(is_commercial)));
        }
        if !when.payment_option.is_empty() {
            parts.push(Self::Options(bindings.options(&when.payment_option)));
        }
        if let Some(range) = when.installment_count {
            parts.push(Self::Counts(counts_in(range)));
        }
        let below = |condition: &Condition| Self::of(condition, bindings);
        parts.extend(when.all.iter().map(below));
        if !when.any.is_empty() {
            parts.push(Self::any(when.any.iter().map(below).collect()));
        }
        parts.extend(when.not.iter().map(|condition| below(condition).negated()));
        Self::all(parts)
    }
}

/// The set of the numbers of installments in a range.
pub(super) fn counts_in(range: Range<u8>) -> u128 {
    let (min, max) = (range.min.unwrap_or(1), range.max.unwrap_or(99));
    (min..=max.min(127)).fold(0, |mask, count| mask | 1 << count)
}
