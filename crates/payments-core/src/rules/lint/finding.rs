//! What the analysis reports.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::catalog::InstallmentCount;
use crate::purchase::{Context, Purchase};
use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Analysis {
    /// What was found, ordered by rule, kind and pointer.
    pub findings: Vec<Finding>,
    /// The rules about which something was not decided, mostly because a bound was reached, ordered by slug. They may have
    /// more findings.
    pub undecided: Vec<Slug>,
}

impl Analysis {
    /// The maximum number of findings of one kind.
    pub const MAX_OF_KIND: usize = 200;
}

/// One thing that is not as it seems.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What is found.
    pub kind: FindingKind,
    /// The rule that it is about.
    pub rule: Slug,
    /// The JSON pointer (RFC 6901) to the field, from the rule.
    pub pointer: String,
    /// The other rules that play a part, ordered by slug.
    pub other_rules: Vec<Slug>,
    /// A sentence in English.
    pub message: String,
    /// What shows it, if anything does.
    pub witness: Option<Witness>,
}

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The rule tests a value that neither the catalog nor the store's facts have. Without a witness.
    UnknownValue,
    /// The condition never holds. The witness has the tests that contradict each other.
    NeverHolds,
    /// The rule has held, and never holds again: it is over. The witness has the tests that say so.
    Over,
    /// A cap or a minimum has no effect on any plan of the catalog. The witness is a plan to which the rule applies.
    NeverReached,
    /// An effect of the rule changes nothing, because of the other rules. All such effects, and those that are
    /// `NeverReached`, can be removed at once. The witness is a plan to which the rule and another one apply.
    Overridden,
    /// The other rules replace the rate of plans whose rate the rule replaces. At most five are named, all later by slug.
    /// The witness is an offered plan to which the rule and the first of the others apply.
    TwoRates,
    /// The rule, together with the other rules, leaves a purchase without any plan, and none of them can be left out. Each
    /// rule that is in such a set is in one finding. The witness is the purchase.
    NothingOffered,
}

/// What shows a finding. Its purchase need not exist in the store.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Witness {
    /// A plan, for a purchase at a moment.
    Plan {
        /// The purchase.
        #[serde(serialize_with = "as_object")]
        purchase: Purchase,
        /// When it is made.
        moment: DateTime<Utc>,
        /// The slug of the payment option.
        payment_option: Slug,
        /// The slug of the card.
        card: Slug,
        /// The plan's number of installments.
        installment_count: InstallmentCount,
    },
    /// A purchase at a moment.
    Purchase {
        /// The purchase.
        #[serde(serialize_with = "as_object")]
        purchase: Purchase,
        /// When it is made.
        moment: DateTime<Utc>,
    },
    /// Tests of the rule that cannot hold together; a single one never holds.
    Tests {
        /// The JSON pointers to the tests, from the rule.
        tests: Vec<String>,
    },
}

fn as_object<S: Serializer>(purchase: &Purchase, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Item<'a> {
        quantity: u32,
        categories: &'a [CategoryPath],
        attributes: &'a BTreeMap<String, Value>,
    }

    #[derive(Serialize)]
    struct Shape<'a> {
        context: Context,
        amount: String,
        currency: &'static str,
        state: Option<&'a Slug>,
        items: Vec<Item<'a>>,
        customer_segments: &'a [Slug],
    }

    let items = purchase.items.iter().map(|item| Item {
        quantity: item.quantity,
        categories: &item.categories,
        attributes: &item.attributes,
    });
    let shape = Shape {
        context: purchase.context,
        amount: purchase.amount.to_string(),
        currency: purchase.amount.currency.code(),
        state: purchase.state.as_ref(),
        items: items.collect(),
        customer_segments: &purchase.customer_segments,
    };
    shape.serialize(to)
}
