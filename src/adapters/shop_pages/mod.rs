//! What a marketplace page says: a pure function from its bytes to a price, with the evidence.
//!
//! All prices that the page names are kept as candidates, also those that are not taken. In `auto`, sources are
//! asked in the order JSON-LD, meta tags, microdata, and the first that names a price decides. That sources
//! disagree is noted as ambiguous, but does not change the order: a source that lags behind must not hide a drop.

mod availability;
mod candidate;
mod charset;
mod choose;
mod document;
mod extract;
mod json_ld;
mod lenient_json;
mod meta;
mod microdata;
mod numerals;
mod price_text;
mod refusals;
mod selected;
#[cfg(test)]
mod tests;
mod words;

pub use availability::Availability;
pub use candidate::{Candidate, Role, Source};
pub use extract::Extract;

use rust_decimal::Decimal;
use scraper::Html;
use url::Url;

use crate::limits;
use choose::Choice;
use extract::Way;
use json_ld::Goods;
use numerals::Numerals;

/// What was asked of a page, and what is known already.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Where the page is.
    pub url: &'a Url,
    /// How its price is to be read.
    pub extract: &'a Extract,
    /// The goods code, to tell several products of a page apart.
    pub code: &'a str,
    /// The listing's currency.
    pub currency: &'a str,
    /// The last price known.
    pub last_price: Option<Decimal>,
    /// Where the last price of this page was found.
    pub last_source: Option<Source>,
}

/// An answer of a shop, complete.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its HTTP status.
    pub status: u16,
    /// Its content type, as the shop says.
    pub content_type: Option<&'a str>,
    /// Its bytes, decompressed.
    pub body: &'a [u8],
}

/// What a page says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// In a word.
    pub verdict: Verdict,
    /// Every price found.
    pub candidates: Vec<Candidate>,
}

/// What a page says, in a word.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The goods are offered.
    Offered(Offer),
    /// A clean answer that the goods are gone.
    Gone(&'static str),
    /// A wall against robots, or a shop that is down: it says nothing of the goods.
    Blocked(&'static str),
    /// A page that cannot be read.
    Unreadable(String),
}

/// Goods on offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What they cost; none where the page only says that they are out of stock.
    pub price: Option<Decimal>,
    /// The currency that the page says.
    pub currency: Option<String>,
    /// Whether they can be had, where the page says so.
    pub availability: Option<Availability>,
    /// Where the price was found.
    pub source: Option<Source>,
    /// Several prices were possible.
    pub is_ambiguous: bool,
    /// What the page calls the goods.
    pub name: Option<String>,
}

/// Reads a page.
pub fn read(page: Page<'_>, question: &Question<'_>) -> Reading {
    let nothing = |verdict| Reading { verdict, candidates: Vec::new() };
    if let Some(why) = refusals::status(page.status) {
        return nothing(Verdict::Blocked(why));
    }
    if matches!(page.status, 404 | 410) {
        let text = charset::decode(page.body, page.content_type);
        return nothing(match refusals::wall(&text, &text) {
            Some(_) => Verdict::Blocked("the answer is a wall against robots"),
            None => Verdict::Gone("the shop answers that there is no such page"),
        });
    }
    if !(200..300).contains(&page.status) {
        return nothing(Verdict::Blocked("the shop is down"));
    }
    let text = charset::decode(page.body, page.content_type);
    match document::parse(&text) {
        Some(html) => Looking { source: &text, html: &html, question }.read(),
        None => nothing(Verdict::Unreadable("the page takes too long to read".to_owned())),
    }
}

/// Whether an answer is a wall against robots, or a shop that is down: it says nothing of the goods.
pub fn is_wall(status: u16, text: &str) -> bool {
    refusals::status(status).is_some() || status >= 500 || refusals::wall(text, text).is_some()
}

struct Looking<'a> {
    source: &'a str,
    html: &'a Html,
    question: &'a Question<'a>,
}

/// The prices of one source, with what it says besides.
struct Found {
    prices: Vec<Candidate>,
    availability: Option<Availability>,
    name: Option<String>,
}

