//! Installments: the figures of an amount under a plan.

use crate::catalog::InstallmentCount;
use crate::money::Money;

mod quote;
mod schedule;

pub use quote::{Quote, QuoteError, quote};
pub use schedule::{Schedule, schedule};
