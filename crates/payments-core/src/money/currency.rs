//! Currencies of ISO 4217.

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// A text that is not an ISO 4217 code.
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

    /// The most fraction digits any currency of ISO 4217 has.
    pub const MAX_EXPONENT: u32 = 4;

    /// The currency of a code in upper case.
    ///
    /// # Errors
    /// [`UnknownCurrency`].
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or(UnknownCurrency)
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Fraction digits of the minor unit (2 for TRY, 0 for JPY, 3 for KWD).
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}
