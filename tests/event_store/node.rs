//! One node's store, without anything above it.

use std::sync::Arc;

use aggregates::Decider;
use aggregates::brands::{Brand, BrandCommand, BrandDetails, BrandPatch};
use aggregates::campaigns::{Campaign, CampaignCommand, CampaignDetails, CreatorPatch, CreatorReport};
use aggregates::values::Status;
use sqlx::PgPool;
use tidemark::database;
use tidemark::event_store::{Context, ExecuteError, Outcome, Store};
use uuid::Uuid;

use crate::support::postgres::TestDatabase;

/// A node of which only the event store runs.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) store: Store,
    pub(crate) pool: PgPool,
}

impl Node {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let pool = database::pool(&database.options);
        let store = Store::start(&database.options, pool.clone(), |_| Arc::new(|_: &[_]| {})).await;
        Self { store: store.expect("the store starts"), pool }
    }

    pub(crate) async fn brand(&self, name: &str) -> Uuid {
        let id = Uuid::now_v7();
        let outcome = self.store.create::<Brand>(&id.to_string(), create_brand(id, name), &context()).await;
        outcome.expect("the brand is created");
        id
    }

    pub(crate) async fn campaign(&self, brand: Uuid, name: &str) -> Uuid {
        let id = Uuid::now_v7();
        let details = CampaignDetails {
            name: name.to_owned(),
            dataset_id: "data".to_owned(),
            ..CampaignDetails::default()
        };
        let command = CampaignCommand::Create {
            id,
            brand,
            details,
            status: Status::Pending,
            results: Default::default(),
            link_product: Vec::new(),
            figures: Default::default(),
        };
        let outcome = self.store.create::<Campaign>(&id.to_string(), command, &context()).await;
        outcome.expect("the campaign is created");
        id
    }

    pub(crate) async fn executes<A: Decider>(
        &self,
        id: Uuid,
        command: A::Command,
    ) -> Result<Outcome, ExecuteError> {
        self.store.execute::<A>(&id.to_string(), command, &context()).await
    }

    /// A creator of the campaign has this many followers now.
    pub(crate) async fn reports(&self, campaign: Uuid, creator: &str, followers: i64) -> Outcome {
        self.executes::<Campaign>(campaign, report(creator, followers)).await.expect("the report is taken")
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("a number")
    }
}

pub(crate) fn context() -> Context {
    Context::system("test", "test", "test".to_owned())
}

pub(crate) fn create_brand(id: Uuid, name: &str) -> BrandCommand {
    let details = BrandDetails { name: name.to_owned(), ..BrandDetails::default() };
    BrandCommand::Create { id, details, figures: Default::default() }
}

pub(crate) fn describe_brand(description: &str) -> BrandCommand {
    let patch = BrandPatch { description: Some(Some(description.to_owned())), ..BrandPatch::default() };
    BrandCommand::Change { patch, figures: Default::default() }
}

pub(crate) fn report(creator: &str, followers: i64) -> CampaignCommand {
    let patch = CreatorPatch { followers: Some(followers), ..CreatorPatch::default() };
    let report = CreatorReport { creator_id: creator.to_owned(), patch };
    CampaignCommand::Report { status: None, results: Default::default(), creators: vec![report] }
}
