//! Answers of a bounded search, and its bounds.

/// What a search found.
pub(super) type Answer<T> = Result<T, Miss>;

/// Why a search found nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// There is none.
    Never,
    /// A bound was reached first, or the question is one that is not decided.
    Undecided,
}

/// The work that a search may still do. A step is about a tenth of a microsecond of a release build.
#[derive(Debug)]
pub(super) struct Steps(u64);

impl Steps {
    /// The maximum for one question about one rule.
    const OF_QUESTION: u64 = 20_000;
    /// The maximum for all questions of one kind.
    const OF_KIND: u64 = 4_000_000;

    pub(super) const fn of_kind() -> Self {
        Self(Self::OF_KIND)
    }

    /// Asks one question with a share of the steps.
    pub(super) fn ask<T>(&mut self, question: impl FnOnce(&mut Self) -> T) -> T {
        let share = self.0.min(Self::OF_QUESTION);
        let mut steps = Self(share);
        let answer = question(&mut steps);
        self.0 -= share - steps.0;
        answer
    }

    /// Whether none are left.
    pub(super) const fn are_spent(&self) -> bool {
        self.0 == 0
    }

    /// Counts steps. [`Miss::Undecided`] if fewer are left.
    pub(super) fn take(&mut self, steps: usize) -> Answer<()> {
        let rest = self.0.checked_sub(steps as u64);
        self.0 = rest.unwrap_or(0);
        rest.map(|_| ()).ok_or(Miss::Undecided)
    }
}

/// Whether there certainly is none.
pub(super) fn is_never<T>(answer: &Answer<T>) -> bool {
    matches!(answer, Err(Miss::Never))
}

/// What was found, or that there is none.
pub(super) fn found<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Miss::Never) => Ok(None),
        Err(Miss::Undecided) => Err(Miss::Undecided),
    }
}

/// The first answer that is found. [`Miss::Never`] only if that is the answer for all of them.
pub(super) fn any<I: IntoIterator, T>(
    all: I,
    mut ask: impl FnMut(I::Item) -> Answer<T>,
) -> Answer<T> {
    let mut miss = Miss::Never;
    for one in all {
        match ask(one) {
            Ok(found) => return Ok(found),
            Err(Miss::Never) => {}
            Err(Miss::Undecided) => miss = Miss::Undecided,
        }
    }
    Err(miss)
}
