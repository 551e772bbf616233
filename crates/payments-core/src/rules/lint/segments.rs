//! The customers for whom tests of segments hold.

use alloc::vec::Vec;

use crate::slug::Slug;

use super::answer::Steps;

/// A set of customers: the intersection of tests.
#[derive(Clone, Debug, Default)]
pub(super) struct Segments<'r> {
    /// The customer is in one segment of each list.
    one_of: Vec<&'r [Slug]>,
    /// The customer is in no segment of these lists.
    none_of: Vec<&'r [Slug]>,
}

impl<'r> Segments<'r> {
    /// Keeps the customers in one of these segments, or in none of them.
    pub(super) fn narrow(&mut self, segments: &'r [Slug], holds: bool) {
        if holds {
            &mut self.one_of
        } else {
            &mut self.none_of
        }
        .push(segments);
    }

    /// The number of lists.
    pub(super) const fn len(&self) -> usize {
        self.one_of.len() + self.none_of.len()
    }

    /// Whether there is obviously no such customer.
    pub(super) fn is_empty(&self, steps: &mut Steps) -> bool {
        let none_of: usize = self.none_of.iter().map(|list| list.len()).sum();
        let is_none = |list: &&'r [Slug]| {
            steps.take(list.len() * none_of / 16).is_ok() && self.first_of(list).is_none()
        };
        self.one_of.iter().any(is_none)
    }

    /// The segments of a customer in the set.
    pub(super) fn find(&self) -> Vec<Slug> {
        let mut found: Vec<Slug> = Vec::new();
        for list in &self.one_of {
            if !list.iter().any(|segment| found.contains(segment)) {
                found.extend(self.first_of(list).cloned());
            }
        }
        found
    }

    /// The first segment of a list that the customer may have.
    fn first_of(&self, list: &'r [Slug]) -> Option<&'r Slug> {
        let is_excluded = |segment: &Slug| self.none_of.iter().any(|none| none.contains(segment));
        list.iter().find(|segment| !is_excluded(segment))
    }
}
