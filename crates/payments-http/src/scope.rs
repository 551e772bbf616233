//! Scopes of management tokens.

use std::collections::BTreeSet;

use payments_core::record::Part;

/// What a management token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the catalog and the service's status.
    Read,
    /// Read and write the catalog: banks, card types, cards with their plans, payment options, rules.
    Catalog,
    /// Read and write products, customers, baskets, pre-orders and sessions; explain listings.
    Purchases,
    /// Quotes.
    Quotes,
    /// The instruments of saved cards.
    Instrument,
    /// Customers' saved cards, ending sessions, erasure.
    Support,
    /// Everything, also points of sale, the export and the audit log.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Catalog,
        Self::Purchases,
        Self::Quotes,
        Self::Instrument,
        Self::Support,
        Self::Admin,
    ];

    /// The name in settings and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Catalog => "catalog",
            Self::Purchases => "purchases",
            Self::Quotes => "quotes",
            Self::Instrument => "instrument",
            Self::Support => "support",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// The scope that reading objects of a part needs.
    pub const fn to_read(part: Part) -> Self {
        match Self::to_write(part) {
            Self::Catalog => Self::Read,
            other @ (Self::Read
            | Self::Purchases
            | Self::Quotes
            | Self::Instrument
            | Self::Support
            | Self::Admin) => other,
        }
    }

    /// The scope that writing objects of a part needs. A point of sale decides where card numbers go.
    pub const fn to_write(part: Part) -> Self {
        match part {
            Part::Pos => Self::Admin,
            Part::Banks | Part::CardTypes | Part::Cards | Part::PaymentOptions | Part::Rules => {
                Self::Catalog
            }
            Part::Products | Part::Customers | Part::Baskets | Part::PreOrders | Part::Sessions => {
                Self::Purchases
            }
        }
    }

    const fn includes(self, needed: Self) -> bool {
        matches!(
            (self, needed),
            (Self::Admin, _) | (Self::Catalog, Self::Read)
        ) || self as u8 == needed as u8
    }
}

/// The scopes of one token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether a token with these scopes may do what needs `needed`.
    pub fn allow(&self, needed: Scope) -> bool {
        self.0.iter().any(|scope| scope.includes(needed))
    }

    /// The names of the scopes.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|scope| scope.as_str())
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self(BTreeSet::from([scope]))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn admin_includes_all_and_catalog_includes_read() {
        for needed in Scope::ALL {
            assert_eq!(Scope::parse(needed.as_str()), Some(needed));
            for given in Scope::ALL {
                let scopes: Scopes = [given].into_iter().collect();
                let is_allowed = given == needed
                    || given == Scope::Admin
                    || (given, needed) == (Scope::Catalog, Scope::Read);
                assert_eq!(scopes.allow(needed), is_allowed, "{given:?} {needed:?}");
            }
            assert!(!Scopes::default().allow(needed));
        }
    }
}
