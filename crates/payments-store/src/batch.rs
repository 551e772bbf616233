//! A change sorted by part, and what can be said about it before the database is asked.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::catalog::{Bank, Card, CardType, PaymentOption, Pos};
use payments_core::record::{Change, Key, Part, Record, Reference};
use payments_core::rules::Rule;
use payments_core::store_data::{Basket, Customer, PreOrder, Product, Session};

/// The objects of a change by part.
#[derive(Default)]
pub(crate) struct Batch<'a> {
    pub(crate) banks: Vec<&'a Bank>,
    pub(crate) card_types: Vec<&'a CardType>,
    pub(crate) pos: Vec<&'a Pos>,
    pub(crate) cards: Vec<&'a Card>,
    pub(crate) payment_options: Vec<&'a PaymentOption>,
    pub(crate) rules: Vec<&'a Rule>,
    pub(crate) products: Vec<&'a Product>,
    pub(crate) customers: Vec<&'a Customer>,
    pub(crate) baskets: Vec<&'a Basket>,
    pub(crate) pre_orders: Vec<&'a PreOrder>,
    pub(crate) sessions: Vec<&'a Session>,
    keys: BTreeMap<Part, BTreeMap<Key, usize>>,
    repeated: BTreeSet<usize>,
}

/// A kind of name only one object may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameKind {
    /// A slug, unique within its part.
    Slug(Part),
    /// A BIN, of one card.
    Bin,
    /// A plan's primary key, of one card.
    Plan,
}

/// Names of a kind, each with who wants it: index into the change and primary key.
pub(crate) type WantedNames = BTreeMap<String, Vec<(usize, i64)>>;

impl<'a> Batch<'a> {
    /// Sorts a change, each part by key: two batches that touch the same rows then lock them in one order.
    pub(crate) fn of(change: &'a Change) -> Self {
        let mut batch = Self::default();
        for (index, record) in change.upserts.iter().enumerate() {
            batch.add(index, record);
        }
        batch.banks.sort_by_key(|noun| noun.pk);
        batch.card_types.sort_by_key(|noun| noun.pk);
        batch.pos.sort_by_key(|noun| noun.pk);
        batch.cards.sort_by_key(|noun| noun.pk);
        batch.payment_options.sort_by_key(|noun| noun.pk);
        batch.rules.sort_by(|one, other| one.slug.cmp(&other.slug));
        batch.products.sort_by_key(|noun| noun.pk);
        batch.customers.sort_by_key(|noun| noun.pk);
        batch.baskets.sort_by_key(|noun| noun.pk);
        batch.pre_orders.sort_by_key(|noun| noun.pk);
        batch.sessions.sort_by_key(|noun| noun.digest);
        batch
    }

    fn add(&mut self, index: usize, record: &'a Record) {
        let keys = self.keys.entry(record.part()).or_default();
        if keys.insert(record.key(), index).is_some() {
            self.repeated.insert(index);
        }
        match record {
            Record::Bank(noun) => self.banks.push(noun),
            Record::CardType(noun) => self.card_types.push(noun),
            Record::Pos(noun) => self.pos.push(noun),
            Record::Card(noun) => self.cards.push(noun),
            Record::PaymentOption(noun) => self.payment_options.push(noun),
            Record::Rule(noun) => self.rules.push(noun),
            Record::Product(noun) => self.products.push(noun),
            Record::Customer(noun) => self.customers.push(noun),
            Record::Basket(noun) => self.baskets.push(noun),
            Record::PreOrder(noun) => self.pre_orders.push(noun),
            Record::Session(noun) => self.sessions.push(noun),
        }
    }

