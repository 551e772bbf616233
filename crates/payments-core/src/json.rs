//! JSON input: one reader that reports every mistake with its place.
//!
//! The same reader reads the import document and its objects, the catalog and rules. It does not stop at the first
//! mistake: it collects [`Violations`], each with a JSON pointer (RFC 6901). No message repeats a value of the input,
//! and a pointer repeats only names that are shaped like ours ([`crate::pointer`]).

pub(crate) mod field;
mod object;
mod reader;
mod syntax;
mod value;
mod violation;

pub use syntax::object;
pub use violation::{Problem, Violation, Violations};

pub(crate) use object::{Object, members};
pub(crate) use reader::{Mention, Reader};
pub(crate) use syntax::parse;
pub(crate) use value::Json;
