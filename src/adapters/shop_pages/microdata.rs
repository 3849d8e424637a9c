//! schema.org data in attributes: itemscope, itemtype, itemprop.

use scraper::{ElementRef, Html};

use super::availability::Availability;
use super::candidate::{Candidate, Role, Source};
use super::document;
use super::json_ld::Goods;
use super::numerals::Numerals;
use crate::limits;

/// How far up the thing that a property belongs to is looked for.
const DEPTH: usize = 64;

/// All products of a page, in the order of the page.
pub(super) fn goods(html: &Html, numerals: Numerals) -> Vec<Goods> {
    let mut scopes: Vec<(ElementRef<'_>, Goods)> = Vec::new();
    for element in document::all(html, "[itemprop]").into_iter().take(limits::CRAWL_PROPERTIES) {
        let Some(product) = product_around(element) else { continue };
        let index = scopes.iter().position(|(scope, _)| scope.id() == product.id()).unwrap_or_else(|| {
            scopes.push((product, Goods::default()));
            scopes.len() - 1
        });
        let goods = &mut scopes[index].1;
        for property in element.attr("itemprop").unwrap_or_default().split_ascii_whitespace() {
            note(goods, element, property, numerals);
        }
    }
    scopes.into_iter().map(|(_, goods)| goods).filter(|goods| !goods.prices.is_empty()).collect()
}

fn note(goods: &mut Goods, element: ElementRef<'_>, property: &str, numerals: Numerals) {
    let role = match property {
        "price" => Role::Plain,
        "lowPrice" => Role::Low,
        "highPrice" => Role::High,
        "availability" => {
            goods.availability.extend(Availability::parse(&value_of(element)));
            return;
        }
        "priceCurrency" => {
            let code = value_of(element);
            for price in goods.prices.iter_mut().filter(|price| price.currency.is_none()) {
                *price = price.clone().in_currency(Some(&code));
            }
            return;
        }
        "sku" | "mpn" | "productID" | "gtin13" | "url" => {
            goods.marks.push(value_of(element));
            return;
        }
        "name" if goods.name.is_none() => {
            goods.name = Some(value_of(element)).filter(|name| !name.is_empty());
            return;
        }
        _ => return,
    };
    if goods.prices.len() >= limits::CRAWL_CANDIDATES {
        return;
    }
    match element.attr("content") {
        Some(content) => {
            goods.prices.extend(Candidate::of_value(Source::Microdata, property, content, numerals, role));
        }
        None => {
            let text = document::text_of(element, 200);
            goods.prices.extend(Candidate::of_text(Source::Microdata, property, &text, numerals, role));
        }
    }
}

/// The product that a property belongs to; none where the nearest thing is a review or the like.
fn product_around(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let around = element.ancestors().take(DEPTH).filter_map(ElementRef::wrap);
    let mut scopes = around.filter(|element| element.attr("itemscope").is_some());
    scopes.by_ref().find_map(|scope| {
        let kind = scope.attr("itemtype").unwrap_or_default().trim().trim_end_matches('/');
        match kind.rsplit('/').next().unwrap_or_default() {
            "Product" | "IndividualProduct" | "ProductModel" => Some(Some(scope)),
            "Offer" | "AggregateOffer" | "UnitPriceSpecification" | "PriceSpecification" | "" => None,
            _ => Some(None),
        }
    })?
}

fn value_of(element: ElementRef<'_>) -> String {
    let attribute =
        ["content", "href", "src", "value", "datetime"].iter().find_map(|name| element.attr(name));
    attribute.map_or_else(|| document::text_of(element, 200), |value| value.trim().to_owned())
}
