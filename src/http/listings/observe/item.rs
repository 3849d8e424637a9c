//! One observation as it is sent.

use std::borrow::Cow;

use aggregates::listings::{ListingDetails, Observation};
use aggregates::values::{Currency, StockStatus, plain_code};
use chrono::{DateTime, Utc};
use projections::Zone;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::http::listings::moment::{self, Edge};
use crate::limits;
use crate::observations::{Look, Named, Rejected, Sighting};

/// The fields that count; others are ignored. `listing_id` and `product_id` may stand for `listing`.
#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, default)]
    listing: Option<&'a RawValue>,
    #[serde(borrow, default)]
    listing_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    product_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    price: Option<&'a RawValue>,
    #[serde(borrow, default)]
    currency: Option<&'a RawValue>,
    #[serde(borrow, default)]
    stock_status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    observed_at: Option<&'a RawValue>,
    #[serde(borrow, default)]
    source: Option<&'a RawValue>,
    #[serde(borrow, default)]
    evidence: Option<&'a RawValue>,
    #[serde(borrow, default)]
    url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    brand: Option<&'a RawValue>,
    #[serde(borrow, default)]
    category: Option<&'a RawValue>,
    #[serde(borrow, default)]
    image_url: Option<&'a RawValue>,
}

/// What is wrong with an item: a stable word, and a sentence.
type Wrong = (&'static str, String);

/// Reads the items of one body.
pub(super) struct Reader {
    pub(super) now: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) creates: bool,
}

impl Reader {
    /// Reads an item; none: it is no text.
    pub(super) fn item(&self, index: usize, text: Option<&str>) -> Result<Sighting, Rejected> {
        let Some(text) = text else {
            let message = "this is not valid UTF-8".to_owned();
            return Err(Rejected { index, code: "encoding".to_owned(), message });
        };
        self.read(index, text)
    }

    fn read(&self, index: usize, text: &str) -> Result<Sighting, Rejected> {
        let rejected = |(code, message): Wrong| Rejected { index, code: code.to_owned(), message };
        if text.len() > limits::OBSERVATION_BYTES {
            let sentence = format!("an observation must have at most {} bytes", limits::OBSERVATION_BYTES);
            return Err(rejected(("too_long", sentence)));
        }
        if !text.starts_with('{') && serde_json::from_str::<&RawValue>(text).is_ok() {
            return Err(rejected(("wrong_type", "an observation must be a JSON object".to_owned())));
        }
        let sent: Sent<'_> = serde_json::from_str(text)
            .map_err(|error| rejected(("invalid_json", format!("this is not valid JSON: {error}"))))?;
        self.sighting(index, &sent).map_err(rejected)
    }

    fn sighting(&self, index: usize, sent: &Sent<'_>) -> Result<Sighting, Wrong> {
        let listing = listing(sent)?;
        let observation = Observation {
            price: price(sent.price)?,
            currency: match text("currency", sent.currency)? {
                Some(code) => Some(Currency::parse(&code).ok_or_else(unknown_currency)?),
                None => None,
            },
            stock_status: match text("stock_status", sent.stock_status)? {
                Some(code) => Some(StockStatus::parse(code.trim()).ok_or_else(unknown_status)?),
                None => None,
            },
            observed_at: match text("observed_at", sent.observed_at)? {
                Some(time) => moment::parse(&time, self.zone, Edge::Start).ok_or_else(no_time)?,
                None => self.now,
            },
            source: text("source", sent.source)?.map_or_else(|| "api".to_owned(), Cow::into_owned),
            evidence: evidence(sent.evidence)?,
        };
        let about = if self.creates { Some(Box::new(about(sent)?)) } else { None };
        Ok(Sighting { index, listing, look: Look::Seen(observation), about })
    }
}

