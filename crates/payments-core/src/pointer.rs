//! What may appear in the JSON pointers (RFC 6901) of mistakes, and be repeated to a sender: names of ours, never its text.

/// What [`is_key`] asks, in words for those who write documents.
pub(crate) const KEY: &str = "a key of 1 to 64 letters, digits, dashes, dots or underscores";

/// Whether a name is shaped like a key of ours: short, and no run of digits that could be a number of somebody's.
pub fn is_key(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && name
            .split(|other: char| !other.is_ascii_digit())
            .all(|digits| digits.len() < 9)
}

/// Leads a pointer to what stands below a name. One that is not shaped like a key of ours is not repeated: whatever it
/// is, it is the sender's.
pub(crate) fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(if is_key(name) { name } else { "?" });
}
