//! The store whose rules are analysed.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::catalog::Catalog;
use crate::money::Rounding;
use crate::rules::effect::Effect;
use crate::rules::index::Stage;
use crate::rules::rule::Rule;
use crate::rules::verdict::RuleAt;

use super::answer::{Answer, Miss, Steps};
use super::by_category::ByCategory;
use super::facts::StoreFacts;
use super::finding::Witness;
use super::formula::{Formula, Formulas, Part};
use super::part::EffectPart;
use super::plans::{PlanAt, Plans};
use super::point::{Point, Points};
use super::search::{Clause, Goal, alternatives};
use super::test::{PlanTest, Test};
use super::times::Zone;

pub(super) struct Store<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) facts: &'c StoreFacts,
    pub(super) now: DateTime<Utc>,
    pub(super) rounding: Rounding,
    pub(super) points: Points<'c>,
    pub(super) all_plans: Plans,
    pub(super) active_plans: Plans,
    /// The active rules, by slug.
    pub(super) rules: Vec<ActiveRule<'c>>,
    by_category: ByCategory<'c>,
    /// The steps that it takes to evaluate every rule for one purchase.
    pub(super) evaluation: usize,
    /// The positions in `rules` of the rules that can have an effect, by their position among the compiled ones.
    pub(super) compiled: Vec<usize>,
}

pub(super) struct ActiveRule<'c> {
    pub(super) rule: &'c Rule,
    /// `None` if it has too many tests.
    parts: Option<Vec<Part<'c>>>,
    /// Holds for the numbers of installments that the rule's cap allows.
    within_cap: Option<Formula<'c>>,
    /// The size of its formulas.
    pub(super) size: usize,
}

impl<'c> ActiveRule<'c> {
    fn of(rule: &'c Rule, formulas: &mut Formulas<'_>) -> Self {
        let parts = formulas.parts(rule);
        let size = |parts: &Vec<Part<'_>>| parts.iter().map(|part| part.formula.size()).sum();
        let size = parts.as_ref().map_or(Formulas::MAX_TESTS, size);
        let within = |_| {
            Formula::Test(Test::Plan(PlanTest::Counts(
                !EffectPart::Cap.counts(&rule.then),
            )))
        };
        Self {
            rule,
            parts,
            within_cap: rule.then.cap_installments.map(within),
            size,
        }
    }

    pub(super) const fn effect(&self) -> &Effect {
        &self.rule.then
    }

    /// The parts of the rule, if it is decided.
    pub(super) fn parts(&self) -> Answer<&[Part<'c>]> {
        self.parts.as_deref().ok_or(Miss::Undecided)
    }

    /// What must hold for the rule to apply.
    pub(super) fn goals(&self) -> Answer<Vec<Goal<'_>>> {
        let parts = self.parts()?.iter();
        Ok(parts.map(|part| (&part.formula, true)).collect())
    }

    /// What must hold for the rule not to apply.
    pub(super) fn clause(&self) -> Answer<Clause<'_>> {
        let mut clause = Clause::new();
        for part in self.parts()? {
            alternatives(&part.formula, false, &mut clause);
        }
        Ok(clause)
    }

    /// What must hold for the rule's cap to leave out nothing.
    pub(super) fn clause_within_cap(&self) -> Answer<Clause<'_>> {
        let mut clause = self.clause()?;
        clause.extend(self.within_cap.as_ref().map(|formula| (formula, true)));
        Ok(clause)
    }
}

impl<'c> Store<'c> {
    pub(super) fn of(
        catalog: &'c Catalog,
        facts: &'c StoreFacts,
        (now, zone): (DateTime<Utc>, &'c dyn Zone),
        rounding: Rounding,
        formulas: &mut Formulas<'_>,
    ) -> Self {
        let sources: Vec<&Rule> = catalog.rules().collect();
        let mut positions = vec![0; sources.len()];
        let mut rules = Vec::new();
        for (at, rule) in sources
            .into_iter()
            .enumerate()
            .filter(|(_, rule)| rule.is_active)
        {
            positions[at] = rules.len();
            rules.push(ActiveRule::of(rule, formulas));
        }
        let compiled = catalog.rule_book().positions().map(|at| positions[at]);
        let compiled: Vec<usize> = compiled.collect();
        let points = Points {
            zone,
            now,
            currencies: facts.currencies.clone().unwrap_or_default(),
            states: facts.basket_states.iter().flatten().cloned().collect(),
        };
        Self {
            catalog,
            facts,
            now,
            rounding,
            points,
            all_plans: Plans::all(catalog),
            active_plans: Plans::active(catalog),
            evaluation: compiled.iter().map(|at| rules[*at].size).sum::<usize>() / 10,
            by_category: ByCategory::of(&rules, &compiled),
            compiled,
            rules,
        }
    }

    /// The positions of the rules that apply at a point, of those that are decided.
    pub(super) fn applied(&self, point: &Point, steps: &mut Steps) -> Answer<Vec<usize>> {
        let PlanAt {
            option,
            card,
            count,
        } = point.plan;
        let book = self.catalog.rule_book();
        let mut among = self.by_category.rules(&point.purchase);
        among.keep(&book.of_card(option, card));
        steps.take(20 + among.len() * self.evaluation / self.compiled.len().max(1))?;
        let words = among.words().iter().copied();
        let mut stage = Stage::among(book, 0, &point.purchase, point.moment, words);
        stage.take(option, card);
        let mut applied = Vec::new();
        stage.applied(count, |rule: RuleAt| {
            applied.push(self.compiled[rule as usize]);
        });
        steps.take(applied.len())?;
        Ok(applied)
    }

    pub(super) fn witness(&self, point: Point) -> Witness {
        let (options, cards) = (self.catalog.payment_options(), self.catalog.cards());
        Witness::Plan {
            purchase: point.purchase,
            moment: point.moment.utc,
            payment_option: options[point.plan.option].slug.clone(),
            card: cards[point.plan.card].slug.clone(),
            installment_count: point.plan.count,
        }
    }
}
