//! A page to visit, with what is known of it.

use std::str::FromStr;

use rust_decimal::Decimal;
use sqlx::PgPool;
use url::Url;
use uuid::Uuid;

use super::book::Sight;
use super::known::{self, Known};
use crate::adapters::shop_pages::{Extract, Source};
use crate::adapters::shops::VisitQuestion;

/// A page of a run without an outcome.
#[derive(Clone, Debug)]
pub(super) struct ToVisit {
    pub(super) listing: i64,
    pub(super) url: Url,
    /// Address and way of reading: what is remembered belongs to it.
    pub(super) asked: String,
    code: String,
    currency: String,
    extract: Result<Extract, String>,
    last_price: Option<Decimal>,
    known: Option<Known>,
}

/// A row of the question below.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct PageRow {
    pub(super) listing: i64,
    pub(super) url: Option<String>,
    pub(super) code: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) extract: Option<String>,
    pub(super) price: Option<Decimal>,
    #[sqlx(flatten)]
    pub(super) known: known::KnownRow,
}

/// The pages of a run that are still to be visited; those that cannot be any more leave it.
pub(super) async fn waiting(pool: &PgPool, run: Uuid) -> sqlx::Result<Vec<ToVisit>> {
    loop {
        let rows = known::waiting(pool, run).await?;
        let was_empty = rows.is_empty();
        let (mut pages, mut strays) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            let listing = row.listing;
            match ToVisit::of(row) {
                Some(page) => pages.push(page),
                None => strays.push(listing),
            }
        }
        known::drop_pages(pool, run, &strays).await?;
        if was_empty || !pages.is_empty() {
            return Ok(pages);
        }
    }
}

impl ToVisit {
    /// None when it has no address that can be visited.
    fn of(row: PageRow) -> Option<Self> {
        let address = row.url?;
        let url = Url::parse(&address).ok().filter(Url::has_host)?;
        let extract = row.extract.unwrap_or_default();
        let asked = format!("{address}\n{extract}");
        let known = row.known.into_known().filter(|known| known.asked == asked);
        Some(Self {
            listing: row.listing,
            url,
            code: row.code.unwrap_or_default(),
            currency: row.currency.unwrap_or_else(|| "TWD".to_owned()),
            extract: Extract::parse(Some(&extract)),
            last_price: row.price,
            known,
            asked,
        })
    }

    /// The shop whose queue it stands in.
    pub(super) fn shop(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// What to ask; a way of reading that makes no sense is an error of its own.
    pub(super) fn question(&self) -> Result<VisitQuestion, String> {
        let extract = self.extract.clone()?;
        let known = self.known.as_ref();
        let source = known.and_then(|known| known.source.as_deref());
        Ok(VisitQuestion {
            url: self.url.clone(),
            known: known.map(|known| known.validators.clone()).unwrap_or_default(),
            extract,
            code: self.code.clone(),
            currency: self.currency.clone(),
            last_price: self.last_price,
            last_source: source.and_then(|code| Source::from_str(code).ok()),
        })
    }

    /// What it said last time: the shop says that it has not changed.
    pub(super) fn as_before(&self) -> Sight {
        let Some(known) = &self.known else {
            return Sight::Failed("the shop says that nothing changed, but nothing is known".to_owned());
        };
        Sight::Offered { known: known.clone(), is_ambiguous: false, candidates: Vec::new() }
    }
}
