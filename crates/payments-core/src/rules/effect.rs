//! Effects.

/// What a rule does. (Being built: the rules' owner replaces this.)
#[derive(Clone, Debug, PartialEq)]
pub struct Effect;
