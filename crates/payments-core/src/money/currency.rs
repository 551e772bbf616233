//! ISO 4217 currencies.

use core::cmp::Ordering;

/// An ISO 4217 currency. Currencies are ordered by their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// The text is not an ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use an ISO 4217 currency code such as TRY")]
pub struct UnknownCurrency;

impl Currency {
    /// The Turkish lira.
    pub const TRY: Self = Self(iso_currency::Currency::TRY);
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The US dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// The pound sterling.
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    /// The Japanese yen, which has no minor unit.
    pub const JPY: Self = Self(iso_currency::Currency::JPY);
    /// The Kuwaiti dinar, of 1,000 fils.
    pub const KWD: Self = Self(iso_currency::Currency::KWD);
    /// The Chilean unidad de fomento, the only currency of ISO 4217 with four fraction digits besides UYW.
    pub const CLF: Self = Self(iso_currency::Currency::CLF);

    /// The maximum number of fraction digits of an ISO 4217 currency.
    pub const MAX_EXPONENT: u32 = 4;

    /// The currency with this upper-case code.
    ///
    /// # Errors
    /// [`UnknownCurrency`] if there is none.
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or(UnknownCurrency)
    }

    /// The three-letter ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The number of fraction digits of the minor unit (2 for TRY, 0 for JPY, 3 for KWD).
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
