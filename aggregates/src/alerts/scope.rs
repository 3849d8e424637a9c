use serde::{Deserialize, Serialize};

/// Which listings a rule is for; what is left out does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Listings of this category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Listings of this brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// These listings, ascending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing_ids: Option<Vec<i64>>,
}

impl Scope {
    /// Whether a listing is in it.
    pub fn holds(&self, listing: i64, category: Option<&str>, brand: Option<&str>) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let listings = self.listing_ids.as_ref();
        is(&self.category, category)
            && is(&self.brand, brand)
            && listings.is_none_or(|listings| listings.binary_search(&listing).is_ok())
    }

    /// Whether it is for all listings.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}
