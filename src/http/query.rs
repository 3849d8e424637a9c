use std::borrow::Cow;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::{ApiError, instant};
use crate::limits;

/// The query string: unknown names are ignored, an empty value counts as absent, of several the last counts.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    /// Names without an equals sign.
    bare: Vec<String>,
}

/// Which part of a list is wanted (contract R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: u64,
    /// Rows in a page.
    pub rows: u64,
}

impl Page {
    /// Rows before this page.
    pub fn offset(self) -> i64 {
        i64::try_from((self.number - 1).saturating_mul(self.rows)).unwrap_or(i64::MAX)
    }

    /// Rows in this page at most.
    pub fn limit(self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX)
    }
}

impl From<Page> for projections::Page {
    fn from(page: Page) -> Self {
        let number = |figure: u64| i64::try_from(figure).ok();
        Self::new(number(page.number), number(page.rows))
    }
}

impl Query {
    /// Reads the text after the question mark.
    ///
    /// # Errors
    /// 400 when it is no UTF-8, holds a NUL or has too many pairs.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let (mut pairs, mut bare) = (Vec::new(), Vec::new());
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == limits::QUERY_PAIRS {
                return Err(ApiError::invalid(format!("more than {} query parameters", limits::QUERY_PAIRS)));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !pair.contains('=') {
                bare.push(decode(name)?);
            }
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self { pairs, bare })
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The page that `page` and `rows_name` ask for; bad figures fall back to the first and to 50 rows.
    pub fn page(&self, rows_name: &str) -> Page {
        let number = self.positive("page").unwrap_or(1).min(limits::PAGE_NUMBER);
        let rows = self.positive(rows_name).unwrap_or(limits::PAGE_ROWS_DEFAULT).min(limits::PAGE_ROWS);
        Page { number, rows }
    }

    /// The page, if the query asks for one at all; otherwise the whole list is wanted.
    pub fn page_if_asked(&self, rows_name: &str) -> Option<Page> {
        let asked = self.text("page").or_else(|| self.text(rows_name));
        asked.map(|_| self.page(rows_name))
    }

    /// How many rows at most: `usual` unless said, never more than `most`.
    ///
    /// # Errors
    /// 400 when it is no number, or none at all.
    pub fn limit(&self, usual: i64, most: i64) -> Result<i64, ApiError> {
        match self.parsed("limit", "must be a whole number")? {
            Some(limit) if limit < 1 => {
                Err(ApiError::field("limit", "out_of_range", "limit must be at least 1"))
            }
            limit => Ok(limit.unwrap_or(usual).min(most)),
        }
    }

    fn positive(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok().filter(|number| *number > 0)
    }

    /// One of the allowed words, in any case.
    ///
    /// # Errors
    /// 400 that names them.
    pub fn choice(&self, name: &str, allowed: &[&'static str]) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let word = allowed.iter().copied().find(|word| word.eq_ignore_ascii_case(text));
        let sentence = || format!("{name} must be one of {}", allowed.join(", "));
        word.map(Some).ok_or_else(|| ApiError::field(name, "unknown_value", sentence()))
    }

    /// A whole number between the bounds.
    ///
    /// # Errors
    /// 400 that names the parameter and the bounds.
    pub fn integer(&self, name: &str, min: i64, max: i64) -> Result<Option<i64>, ApiError> {
        let number: Option<i64> = self.parsed(name, "must be a whole number")?;
        match number {
            Some(number) if !(min..=max).contains(&number) => {
                let sentence = format!("{name} must be between {min} and {max}");
                Err(ApiError::field(name, "out_of_range", sentence))
            }
            _ => Ok(number),
        }
    }

    /// A UUID.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn id(&self, name: &str) -> Result<Option<Uuid>, ApiError> {
        self.parsed(name, "must be a UUID")
    }

    /// A day.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn date(&self, name: &str) -> Result<Option<NaiveDate>, ApiError> {
        self.parsed(name, "must be a date like 2026-01-31")
    }

    /// An RFC 3339 time, or a date that stands for its midnight in UTC.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn instant(&self, name: &str) -> Result<Option<DateTime<Utc>>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        // An unescaped plus of an offset arrives as a space.
        let instant = instant::parse(&text.trim().replace(' ', "+"));
        let sentence = || format!("{name} must be {}", instant::EXPECTATION);
        instant.map(Some).ok_or_else(|| ApiError::field(name, "wrong_type", sentence()))
    }

    /// A switch: `1` or `true`, `0` or `false`; an empty one counts as absent, a bare name is on.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str()) {
            None | Some("0" | "false") => Ok(false),
            Some("") => Ok(self.bare.iter().any(|bare| bare == name)),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(ApiError::field(name, "wrong_type", format!("{name} must be 1 or 0"))),
        }
    }

    fn parsed<T: FromStr>(&self, name: &str, expectation: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let sentence = || ApiError::field(name, "wrong_type", format!("{name} {expectation}"));
        text.trim().parse().map(Some).map_err(|_| sentence())
    }
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let decoded = decoded.map_err(|_| ApiError::invalid("the query is not valid UTF-8"))?;
    if decoded.contains('\0') {
        return Err(ApiError::invalid("the query may not hold a NUL character"));
    }
    Ok(decoded.into_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}
