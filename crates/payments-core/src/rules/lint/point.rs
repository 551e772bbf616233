//! One purchase, moment and plan of a region.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::moment::Moment;
use crate::money::Currency;
use crate::purchase::{Context, Purchase, PurchaseItem};
use crate::slug::Slug;

use super::answer::{Answer, Miss, Steps, any};
use super::choice::Choice;
use super::fields::contexts;
use super::items::Item;
use super::plans::PlanAt;
use super::region::Region;
use super::times::Zone;

#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) purchase: Purchase,
    pub(super) moment: Moment,
    pub(super) plan: PlanAt,
}

/// Chooses points of regions, like purchases of the store if possible.
pub(super) struct Points<'s> {
    pub(super) zone: &'s dyn Zone,
    pub(super) now: DateTime<Utc>,
    /// The currencies to prefer.
    pub(super) currencies: Vec<Currency>,
    /// The states to prefer.
    pub(super) states: Vec<Slug>,
}

impl Points<'_> {
    /// A point of a region. [`Miss::Never`] is certain.
    pub(super) fn find(&self, region: &Region<'_>, steps: &mut Steps) -> Answer<Point> {
        let plan = region.plans.find(steps)?;
        let amount = region.amounts.find(&self.currencies)?;
        let moment = region.times.find(self.zone, self.now, steps)?;
        let all = [Context::Basket, Context::PreOrder, Context::Product].into_iter();
        let left = all.filter(|context| region.contexts & contexts(&[*context]) != 0);
        any(left, |context| {
            let is_product = context == Context::Product;
            let purchase = Purchase {
                context,
                amount,
                state: if is_product {
                    None
                } else {
                    self.state(&region.states)
                },
                items: items(region, context, steps)?,
                customer_segments: region.segments.find(),
            };
            Ok(Point {
                purchase,
                moment,
                plan,
            })
        })
    }

    /// One of the states that are left.
    fn state(&self, states: &Choice<'_, Slug>) -> Option<Slug> {
        if let Choice::Only(only) = states {
            return only.first().copied().cloned();
        }
        let preferred = self.states.iter().cloned();
        let others = (1..).filter_map(|number: u32| Slug::parse(&format!("state-{number}")).ok());
        preferred.chain(others).find(|state| states.allows(state))
    }
}

/// The items of a purchase of a region.
fn items(region: &Region<'_>, context: Context, steps: &mut Steps) -> Answer<Vec<PurchaseItem>> {
    let (mut least, mut most) = region.item_count;
    if context == Context::Product {
        (least, most) = (least.max(1), most.min(1));
    }
    if least > most {
        return Err(Miss::Never);
    }
    let found = region.items.find(most, steps)?;
    let mut items: Vec<_> = found.iter().map(Item::to_purchase_item).collect();
    let more = least.saturating_sub(items.len() as u64);
    match (u32::try_from(more), items.first_mut()) {
        (Ok(more), Some(first)) if more < u32::MAX => {
            first.quantity += more;
            Ok(items)
        }
        (Ok(_) | Err(_), _) => Err(Miss::Undecided),
    }
}
