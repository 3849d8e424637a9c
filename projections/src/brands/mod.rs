//! Brands as clients see them.
//!
//! The row holds what the brand's own events say. Figures that clients did not send themselves are
//! derived when asked for, from the tables of campaigns, since a sum kept here would have to change with
//! every report about a creator. `version` moves with every event that may change such an answer: its
//! own, and all of products and campaigns that are tagged with it.

mod questions;
mod row;
mod view;

pub(crate) use questions::is_brand;
pub use questions::{ORDERINGS, dataset_ids, find_brand, list_brands};
pub use row::BrandRow;
pub use view::{BrandDetailView, BrandView, FigureSource, FiguresSource};

use std::collections::HashMap;
use std::sync::LazyLock;

use aggregates::brands::{Brand, BrandEvent};
use aggregates::campaigns::CampaignEvent;
use aggregates::products::ProductEvent;
use aggregates::{Decider, Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| wire_names(&[BrandEvent::WIRE, ProductEvent::WIRE, CampaignEvent::WIRE]));

/// Keeps the table `brands`.
pub struct Brands;

#[async_trait]
impl Projection for Brands {
    fn name(&self) -> &'static str {
        "brands"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["brands"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut own, mut streams, mut touched) = (Vec::new(), Streams::default(), HashMap::new());
        for event in events {
            if &*event.aggregate_type == Brand::KIND {
                let id = stream_id(event)?;
                streams.note(id, event);
                own.push((id, *event));
            } else {
                touched.extend(brands_of(event).map(|brand| (brand, event.position)));
            }
        }
        let mut rows = Rows::<Uuid, BrandRow>::load(connection, &streams, |row| row.id).await?;
        for (id, event) in own {
            fold(&mut rows, id, event)?;
        }
        rows.save(connection).await?;
        touch(connection, &touched).await
    }
}

/// The brands that an event of another slice is tagged with.
fn brands_of(event: &Recorded) -> impl Iterator<Item = Uuid> {
    let tags = event.metadata.tags.iter();
    tags.filter_map(|tag| Uuid::try_parse(tag.strip_prefix("brand:")?).ok())
}

fn fold(rows: &mut Rows<Uuid, BrandRow>, id: Uuid, event: &Recorded) -> Result<(), ApplyError> {
    match event.fact() {
        Fact::Brand(BrandEvent::BrandCreated { details, .. }) => {
            rows.insert(id, BrandRow::created(id, details, event));
        }
        Fact::Brand(change) => rows.of(&id, event)?.evolve(change, event),
        _ => return Err(unexpected(event)),
    }
    Ok(())
}

/// Moves the versions of brands whose products or campaigns changed.
async fn touch(connection: &mut PgConnection, touched: &HashMap<Uuid, i64>) -> Result<(), ApplyError> {
    if touched.is_empty() {
        return Ok(());
    }
    let (ids, positions): (Vec<Uuid>, Vec<i64>) = touched.iter().unzip();
    sqlx::query(
        "UPDATE brands SET version = touched.position
         FROM UNNEST($1::uuid[], $2::bigint[]) AS touched(id, position)
         WHERE brands.id = touched.id AND brands.version < touched.position",
    )
    .bind(ids)
    .bind(positions)
    .execute(connection)
    .await?;
    Ok(())
}
