//! The values that are left of an unlimited number of them.

use alloc::vec::Vec;

/// A value is one of a list, or none of a list.
#[derive(Clone, Debug)]
pub(super) enum Choice<'r, T> {
    Only(Vec<&'r T>),
    Except(Vec<&'r T>),
}

impl<'r, T: PartialEq> Choice<'r, T> {
    pub(super) const ANY: Self = Self::Except(Vec::new());

    /// Keeps the values in a list, or those that are not in it.
    pub(super) fn narrow(&mut self, values: &'r [T], holds: bool) {
        match (&mut *self, holds) {
            (Self::Only(only), _) => only.retain(|one| values.contains(one) == holds),
            (Self::Except(except), false) => except.extend(values),
            (Self::Except(except), true) => {
                let left = values.iter().filter(|one| !except.contains(one));
                *self = Self::Only(left.collect());
            }
        }
    }

    /// The number of values in the list.
    pub(super) const fn len(&self) -> usize {
        let (Self::Only(all) | Self::Except(all)) = self;
        all.len()
    }

    pub(super) fn allows(&self, value: &T) -> bool {
        match self {
            Self::Only(only) => only.contains(&value),
            Self::Except(except) => !except.contains(&value),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Only(only) if only.is_empty())
    }
}
