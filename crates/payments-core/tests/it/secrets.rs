//! What code must not do with secrets.

use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;

use payments_core::card::{Cvv, Pan};
use payments_core::otp::OtpCode;
use serde::Serialize;

/// The answer of types without one of their own.
trait Otherwise {
    const ANSWER: bool = false;
}

impl<T> Otherwise for T {}

/// Whether a type implements a trait. An inherent constant takes precedence over a trait's, and exists only for types
/// that implement it. (A string does, so that everything here is used.)
macro_rules! implements {
    ($subject:ty: $behaviour:path) => {{
        struct Probe<T>(PhantomData<T>);
        impl<T: $behaviour> Probe<T> {
            const ANSWER: bool = true;
        }
        let _: (Probe<()>, bool) = (Probe(PhantomData), <Probe<String>>::ANSWER);
        Probe::<$subject>::ANSWER
    }};
}

/// What could copy, compare or reveal a value.
macro_rules! abilities {
    ($subject:ty) => {
        [
            ("Debug", implements!($subject: Debug)),
            ("Display", implements!($subject: Display)),
            ("Clone", implements!($subject: Clone)),
            ("Serialize", implements!($subject: Serialize)),
            ("Hash", implements!($subject: Hash)),
            ("PartialEq", implements!($subject: PartialEq)),
        ]
    };
}

#[test]
fn secrets_cannot_be_printed_cloned_compared_or_serialized() {
    for (secret, abilities) in [
        ("Pan", abilities!(Pan)),
        ("Cvv", abilities!(Cvv)),
        ("OtpCode", abilities!(OtpCode)),
    ] {
        for (ability, is_there) in abilities {
            assert!(!is_there, "{secret} implements {ability}");
        }
    }
    // An ordinary value has all of them.
    assert!(abilities!(String).iter().all(|(_, is_there)| *is_there));
}
