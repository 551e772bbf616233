//! Lists cards page by page.

use payments_core::catalog::Pos;
use payments_core::tokenization::{ListCursor, ListOf, Listed, ListedToken};
use reqwest::Method;

use super::message::{FoundCards, StoredCard};
use super::{Account, CARDS, CraftgateTokenizer, UNUSABLE_TOKEN};
use crate::http::percent_encoded;
use crate::outcome::ProviderError;

/// Cards on a page. A card has about half a kilobyte, and an answer may have 64.
const SIZE: u64 = 25;
const NO_LIST: ProviderError = ProviderError::Unknown {
    what: "the answer has no list, or does not say how long it is",
};

impl CraftgateTokenizer {
    /// The cursor is the number of a page, from 0. A card that is deleted meanwhile moves those after it forward, so that
    /// the first card of the next page may be left out.
    pub(super) async fn list_cards(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<&ListCursor>,
    ) -> Result<Listed, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let page = after.map_or(Some(0), |cursor| cursor.0.parse::<u64>().ok());
        let page = page.ok_or(NO_LIST)?;
        let of = match of {
            ListOf::Account => String::new(),
            ListOf::Customer(key) => format!("cardUserKey={}&", percent_encoded(key.as_str())),
        };
        let query = format!("{CARDS}?{of}page={page}&size={SIZE}");
        let found = self.call::<FoundCards>(&account, Method::GET, &query, None);
        let found = found.await?.ok_or(NO_LIST)?;
        let next = next_page(page, &found)?;
        let tokens: Result<Vec<ListedToken>, _> =
            found.items.iter().map(StoredCard::listed).collect();
        Ok(Listed::Page {
            tokens: tokens.map_err(|_| UNUSABLE_TOKEN)?,
            next: next.map(|page| ListCursor(page.to_string())),
        })
    }
}

/// The page after this one, if there is one.
fn next_page(page: u64, found: &FoundCards) -> Result<Option<u64>, ProviderError> {
    let total = found.total_size.ok_or(NO_LIST)?;
    let size = found.size.unwrap_or(SIZE);
    let read = page.saturating_add(1).saturating_mul(size);
    let has_more = !found.items.is_empty() && read < total;
    Ok(has_more.then(|| page.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::next_page;

    #[test]
    fn the_size_of_the_answers_page_counts_and_not_the_one_that_was_asked_for() {
        let card = json!({"cardToken": "t", "cardUserKey": "k"});
        for (page, size, total, items, expected) in [
            (0, Some(25), Some(25), 1, Ok(None)),
            (0, Some(25), Some(26), 1, Ok(Some(1))),
            (1, Some(25), Some(26), 1, Ok(None)),
            (0, Some(10), Some(11), 1, Ok(Some(1))),
            (0, None, Some(26), 1, Ok(Some(1))),
            (3, Some(10), Some(90), 0, Ok(None)),
            (0, Some(25), None, 1, Err(())),
        ] {
            let found = json!({"items": vec![&card; items], "size": size, "totalSize": total});
            let found = serde_json::from_value(found).unwrap();
            assert_eq!(
                next_page(page, &found).map_err(drop),
                expected,
                "{page} {size:?} {total:?}"
            );
        }
    }
}
