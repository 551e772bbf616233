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
