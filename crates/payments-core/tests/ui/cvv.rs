use payments_core::card::Cvv;

fn debug<T: std::fmt::Debug>() {}
fn display<T: std::fmt::Display>() {}
fn clone<T: Clone>() {}
fn serialize<T: serde::Serialize>() {}
fn hash<T: std::hash::Hash>() {}
fn compare<T: PartialEq>() {}

fn main() {
    debug::<Cvv>();
    display::<Cvv>();
    clone::<Cvv>();
    serialize::<Cvv>();
    hash::<Cvv>();
    compare::<Cvv>();
}
