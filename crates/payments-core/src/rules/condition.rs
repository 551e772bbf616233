//! Conditions.

/// When a rule applies. (Being built: the rules' owner replaces this.)
#[derive(Clone, Debug, PartialEq)]
pub struct Condition;
