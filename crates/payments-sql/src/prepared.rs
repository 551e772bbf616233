//! Statements that a connection prepares once.
//!
//! Diesel prepares a statement again for each execution if its type does not determine its text, as for updates and written
//! SQL: a round trip and a plan more.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A statement that is prepared once per connection and text.
#[derive(Clone, Copy, Debug)]
pub struct Prepared<S>(S);

/// Prepares statements once.
pub trait Prepare: Sized {
    /// A connection keeps each text until it is closed: values MUST be bound, not written.
    fn prepared(self) -> Prepared<Self> {
        Prepared(self)
    }
}

impl<S> Prepare for S {}

impl<S: Query> Query for Prepared<S> {
    type SqlType = S::SqlType;
}

/// Kept by its text.
impl<S> QueryId for Prepared<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Prepared<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use diesel::ExpressionMethods as _;
    use diesel::pg::Pg;
    use diesel::query_builder::{QueryFragment, QueryId};

    use super::Prepare as _;
    use crate::schema::intents;

    fn id_of<S: QueryId>(_: &S) -> Option<TypeId> {
        S::query_id()
    }

    #[test]
    fn an_update_is_kept_by_its_text_only_if_it_is_prepared() {
        let update = || diesel::update(intents::table).set(intents::looks.eq(0));
        assert!(!update().is_safe_to_cache_prepared(&Pg).unwrap());
        assert!(update().prepared().is_safe_to_cache_prepared(&Pg).unwrap());
        assert_eq!(id_of(&update().prepared()), None);
    }
}
