//! The number of segments of a text (3GPP TS 23.038 and 23.040).

/// The encoding of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM 7-bit default alphabet with its extension table.
    Gsm7,
    /// The same with the Turkish single-shift table instead of the extension table: `ğ Ğ ı İ ş Ş ç` cost two septets
    /// each, and a header takes room.
    Gsm7Turkish,
    /// UTF-16, for everything else.
    Ucs2,
}

/// Characters that operators in Türkiye append to every message (` B186`, the sender's code), on every route. They
/// are of the default alphabet, and take as much room as any other there.
const APPENDED: usize = 5;

/// The size of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Septets, or UTF-16 code units, of the text itself.
    pub units: usize,
    /// Segments, including what an operator appends to the text.
    pub segments: usize,
}

/// Characters of the default alphabet besides ASCII letters and digits (3GPP TS 23.038, 6.2.1).
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";

/// Characters that cost two septets (6.2.1.1); the Turkish single-shift table has them too.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What the Turkish single-shift table adds (A.2.1).
const TURKISH: &str = "ĞİŞçğış";

impl Alphabet {
    /// The units of a character; `None` if the alphabet lacks it.
    fn cost(self, character: char) -> Option<usize> {
        let is_default = character.is_ascii_alphanumeric() || DEFAULT.contains(character);
        let is_shifted = EXTENSION.contains(character)
            || (self == Self::Gsm7Turkish && TURKISH.contains(character));
        match self {
            Self::Ucs2 => Some(character.len_utf16()),
            Self::Gsm7 | Self::Gsm7Turkish if is_default => Some(1),
            Self::Gsm7 | Self::Gsm7Turkish => is_shifted.then_some(2),
        }
    }

    /// Units in a message of one segment, and in each of several: their headers take room.
    const fn capacities(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Gsm7Turkish => (155, 149),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// The size of a text in an alphabet; `None` if the alphabet lacks one of its characters.
pub fn size(text: &str, alphabet: Alphabet) -> Option<Size> {
    let costs: Vec<usize> = text
        .chars()
        .map(|character| alphabet.cost(character))
        .collect::<Option<_>>()?;
    let units = costs.iter().sum();
    let (alone, each) = alphabet.capacities();
    let segments = if units + APPENDED <= alone {
        1
    } else {
        parts(&[costs, vec![1; APPENDED]].concat(), each)
    };
    Some(Size { units, segments })
}

/// A character of two units is never divided between two parts.
fn parts(costs: &[usize], capacity: usize) -> usize {
    let fill = |(parts, filled): (usize, usize), cost: &usize| {
        if filled + cost > capacity {
            (parts + 1, *cost)
        } else {
            (parts, filled + cost)
        }
    };
    costs.iter().fold((1, 0), fill).0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Alphabet::{Gsm7, Gsm7Turkish, Ucs2};
    use super::{Alphabet, Size, size};

    fn check(text: &str, alphabet: Alphabet, expected: Option<(usize, usize)>) {
        let expected = expected.map(|(units, segments)| Size { units, segments });
        assert_eq!(size(text, alphabet), expected, "{alphabet:?} {text}");
    }

    #[test]
    fn a_turkish_code_message_fits_one_segment_with_the_single_shift_table() {
        let text = "Doğrulama kodunuz: 123456";
        check(text, Gsm7, None);
        check(text, Gsm7Turkish, Some((26, 1)));
        check(text, Ucs2, Some((25, 1)));
    }

    #[test]
    fn a_longer_turkish_sentence_needs_two_segments_only_in_ucs2() {
        let text =
            "Kartınızı kaydetmek için doğrulama kodunuz: 123456. Kimseyle paylaşmayın lütfen";
        assert_eq!(text.chars().count(), 79);
        check(text, Gsm7Turkish, Some((86, 1)));
        check(text, Ucs2, Some((79, 2)));
    }

    #[test]
    fn the_edges_are_those_of_the_standard_less_what_operators_append() {
        check(&"a".repeat(155), Gsm7, Some((155, 1)));
        check(&"a".repeat(156), Gsm7, Some((156, 2)));
        check(&"a".repeat(301), Gsm7, Some((301, 2)));
        check(&"a".repeat(302), Gsm7, Some((302, 3)));
        check(&"a".repeat(150), Gsm7Turkish, Some((150, 1)));
        check(&"a".repeat(1_038), Gsm7Turkish, Some((1_038, 7)));
        check(&"a".repeat(1_066), Gsm7, Some((1_066, 7)));
        check(&"ş".repeat(75), Gsm7Turkish, Some((150, 1)));
        check(&"ş".repeat(76), Gsm7Turkish, Some((152, 2)));
        check(&"ş".repeat(65), Ucs2, Some((65, 1)));
        check(&"ş".repeat(66), Ucs2, Some((66, 2)));
    }

    #[test]
    fn shifted_characters_cost_two_and_are_never_divided() {
        check("€", Gsm7, Some((2, 1)));
        check("{}", Gsm7Turkish, Some((4, 1)));
        check("ÇÖÜöü", Gsm7, Some((5, 1)));
        // 152 septets, then a shifted one that would straddle the edge of 153.
        check(
            &format!("{}€{}", "a".repeat(152), "a".repeat(152)),
            Gsm7,
            Some((306, 3)),
        );
        check("😀", Ucs2, Some((2, 1)));
        check("код", Gsm7Turkish, None);
    }

    proptest! {
        #[test]
        fn a_text_that_gsm_can_write_is_never_larger_in_it_than_with_turkish_letters(text in ".{0,400}") {
            if let (Some(plain), Some(turkish)) = (size(&text, Gsm7), size(&text, Gsm7Turkish)) {
                prop_assert_eq!(plain.units, turkish.units);
                prop_assert!(plain.segments <= turkish.segments);
            }
        }

        #[test]
        fn more_text_is_never_fewer_segments(text in ".{0,400}", more in ".{1,40}") {
            let (short, long) = (size(&text, Ucs2), size(&format!("{text}{more}"), Ucs2));
            prop_assert!(short.unwrap().segments <= long.unwrap().segments);
        }

        #[test]
        fn no_segment_holds_more_than_it_can(text in "[a-zğşı€]{0,500}") {
            let size = size(&text, Gsm7Turkish).unwrap();
            let units = size.units + super::APPENDED;
            prop_assert!(units <= size.segments * 155);
            prop_assert!(size.segments == 1 || units > (size.segments - 1) * 148);
        }
    }
}
