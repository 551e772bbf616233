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
            calling_code: "90".to_owned(),
            national_digits: 10,
        }
    }
}

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

    /// The number without its calling code, if it is one of the country's: `5551234567`.
    pub(crate) fn national(&self, phone: &Phone) -> Option<Zeroizing<String>> {
        let full = self.international(phone)?;
        let national = full.strip_prefix(&self.calling_code)?;
        (national.len() == self.national_digits).then(|| Zeroizing::new(national.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use payments_core::phone::Phone;

    use super::NumberPlan;

    fn check(typed: &str, international: Option<&str>, national: Option<&str>) {
        let plan = NumberPlan::default();
        let phone = Phone::parse(typed).unwrap();
        assert_eq!(
            plan.international(&phone).as_deref().map(String::as_str),
            international,
            "{typed}"
        );
        assert_eq!(
            plan.national(&phone).as_deref().map(String::as_str),
            national,
            "{typed}"
        );
    }

    #[test]
    fn a_number_of_the_country_is_told_from_one_abroad() {
        check("5551234567", Some("905551234567"), Some("5551234567"));
        check("05551234567", Some("905551234567"), Some("5551234567"));
        check("905551234567", Some("905551234567"), Some("5551234567"));
        check("00905551234567", Some("905551234567"), Some("5551234567"));
        check("4915112345678", Some("4915112345678"), None);
        check("12025550123", Some("12025550123"), None);
    }

    #[test]
    fn too_few_digits_are_no_number() {
        check("000005551234", None, None);
    }
}
