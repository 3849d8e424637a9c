//! What the demo did here before, read from the log: read models may lag and don't show what was deleted.

use std::collections::BTreeMap;

use aggregates::brands::{Brand, BrandEvent};
use aggregates::campaigns::{Campaign, CampaignEvent};
use aggregates::products::{Product, ProductEvent};
use aggregates::{Decider, Fact, Recorded};
use uuid::Uuid;

use super::{SOURCE, story};
use crate::event_store::{FeedFilter, Store};
use crate::limits;

/// The demo's things, deleted ones too, by name or external id.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) brands: BTreeMap<String, Uuid>,
    pub(super) products: BTreeMap<String, Uuid>,
    pub(super) campaigns: BTreeMap<String, Uuid>,
    /// Whether somebody else ever made a brand here.
    pub(super) has_foreign_brands: bool,
}

impl History {
    /// Reads it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn read(store: &Store) -> sqlx::Result<Self> {
        let mut history = Self::default();
        for (kind, event_type) in [
            (Brand::KIND, "BrandCreated"),
            (Product::KIND, "ProductCreated"),
            (Campaign::KIND, "CampaignCreated"),
        ] {
            let mut filter = FeedFilter {
                after: 0,
                kind: Some(kind.to_owned()),
                event_type: Some(event_type.to_owned()),
                limit: limits::EVENTS_PAGE_MAX,
            };
            loop {
                let page = store.feed_page(&filter).await?;
                page.iter().for_each(|recorded| history.note(recorded));
                match page.last() {
                    Some(last) if page.len() as i64 == filter.limit => filter.after = last.position,
                    _ => break,
                }
            }
        }
        Ok(history)
    }

    /// Whether the demo began here.
    pub(super) fn has_begun(&self) -> bool {
        !self.brands.is_empty()
    }

    fn note(&mut self, recorded: &Recorded) {
        let is_ours = recorded.metadata.source == SOURCE;
        match recorded.fact() {
            Fact::Brand(BrandEvent::BrandCreated { id, details }) if is_ours => {
                self.brands.insert(details.name.clone(), *id);
            }
            Fact::Brand(_) => self.has_foreign_brands = true,
            Fact::Product(ProductEvent::ProductCreated { id, details, .. }) if is_ours => {
                self.products.insert(story::key(details.external_id.as_ref()).to_owned(), *id);
            }
            Fact::Campaign(event) if is_ours => {
                if let CampaignEvent::CampaignCreated { id, details, .. } = &**event {
                    self.campaigns.insert(story::key(details.external_id.as_ref()).to_owned(), *id);
                }
            }
            _ => {}
        }
    }
}
