//! Sets of positions, stored as bits.

use alloc::vec::Vec;

/// The number of bits in a word.
const WORD: usize = u64::BITS as usize;

/// A set of positions below a fixed length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BitSet {
    words: Vec<u64>,
    length: usize,
}

impl BitSet {
    /// An empty set.
    pub(super) fn new(length: usize) -> Self {
        Self {
            words: vec![0; words_for(length)],
            length,
        }
    }

    /// The positions for which `is_in` returns `true`.
    pub(super) fn from_fn(length: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut set = Self::new(length);
        (0..length)
            .filter(|at| is_in(*at))
            .for_each(|at| set.insert(at));
        set
    }

    pub(super) fn insert(&mut self, at: usize) {
        set(&mut self.words, at);
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        is_set(&self.words, at)
    }

    /// The words, with 64 positions each.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self::from_fn(self.length, |at| self.contains(at) && other.contains(at))
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::from_fn(self.length, |at| self.contains(at) || other.contains(at))
    }

    /// The positions that are not in the set.
    pub(super) fn complement(&self) -> Self {
        Self::from_fn(self.length, |at| !self.contains(at))
    }
}

/// A set of rules for each card or payment option.
#[derive(Debug)]
pub(super) struct BitRows {
    words: Vec<u64>,
    rows: usize,
    row_words: usize,
}

impl BitRows {
    /// Creates empty sets of positions below `length`.
    pub(super) fn new(rows: usize, length: usize) -> Self {
        let row_words = words_for(length);
        Self {
            words: vec![0; rows * row_words],
            rows,
            row_words,
        }
    }

    /// Adds `position` to every row in `rows`, or to all of them.
    pub(super) fn fill(&mut self, position: usize, rows: Option<&BitSet>) {
        for row in (0..self.rows).filter(|row| rows.is_none_or(|rows| rows.contains(*row))) {
            set(&mut self.words[row * self.row_words..], position);
        }
    }

    /// The words of a row.
    #[inline]
    pub(super) fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.row_words..][..self.row_words]
    }
}

/// The number of words for this many positions.
pub(super) const fn words_for(length: usize) -> usize {
    length.div_ceil(WORD)
}

#[inline]
pub(super) fn set(words: &mut [u64], at: usize) {
    words[at / WORD] |= 1 << (at % WORD);
}

#[inline]
pub(super) fn is_set(words: &[u64], at: usize) -> bool {
    words[at / WORD] >> (at % WORD) & 1 == 1
}

/// The positions whose bit is set, in order.
#[inline]
pub(super) fn for_each_set(words: impl Iterator<Item = u64>, mut found: impl FnMut(usize)) {
    for (index, mut word) in words.enumerate() {
        while word != 0 {
            found(index * WORD + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

/// The first position whose bit is set and for which `is_asked` returns `true`.
#[inline]
pub(super) fn find_set(
    words: impl Iterator<Item = u64>,
    mut is_asked: impl FnMut(usize) -> bool,
) -> Option<usize> {
    for (index, mut word) in words.enumerate() {
        while word != 0 {
            let at = index * WORD + word.trailing_zeros() as usize;
            if is_asked(at) {
                return Some(at);
            }
            word &= word - 1;
        }
    }
    None
}

/// The words of the intersection of two rows.
#[inline]
pub(super) fn common<'w>(one: &'w [u64], other: &'w [u64]) -> impl Iterator<Item = u64> + 'w {
    one.iter().zip(other).map(|(one, other)| one & other)
}