    /// The parts the change has, in writing order, with the keys of each.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, Vec<&Key>)> {
        self.keys
            .iter()
            .map(|(part, keys)| (*part, keys.keys().collect()))
    }

    /// Whether any part is the catalog's.
    pub(crate) fn has_catalog(&self) -> bool {
        self.keys.keys().any(|part| part.is_catalog())
    }

    /// Objects whose key an earlier object of the change has.
    pub(crate) const fn repeated(&self) -> &BTreeSet<usize> {
        &self.repeated
    }

    /// Whether the change has an object of this primary key.
    pub(crate) fn has(&self, part: Part, pk: i64) -> bool {
        self.keys
            .get(&part)
            .is_some_and(|keys| keys.contains_key(&Key::Pk(pk)))
    }

    /// Which of the change's objects is the point of sale of this primary key.
    pub(crate) fn index_of_pos(&self, pk: i64) -> usize {
        self.index(Part::Pos, &Key::Pk(pk))
    }

    /// Primary keys the change's objects refer to and does not have itself, with the objects that refer to them.
    pub(crate) fn outward_references(&self) -> BTreeMap<Part, BTreeMap<i64, Vec<usize>>> {
        let mut references: BTreeMap<Part, BTreeMap<i64, Vec<usize>>> = BTreeMap::new();
        let mut add = |from: Key, from_part: Part, to: Part, pk: i64| {
            if !self.has(to, pk) {
                let index = self.index(from_part, &from);
                references
                    .entry(to)
                    .or_default()
                    .entry(pk)
                    .or_default()
                    .push(index);
            }
        };
        for card in &self.cards {
            let from = Key::Pk(card.pk.get());
            add(from.clone(), Part::Cards, Part::Banks, card.bank.get());
            add(
                from.clone(),
                Part::Cards,
                Part::CardTypes,
                card.card_type.get(),
            );
            add(from, Part::Cards, Part::Pos, card.pos.get());
        }
        for option in &self.payment_options {
            add(
                Key::Pk(option.pk.get()),
                Part::PaymentOptions,
                Part::Pos,
                option.pos.get(),
            );
        }
        for basket in &self.baskets {
            let from = Key::Pk(basket.pk.get());
            if let Some(customer) = basket.customer {
                add(from.clone(), Part::Baskets, Part::Customers, customer.get());
            }
            let products: BTreeSet<_> = basket.items.iter().map(|item| item.product).collect();
            for product in products {
                add(from.clone(), Part::Baskets, Part::Products, product.get());
            }
        }
        for pre_order in &self.pre_orders {
            add(
                Key::Pk(pre_order.pk.get()),
                Part::PreOrders,
                Part::Baskets,
                pre_order.basket.get(),
            );
        }
        for session in &self.sessions {
            let from = Key::Session(session.digest);
            let named = [
                (Part::Customers, session.customer.map(i64::from)),
                (Part::Baskets, session.basket.map(i64::from)),
                (Part::PreOrders, session.pre_order.map(i64::from)),
            ];
            for (part, pk) in named {
                if let Some(pk) = pk {
                    add(from.clone(), Part::Sessions, part, pk);
                }
            }
        }
        references
    }

    /// The names the change's objects want, by kind.
    pub(crate) fn names(&self) -> BTreeMap<NameKind, WantedNames> {
        let mut names: BTreeMap<NameKind, WantedNames> = BTreeMap::new();
        let mut add = |kind, part, pk: i64, name: &str| {
            let index = self.index(part, &Key::Pk(pk));
            let wanted = names
                .entry(kind)
                .or_default()
                .entry(name.to_owned())
                .or_default();
            wanted.push((index, pk));
        };
        for noun in &self.banks {
            add(
                NameKind::Slug(Part::Banks),
                Part::Banks,
                noun.pk.get(),
                noun.slug.as_str(),
            );
        }
        for noun in &self.card_types {
            add(
                NameKind::Slug(Part::CardTypes),
                Part::CardTypes,
                noun.pk.get(),
                noun.slug.as_str(),
            );
        }
        for noun in &self.pos {
            add(
                NameKind::Slug(Part::Pos),
                Part::Pos,
                noun.pk.get(),
                noun.slug.as_str(),
            );
        }
        for noun in &self.payment_options {
            add(
                NameKind::Slug(Part::PaymentOptions),
                Part::PaymentOptions,
                noun.pk.get(),
                noun.slug.as_str(),
            );
        }
        for card in &self.cards {
            let pk = card.pk.get();
            add(
                NameKind::Slug(Part::Cards),
                Part::Cards,
                pk,
                card.slug.as_str(),
            );
            for bin in &card.bins {
                add(NameKind::Bin, Part::Cards, pk, bin.as_str());
            }
            for plan in &card.installments {
                add(NameKind::Plan, Part::Cards, pk, &plan.pk.to_string());
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

/// Objects that want a name somebody else has: another object of the change that comes before, or one of `owners`
/// (name and primary key) that the change does not rename.
pub(crate) fn taken(
    batch: &Batch<'_>,
    kind: NameKind,
    wanted: &WantedNames,
    owners: &[(String, i64)],
) -> BTreeSet<usize> {
    let part = match kind {
        NameKind::Slug(part) => part,
        NameKind::Bin | NameKind::Plan => Part::Cards,
    };
    let mut taken = BTreeSet::new();
    for wanting in wanted.values() {
        let mut indices: Vec<usize> = wanting.iter().map(|(index, _)| *index).collect();
        indices.sort_unstable();
        taken.extend(indices.into_iter().skip(1));
    }
    for (name, owner) in owners.iter().filter(|(_, owner)| !batch.has(part, *owner)) {
        for (index, pk) in wanted.get(name).into_iter().flatten() {
            if pk != owner {
                taken.insert(*index);
            }
        }
    }
    taken
}

/// The objects that refer to what is neither in the change nor, by `present`, in the database.
pub(crate) fn dangling(
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
