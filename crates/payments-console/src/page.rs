//! The pages of the menu.

/// A page of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// How the service is.
    Health,
    /// Who changed what and when.
    History,
}

impl Page {
    /// Every page, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::Health, Self::History];

    /// The name in URLs, and of the page's script and title.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::History => "history",
        }
    }

    /// The page of a name in URLs.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.slug() == slug)
    }
}
