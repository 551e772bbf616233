use payments_core::card::Pan;

fn debug<T: std::fmt::Debug>() {}
fn display<T: std::fmt::Display>() {}
fn clone<T: Clone>() {}
fn serialize<T: serde::Serialize>() {}
fn hash<T: std::hash::Hash>() {}
fn compare<T: PartialEq>() {}

fn main() {
    debug::<Pan>();
    display::<Pan>();
    clone::<Pan>();
    serialize::<Pan>();
    hash::<Pan>();
    compare::<Pan>();
}
