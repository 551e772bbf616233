//! Resolves phone numbers without metadata.

use crate::phone::{Destination, DestinationRefused, Phone};
use crate::ports::Destinations;

/// Ten digits are a number of country 90; longer numbers begin with a calling code of two digits. All are mobile
/// numbers, and codes are sent to 90 only.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeDestinations;

impl Destinations for FakeDestinations {
    fn resolve(&self, phone: &Phone) -> Result<Destination, DestinationRefused> {
        phone.expose(|digits| {
            let digits = digits.trim_start_matches('0');
            match (digits.len(), digits.strip_prefix("90")) {
                (..10, _) => Err(DestinationRefused::NotMobile),
                (10, _) => Ok(Destination::new(90, digits)),
                (_, Some(national)) => Ok(Destination::new(90, national)),
                (_, None) => Err(DestinationRefused::CountryNotAllowed),
            }
        })
    }
}
