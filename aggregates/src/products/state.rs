use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ProductDetails, ProductFigure};

/// What is remembered of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Its id; nil before it was created.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
    /// Created and not deleted.
    pub is_active: bool,
    /// What is said of it.
    pub details: ProductDetails,
    /// Figures that clients sent, by name.
    pub figures: BTreeMap<ProductFigure, Decimal>,
}
