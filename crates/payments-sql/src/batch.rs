//! A change grouped by part, and the checks that need no query.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use payments_core::catalog::Pos;
use payments_core::record::{Change, Key, Part, Record, Reference};
use payments_core::slug::Slug;

/// The objects of a change by part.
#[derive(Default)]
pub struct Batch<'a> {
    records: BTreeMap<Part, Vec<&'a Record>>,
    /// Their indices in the change.
    keys: BTreeMap<Part, BTreeMap<Key, usize>>,
    repeated: BTreeSet<usize>,
    deleted: BTreeMap<Part, BTreeSet<&'a Key>>,
}

/// A kind of unique name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A slug, unique within its part.
    Slug(Part),
    /// A BIN, of one card.
    Bin,
    /// A plan's primary key, of one card.
    Plan,
    /// The primary key of a point of sale, of its fallback card.
    Fallback,
}

/// Names of a kind, each with the objects that claim it: index in the change and primary key.
pub type WantedNames = BTreeMap<String, Vec<(usize, i64)>>;

impl<'a> Batch<'a> {
    /// Sorts a change, each part by key: two batches with the same rows then lock them in one order.
    pub fn of(change: &'a Change) -> Self {
        let mut batch = Self::default();
        for (index, record) in change.upserts.iter().enumerate() {
            let part = record.part();
            let keys = batch.keys.entry(part).or_default();
            if keys.insert(record.key(), index).is_some() {
                batch.repeated.insert(index);
            }
            batch.records.entry(part).or_default().push(record);
        }
        for records in batch.records.values_mut() {
            records.sort_by_cached_key(|record| record.key());
        }
        for Reference { part, key } in &change.deletions {
            batch.deleted.entry(*part).or_default().insert(key);
        }
        batch
    }

    /// The objects of each part, in writing order.
    pub fn records(&self) -> impl Iterator<Item = (Part, &[&'a Record])> {
        let records = self.records.iter();
        records.map(|(part, records)| (*part, records.as_slice()))
    }

    /// The points of sale.
    pub fn pos(&self) -> Vec<&'a Pos> {
        let mut all = Vec::new();
        for record in self.records.get(&Part::Pos).into_iter().flatten() {
            if let Record::Pos(pos) = record {
                all.push(pos);
            }
        }
        all
    }

    /// The parts the change has, in writing order, with the keys of each.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Vec<&Key>)> {
        self.keys
            .iter()
            .map(|(part, keys)| (*part, keys.keys().collect()))
    }

    /// The parts of which the change deletes objects, in writing order, with their keys.
    pub fn deleted(&self) -> impl Iterator<Item = (Part, Vec<&'a Key>)> {
        let deleted = self.deleted.iter();
        deleted.map(|(part, keys)| (*part, keys.iter().copied().collect()))
    }

    /// The number of objects that the change writes and deletes.
    pub fn size(&self) -> u64 {
        let written = self.keys.values().map(BTreeMap::len);
        let deleted = self.deleted.values().map(BTreeSet::len);
        written.chain(deleted).map(|count| count as u64).sum()
    }

    /// Whether the change writes an object.
    pub fn writes(&self, part: Part, key: &Key) -> bool {
        self.keys
            .get(&part)
            .is_some_and(|keys| keys.contains_key(key))
    }

    /// Whether the change deletes an object.
    pub fn deletes(&self, part: Part, key: &Key) -> bool {
        self.deleted
            .get(&part)
            .is_some_and(|keys| keys.contains(key))
    }

    /// Whether any part is the catalog's.
    pub fn has_catalog(&self) -> bool {
        let mut parts = self.keys.keys().chain(self.deleted.keys());
        parts.any(|part| part.is_catalog())
    }

    /// Objects whose key is that of an earlier object of the change.
    pub const fn repeated(&self) -> &BTreeSet<usize> {
        &self.repeated
    }

    /// Whether the change has an object of this primary key.
    pub fn has(&self, part: Part, pk: i64) -> bool {
        self.writes(part, &Key::Pk(pk))
    }

    /// Which of the change's objects is the point of sale of this primary key.
    pub fn index_of_pos(&self, pk: i64) -> usize {
        self.index(Part::Pos, &Key::Pk(pk))
    }

    /// Primary keys that the change's objects refer to and that the change lacks, with the objects that refer to them.
    pub fn outward_references(&self) -> BTreeMap<Part, BTreeMap<i64, Vec<usize>>> {
        let mut outward: BTreeMap<Part, BTreeMap<i64, Vec<usize>>> = BTreeMap::new();
        for record in self.records.values().flatten() {
            let index = self.index(record.part(), &record.key());
            for (to, pk) in references(record) {
                if !self.has(to, pk) {
                    let referring = outward.entry(to).or_default().entry(pk).or_default();
                    referring.push(index);
                }
            }
        }
        outward
    }

    /// The names that the change's objects claim, by kind.
    pub fn names(&self) -> BTreeMap<NameKind, WantedNames> {
        let mut names: BTreeMap<NameKind, WantedNames> = BTreeMap::new();
        for record in self.records.values().flatten() {
            let Key::Pk(pk) = record.key() else {
                continue;
            };
            let index = self.index(record.part(), &Key::Pk(pk));
            for (kind, name) in unique_names(record) {
                let wanted = names.entry(kind).or_default().entry(name).or_default();
                wanted.push((index, pk));
            }
        }
        names
    }

    fn index(&self, part: Part, key: &Key) -> usize {
        self.keys
            .get(&part)
            .and_then(|keys| keys.get(key))
            .copied()
            .unwrap_or_default()
    }
}

