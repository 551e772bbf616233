//! Whether bytes look drawn at random.

/// Far below what 32 random bytes have: about 156, and rarely under 145.
const LEAST_BITS: f64 = 120.0;

/// Whether a key is certainly not random: few distinct bytes, or the same distance from each byte to the next.
pub(super) fn is_weak(key: &[u8]) -> bool {
    let distances = key.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let distances: zeroize::Zeroizing<Vec<u8>> = distances.collect::<Vec<_>>().into();
    bits(key) < LEAST_BITS || bits(&distances) < LEAST_BITS
}

/// Shannon's entropy of the frequencies of the bytes, times their number.
#[expect(clippy::float_arithmetic, reason = "a measure of keys; not money")]
fn bits(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total: u32 = counts.iter().sum();
    let of_value = |count: &u32| {
        let share = f64::from(*count) / f64::from(total);
        -f64::from(*count) * share.log2()
    };
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(of_value)
        .sum()
}

#[cfg(test)]
mod tests {
    use payments_core::ports::Entropy as _;

    use super::is_weak;
    use crate::entropy::SystemEntropy;

    #[test]
    fn random_keys_are_never_called_weak() {
        for length in [32, 33, 64] {
            for _ in 0..5_000 {
                let mut key = vec![0; length];
                SystemEntropy.fill(&mut key);
                assert!(!is_weak(&key), "{key:?}");
            }
        }
        assert!(!is_weak(
            b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        ));
    }

    #[test]
    fn typed_and_counted_keys_are_weak() {
        let counted: Vec<u8> = (1..=32).collect();
        let downwards: Vec<u8> = (0..40).rev().collect();
        for key in [
            &[0; 32][..],
            &[b'a'; 64],
            &counted,
            &downwards,
            b"01234567890123456789012345678901",
            b"change me change me change me !!",
            b"a passphrase of thirty-two chars",
        ] {
            assert!(is_weak(key), "{key:?}");
        }
    }
}
