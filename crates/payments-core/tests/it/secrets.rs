//! Compile-fail tests: what code must not do with secrets.

#[test]
fn secrets_cannot_be_printed_cloned_compared_or_serialized() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
