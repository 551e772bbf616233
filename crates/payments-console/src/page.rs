//! The pages of the menu.

/// A page of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The plans of cards for a purchase.
    Matrix,
    /// The rules.
    Rules,
    /// The dated rules.
    Calendar,
    /// The other objects of the catalog.
    Catalog,
    /// Changes that wait for a second person.
    Approvals,
    /// What is stored about a customer, for support.
    Customers,
    /// How the service is.
    Health,
    /// Who changed what and when.
    History,
}

impl Page {
    /// Every page, in the order of the menu.
    pub const ALL: [Self; 8] = [
        Self::Matrix,
        Self::Rules,
        Self::Calendar,
        Self::Catalog,
        Self::Approvals,
        Self::Customers,
        Self::History,
        Self::Health,
    ];

    /// The name in URLs, and of the page's script and title.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Rules => "rules",
            Self::Calendar => "calendar",
            Self::Catalog => "catalog",
            Self::Approvals => "approvals",
            Self::Customers => "customers",
            Self::Health => "health",
            Self::History => "history",
        }
    }

    /// The page of a name in URLs.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.slug() == slug)
    }
}