fn listing(sent: &Sent<'_>) -> Result<Named, Wrong> {
    let named = [sent.listing, sent.listing_id, sent.product_id].into_iter().flatten().map(RawValue::get);
    let Some(raw) = named.into_iter().find(|raw| *raw != "null") else {
        return Err(("required", "listing is required: a number or a goods code".to_owned()));
    };
    let wrong = || ("wrong_type", "listing must be a number or a goods code".to_owned());
    if raw.starts_with('"') {
        let code = string(raw).ok_or_else(wrong)?;
        let code = plain_code(&code);
        return if code.is_empty() { Err(wrong()) } else { Ok(Named::Text(code)) };
    }
    raw.parse().map(Named::Number).map_err(|_| wrong())
}

/// A JSON number, or a text that holds one, also in full-width digits or with commas between thousands; read from its
/// letters, never through a binary float.
fn price(raw: Option<&RawValue>) -> Result<Option<Decimal>, Wrong> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else { return Ok(None) };
    let wrong = || ("wrong_type", "price must be a number".to_owned());
    let text = if raw.starts_with('"') {
        Cow::Owned(ungrouped(plain_code(&string(raw).ok_or_else(wrong)?)))
    } else {
        Cow::Borrowed(raw)
    };
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if !is_number {
        return Err(wrong());
    }
    let read = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text)
    } else {
        Decimal::from_str_exact(text)
    };
    // What is no number that can be held exactly is far beyond any price, or far too precise for one.
    read.map(Some)
        .map_err(|_| ("out_of_range", "price must be an amount with at most 4 decimal places".to_owned()))
}

/// `1,280` is 1280; commas that stand elsewhere stay, and make it no number.
fn ungrouped(text: String) -> String {
    let (whole, places) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, places)| (whole, Some(places)));
    let mut groups = whole.split(',');
    let is_short = |group: &str| (1..=3).contains(&group.len());
    let is_grouped = groups.next().is_some_and(is_short) && groups.all(|group| group.len() == 3);
    if !is_grouped || !whole.contains(',') {
        return text;
    }
    let places = places.map_or_else(String::new, |places| format!(".{places}"));
    format!("{}{places}", whole.replace(',', ""))
}

fn about(sent: &Sent<'_>) -> Result<ListingDetails, Wrong> {
    let owned = |name: &'static str, raw| text(name, raw).map(|text| text.map(Cow::into_owned));
    Ok(ListingDetails {
        url: owned("url", sent.url)?,
        name: owned("name", sent.name)?,
        brand: owned("brand", sent.brand)?,
        category: owned("category", sent.category)?,
        image_url: owned("image_url", sent.image_url)?,
        ..ListingDetails::default()
    })
}

fn evidence(raw: Option<&RawValue>) -> Result<Option<serde_json::Value>, Wrong> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else { return Ok(None) };
    let wrong = || ("wrong_type", "evidence must be JSON without the character NUL".to_owned());
    if raw.contains("\\u0000") {
        return Err(wrong());
    }
    serde_json::from_str(raw).map(Some).map_err(|_| wrong())
}

/// A text that may be absent, null or empty.
fn text<'a>(name: &str, raw: Option<&'a RawValue>) -> Result<Option<Cow<'a, str>>, Wrong> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else { return Ok(None) };
    let found = if raw.starts_with('"') { string(raw) } else { None };
    let text = found.ok_or_else(|| ("wrong_type", format!("{name} must be text")))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// The text that a JSON string holds; Postgres keeps no NUL.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<String>(raw).ok().filter(|text| !text.contains('\0')).map(Cow::Owned)
}

fn unknown_currency() -> Wrong {
    ("unknown_value", "currency must be a code of ISO 4217, such as TWD".to_owned())
}

fn unknown_status() -> Wrong {
    ("unknown_value", format!("stock_status must be one of {}", StockStatus::CODES.join(", ")))
}

fn no_time() -> Wrong {
    ("wrong_type", format!("observed_at must be {}", moment::EXPECTATION))
}
