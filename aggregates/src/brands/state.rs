use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BrandDetails, BrandFigure};

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
