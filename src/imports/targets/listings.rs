use std::collections::{HashMap, HashSet};

use aggregates::imports::{Import, ImportFault, Kept};
use aggregates::listings::{Listing, ListingCommand, ListingDetails, ListingPatch, Observation};
use aggregates::{Decider, Refusal};
use async_trait::async_trait;
use chrono::{SubsecRound, Utc};
use projections::listings::known_listings;
use rust_decimal::Decimal;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, StreamFilter};
use crate::imports::{Stored, Target, Undone, Work};
use crate::jobs::Stop;
use crate::limits;
use crate::observations::{Intake, Look, Named, Sighting};
use crate::sheets::read::{Column, Layout, Row};

static LAYOUT: Layout = Layout::new(&[
    Column::required("product_id", &["商品編號", "商品代號", "品號"]),
    Column::optional("name", &["商品名稱", "品名"]),
    Column::optional("url", &["網址", "連結"]),
    Column::optional("brand", &["品牌"]),
    Column::optional("category", &["分類", "館別"]),
    Column::optional("price", &["價格", "售價"]),
]);

/// A page to watch as its sheet tells it. Empty cells say nothing.
#[derive(Clone, Debug)]
pub struct ListingLine {
    code: String,
    patch: ListingPatch,
    price: Option<Decimal>,
}

/// Pages to watch: those whose goods code is known are changed, the others are taken in; a price counts as seen now.
pub struct Listings;

#[async_trait]
impl Target for Listings {
    type Row = ListingLine;

    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn parse(row: &mut Row<'_>) -> Option<ListingLine> {
        let code = row.code("product_id", limits::SALES_CODE_CHARS);
        let price = row.decimal("price", 2, 0..=limits::SALES_AMOUNT);
        let url = row.text("url", limits::TEXT_CHARS);
        let is_page = |url: &String| {
            url::Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
        };
        if url.as_ref().is_some_and(|url| !is_page(url)) {
            row.fault("url", "wrong_type", "must be an address like https://shop.example/goods/1");
        }
        let patch = ListingPatch {
            url: url.map(Some),
            name: row.text("name", limits::SALES_TEXT_CHARS).map(Some),
            brand: row.text("brand", limits::SALES_TEXT_CHARS).map(Some),
            category: row.text("category", limits::SALES_TEXT_CHARS).map(Some),
            ..ListingPatch::default()
        };
        Some(ListingLine { code: code?, patch, price })
    }

    async fn store(
        &self,
        work: &Work<'_>,
        chunk: &[(u32, ListingLine)],
        act: &mut Act,
    ) -> Result<Stored, Stop> {
        let codes: Vec<String> = chunk.iter().map(|(_, line)| line.code.clone()).collect();
        let known = known_listings(&work.app.pool, &[], &codes).await.map_err(Stop::retry)?;
        let known: HashMap<_, _> =
            known.into_iter().filter_map(|known| Some((known.code?, known.number))).collect();
        let store = &work.app.store;
        let mut numbers =
            store.next_numbers(Listing::KIND, chunk.len()).await.map_err(Stop::retry)?.into_iter();
        let (mut stored, mut seen, mut prices) = (Stored::default(), HashSet::new(), Vec::new());
        for (row, line) in chunk {
            if !seen.insert(line.code.as_str()) {
                stored.failed += 1;
                stored.faults.push(twice(*row, &line.code));
                continue;
            }
            stored.imported += 1;
            if let Some(number) = known.get(&line.code) {
                let patch = line.patch.clone();
                act.execute::<Listing>(number.to_string(), ListingCommand::Change { patch });
                stored.became.push(format!("changed:{number}"));
                prices.extend(line.price.map(|price| sighting(prices.len(), *number, price)));
            } else if let Some(number) = numbers.next() {
                begin(act, number, line);
                stored.became.push(format!("created:{number}"));
            }
        }
        if !prices.is_empty() {
            let intake =
                Intake { run: Some(work.job), source: "import".to_owned(), creates: false, now: Utc::now() };
            // A price that is seen again only confirms: done twice is done once.
            work.app.observations.take(&prices, &intake, work.context).await.map_err(Stop::retry)?;
        }
        Ok(stored)
    }

    async fn undo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let mut undone = Undone::default();
        for listing in &import.became {
            let why = match listing.split_once(':') {
                Some(("created", number)) => remove(app, number, context, &mut undone).await?,
                Some((_, number)) => Some((number, "existed_before")),
                None => None,
            };
            undone.kept.extend(why.map(|(number, why)| Kept { id: number.to_owned(), why: why.to_owned() }));
        }
        Ok(undone)
    }
}

fn begin(act: &mut Act, number: i64, line: &ListingLine) {
    let mut details = ListingDetails { product_id: Some(line.code.clone()), ..ListingDetails::default() };
    details.apply(&line.patch);
    act.create::<Listing>(number.to_string(), ListingCommand::Register { number, details });
    if let Some(price) = line.price {
        let (observation, now) = (observation(price), Utc::now());
        let command = ListingCommand::Observe { observation, seen_at: None, seen_again_at: None, now };
        act.execute::<Listing>(number.to_string(), command);
    }
}

fn observation(price: Decimal) -> Observation {
    Observation {
        price: Some(price),
        currency: None,
        stock_status: None,
        observed_at: Utc::now().trunc_subsecs(3),
        source: "import".to_owned(),
        evidence: None,
    }
}

fn sighting(index: usize, number: i64, price: Decimal) -> Sighting {
    Sighting { index, listing: Named::Number(number), look: Look::Seen(observation(price)), about: None }
}

/// Stops watching a page that the import brought, unless something has happened to it since.
async fn remove<'n>(
    app: &App,
    number: &'n str,
    context: &Context,
    undone: &mut Undone,
) -> Result<Option<(&'n str, &'static str)>, Stop> {
    let filter = StreamFilter { limit: limits::EVENTS_PAGE_MAX, ..StreamFilter::default() };
    let events = app.store.stream_page(Listing::KIND, number, &filter).await.map_err(Stop::retry)?;
    // What the import said of it stands in one append; everything of another request came later.
    let first = events.first().map(|event| event.metadata.correlation_id.clone());
    if events.iter().any(|event| Some(&event.metadata.correlation_id) != first.as_ref()) {
        return Ok(Some((number, "changed")));
    }
    match app.store.execute::<Listing>(number, ListingCommand::Remove, context).await {
        Ok(outcome) => {
            undone.reversed += 1;
            undone.position = undone.position.max(outcome.position);
        }
        Err(ExecuteError::Refused(Refusal::NotFound(_))) => {}
        Err(error) => return Err(Stop::retry(error)),
    }
    Ok(None)
}

fn twice(row: u32, code: &str) -> ImportFault {
    ImportFault {
        row: Some(row),
        column: "product_id".to_owned(),
        code: "already_exists".to_owned(),
        message: "another row of this sheet has this code".to_owned(),
        value: Some(code.to_owned()),
    }
}
