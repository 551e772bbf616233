//! Parses phone numbers as customers type them, with the metadata of Google's libphonenumber.

use payments_core::phone::{Destination, DestinationRefused, Phone};
use payments_core::ports::Destinations;
use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;
use phonenumber::{PhoneNumber, Type};
use zeroize::Zeroizing;

/// The store's country, by which numbers are parsed, and the countries that codes are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPlan {
    home: Id,
    calling_code: u16,
    allowed: Vec<Id>,
}

/// A text that is not a two-letter country code (ISO 3166-1) with phone numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a country's two capital letters (ISO 3166-1), such as TR")]
pub struct UnknownCountry;

impl Default for NumberPlan {
    /// Türkiye alone.
    fn default() -> Self {
        Self {
            home: Id::TR,
            calling_code: TURKISH_CALLING_CODE,
            allowed: vec![Id::TR],
        }
    }
}

const TURKISH_CALLING_CODE: u16 = 90;
const TURKISH_DIGITS: usize = 10;

/// The numbers a customer may have meant, the likeliest first.
struct Reading {
    number: PhoneNumber,
    national: String,
    kind: Type,
}

impl Reading {
    fn of(number: PhoneNumber) -> Self {
        // `national` drops the leading zeros that belong to some countries' numbers.
        let national = number.national();
        let zeros = usize::from(national.zeros());
        let national = format!("{}{}", "0".repeat(zeros), national.value());
        let kind = if phonenumber::is_valid(&number) {
            number.number_type(&DATABASE)
        } else {
            Type::Unknown
        };
        Self {
            number,
            national,
            kind,
        }
    }

    const fn is_mobile(&self) -> bool {
        matches!(self.kind, Type::Mobile | Type::FixedLineOrMobile)
    }

    fn destination(&self) -> Destination {
        Destination::new(self.number.code().value(), &self.national)
    }
}

impl NumberPlan {
    /// For a store in the country `home`. Codes are sent to the countries of `allowed`; to `home` alone if that is
    /// empty.
    ///
    /// # Errors
    /// [`UnknownCountry`] for a text that is not a country's code.
    pub fn new(home: &str, allowed: &[String]) -> Result<Self, UnknownCountry> {
        let (home, calling_code) = country(home)?;
        let allowed = allowed.iter().map(|text| Ok(country(text)?.0));
        let mut allowed = allowed.collect::<Result<Vec<_>, _>>()?;
        if allowed.is_empty() {
            allowed.push(home);
        }
        Ok(Self {
            home,
            calling_code,
            allowed,
        })
    }

    /// The calling code of the store's country, without `+`.
    pub const fn calling_code(&self) -> u16 {
        self.calling_code
    }

    /// The candidates for the digits. A number of the store's country has no calling code; a foreign one follows `00` or is
    /// written without it. The contract's rule has removed one leading zero, so that a remaining zero is one of `00`.
    fn readings(&self, phone: &Phone) -> Vec<Reading> {
        phone.expose(|digits| {
            let significant = digits.trim_start_matches('0');
            let national = || phonenumber::parse(Some(self.home), significant);
            let abroad = || phonenumber::parse(None, format!("+{significant}"));
            let readings = if digits.starts_with('0') {
                [abroad(), national()]
            } else {
                [national(), abroad()]
            };
            let readings = readings.into_iter().filter_map(Result::ok);
            readings.map(Reading::of).collect()
        })
    }

    /// The likeliest mobile number, or else the likeliest number of any kind.
    fn likeliest(&self, phone: &Phone) -> Option<Reading> {
        let mut readings = self.readings(phone);
        let place = |is_it: fn(&Reading) -> bool| readings.iter().position(is_it);
        let place = place(Reading::is_mobile).or(place(|one| one.kind != Type::Unknown))?;
        Some(readings.swap_remove(place))
    }

    /// The number with its calling code and without `+`: `905551234567`; `None` if it is not valid in any country.
    pub(crate) fn international(&self, phone: &Phone) -> Option<Zeroizing<String>> {
        let destination = self.likeliest(phone)?.destination();
        Some(destination.expose(|digits| Zeroizing::new(digits.to_owned())))
    }

    /// The ten digits of a number of Türkiye, for any store country; `None` for a foreign number.
    pub(crate) fn turkish(&self, phone: &Phone) -> Option<Zeroizing<String>> {
        let reading = self.likeliest(phone)?;
        let is_turkish = reading.number.code().value() == TURKISH_CALLING_CODE
            && reading.national.len() == TURKISH_DIGITS;
        is_turkish.then(|| Zeroizing::new(reading.national))
    }

    /// Whether the store's own numbers are of Türkiye.
    pub(crate) const fn is_turkish(&self) -> bool {
        self.calling_code == TURKISH_CALLING_CODE
    }
}

