//! The tags of codes.

use payments_core::otp::{AttemptTag, CodeTag};

#[test]
fn tags_are_written_in_hexadecimal_and_read_back() {
    let bytes = [0x00, 0x0a, 0x10, 0x7f, 0x80, 0xab, 0xcd, 0xff];
    let text = "000a107f80abcdff";
    assert_eq!(CodeTag(bytes).to_string(), text);
    assert_eq!(AttemptTag(bytes).to_string(), text);
    assert_eq!(AttemptTag::from_hex(text), Some(AttemptTag(bytes)));
    for other in [
        "",
        "000a107f80abcdf",
        "000a107f80abcdff00",
        "000a107f80abcdfg",
    ] {
        assert_eq!(AttemptTag::from_hex(other), None, "{other:?}");
    }
}
