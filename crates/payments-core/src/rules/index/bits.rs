//! Sets of positions, stored as bits.

use alloc::vec::Vec;
use core::iter;

/// The number of bits in a word.
const WORD: usize = u64::BITS as usize;

/// A set of positions below a fixed length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) struct BitSet {
    words: Vec<u64>,
    length: usize,
}

impl BitSet {
    /// An empty set.
    pub(in crate::rules) fn new(length: usize) -> Self {
        Self {
            words: vec![0; words_for(length)],
            length,
        }
    }

    /// The positions for which `is_in` returns `true`.
    pub(in crate::rules) fn from_fn(length: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut set = Self::new(length);
        (0..length)
            .filter(|at| is_in(*at))
            .for_each(|at| set.insert(at));
        set
    }

    pub(super) const fn of_words(words: Vec<u64>, length: usize) -> Self {
        Self { words, length }
    }

    pub(in crate::rules) fn insert(&mut self, at: usize) {
        set(&mut self.words, at);
    }

    pub(in crate::rules) fn take_out(&mut self, at: usize) {
        self.words[at / WORD] &= !(1 << (at % WORD));
    }

    pub(in crate::rules) fn contains(&self, at: usize) -> bool {
        is_set(&self.words, at)
    }

    /// The words, with 64 positions each.
    pub(in crate::rules) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The number of positions in the set.
    pub(in crate::rules) fn len(&self) -> usize {
        let ones = self.words.iter().map(|word| word.count_ones() as usize);
        ones.sum()
    }

    /// Whether every position in the set is in the other one too.
    pub(in crate::rules) fn is_within(&self, other: &Self) -> bool {
        let mut words = self.words.iter().zip(&other.words);
        words.all(|(one, other)| one & !other == 0)
    }

    /// Whether two sets have nothing in common.
    pub(in crate::rules) fn is_apart_from(&self, other: &Self) -> bool {
        common(&self.words, &other.words).all(|word| word == 0)
    }

    /// The positions in the set, in order.
    pub(in crate::rules) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(index, word)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
            let words = iter::successors(Some(*word).filter(|word| *word != 0), rest);
            words.map(move |word| index * WORD + word.trailing_zeros() as usize)
        })
    }

    /// Removes the positions that are not in the other set.
    pub(in crate::rules) fn keep(&mut self, other: &Self) {
        self.join(other, |one, other| one & other);
    }

    /// Removes the positions of the other set.
    pub(in crate::rules) fn remove(&mut self, other: &Self) {
        self.join(other, |one, other| one & !other);
    }

    /// Adds the positions of the other set.
    pub(in crate::rules) fn add(&mut self, other: &Self) {
        self.join(other, |one, other| one | other);
    }

    /// The positions that are not in the set.
    pub(super) fn complement(&self) -> Self {
        Self::from_fn(self.length, |at| !self.contains(at))
    }

    fn join(&mut self, other: &Self, join: fn(u64, u64) -> u64) {
        for (one, other) in self.words.iter_mut().zip(&other.words) {
            *one = join(*one, *other);
        }
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
