//! How a phone's digits are written for a provider.

use payments_core::phone::Phone;
use zeroize::Zeroizing;

/// How numbers are written in the store's country, to tell `5551234567` from `905551234567`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPlan {
    /// The country's calling code, without `+`.
    pub calling_code: String,
    /// How many digits a mobile number has after it.
    pub national_digits: usize,
}

impl Default for NumberPlan {
    /// Türkiye.
    fn default() -> Self {
        Self {
            calling_code: TURKISH_CALLING_CODE.to_owned(),
            national_digits: TURKISH_DIGITS,
        }
    }
}

const TURKISH_CALLING_CODE: &str = "90";
const TURKISH_DIGITS: usize = 10;

/// A number of the E.164 plan: at most 15 digits.
const MOST_DIGITS: usize = 15;

impl NumberPlan {
    /// The number with its calling code and without `+`: `905551234567`. A number as long as the country's own gets
    /// the country's code; a longer one has its own.
    pub(crate) fn international(&self, phone: &Phone) -> Option<Zeroizing<String>> {
        phone.expose(|digits| {
            let digits = digits.trim_start_matches('0');
            let full = if digits.len() == self.national_digits {
                format!("{}{digits}", self.calling_code)
            } else {
                digits.to_owned()
            };
            let is_full = digits.len() >= self.national_digits && full.len() <= MOST_DIGITS;
            is_full.then(|| Zeroizing::new(full))
        })
    }

    /// The ten digits of a number of Türkiye, whichever the store's country is; none if it is one abroad.
    pub(crate) fn turkish(&self, phone: &Phone) -> Option<Zeroizing<String>> {
        let full = self.international(phone)?;
        let national = full.strip_prefix(TURKISH_CALLING_CODE)?;
        (national.len() == TURKISH_DIGITS).then(|| Zeroizing::new(national.to_owned()))
    }

    /// Whether the store's own numbers are of Türkiye.
    pub(crate) fn is_turkish(&self) -> bool {
        self.calling_code == TURKISH_CALLING_CODE
    }
}

#[cfg(test)]
mod tests {
    use payments_core::phone::Phone;

    use super::NumberPlan;

    fn check(plan: &NumberPlan, typed: &str, international: Option<&str>, turkish: Option<&str>) {
        let phone = Phone::parse(typed).unwrap();
        let written = plan.international(&phone);
        assert_eq!(
            written.as_deref().map(String::as_str),
            international,
            "{typed}"
        );
        let written = plan.turkish(&phone);
        assert_eq!(written.as_deref().map(String::as_str), turkish, "{typed}");
    }

    #[test]
    fn a_number_of_the_country_is_told_from_one_abroad() {
        let plan = NumberPlan::default();
        for typed in [
            "5551234567",
            "05551234567",
            "905551234567",
            "00905551234567",
        ] {
            check(&plan, typed, Some("905551234567"), Some("5551234567"));
        }
        check(&plan, "4915112345678", Some("4915112345678"), None);
        check(&plan, "12025550123", Some("12025550123"), None);
    }

    #[test]
    fn a_number_of_another_country_is_not_taken_for_a_turkish_one() {
        let german = NumberPlan {
            calling_code: "49".to_owned(),
            national_digits: 10,
        };
        assert!(!german.is_turkish());
        check(&german, "05123456789", Some("495123456789"), None);
        check(
            &german,
            "00905551234567",
            Some("905551234567"),
            Some("5551234567"),
        );
    }

    #[test]
    fn too_few_digits_are_no_number() {
        check(&NumberPlan::default(), "000005551234", None, None);
    }
}
