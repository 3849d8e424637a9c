use std::collections::{HashMap, HashSet};

use aggregates::imports::{Import, ImportFault, Kept};
use aggregates::listings::{
    Listing, ListingCommand, ListingDetails, ListingPatch, Observation, PRICE_MAX, PRICE_PLACES,
};
use aggregates::{Decider, Refusal};
use async_trait::async_trait;
use chrono::{SubsecRound, Utc};
use projections::listings::{KnownListing, known_listings};
use rust_decimal::Decimal;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, StreamFilter};
use crate::imports::{SeenAgain, Stored, Target, Undone, Work};
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
        let price = row.decimal("price", PRICE_PLACES, 0..=PRICE_MAX - 1);
        if price.is_some_and(|price| price.is_zero()) {
            row.fault("price", "out_of_range", "must be more than 0");
        }
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
            known.into_iter().filter_map(|known| Some((known.code.clone()?, known))).collect();
        let store = &work.app.store;
        let mut numbers =
            store.next_numbers(Listing::KIND, chunk.len()).await.map_err(Stop::retry)?.into_iter();
        let (mut stored, mut seen) = (Stored::default(), HashSet::new());
        for (row, line) in chunk {
            if !seen.insert(line.code.as_str()) {
                stored.failed += 1;
                stored.faults.push(twice(*row, &line.code));
                continue;
            }
            let known = known.get(&line.code);
            let Some(number) = known.map(|known| known.number).or_else(|| numbers.next()) else { continue };
            let commands = commands(known, number, line);
            if let Some(refusal) = work.refusal::<Listing>(known.map(|known| known.number), &commands).await?
            {
                stored.refuse(*row, &line.code, &refusal);
                continue;
            }
            stored.imported += 1;
            let is_known = known.is_some();
            for (place, command) in commands.into_iter().enumerate() {
                if is_known || place > 0 {
                    act.execute::<Listing>(number.to_string(), command);
                } else {
                    act.create::<Listing>(number.to_string(), command);
                }
            }
            stored.became.push(format!("{}:{number}", if is_known { "changed" } else { "created" }));
            let seen = line.price.filter(|_| is_known);
            stored.seen.extend(seen.map(|price| SeenAgain { listing: number, price }));
        }
        Ok(stored)
    }

    /// What was seen as it is known is confirmed: its goods count as looked at.
    async fn after(&self, work: &Work<'_>, seen: &[SeenAgain]) -> Result<(), Stop> {
        if seen.is_empty() {
            return Ok(());
        }
        let sightings: Vec<Sighting> = seen
            .iter()
            .enumerate()
            .map(|(index, seen)| Sighting {
                index,
                listing: Named::Number(seen.listing),
                look: Look::Seen(observation(seen.price)),
                about: None,
            })
            .collect();
        let intake =
            Intake { run: Some(work.job), source: "import".to_owned(), creates: false, now: Utc::now() };
        work.app.observations.take(&sightings, &intake, work.context).await.map_err(Stop::retry)?;
        Ok(())
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

/// What a row asks of its listing.
fn commands(known: Option<&KnownListing>, number: i64, line: &ListingLine) -> Vec<ListingCommand> {
    let patch = line.patch.clone();
    let mut commands = vec![match known {
        Some(_) => ListingCommand::Change { patch },
        None => {
            let mut details =
                ListingDetails { product_id: Some(line.code.clone()), ..ListingDetails::default() };
            details.apply(&patch);
            ListingCommand::Register { number, details }
        }
    }];
    commands.extend(line.price.map(|price| ListingCommand::Observe {
        observation: observation(price),
        seen_at: known.and_then(|known| known.standing.seen_at),
        seen_again_at: None,
        now: Utc::now(),
    }));
    commands
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
