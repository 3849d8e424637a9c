//! Whether goods can be had, in the words of schema.org and of meta tags.

use serde::Serialize;

/// Whether goods can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// They can be had.
    InStock,
    /// They cannot.
    OutOfStock,
    /// Before they come out.
    Preorder,
    /// Later.
    Backorder,
}

impl Availability {
    /// The code of a listing's stock status.
    pub fn code(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::OutOfStock => "out_of_stock",
            Self::Preorder => "preorder",
            Self::Backorder => "backorder",
        }
    }

    /// Reads `https://schema.org/InStock`, `http://…`, `InStock`, `in stock`, `instock`, `oos` …
    pub(super) fn parse(text: &str) -> Option<Self> {
        let word = text.trim().trim_end_matches('/').rsplit(['/', ':', '#']).next().unwrap_or_default();
        let word: String =
            word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        Some(match word.as_str() {
            "instock"
            | "available"
            | "availablefororder"
            | "limitedavailability"
            | "onlineonly"
            | "instoreonly"
            | "limited"
            | "lowstock"
            | "yes"
            | "1"
            | "true" => Self::InStock,
            "outofstock" | "soldout" | "discontinued" | "unavailable" | "oos" | "notavailable" | "no"
            | "0" | "false" => Self::OutOfStock,
            "preorder" | "presale" | "pending" => Self::Preorder,
            "backorder" | "madetoorder" => Self::Backorder,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_and_words() {
        for text in [
            "https://schema.org/InStock",
            "http://schema.org/InStock",
            "schema.org/InStock",
            "InStock",
            "in stock",
            "instock",
            "schema:InStock",
            "https://schema.org/LimitedAvailability",
        ] {
            assert_eq!(Availability::parse(text), Some(Availability::InStock), "{text}");
        }
        for text in [
            "http://schema.org/OutOfStock",
            "SoldOut",
            "out of stock",
            "oos",
            "https://schema.org/Discontinued/",
        ] {
            assert_eq!(Availability::parse(text), Some(Availability::OutOfStock), "{text}");
        }
        assert_eq!(Availability::parse("PreOrder"), Some(Availability::Preorder));
        assert_eq!(Availability::parse("available for order"), Some(Availability::InStock));
        assert_eq!(Availability::parse("whatever"), None);
    }
}
