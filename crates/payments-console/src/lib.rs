//! The console: pages for the people who run a store.
//!
//! A page is a frame with forms and empty places. Its scripts fill them through the management API, so whatever the
//! console can do, a program can do. The service authorizes every request and serves what this crate renders.

mod approvals;
mod assets;
mod calendar;
mod catalog;
mod console;
mod customers;
mod fields;
mod frame;
mod health;
mod history;
mod matrix;
mod page;
mod rules;
mod sign_in;
mod texts;

pub use assets::Asset;
pub use console::{Console, PREFIX};
pub use frame::{Viewer, Visit};
pub use page::Page;
pub use sign_in::SignInProblem;
pub use texts::{LANGUAGES, VARIABLES, source};
