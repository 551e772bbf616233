use payments_core::otp::OtpCode;

fn debug<T: std::fmt::Debug>() {}
fn display<T: std::fmt::Display>() {}
fn clone<T: Clone>() {}
fn serialize<T: serde::Serialize>() {}
fn hash<T: std::hash::Hash>() {}
fn compare<T: PartialEq>() {}

fn main() {
    debug::<OtpCode>();
    display::<OtpCode>();
    clone::<OtpCode>();
    serialize::<OtpCode>();
    hash::<OtpCode>();
    compare::<OtpCode>();
}
