//! Which matrix is requested.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use payments_core::bigdecimal::BigDecimal;
use payments_core::money::{Currency, Money};
use payments_core::purchase::{Context, Purchase, PurchaseItem};
use payments_core::slug::Slug;
use payments_core::store_data::CategoryPath;

use crate::error::ApiError;
use crate::manage::audit::time;
use crate::manage::history::MOMENT;
use crate::manage::query::{self, Parameters};
use crate::path::PathPk;

/// The default page size, and the largest one.
const PAGE_SIZE: usize = 50;
/// The most categories, and the most segments.
const MAX_LISTED: usize = 20;

pub(super) struct Asked {
    pub(super) bought: Bought,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) bank: Option<Slug>,
    pub(super) page: usize,
    pub(super) page_size: usize,
    /// The parameters, for links.
    given: BTreeMap<String, String>,
}

/// What is bought.
pub(super) enum Bought {
    /// A basket, pre-order or product of the store.
    Stored(Context, i64),
    /// One item that the caller describes.
    Described(Purchase),
}

impl Bought {
    pub(super) const fn pk(&self) -> Option<i64> {
        match self {
            Self::Stored(_, pk) => Some(*pk),
            Self::Described(_) => None,
        }
    }
}

impl Asked {
    pub(super) fn of(query: &str) -> Result<Self, ApiError> {
        let given: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut parameters = Parameters::of(query)?;
        let expected = "use basket, pre-order or product";
        let context = parameters.required("context", expected, Context::from_word);
        let is_stored = given.contains_key("pk");
        let bought = if is_stored {
            stored(&mut parameters, context)
        } else {
            described(&mut parameters, context)
        };
        let at = parameters.optional("at", MOMENT, None, |text| time(text).map(Some));
        let bank = parameters.optional("bank", "use the slug of a bank", None, |text| {
            Slug::parse(text).ok().map(Some)
        });
        let page = parameters.optional("page", "use a number from 1 to 1000", 1, |text| {
            number(text, 1_000)
        });
        let size = "use a number from 1 to 50";
        let page_size =
            parameters.optional("page_size", size, PAGE_SIZE, |text| number(text, PAGE_SIZE));
        let asked = (|| {
            Some(Self {
                bought: bought?,
                at: at?,
                bank: bank?,
                page: page?,
                page_size: page_size?,
                given,
            })
        })();
        parameters.finish(asked)
    }

    /// The query of another page.
    pub(super) fn query_of(&self, page: usize) -> String {
        let others = self.given.iter().filter(|(name, _)| *name != "page");
        let others = others.map(|(name, value)| (name.as_str(), Some(value.clone())));
        query::of_link(others.chain([("page", Some(page.to_string()))]))
    }
}

fn stored(parameters: &mut Parameters, context: Option<Context>) -> Option<Bought> {
    let pk = parameters.required("pk", "use a positive integer", |text| PathPk::parse(text).0);
    for name in ["amount", "currency", "categories", "segments", "state"] {
        if parameters.has(name) {
            parameters.wrong(name, "use either this or pk");
        }
    }
    Some(Bought::Stored(context?, pk?))
}

fn described(parameters: &mut Parameters, context: Option<Context>) -> Option<Bought> {
    let currency = parameters.required(
        "currency",
        "use the code of a currency, such as TRY",
        |text| Currency::from_code(text).ok(),
    );
    let amount = parameters.required(
        "amount",
        "use an amount above zero, such as 19.49, or pk",
        |text| {
            let decimal: BigDecimal = text.parse().ok()?;
            let amount = Money::from_decimal(&decimal, currency?).ok()?;
            amount.is_positive().then_some(amount)
        },
    );
    let state = parameters.optional(
        "state",
        "use the state of a basket or pre-order",
        None,
        |text| Slug::parse(text).ok().map(Some),
    );
    let categories = parameters.optional(
        "categories",
        "use up to 20 categories, separated by commas",
        Vec::new(),
        |text| listed(text, |one| CategoryPath::parse(one).ok()),
    );
    let segments = parameters.optional(
        "segments",
        "use up to 20 slugs, separated by commas",
        Vec::new(),
        |text| listed(text, |one| Slug::parse(one).ok()),
    );
    if context == Some(Context::Product) {
        for name in ["state", "segments"] {
            if parameters.has(name) {
                parameters.wrong(name, "a product has none");
            }
        }
    } else if !parameters.has("state") {
        parameters.wrong("state", "use the state of the basket or pre-order");
    }
    Some(Bought::Described(Purchase {
        context: context?,
        amount: amount?,
        state: state?,
        items: vec![PurchaseItem {
            quantity: 1,
            categories: categories?,
            attributes: BTreeMap::new(),
        }],
        customer_segments: segments?,
    }))
}

fn number(text: &str, most: usize) -> Option<usize> {
    let number = text.parse().ok()?;
    (1..=most).contains(&number).then_some(number)
}

fn listed<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let values: Vec<T> = text.split(',').map(parse).collect::<Option<_>>()?;
    (values.len() <= MAX_LISTED).then_some(values)
}
