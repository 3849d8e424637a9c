//! Life goes on: creators sell and are seen, and now and then a campaign takes its next step.
//!
//! Each beat looks at one campaign, so the log grows by two or three events a second at most, however many
//! campaigns there have been.

use aggregates::campaigns::{Campaign, CampaignCommand, CreatorPatch, CreatorReport, ResultsPatch};
use aggregates::values::Status;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::context;
use crate::event_store::{ExecuteError, Store};

/// A waiting campaign moves on at one of so many looks at it: after about a minute.
const LOOKS_WAITING: u32 = 12;
/// A running campaign ends at one of so many looks at it: after some hours.
const LOOKS_RUNNING: u32 = 3_000;

/// Who is still at work.
pub(super) struct Life {
    store: Store,
    living: Vec<Uuid>,
    random: StdRng,
}

impl Life {
    /// The unfinished ones among `campaigns`. Chance follows from the log's head: the same history goes on
    /// in the same way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn of(
        store: Store,
        campaigns: impl Iterator<Item = Uuid>,
    ) -> Result<Self, ExecuteError> {
        let random = StdRng::seed_from_u64(store.feed().head().unsigned_abs());
        let mut living = Vec::new();
        for id in campaigns {
            if !is_over(&store.load::<Campaign>(&id.to_string()).await?.state) {
                living.push(id);
            }
        }
        Ok(Self { store, living, random })
    }

    /// How many campaigns are not finished.
    pub(super) fn campaigns(&self) -> usize {
        self.living.len()
    }

    /// Another campaign begins.
    pub(super) fn joins(&mut self, campaign: Uuid) {
        self.living.push(campaign);
    }

    /// True at one of `looks` calls, and an index below `choices` to go with it.
    pub(super) fn at_times(&mut self, looks: u32, choices: usize) -> Option<usize> {
        (choices > 0 && self.random.random_ratio(1, looks)).then(|| self.random.random_range(0..choices))
    }

    /// One beat: one campaign, if any, reports or steps on. One that is over, or that somebody took away, is
    /// left alone from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn beat(&mut self) -> Result<(), ExecuteError> {
        let Some(id) = self.living.choose(&mut self.random).copied() else { return Ok(()) };
        let campaign = self.store.load::<Campaign>(&id.to_string()).await?.state;
        if is_over(&campaign) {
            self.living.retain(|living| *living != id);
            return Ok(());
        }
        let Some(command) = next(&campaign, &mut self.random) else { return Ok(()) };
        match self.store.execute::<Campaign>(&id.to_string(), command, &context()).await {
            Err(ExecuteError::ClaimMissing { .. } | ExecuteError::Refused(_)) => {
                self.living.retain(|living| *living != id);
                Ok(())
            }
            outcome => outcome.map(drop),
        }
    }
}

fn is_over(campaign: &Campaign) -> bool {
    !campaign.is_active || matches!(campaign.status, Status::Completed | Status::Rejected)
}

/// What happens to a campaign that somebody looks at.
fn next(campaign: &Campaign, random: &mut StdRng) -> Option<CampaignCommand> {
    let (looks, to) = match campaign.status {
        Status::Pending if random.random_ratio(1, 8) => (LOOKS_WAITING, Status::Rejected),
        Status::Pending => (LOOKS_WAITING, Status::Accepted),
        Status::Accepted => (LOOKS_WAITING, Status::InProgress),
        Status::InProgress => (LOOKS_RUNNING, Status::Completed),
        Status::Completed | Status::Rejected => return None,
    };
    if random.random_ratio(1, looks) {
        return Some(step(campaign, to));
    }
    (campaign.status == Status::InProgress).then(|| report(campaign, random)).flatten()
}

/// The campaign goes to `to`, and its creators with it.
fn step(campaign: &Campaign, to: Status) -> CampaignCommand {
    let creators = campaign.creators_in_order().into_iter().map(|(id, _)| CreatorReport {
        creator_id: id.to_owned(),
        patch: CreatorPatch { status: Some(to), ..CreatorPatch::default() },
    });
    CampaignCommand::Report {
        status: Some(to),
        results: ResultsPatch::default(),
        creators: creators.collect(),
    }
}

/// One creator was seen, perhaps sold something and won followers; the campaign's results follow.
fn report(campaign: &Campaign, random: &mut StdRng) -> Option<CampaignCommand> {
    let creators = campaign.creators_in_order();
    let (id, creator) = creators.choose(random)?;
    let known = &creator.details;
    let views = known.followers * random.random_range(1..=4) / 1_000 + random.random_range(3..40);
    let orders = views * random.random_range(0..=20) / 1_000;
    let sold = Decimal::new(orders * random.random_range(260..1_400), 0);
    let patch = CreatorPatch {
        followers: Some(known.followers + views * random.random_range(0..=12) / 1_000),
        gmv_generated: Some(known.gmv_generated + sold),
        views_generated: Some(known.views_generated + Decimal::from(views)),
        ..CreatorPatch::default()
    };
    let gmv: Decimal = creators.iter().map(|(_, creator)| creator.details.gmv_generated).sum();
    let seen: Decimal = creators.iter().map(|(_, creator)| creator.details.views_generated).sum();
    let results = ResultsPatch {
        gmv_achieved: Some(Some((gmv + sold).to_string())),
        views_achieved: Some(Some((seen + Decimal::from(views)).to_string())),
    };
    let creators = vec![CreatorReport { creator_id: (*id).to_owned(), patch }];
    Some(CampaignCommand::Report { status: None, results, creators })
}
