//! The filters of lists.

use payments_core::catalog::CardPaymentType;
use payments_core::record::Filter;
use payments_core::record::Part;
use payments_core::slug::Slug;

use super::query::Parameters;
use crate::path::PathPk;

/// A parameter: its name, the expected value, and its filter.
#[derive(Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) expected: &'static str,
    filter: fn(&str) -> Option<Filter>,
}

const SLUG: Parameter = Parameter {
    name: "slug",
    expected: "use a slug",
    filter: |text| slug(text).map(Filter::Slug),
};
const IS_ACTIVE: Parameter = Parameter {
    name: "is_active",
    expected: "use true or false",
    filter: |text| text.parse().ok().map(Filter::IsActive),
};
const GATEWAY: Parameter = Parameter {
    name: "gateway",
    expected: "use the name of a gateway",
    filter: |text| slug(text).map(Filter::Gateway),
};
const CARD_PAYMENT_TYPE: Parameter = Parameter {
    name: "card_payment_type",
    expected: "use credit or debit",
    filter: |text| {
        let is_known = CardPaymentType::from_word(text).is_some();
        is_known.then(|| Filter::CardPaymentType(text.to_owned()))
    },
};
const PAYMENT_TYPE: Parameter = Parameter {
    name: "payment_type",
    expected: "use a word such as credit_card",
    filter: |text| slug(text).map(Filter::PaymentType),
};
const BANK: Parameter = reference("bank", |text| pk(text).map(Filter::Bank));
const CARD_TYPE: Parameter = reference("card_type", |text| pk(text).map(Filter::CardType));
const POS: Parameter = reference("pos", |text| pk(text).map(Filter::Pos));
const CUSTOMER: Parameter = reference("customer", |text| pk(text).map(Filter::Customer));
const BASKET: Parameter = reference("basket", |text| pk(text).map(Filter::Basket));
const PRE_ORDER: Parameter = reference("pre_order", |text| pk(text).map(Filter::PreOrder));

const fn reference(name: &'static str, filter: fn(&str) -> Option<Filter>) -> Parameter {
    Parameter {
        name,
        expected: "use a primary key",
        filter,
    }
}

fn slug(text: &str) -> Option<String> {
    Slug::parse(text).ok().map(|slug| slug.to_string())
}

fn pk(text: &str) -> Option<i64> {
    PathPk::parse(text).0
}

/// Those of a part.
pub(crate) const fn of_part(part: Part) -> &'static [Parameter] {
    match part {
        Part::Banks | Part::CardTypes => &[SLUG],
        Part::Pos => &[SLUG, GATEWAY, IS_ACTIVE],
        Part::Cards => &[SLUG, BANK, CARD_TYPE, POS, CARD_PAYMENT_TYPE, IS_ACTIVE],
        Part::PaymentOptions => &[SLUG, PAYMENT_TYPE, POS, IS_ACTIVE],
        Part::Rules | Part::Products | Part::Customers => &[IS_ACTIVE],
        Part::Baskets => &[CUSTOMER],
        Part::PreOrders => &[BASKET],
        Part::Sessions => &[CUSTOMER, BASKET, PRE_ORDER],
    }
}

/// The filters of a query, unless one is invalid.
pub(super) fn read(part: Part, parameters: &mut Parameters) -> Option<Vec<Filter>> {
    let mut filters = Some(Vec::new());
    for one in of_part(part) {
        let filter = parameters.optional(one.name, one.expected, None, |text| {
            (one.filter)(text).map(Some)
        });
        match (filter, &mut filters) {
            (Some(filter), Some(filters)) => filters.extend(filter),
            (None, _) => filters = None,
            (Some(_), None) => {}
        }
    }
    filters
}