/// The keys an object refers to, without duplicates.
fn references(record: &Record) -> BTreeSet<(Part, i64)> {
    match record {
        Record::Card(card) => BTreeSet::from([
            (Part::Banks, card.bank.get()),
            (Part::CardTypes, card.card_type.get()),
            (Part::Pos, card.pos.get()),
        ]),
        Record::PaymentOption(option) => BTreeSet::from([(Part::Pos, option.pos.get())]),
        Record::Basket(basket) => {
            let products = basket.items.iter().map(|item| item.product.get());
            let customer = basket.customer.map(|pk| (Part::Customers, pk.get()));
            customer
                .into_iter()
                .chain(products.map(|pk| (Part::Products, pk)))
                .collect()
        }
        Record::PreOrder(pre_order) => BTreeSet::from([(Part::Baskets, pre_order.basket.get())]),
        Record::Session(session) => [
            session.customer.map(|pk| (Part::Customers, pk.get())),
            session.basket.map(|pk| (Part::Baskets, pk.get())),
            session.pre_order.map(|pk| (Part::PreOrders, pk.get())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Record::Bank(_)
        | Record::CardType(_)
        | Record::Pos(_)
        | Record::Rule(_)
        | Record::Product(_)
        | Record::Customer(_) => BTreeSet::new(),
    }
}

/// An object's unique names.
fn unique_names(record: &Record) -> Vec<(NameKind, String)> {
    let slug = |slug: &Slug| (NameKind::Slug(record.part()), slug.to_string());
    match record {
        Record::Bank(noun) => vec![slug(&noun.slug)],
        Record::CardType(noun) => vec![slug(&noun.slug)],
        Record::Pos(noun) => vec![slug(&noun.slug)],
        Record::PaymentOption(noun) => vec![slug(&noun.slug)],
        Record::Card(card) => {
            let bins = card
                .bins
                .iter()
                .map(|bin| (NameKind::Bin, bin.as_str().to_owned()));
            let plans = card.installments.iter();
            let plans = plans.map(|plan| (NameKind::Plan, plan.pk.to_string()));
            let fallback = card
                .is_fallback
                .then(|| (NameKind::Fallback, card.pos.to_string()));
            iter::once(slug(&card.slug))
                .chain(bins)
                .chain(plans)
                .chain(fallback)
                .collect()
        }
        Record::Rule(_)
        | Record::Product(_)
        | Record::Customer(_)
        | Record::Basket(_)
        | Record::PreOrder(_)
        | Record::Session(_) => Vec::new(),
    }
}

/// Objects that claim a name that is taken: by an earlier object of the change, or by one of `owners`
/// (name and primary key) that the change neither renames nor deletes.
pub fn taken(
    batch: &Batch<'_>,
    kind: NameKind,
    wanted: &WantedNames,
    owners: &[(String, i64)],
) -> BTreeSet<usize> {
    let part = match kind {
        NameKind::Slug(part) => part,
        NameKind::Bin | NameKind::Plan | NameKind::Fallback => Part::Cards,
    };
    let mut taken = BTreeSet::new();
    for wanting in wanted.values() {
        let mut indices: Vec<usize> = wanting.iter().map(|(index, _)| *index).collect();
        indices.sort_unstable();
        taken.extend(indices.into_iter().skip(1));
    }
    let stays = |owner: i64| !batch.has(part, owner) && !batch.deletes(part, &Key::Pk(owner));
    for (name, owner) in owners.iter().filter(|(_, owner)| stays(*owner)) {
        for (index, pk) in wanted.get(name).into_iter().flatten() {
            if pk != owner {
                taken.insert(*index);
            }
        }
    }
    taken
}

/// The objects that refer to keys that are neither in the change nor, by `present`, in the database.
pub fn dangling(
    references: &BTreeMap<Part, BTreeMap<i64, Vec<usize>>>,
    present: &BTreeMap<Part, BTreeSet<i64>>,
) -> Vec<(usize, Reference)> {
    let mut dangling = Vec::new();
    for (part, by_pk) in references {
        for (pk, indices) in by_pk {
            if present
                .get(part)
                .is_some_and(|present| present.contains(pk))
            {
                continue;
            }
            let missing = Reference {
                part: *part,
                key: Key::Pk(*pk),
            };
            dangling.extend(indices.iter().map(|index| (*index, missing.clone())));
        }
    }
    dangling.sort_by_key(|(index, _)| *index);
    dangling
}
