//! schema.org data in scripts of type application/ld+json.
//!
//! Products are looked for everywhere but where a page speaks of other goods. An offer is an object, a list, a
//! reference, or an AggregateOffer with lowPrice and highPrice.

use scraper::Html;
use serde_json::{Map, Value};

use super::availability::Availability;
use super::candidate::{Candidate, Role, Source};
use super::numerals::Numerals;
use super::{document, lenient_json};
use crate::limits;

/// One product of a page.
#[derive(Debug, Default)]
pub(super) struct Goods {
    pub(super) name: Option<String>,
    /// Its codes and addresses, to know which product the page is about.
    pub(super) marks: Vec<String>,
    pub(super) prices: Vec<Candidate>,
    pub(super) availability: Vec<Availability>,
}

/// Properties that lead to other goods.
const ASIDE: [&str; 7] = [
    "isRelatedTo",
    "isSimilarTo",
    "isAccessoryOrSparePartFor",
    "review",
    "itemListElement",
    "isConsumableFor",
    "breadcrumb",
];
/// How deep data may nest.
const DEPTH: usize = 24;

/// All products of a page, in the order of the page.
pub(super) fn goods(html: &Html, numerals: Numerals) -> Vec<Goods> {
    let scripts = document::all(html, "script[type]").into_iter().filter(|script| {
        let kind = script.attr("type").unwrap_or_default().to_ascii_lowercase();
        kind.trim().starts_with("application/ld+json")
    });
    let documents: Vec<Value> = scripts
        .take(limits::CRAWL_SCRIPTS)
        .filter_map(|script| lenient_json::parse(&script.text().collect::<String>()))
        .collect();
    let mut reader = Reader { documents: &documents, numerals, goods: Vec::new() };
    for value in &documents {
        reader.look(value, DEPTH);
    }
    reader.goods
}

struct Reader<'a> {
    documents: &'a [Value],
    numerals: Numerals,
    goods: Vec<Goods>,
}

