use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BrandCommand, BrandDetails, BrandEvent, BrandFigure, decide};
use crate::values::{Figure, remember_figure};
use crate::{Claim, Decider, Refusal};

/// What is remembered of a brand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brand {
    /// Its id; nil before it was created.
    pub id: Uuid,
    /// Created and not deleted.
    pub is_active: bool,
    /// What is said of it.
    pub details: BrandDetails,
    /// Figures that clients sent, by name.
    pub figures: BTreeMap<BrandFigure, Decimal>,
}

impl Decider for Brand {
    const KIND: &'static str = "brand";
    type Command = BrandCommand;
    type Event = BrandEvent;

    fn decide(&self, command: BrandCommand) -> Result<Vec<BrandEvent>, Refusal> {
        match command {
            BrandCommand::Create { id, details, figures } => decide::create(self, id, details, figures),
            BrandCommand::Change { patch, figures } => decide::change(self, patch, figures),
            BrandCommand::Delete => decide::delete(self),
        }
    }

    fn evolve(&mut self, event: &BrandEvent) {
        match event {
            BrandEvent::BrandCreated { id, details } => {
                *self = Self { id: *id, is_active: true, details: details.clone(), ..Self::default() };
            }
            BrandEvent::BrandChanged { changes } => self.details.apply(changes),
            BrandEvent::BrandFigureSent { figure, value } => {
                remember_figure(&mut self.figures, *figure, *value);
            }
            BrandEvent::BrandDeleted {} => self.is_active = false,
        }
    }

    fn claims(&self) -> Vec<Claim> {
        if !self.is_active {
            return Vec::new();
        }
        vec![Claim::new(Self::KIND, self.id, self.id), Claim::new("brand-name", &self.details.name, self.id)]
    }
}

impl Brand {
    /// A brand that was created and not deleted.
    pub(super) fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }

    /// A stream that nothing happened on yet.
    pub(super) fn not_begun(&self) -> Result<(), Refusal> {
        if self.id.is_nil() { Ok(()) } else { Err(Refusal::already_exists(Self::KIND)) }
    }
}

impl Figure for BrandFigure {
    const ALL: &'static [Self] =
        &[Self::CollabCount, Self::CreatorsCount, Self::TotalGmvAchieved, Self::TotalViewsAchieved];

    fn field(self) -> &'static str {
        match self {
            Self::CollabCount => "collab_count",
            Self::CreatorsCount => "creators_count",
            Self::TotalGmvAchieved => "total_gmv_achieved",
            Self::TotalViewsAchieved => "total_views_achieved",
        }
    }

    fn places(self) -> u32 {
        match self {
            Self::CollabCount | Self::CreatorsCount => 0,
            Self::TotalGmvAchieved | Self::TotalViewsAchieved => 2,
        }
    }
}