impl Destinations for NumberPlan {
    fn resolve(&self, phone: &Phone) -> Result<Destination, DestinationRefused> {
        let readings = self.readings(phone).into_iter();
        let mobiles: Vec<_> = readings.filter(Reading::is_mobile).collect();
        let is_allowed = |one: &&Reading| {
            let country = one.number.country().id();
            country.is_some_and(|country| self.allowed.contains(&country))
        };
        match mobiles.first() {
            None => Err(DestinationRefused::NotMobile),
            Some(first) if is_allowed(&first) => Ok(first.destination()),
            Some(_) => Err(DestinationRefused::CountryNotAllowed),
        }
    }
}

/// A country by its two letters, and its calling code.
fn country(text: &str) -> Result<(Id, u16), UnknownCountry> {
    let id: Id = text.parse().map_err(|_| UnknownCountry)?;
    let metadata = DATABASE.by_id(text).ok_or(UnknownCountry)?;
    Ok((id, metadata.country_code()))
}

#[cfg(test)]
mod tests {
    use payments_core::phone::DestinationRefused;
    use payments_core::phone::Phone;
    use payments_core::ports::Destinations as _;

    use super::{NumberPlan, UnknownCountry};

    fn plan(home: &str) -> NumberPlan {
        NumberPlan::new(home, &[]).unwrap()
    }

    /// Where a code is sent, or why it is not.
    fn resolved(plan: &NumberPlan, typed: &str) -> Result<String, DestinationRefused> {
        let resolved = plan.resolve(&Phone::parse(typed).unwrap());
        resolved.map(|destination| destination.expose(str::to_owned))
    }

    #[test]
    fn every_spelling_of_a_number_is_one_destination() {
        let plan = NumberPlan::default();
        for typed in [
            "5551234567",
            "05551234567",
            "905551234567",
            "00905551234567",
            "005551234567",
            "0555 123 45 67",
        ] {
            let sent_to = resolved(&plan, typed);
            assert_eq!(sent_to.as_deref(), Ok("905551234567"), "{typed}");
            let phone = Phone::parse(typed).unwrap();
            assert_eq!(plan.international(&phone).unwrap().as_str(), "905551234567");
            assert_eq!(plan.turkish(&phone).unwrap().as_str(), "5551234567");
        }
    }

    #[test]
    fn lengths_are_those_of_the_country() {
        for (home, typed, sent_to) in [
            ("DE", "015112345678", "4915112345678"),
            ("DE", "01701234567", "491701234567"),
            ("DE", "4915112345678", "4915112345678"),
            ("AT", "06641234567", "436641234567"),
            ("AT", "066412345678", "4366412345678"),
            ("IT", "3123456789", "393123456789"),
            ("IT", "00393123456789", "393123456789"),
            ("FI", "00358401234567", "358401234567"),
            ("FI", "04571234567", "3584571234567"),
            ("RU", "89161234567", "79161234567"),
            ("US", "2025550123", "12025550123"),
        ] {
            let phone = Phone::parse(typed).unwrap();
            let resolved = plan(home).resolve(&phone);
            let digits = resolved.map(|one| one.expose(str::to_owned));
            assert_eq!(digits.as_deref(), Ok(sent_to), "{home} {typed}");
        }
    }

    #[test]
    fn codes_go_to_mobile_numbers_of_allowed_countries_only() {
        use DestinationRefused::{CountryNotAllowed, NotMobile};
        let turkish = NumberPlan::default();
        for (typed, refused) in [
            ("4915112345678", CountryNotAllowed),
            ("00393123456789", CountryNotAllowed),
            ("12025550123", CountryNotAllowed),
            // A landline, a premium number, an unassigned range, and not a number.
            ("02121234567", NotMobile),
            ("09001234567", NotMobile),
            ("4491234567890", NotMobile),
            ("12345678901234", NotMobile),
            ("00000000000000", NotMobile),
        ] {
            assert_eq!(resolved(&turkish, typed), Err(refused), "{typed}");
        }
        let both = NumberPlan::new("TR", &["TR".to_owned(), "DE".to_owned()]).unwrap();
        assert_eq!(
            resolved(&both, "4915112345678").as_deref(),
            Ok("4915112345678")
        );
        let abroad_only = NumberPlan::new("TR", &["DE".to_owned()]).unwrap();
        assert_eq!(
            resolved(&abroad_only, "05551234567"),
            Err(CountryNotAllowed)
        );
    }

    #[test]
    fn numbers_of_the_country_and_of_others_are_distinguished() {
        // +1 511 2345678 would be a stranger's; it is how a German mobile number is typed at home.
        let german = plan("DE");
        assert!(!german.is_turkish());
        assert_eq!(german.calling_code(), 49);
        let phone = Phone::parse("015112345678").unwrap();
        assert_eq!(german.turkish(&phone), None);
        let turkish = Phone::parse("00905551234567").unwrap();
        assert_eq!(german.turkish(&turkish).unwrap().as_str(), "5551234567");
    }

    #[test]
    fn a_country_is_named_by_two_capital_letters() {
        for text in ["", "90", "tr", "TUR", "ZZ", "Türkiye"] {
            let refused = NumberPlan::new(text, &[]);
            assert_eq!(refused, Err(UnknownCountry));
            let allowed = [text.to_owned()];
            assert!(NumberPlan::new("TR", &allowed).is_err(), "{text}");
        }
    }
}
