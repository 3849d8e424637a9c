//! A price that a page names somewhere: evidence, whether it is the one that is taken or not.

use rust_decimal::Decimal;
use serde::Serialize;

use super::numerals::Numerals;
pub use super::price_text::Role;
use super::price_text::{self, Found};

/// Where a price was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// schema.org data in a script.
    JsonLd,
    /// `product:` and `og:` meta tags.
    Meta,
    /// schema.org data in attributes.
    Microdata,
    /// What a CSS selector points at.
    Css,
    /// What a regular expression finds.
    Regex,
}

impl Source {
    /// Its name, as it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::JsonLd => "json-ld",
            Self::Meta => "meta",
            Self::Microdata => "microdata",
            Self::Css => "css",
            Self::Regex => "regex",
        }
    }
}

impl std::str::FromStr for Source {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        [Self::JsonLd, Self::Meta, Self::Microdata, Self::Css, Self::Regex]
            .into_iter()
            .find(|source| source.code() == code)
            .ok_or_else(|| format!("{code:?} is no source"))
    }
}

/// A price found on a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Where.
    pub source: Source,
    /// More exactly: the name of the property, tag or selector.
    pub at: String,
    /// What stands there.
    pub text: String,
    /// What it means.
    pub price: Decimal,
    /// Its currency, where the page says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What it is said to be.
    pub role: Role,
    /// Why it is no price of the goods, if so: `instalment`, `discount`, `other-goods` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trap: Option<&'static str>,
}

/// Characters of a candidate's text that are kept.
const TEXT_CHARS: usize = 80;

impl Candidate {
    pub(super) fn new(source: Source, at: impl Into<String>, text: &str, price: Decimal, role: Role) -> Self {
        let text = text.chars().take(TEXT_CHARS).collect();
        let trap = (price <= Decimal::ZERO).then_some("nothing");
        Self { source, at: at.into(), text, price, currency: None, role, trap }
    }

    pub(super) fn in_currency(mut self, currency: Option<&str>) -> Self {
        let code = currency.map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
        self.currency = code.or(self.currency);
        self
    }

    /// Candidates of a text for people.
    pub(super) fn of_text(source: Source, at: &str, text: &str, numerals: Numerals, role: Role) -> Vec<Self> {
        price_text::find(text, numerals)
            .into_iter()
            .map(|found| Self::found(source, at, found, role))
            .collect()
    }

    fn found(source: Source, at: &str, found: Found, role: Role) -> Self {
        let role = if found.role == Role::Plain { role } else { found.role };
        let candidate = Self::new(source, at, &found.text, found.value, role).in_currency(found.currency);
        Self { trap: candidate.trap.or(found.trap), ..candidate }
    }

    /// A candidate of a value for programs, which may be dressed up for people all the same.
    pub(super) fn of_value(
        source: Source,
        at: &str,
        text: &str,
        numerals: Numerals,
        role: Role,
    ) -> Option<Self> {
        let text = text.trim();
        if let Some(price) = numerals.for_machines().parse(text) {
            return Some(Self::new(source, at, text, price, role));
        }
        let mut found = price_text::find(text, numerals.for_machines());
        found.retain(|found| found.trap.is_none());
        found.truncate(1);
        found.into_iter().next().map(|found| Self::found(source, at, found, role))
    }
}