impl Looking<'_> {
    fn read(&self) -> Reading {
        let language = self.question.extract.locale.clone().or_else(|| document::language(self.html));
        let numerals = Numerals::of(language.as_deref(), self.question.currency);
        let meta = meta::read(self.html, numerals);
        let title = meta.title.clone();
        let json_ld = self.main_goods(json_ld::goods(self.html, numerals), title.as_deref());
        let microdata = self.main_goods(microdata::goods(self.html, numerals), title.as_deref());
        let has_title = meta.title.is_some();
        let meta = Found { prices: meta.prices, availability: meta.availability, name: meta.title };
        let (mut error, mut chosen) = (None, None);
        let sources: Vec<&Found> = match &self.question.extract.method {
            Way::Auto => vec![&json_ld, &meta, &microdata],
            Way::JsonLd => vec![&json_ld],
            Way::Meta | Way::Momo => vec![&meta],
            Way::Microdata => vec![&microdata],
            Way::Css { .. } | Way::Regex(_) => vec![],
        };
        let mut candidates = self.selected(numerals, &mut error);
        if candidates.is_empty() {
            chosen = sources.iter().find_map(|found| self.choose(&found.prices));
        } else {
            chosen = chosen.or_else(|| self.choose(&candidates));
        }
        let availability = [&json_ld, &meta, &microdata].into_iter().find_map(|found| found.availability);
        let name = [&meta, &json_ld, &microdata].into_iter().find_map(|found| found.name.clone());
        for found in [json_ld, meta, microdata] {
            candidates.extend(found.prices);
        }
        candidates.truncate(limits::CRAWL_CANDIDATES);
        let verdict = match chosen {
            Some(choice) => Verdict::Offered(self.offer(choice, availability, name, &candidates)),
            None => self.without_price(has_title, availability, name, error),
        };
        Reading { verdict, candidates }
    }

    /// What a person's selector or pattern finds.
    fn selected(&self, numerals: Numerals, error: &mut Option<String>) -> Vec<Candidate> {
        match &self.question.extract.method {
            Way::Css { selector, attribute, pattern } => {
                let (elements, found) =
                    selected::by_css(self.html, selector, attribute.as_deref(), pattern.as_ref(), numerals);
                *error = Some(match elements {
                    0 => "the selector matches nothing".to_owned(),
                    _ => "what the selector matches holds no price".to_owned(),
                });
                found
            }
            Way::Regex(pattern) => {
                *error = Some("the pattern matches no price".to_owned());
                selected::by_regex(self.source, pattern, numerals)
            }
            _ => Vec::new(),
        }
    }

    /// The product that the page is about: the one whose code or address is the listing's, or whose name is the
    /// page's. The prices of the others stay as evidence.
    fn main_goods(&self, mut all: Vec<Goods>, title: Option<&str>) -> Found {
        let is_main = |goods: &Goods| {
            goods.marks.iter().any(|mark| {
                let is_code = !self.question.code.is_empty() && mark == self.question.code;
                is_code
                    || self
                        .question
                        .url
                        .join(mark)
                        .is_ok_and(|url| mark.contains('/') && url == *self.question.url)
            })
        };
        let is_titled = |goods: &Goods| {
            goods.name.as_deref().zip(title).is_some_and(|(name, title)| title.contains(name))
        };
        let main = all.iter().position(is_main).or_else(|| all.iter().position(is_titled));
        for (index, goods) in all.iter_mut().enumerate() {
            for price in &mut goods.prices {
                if main.is_some_and(|main| main != index) {
                    price.trap = price.trap.or(Some("other-goods"));
                }
            }
        }
        let shown = all.get(main.unwrap_or(0));
        let availability = shown.and_then(|goods| best(&goods.availability));
        let name = shown.and_then(|goods| goods.name.clone());
        Found { prices: all.into_iter().flat_map(|goods| goods.prices).collect(), availability, name }
    }

    fn choose(&self, prices: &[Candidate]) -> Option<Choice> {
        let prices: Vec<&Candidate> = prices.iter().collect();
        choose::choose(&prices, self.question.currency, self.question.last_price)
    }

    fn offer(
        &self,
        choice: Choice,
        availability: Option<Availability>,
        name: Option<String>,
        candidates: &[Candidate],
    ) -> Offer {
        let price = choice.price;
        let disagrees = |found: &&Candidate| {
            found.trap.is_none()
                && matches!(found.role, Role::Plain | Role::Sale)
                && found.price != price.price
        };
        // A person who says where the price is knows of the others.
        let is_asked = matches!(price.source, Source::Css | Source::Regex);
        let is_ambiguous = choice.is_ambiguous
            || !is_asked
                && candidates
                    .iter()
                    .filter(|found| found.source != price.source)
                    .any(|found| disagrees(&found));
        Offer {
            price: Some(price.price),
            currency: price.currency,
            availability,
            source: Some(price.source),
            is_ambiguous,
            name,
        }
    }

    /// A page that names no price: a wall, gone, sold out, or a page that cannot be read.
    fn without_price(
        &self,
        has_title: bool,
        availability: Option<Availability>,
        name: Option<String>,
        error: Option<String>,
    ) -> Verdict {
        let body = document::all(self.html, "body").into_iter().next();
        let visible = body.map(|body| document::text_of(body, 8_000)).unwrap_or_default();
        let title = document::title(self.html).unwrap_or_default();
        if refusals::wall(self.source, &format!("{title} {visible}")).is_some() {
            return Verdict::Blocked("the answer is a wall against robots");
        }
        let is_page = !visible.is_empty() || !title.is_empty();
        if !is_page {
            return Verdict::Unreadable("the page is empty".to_owned());
        }
        if !has_title && self.had_meta_tags() {
            return Verdict::Gone(
                "a goods page of this shop names its goods in og:title, and this one does not",
            );
        }
        if !has_title && refusals::says_gone(&title) {
            return Verdict::Gone("the page's title says that the goods are gone");
        }
        if availability == Some(Availability::OutOfStock) {
            return Verdict::Offered(Offer {
                price: None,
                currency: None,
                availability,
                source: None,
                is_ambiguous: false,
                name,
            });
        }
        Verdict::Unreadable(error.unwrap_or_else(|| "the page names no price".to_owned()))
    }

    /// Whether goods pages of this shop carry og:title: momo's do, and those whose price was found in such a tag.
    fn had_meta_tags(&self) -> bool {
        let is_momo_host = self
            .question
            .url
            .host_str()
            .is_some_and(|host| host == "momoshop.com.tw" || host.ends_with(".momoshop.com.tw"));
        let is_momo_page = self.question.url.path().to_ascii_lowercase().contains("/goods/goodsdetail");
        let is_momo = matches!(self.question.extract.method, Way::Momo) || is_momo_host || is_momo_page;
        is_momo || self.question.last_source == Some(Source::Meta)
    }
}

/// With several offers: it can be had if one of them can.
fn best(all: &[Availability]) -> Option<Availability> {
    [Availability::InStock, Availability::Preorder, Availability::Backorder, Availability::OutOfStock]
        .into_iter()
        .find(|wanted| all.contains(wanted))
}
