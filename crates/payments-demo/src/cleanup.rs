//! Deletes what visitors left behind after their sessions expired, so that a public demo does not grow without bound.

use payments_core::id::CustomerId;
use payments_core::ports::Unavailable;
use payments_core::record::{Deleted, Key, PageRequest, Part, Preconditions, Record, Referrer};

use super::visitor;
use crate::host::Demo;

/// Ordered so that no object is deleted before those that refer to it.
const LEFT_BEHIND: [Part; 3] = [Part::PreOrders, Part::Baskets, Part::Customers];
/// The maximum number of records per page.
const PAGE_SIZE: u32 = 1_000;

/// Deletes visitors' pre-orders, baskets and customers without a session, and the customers' saved cards. Returns the
/// number of deleted objects.
///
/// The store refuses to delete objects that are referred to, so objects of live sessions are kept.
///
/// # Errors
/// [`Unavailable`] if the store is unavailable; the next run deletes the rest.
pub async fn clean_up(demo: &Demo) -> Result<usize, Unavailable> {
    let mut gone = 0;
    for part in LEFT_BEHIND {
        for pk in visitors_pks(demo, part).await? {
            gone += usize::from(is_deleted(demo, part, pk).await?);
        }
    }
    Ok(gone)
}

async fn visitors_pks(demo: &Demo, part: Part) -> Result<Vec<i64>, Unavailable> {
    let mut pks = Vec::new();
    let mut request = PageRequest::number(1, PAGE_SIZE);
    loop {
        let page = demo.records.page(part, request).await?;
        let keys = page.records.iter().map(Record::key);
        pks.extend(keys.filter_map(|key| match key {
            Key::Pk(pk) if visitor::is_visitors(pk) => Some(pk),
            Key::Pk(_) | Key::Slug(_) | Key::Session(_) => None,
        }));
        match page.records.last() {
            Some(last) if page.has_more => request = PageRequest::after(last.key(), PAGE_SIZE),
            Some(_) | None => return Ok(pks),
        }
    }
}

async fn is_deleted(demo: &Demo, part: Part, pk: i64) -> Result<bool, Unavailable> {
    let author = visitor::author(demo);
    let deleted = demo
        .records
        .delete(part, &Key::Pk(pk), &Preconditions::NONE, &author)
        .await?;
    let Deleted::Referred(references) = deleted else {
        return Ok(deleted == Deleted::Deleted);
    };
    // A customer with saved cards, but without a basket or a session, has left.
    let has_left = references.iter().all(|referrer| match referrer {
        Referrer::Object(_) => false,
        Referrer::SavedCard { .. } | Referrer::OpenIntent { .. } | Referrer::TokenDeletion(_) => {
            true
        }
    });
    if part != Part::Customers || !has_left {
        return Ok(false);
    }
    if let Ok(customer) = CustomerId::new(pk) {
        demo.host.remove_cards(customer).await?;
    }
    let deleted = demo
        .records
        .delete(part, &Key::Pk(pk), &Preconditions::NONE, &author)
        .await?;
    Ok(deleted == Deleted::Deleted)
}
