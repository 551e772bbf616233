//! Values that neither the catalog nor the store has.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::catalog::Catalog;
use crate::pointer;
use crate::record::Part;
use crate::rules::condition::Condition;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

use super::facts::StoreFacts;
use super::finding::FindingKind;
use super::report::{Found, Report, shown};
use super::store::Store;

/// Reports the values that rules test and that nothing has.
pub(super) fn find(store: &Store<'_>, report: &mut Report) {
    let known = Known::of(store.catalog, store.facts);
    for rule in &store.rules {
        let mut unknown = Vec::new();
        known.condition(&rule.rule.when, "/when", &mut unknown);
        for (pointer, message) in unknown {
            report.add(
                rule.rule,
                Found {
                    kind: FindingKind::UnknownValue,
                    pointer,
                    others: Vec::new(),
                    message,
                    witness: None,
                },
            );
        }
    }
}

/// Pointers with messages.
type Unknown = Vec<(String, String)>;

struct Known<'c> {
    options: BTreeSet<&'c Slug>,
    banks: BTreeSet<&'c Slug>,
    card_types: BTreeSet<&'c Slug>,
    cards: BTreeSet<&'c Slug>,
    facts: &'c StoreFacts,
}

impl<'c> Known<'c> {
    fn of(catalog: &'c Catalog, facts: &'c StoreFacts) -> Self {
        Self {
            options: catalog
                .payment_options()
                .iter()
                .map(|one| &one.slug)
                .collect(),
            banks: catalog.banks().iter().map(|one| &one.slug).collect(),
            card_types: catalog.card_types().iter().map(|one| &one.slug).collect(),
            cards: catalog.cards().iter().map(|one| &one.slug).collect(),
            facts,
        }
    }

    fn condition(&self, when: &Condition, base: &str, unknown: &mut Unknown) {
        for (at, condition) in when.all.iter().enumerate() {
            self.condition(condition, &format!("{base}/all/{at}"), unknown);
        }
        for (at, condition) in when.any.iter().enumerate() {
            self.condition(condition, &format!("{base}/any/{at}"), unknown);
        }
        if let Some(condition) = &when.not {
            self.condition(condition, &format!("{base}/not"), unknown);
        }
        self.of_catalog(when, base, unknown);
        self.of_store(when, base, unknown);
    }

    fn of_catalog(&self, when: &Condition, base: &str, unknown: &mut Unknown) {
        let lists = [
            (
                "payment_option",
                Part::PaymentOptions,
                &when.payment_option,
                &self.options,
            ),
            ("bank", Part::Banks, &when.bank, &self.banks),
            (
                "card_type",
                Part::CardTypes,
                &when.card_type,
                &self.card_types,
            ),
            ("card", Part::Cards, &when.card, &self.cards),
        ];
        for (key, part, asked, known) in lists {
            let noun = part.noun();
            list(asked, &format!("{base}/{key}"), unknown, |slug| {
                let message = named(&format!("no {noun} has"), "slug", slug.as_str());
                (!known.contains(slug)).then_some(message)
            });
        }
    }

    fn of_store(&self, when: &Condition, base: &str, unknown: &mut Unknown) {
        let facts = self.facts;
        self.item(&when.category, &when.attribute, base, unknown);
        if let Some(item) = &when.item {
            self.item(
                &item.category,
                &item.attribute,
                &format!("{base}/item"),
                unknown,
            );
        }
        if let Some(known) = &facts.segments {
            list(
                &when.customer_segment,
                &format!("{base}/customer_segment"),
                unknown,
                |slug| {
                    let message = named("no customer is in", "segment", slug.as_str());
                    (!known.contains(slug)).then_some(message)
                },
            );
        }
        if let Some(known) = &facts.basket_states {
            list(
                &when.basket_state,
                &format!("{base}/basket_state"),
                unknown,
                |slug| {
                    let message = named("no recent basket is in", "state", slug.as_str());
                    (!known.contains(slug)).then_some(message)
                },
            );
        }
        if let Some(known) = &facts.currencies {
            let message = |code: &str| format!("no product or recent purchase is in {code}");
            list(
                &when.currency,
                &format!("{base}/currency"),
                unknown,
                |currency| (!known.contains(currency)).then(|| message(currency.code())),
            );
            let of_amount = when.amount.and_then(|test| test.currency);
            if let Some(currency) = of_amount.filter(|currency| !known.contains(currency)) {
                unknown.push((format!("{base}/amount/currency"), message(currency.code())));
            }
        }
    }

    fn item(
        &self,
        category: &[CategoryPath],
        attribute: &BTreeMap<String, Vec<String>>,
        base: &str,
        unknown: &mut Unknown,
    ) {
        if let Some(known) = &self.facts.categories {
            list(category, &format!("{base}/category"), unknown, |path| {
                let message = named("no product is in", "category", path.as_str());
                (!has_within(known, path)).then_some(message)
            });
        }
        let Some(known) = &self.facts.attributes else {
            return;
        };
        for (name, values) in attribute {
            let mut place = format!("{base}/attribute");
            pointer::push(&mut place, name);
            match known.get(name) {
                None => unknown.push((place, named("no product has", "attribute", name))),
                Some(known) => list(values, &place, unknown, |value| {
                    let message = "no product's attribute has this value".to_string();
                    (!known.contains(value)).then_some(message)
                }),
            }
        }
    }
}

/// Whether one of the categories is this one or below it. Those that begin with its name are next to each other.
fn has_within(known: &BTreeSet<CategoryPath>, asked: &CategoryPath) -> bool {
    let from = known.range(asked..);
    let mut like = from.take_while(|path| path.as_str().starts_with(asked.as_str()));
    like.any(|path| path.is_within(asked))
}

/// Adds the values of a list for which there is a message.
fn list<T>(
    values: &[T],
    place: &str,
    unknown: &mut Unknown,
    message: impl Fn(&T) -> Option<String>,
) {
    for (at, value) in values.iter().enumerate() {
        unknown.extend(message(value).map(|message| (format!("{place}/{at}"), message)));
    }
}

/// A message that names a value unless it could be the number of a card or a phone.
fn named(begin: &str, noun: &str, value: &str) -> String {
    match value
        .split('/')
        .try_for_each(|segment| shown(segment).map(|_| ()))
    {
        Some(()) => format!("{begin} the {noun} {value}"),
        None => format!("{begin} this {noun}"),
    }
}
