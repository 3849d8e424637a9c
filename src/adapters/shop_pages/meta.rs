//! `product:` and `og:` meta tags.

use scraper::Html;

use super::availability::Availability;
use super::candidate::{Candidate, Role, Source};
use super::document;
use super::numerals::Numerals;

/// What the meta tags of a page say.
#[derive(Debug, Default)]
pub(super) struct Meta {
    pub(super) title: Option<String>,
    pub(super) prices: Vec<Candidate>,
    pub(super) availability: Option<Availability>,
}

const PRICES: [(&str, Role); 7] = [
    ("product:sale_price:amount", Role::Sale),
    ("product:price:amount", Role::Plain),
    ("og:price:amount", Role::Plain),
    ("product:price", Role::Plain),
    ("product:original_price:amount", Role::Regular),
    ("product:pretax_price:amount", Role::Regular),
    ("product:discount_from:amount", Role::Regular),
];

/// Reads them.
pub(super) fn read(html: &Html, numerals: Numerals) -> Meta {
    let tags: Vec<(String, &str)> = document::all(html, "meta[content]")
        .into_iter()
        .filter_map(|tag| {
            let name = tag.attr("property").or_else(|| tag.attr("name"))?;
            Some((name.trim().to_ascii_lowercase(), tag.attr("content")?.trim()))
        })
        .filter(|(_, content)| !content.is_empty())
        .collect();
    let first = |wanted: &[&str]| {
        wanted
            .iter()
            .find_map(|wanted| tags.iter().find(|(name, _)| name == wanted))
            .map(|(_, content)| *content)
    };
    let mut prices: Vec<Candidate> = Vec::new();
    for (wanted, role) in PRICES {
        let currency_tag = wanted.replace(":amount", ":currency");
        let currency = first(&[&currency_tag, "product:price:currency", "og:price:currency"]);
        for (_, content) in tags.iter().filter(|(name, _)| name == wanted) {
            let found = Candidate::of_value(Source::Meta, wanted, content, numerals, role);
            prices.extend(found.map(|found| found.in_currency(currency)));
        }
    }
    // Where a sale price stands beside it, the plain one is what it costs otherwise.
    if prices.iter().any(|price| price.role == Role::Sale) {
        for price in prices.iter_mut().filter(|price| price.role == Role::Plain) {
            price.role = Role::Regular;
        }
    }
    let availability = first(&["product:availability", "og:availability"]).and_then(Availability::parse);
    Meta { title: first(&["og:title"]).map(str::to_owned), prices, availability }
}
