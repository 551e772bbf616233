//! Futures whose code is compiled in this crate.

use std::future::Future;
use std::pin::Pin;

/// What a function returns that leads to a driver of a database or of Redis: the code of an `async fn` is compiled again by
/// each crate that awaits it.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
