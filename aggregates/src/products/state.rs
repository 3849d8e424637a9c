use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ProductCommand, ProductDetails, ProductEvent, ProductFigure, decide};
use crate::brands::Brand;
use crate::values::{Figure, remember_figure};
use crate::{Claim, Decider, Refusal};

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

impl Decider for Product {
    const KIND: &'static str = "product";
    type Command = ProductCommand;
    type Event = ProductEvent;

    fn decide(&self, command: ProductCommand) -> Result<Vec<ProductEvent>, Refusal> {
        match command {
            ProductCommand::Create { id, brand, details, figures } => {
                decide::create(self, id, brand, details, figures)
            }
            ProductCommand::Change { brand, patch, figures } => decide::change(self, brand, patch, figures),
            ProductCommand::Delete => decide::delete(self),
        }
    }

    fn evolve(&mut self, event: &ProductEvent) {
        match event {
            ProductEvent::ProductCreated { id, brand, details } => {
                let details = details.clone();
                *self = Self { id: *id, brand: *brand, is_active: true, details, ..Self::default() };
            }
            ProductEvent::ProductChanged { changes } => self.details.apply(changes),
            ProductEvent::ProductMoved { to, .. } => self.brand = *to,
            ProductEvent::ProductFigureSent { figure, value } => {
                remember_figure(&mut self.figures, *figure, *value);
            }
            ProductEvent::ProductDeleted {} => self.is_active = false,
        }
    }

    fn claims(&self) -> Vec<Claim> {
        if !self.is_active {
            return Vec::new();
        }
        vec![
            Claim::new(Self::KIND, self.id, self.brand),
            Claim::new("product-name", format!("{}/{}", self.brand, self.details.name), self.id),
        ]
    }

    fn requires(&self, event: &ProductEvent) -> Vec<Claim> {
        let brand = match event {
            ProductEvent::ProductDeleted {} => return Vec::new(),
            ProductEvent::ProductCreated { brand, .. } | ProductEvent::ProductMoved { to: brand, .. } => {
                *brand
            }
            ProductEvent::ProductChanged { .. } | ProductEvent::ProductFigureSent { .. } => self.brand,
        };
        vec![Claim::new(Brand::KIND, brand, brand)]
    }

    fn tags(&self) -> Vec<String> {
        if self.id.is_nil() { Vec::new() } else { vec![format!("{}:{}", Brand::KIND, self.brand)] }
    }
}

impl Product {
    /// A product that was created and not deleted.
    pub(super) fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }

    /// A stream that nothing happened on yet.
    pub(super) fn not_begun(&self) -> Result<(), Refusal> {
        if self.id.is_nil() { Ok(()) } else { Err(Refusal::already_exists(Self::KIND)) }
    }
}

impl Figure for ProductFigure {
    const ALL: &'static [Self] = &[Self::CollabCreators];

    fn field(self) -> &'static str {
        match self {
            Self::CollabCreators => "collab_creators",
        }
    }

    fn places(self) -> u32 {
        0
    }
}
