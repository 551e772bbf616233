//! The rules that can apply to a purchase, by its categories: most rules of a large store are about few of them.

use alloc::collections::BTreeMap;

use crate::purchase::Purchase;
use crate::rules::index::bits::BitSet;

use super::formula::Formula;
use super::store::ActiveRule;
use super::test::Test;

/// The rules that are decided, by the categories of which an item must have one. They are by their positions among the compiled ones.
pub(super) struct ByCategory<'c> {
    /// The rules that need no category.
    of_any: BitSet,
    of_category: BTreeMap<&'c str, BitSet>,
}

impl<'c> ByCategory<'c> {
    pub(super) fn of(rules: &[ActiveRule<'c>], compiled: &[usize]) -> Self {
        let new = || BitSet::new(compiled.len());
        let mut sorted = Self {
            of_any: new(),
            of_category: BTreeMap::new(),
        };
        for (position, at) in compiled.iter().enumerate() {
            let Ok(parts) = rules[*at].parts() else {
                continue;
            };
            let mut asked = parts.iter().filter_map(|part| match &part.formula {
                Formula::Test(Test::Item(asked)) if !asked.category.is_empty() => {
                    Some(asked.category)
                }
                Formula::Test(_) | Formula::All(_) | Formula::Any(_) | Formula::Not(_) => None,
            });
            match asked.next() {
                Some(categories) => categories.iter().for_each(|category| {
                    let rules = sorted.of_category.entry(category.as_str());
                    rules.or_insert_with(new).insert(position);
                }),
                None => sorted.of_any.insert(position),
            }
        }
        sorted
    }

    /// The rules that can apply to a purchase.
    pub(super) fn rules(&self, purchase: &Purchase) -> BitSet {
        let mut rules = self.of_any.clone();
        for path in purchase.items.iter().flat_map(|item| &item.categories) {
            let path = path.as_str();
            let ends = path.match_indices('/').map(|(end, _)| end);
            for end in ends.chain([path.len()]) {
                if let Some(more) = self.of_category.get(&path[..end]) {
                    rules.add(more);
                }
            }
        }
        rules
    }
}
