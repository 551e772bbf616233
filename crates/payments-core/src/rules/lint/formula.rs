//! Rules as formulas: tests of one thing each, joined by `all`, `any` and `not`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::rules::condition::Condition;
use crate::rules::index::bindings::Bindings;
use crate::rules::rule::Rule;

use super::fields::fields;
use super::plans::PlanAt;
use super::test::{Test, TimeTest};

#[derive(Clone, Debug)]
pub(super) enum Formula<'r> {
    Test(Test<'r>),
    All(Vec<Formula<'r>>),
    Any(Vec<Formula<'r>>),
    Not(Box<Formula<'r>>),
}

/// A part of a rule that must hold whenever the rule does.
#[derive(Debug)]
pub(super) struct Part<'r> {
    /// The JSON pointer to the part, from the rule.
    pub(super) pointer: String,
    pub(super) formula: Formula<'r>,
}

/// A field of a condition, with its key.
type Field<'r> = (&'static str, Formula<'r>);

/// Converts rules, as long as there is room.
pub(super) struct Formulas<'b> {
    bindings: &'b Bindings<'b>,
    /// How many words of memory all rules may still take.
    room: usize,
    /// How many tests the rule may still have.
    tests: usize,
}

impl<'b> Formulas<'b> {
    /// The maximum number of tests of one rule.
    pub(super) const MAX_TESTS: usize = 1_000;
    /// 64 MB.
    const MAX_WORDS: usize = 8 << 20;

    pub(super) const fn new(bindings: &'b Bindings<'b>) -> Self {
        Self {
            bindings,
            room: Self::MAX_WORDS,
            tests: 0,
        }
    }

    /// The parts of a rule, or `None` if it has too many tests.
    pub(super) fn parts<'r>(&mut self, rule: &'r Rule) -> Option<Vec<Part<'r>>> {
        let from = rule.valid_from.map(TimeTest::ValidFrom);
        let until = rule.valid_until.map(TimeTest::ValidUntil);
        let validity = [("/valid_from", from), ("/valid_until", until)];
        let validity = validity.into_iter().filter_map(|(pointer, test)| {
            let formula = Formula::Test(Test::Time(test?));
            Some(Part {
                pointer: pointer.into(),
                formula,
            })
        });
        let mut parts = validity.collect();
        self.tests = Self::MAX_TESTS;
        self.add_parts(&rule.when, "/when", &mut parts)?;
        Some(parts)
    }

    /// Adds the parts of a condition and of those under its `all`.
    fn add_parts<'r>(
        &mut self,
        when: &'r Condition,
        base: &str,
        parts: &mut Vec<Part<'r>>,
    ) -> Option<()> {
        let part = |(key, formula): Field<'r>| Part {
            pointer: format!("{base}/{key}"),
            formula,
        };
        parts.extend(self.fields(when)?.into_iter().map(part));
        for (at, condition) in when.all.iter().enumerate() {
            self.add_parts(condition, &format!("{base}/all/{at}"), parts)?;
        }
        parts.extend(self.nested(when)?.into_iter().map(part));
        Some(())
    }

    fn formula<'r>(&mut self, when: &'r Condition) -> Option<Formula<'r>> {
        let fields = self.fields(when)?.into_iter();
        let mut all: Vec<_> = fields.map(|(_, formula)| formula).collect();
        for condition in &when.all {
            all.push(self.formula(condition)?);
        }
        let nested = self.nested(when)?.into_iter();
        all.extend(nested.map(|(_, formula)| formula));
        Some(Formula::All(all))
    }

    fn fields<'r>(&mut self, when: &'r Condition) -> Option<Vec<Field<'r>>> {
        let fields = fields(when, self.bindings);
        self.tests = self.tests.checked_sub(1 + fields.len())?;
        let words = fields.iter().map(|(_, formula)| formula.words());
        self.room = self.room.checked_sub(words.sum())?;
        Some(fields)
    }

    /// The alternatives and the negation of a condition.
    fn nested<'r>(&mut self, when: &'r Condition) -> Option<Vec<Field<'r>>> {
        let mut nested = Vec::new();
        if !when.any.is_empty() {
            let any = when.any.iter().map(|one| self.formula(one));
            nested.push(("any", Formula::Any(any.collect::<Option<_>>()?)));
        }
        if let Some(not) = &when.not {
            nested.push(("not", Formula::Not(Box::new(self.formula(not)?))));
        }
        Some(nested)
    }
}

impl Formula<'_> {
    /// The formula for one plan: what it tests of the purchase and the moment.
    pub(super) fn on_plan(&self, plan: PlanAt) -> Self {
        match self {
            Self::Test(Test::Plan(test)) if test.holds(plan) => Self::All(Vec::new()),
            Self::Test(Test::Plan(_)) => Self::Any(Vec::new()),
            Self::Test(test) => Self::Test(test.clone()),
            Self::All(parts) => Self::All(parts.iter().map(|part| part.on_plan(plan)).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(|part| part.on_plan(plan)).collect()),
            Self::Not(formula) => Self::Not(Box::new(formula.on_plan(plan))),
        }
    }

    /// About how much memory it takes, in words of 64 bits.
    fn words(&self) -> usize {
        const OF_TEST: usize = 16;
        match self {
            Self::Test(Test::Plan(test)) => OF_TEST + test.width(),
            Self::Test(_) => OF_TEST,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::words).sum(),
            Self::Not(formula) => formula.words(),
        }
    }

    /// The number of tests, of which those with long lists count several times.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Test(Test::Plan(_)) => 1,
            Self::Test(test) => 1 + test.width() / 8,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum(),
            Self::Not(formula) => formula.size(),
        }
    }
}