impl Reader<'_> {
    fn look(&mut self, value: &Value, depth: usize) {
        if depth == 0 || self.goods.len() >= limits::CRAWL_CANDIDATES {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.look(item, depth - 1)),
            Value::Object(node)
                if is_a(node, &["Product", "IndividualProduct", "SomeProducts", "ProductModel"]) =>
            {
                let goods = self.product(node);
                let variants = node.get("hasVariant").filter(|_| goods.prices.is_empty());
                self.goods.push(goods);
                if let Some(variants) = variants {
                    self.look(variants, depth - 1);
                }
            }
            Value::Object(node) => {
                for (name, item) in node {
                    if !ASIDE.contains(&name.as_str()) {
                        self.look(item, depth - 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn product(&self, node: &Map<String, Value>) -> Goods {
        let mut goods = Goods { name: node.get("name").and_then(text), ..Goods::default() };
        for name in ["@id", "url", "sku", "mpn", "productID", "gtin", "gtin13", "identifier"] {
            goods.marks.extend(node.get(name).and_then(text));
        }
        if let Some(offers) = node.get("offers") {
            self.offers(offers, "offers", &mut goods, DEPTH);
        }
        goods
    }

    fn offers(&self, value: &Value, at: &str, goods: &mut Goods, depth: usize) {
        if depth == 0 || goods.prices.len() >= limits::CRAWL_CANDIDATES {
            return;
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.offers(item, &format!("{at}[{index}]"), goods, depth - 1);
                }
            }
            Value::Object(offer) => match self.referred(offer) {
                Some(offer) => self.offer(offer, at, goods, depth),
                None => self.offer(offer, at, goods, depth),
            },
            _ => {}
        }
    }

    fn offer(&self, offer: &Map<String, Value>, at: &str, goods: &mut Goods, depth: usize) {
        let currency = ["priceCurrency", "currency"].iter().find_map(|name| offer.get(*name)).and_then(text);
        let currency = currency.as_deref();
        for (name, role) in [("price", Role::Plain), ("lowPrice", Role::Low), ("highPrice", Role::High)] {
            goods.prices.extend(self.price(offer.get(name), &format!("{at}.{name}"), role, currency));
        }
        goods
            .availability
            .extend(offer.get("availability").and_then(text).and_then(|text| Availability::parse(&text)));
        goods.marks.extend(offer.get("url").and_then(text));
        if let Some(specification) = offer.get("priceSpecification") {
            self.specification(
                specification,
                &format!("{at}.priceSpecification"),
                currency,
                goods,
                depth - 1,
            );
        }
        let has_own = goods.prices.iter().any(|price| price.trap.is_none());
        if let (false, Some(inner)) = (has_own, offer.get("offers")) {
            self.offers(inner, &format!("{at}.offers"), goods, depth - 1);
        }
    }

    /// A price with what kind of price it is: struck through, by the litre, by the month.
    fn specification(
        &self,
        value: &Value,
        at: &str,
        currency: Option<&str>,
        goods: &mut Goods,
        depth: usize,
    ) {
        if depth == 0 {
            return;
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.specification(item, &format!("{at}[{index}]"), currency, goods, depth - 1);
                }
            }
            Value::Object(node) => {
                let kind = node.get("priceType").and_then(text).unwrap_or_default();
                let is_regular = ["ListPrice", "Strikethrough", "MSRP", "SRP", "RegularPrice"];
                let role = match kind.as_str() {
                    kind if is_regular.iter().any(|word| kind.contains(word)) => Role::Regular,
                    kind if kind.contains("SalePrice") => Role::Sale,
                    _ => Role::Plain,
                };
                let own = node.get("priceCurrency").and_then(text);
                let price =
                    self.price(node.get("price"), &format!("{at}.price"), role, own.as_deref().or(currency));
                let trap = if node.contains_key("billingDuration") || node.contains_key("billingIncrement") {
                    Some("instalment")
                } else if node.contains_key("referenceQuantity") || node.contains_key("unitCode") {
                    Some("unit-price")
                } else {
                    None
                };
                goods.prices.extend(price.map(|price| Candidate { trap: price.trap.or(trap), ..price }));
            }
            _ => {}
        }
    }

    fn price(
        &self,
        value: Option<&Value>,
        at: &str,
        role: Role,
        currency: Option<&str>,
    ) -> Option<Candidate> {
        let text = value.and_then(text)?;
        let numerals = match value {
            // JSON numbers have one reading only.
            Some(Value::Number(_)) => Numerals { is_machine: true, ..Numerals::default() },
            _ => self.numerals,
        };
        Candidate::of_value(Source::JsonLd, at, &text, numerals, role)
            .map(|found| found.in_currency(currency))
    }

    /// The node that `{"@id": …}` alone refers to.
    fn referred(&self, node: &Map<String, Value>) -> Option<&Map<String, Value>> {
        let id = node.get("@id").and_then(Value::as_str).filter(|_| node.len() == 1)?;
        self.documents.iter().find_map(|document| with_id(document, id, DEPTH))
    }
}

fn with_id<'a>(value: &'a Value, id: &str, depth: usize) -> Option<&'a Map<String, Value>> {
    let deeper = |item| with_id(item, id, depth.checked_sub(1)?);
    match value {
        Value::Array(items) => items.iter().find_map(deeper),
        Value::Object(node) if node.len() > 1 && node.get("@id").and_then(Value::as_str) == Some(id) => {
            Some(node)
        }
        Value::Object(node) => node.values().find_map(deeper),
        _ => None,
    }
}

fn is_a(node: &Map<String, Value>, kinds: &[&str]) -> bool {
    let is_one = |name: &str| {
        let name = name.rsplit(['/', '#', ':']).next().unwrap_or(name);
        kinds.contains(&name)
    };
    match node.get("@type") {
        Some(Value::String(name)) => is_one(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_one),
        _ => false,
    }
}

/// A text or number, or the first of a list of them.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => items.first().and_then(text),
        Value::Object(node) => {
            ["@value", "value", "@id", "name"].iter().find_map(|name| node.get(*name)).and_then(text)
        }
        _ => None,
    }
}
