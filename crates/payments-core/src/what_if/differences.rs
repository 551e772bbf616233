//! What differs between two catalogs.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::catalog::Catalog;
use crate::moment::Moment;
use crate::purchase::Purchase;
use crate::rules::Rule;
use crate::rules::verdict::RuleAt;
use crate::slug::Slug;

/// What differs between the catalog in force and a draft.
#[derive(Debug)]
pub(super) struct Differences<'c> {
    /// Whether anything but rules differs that a listing depends on.
    beyond_rules: bool,
    in_force: DifferingRules<'c>,
    draft: DifferingRules<'c>,
    /// The rules that differ, by their slugs.
    rules: BTreeSet<&'c Slug>,
    /// The cards of both catalogs: those in force in their order, then the new ones in theirs.
    pub(super) cards: Vec<CardPair>,
}

/// A card by its positions in both catalogs: at least one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct CardPair {
    pub(super) in_force: Option<usize>,
    pub(super) draft: Option<usize>,
}

/// The rules of one catalog that the other does not have, or has with another condition, effect or validity.
#[derive(Debug)]
struct DifferingRules<'c> {
    catalog: &'c Catalog,
    /// Those that can have an effect.
    rules: Vec<RuleAt>,
}

impl<'c> Differences<'c> {
    pub(super) fn of(in_force: &'c Catalog, draft: &'c Catalog) -> Self {
        let rules = differing_rules(in_force, draft);
        let of_catalog = |catalog: &'c Catalog| DifferingRules {
            catalog,
            rules: catalog
                .rule_book()
                .compiled(|rule| rules.contains(&rule.slug)),
        };
        Self {
            beyond_rules: !offers_alike(in_force, draft),
            in_force: of_catalog(in_force),
            draft: of_catalog(draft),
            cards: card_pairs(in_force, draft),
            rules,
        }
    }

    /// Whether the listing of a purchase may differ. Cheaper than a listing.
    pub(super) fn may_concern(&self, purchase: &Purchase, moment: Moment) -> bool {
        let may_apply = |one: &DifferingRules<'_>| {
            let book = one.catalog.rule_book();
            book.may_apply(&one.rules, purchase, moment)
        };
        self.beyond_rules || may_apply(&self.in_force) || may_apply(&self.draft)
    }

    /// Whether a rule differs.
    pub(super) fn has_rule(&self, rule: &Rule) -> bool {
        self.rules.contains(&rule.slug)
    }
}

fn differing_rules<'c>(in_force: &'c Catalog, draft: &'c Catalog) -> BTreeSet<&'c Slug> {
    let by_slug = |catalog: &'c Catalog| -> BTreeMap<&'c Slug, &'c Rule> {
        catalog.rules().map(|rule| (&rule.slug, rule)).collect()
    };
    let (in_force, draft) = (by_slug(in_force), by_slug(draft));
    let both = in_force.keys().chain(draft.keys()).copied();
    let differs = |slug: &&Slug| {
        let pair = in_force.get(slug).zip(draft.get(slug));
        pair.is_none_or(|(one, other)| !one.acts_like(other))
    };
    both.filter(differs).collect()
}

/// Whether both catalogs offer the same without rules, and show rules the same cards and payment options.
fn offers_alike(one: &Catalog, other: &Catalog) -> bool {
    let pos = |catalog: &Catalog| -> Vec<_> {
        let pos = catalog.points_of_sale().iter();
        pos.map(|pos| (pos.pk, pos.is_active)).collect()
    };
    one.cards() == other.cards()
        && one.payment_options() == other.payment_options()
        && one.banks() == other.banks()
        && one.card_types() == other.card_types()
        && pos(one) == pos(other)
}

fn card_pairs(in_force: &Catalog, draft: &Catalog) -> Vec<CardPair> {
    let kept = in_force.cards().iter().enumerate();
    let kept = kept.map(|(position, card)| CardPair {
        in_force: Some(position),
        draft: draft.card_position(card.pk),
    });
    let new = draft.cards().iter().enumerate();
    let new = new.filter(|(_, card)| in_force.card_position(card.pk).is_none());
    let new = new.map(|(position, _)| CardPair {
        in_force: None,
        draft: Some(position),
    });
    kept.chain(new).collect()
}
