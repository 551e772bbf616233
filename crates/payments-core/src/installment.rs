//! Installments: the exact amounts of a plan for a price.

use crate::catalog::InstallmentCount;
use crate::money::Money;

mod quote;
mod schedule;

pub use quote::{Quote, QuoteError, quote};
pub use schedule::{Schedule, schedule};
