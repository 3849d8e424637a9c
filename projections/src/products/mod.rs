//! Products as clients see them.
//!
//! `collab_creators` is derived when asked for: the distinct creators of the live campaigns that link
//! the product. All creators of such a campaign count, also those who work for another product only.

mod questions;
mod row;
mod view;

pub(crate) use questions::of_brand;
pub use questions::{ORDERINGS, brand_products, find_product, list_products};
pub use row::ProductRow;
pub use view::ProductView;

use std::sync::LazyLock;

use aggregates::brands::BrandEvent;
use aggregates::products::ProductEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut follows = wire_names(&[ProductEvent::WIRE]);
    follows.push("BrandDeleted");
    follows
});

/// Keeps the table `products`.
pub struct Products;

#[async_trait]
impl Projection for Products {
    fn name(&self) -> &'static str {
        "products"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["products"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut own, mut streams, mut brands_gone) = (Vec::new(), Streams::default(), Vec::new());
        for event in events {
            let id = stream_id(event)?;
            match event.fact() {
                Fact::Product(change) => {
                    streams.note(id, event);
                    own.push((id, change, *event));
                }
                Fact::Brand(BrandEvent::BrandDeleted {}) => brands_gone.push(id),
                _ => return Err(unexpected(event)),
            }
        }
        let mut rows = Rows::<Uuid, ProductRow>::load(connection, &streams, |row| row.id).await?;
        for (id, change, event) in own {
            fold(&mut rows, id, change, event)?;
        }
        rows.save(connection).await?;
        leave_with_brand(connection, &brands_gone).await
    }
}

fn fold(
    rows: &mut Rows<Uuid, ProductRow>,
    id: Uuid,
    change: &ProductEvent,
    event: &Recorded,
) -> Result<(), ApplyError> {
    if let ProductEvent::ProductCreated { brand, details, .. } = change {
        rows.insert(id, ProductRow::created(id, *brand, details, event));
    } else {
        rows.of(&id, event)?.evolve(change, event);
    }
    Ok(())
}

/// The products of a deleted brand are gone with it. After the rows were saved: a product that left the
/// brand earlier in the batch stays, and none can join it later.
async fn leave_with_brand(connection: &mut PgConnection, brands: &[Uuid]) -> Result<(), ApplyError> {
    if brands.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE products SET brand_is_active = false WHERE brand = ANY($1) AND brand_is_active")
        .bind(brands)
        .execute(connection)
        .await?;
    Ok(())
}
