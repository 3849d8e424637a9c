//! One small function per command.

use uuid::Uuid;

use super::{Product, ProductDetails, ProductEvent, ProductFigures, ProductPatch};
use crate::Refusal;
use crate::faults::{AMOUNT_MAX, DESCRIPTION_CHARS_MAX, Faults, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::values::changed_figures;

pub(super) fn create(
    product: &Product,
    id: Uuid,
    brand: Uuid,
    details: ProductDetails,
    figures: ProductFigures,
) -> Result<Vec<ProductEvent>, Refusal> {
    product.not_begun()?;
    let (patch, figures) = checked(product, details.into(), figures)?;
    let mut details = ProductDetails::default();
    details.apply(&patch);
    let mut events = vec![ProductEvent::ProductCreated { id, brand, details }];
    events.extend(figures_sent(product, &figures));
    Ok(events)
}

pub(super) fn change(
    product: &Product,
    brand: Option<Uuid>,
    patch: ProductPatch,
    figures: ProductFigures,
) -> Result<Vec<ProductEvent>, Refusal> {
    product.live()?;
    let (patch, figures) = checked(product, patch, figures)?;
    let mut events = Vec::new();
    if let Some(to) = brand.filter(|to| *to != product.brand) {
        events.push(ProductEvent::ProductMoved { from: product.brand, to });
    }
    let changes = product.details.changed_by(&patch);
    if !changes.is_empty() {
        events.push(ProductEvent::ProductChanged { changes });
    }
    events.extend(figures_sent(product, &figures));
    Ok(events)
}

pub(super) fn delete(product: &Product) -> Result<Vec<ProductEvent>, Refusal> {
    product.live()?;
    Ok(vec![ProductEvent::ProductDeleted {}])
}

fn figures_sent(product: &Product, figures: &ProductFigures) -> impl Iterator<Item = ProductEvent> {
    changed_figures(&product.figures, figures)
        .into_iter()
        .map(|(figure, value)| ProductEvent::ProductFigureSent { figure, value })
}

/// What was sent, in the form that is stored.
fn checked(
    product: &Product,
    mut patch: ProductPatch,
    mut figures: ProductFigures,
) -> Result<(ProductPatch, ProductFigures), Refusal> {
    let mut faults = Faults::default();
    check_texts(&mut patch, &mut faults);
    check_numbers(&mut patch, &mut faults);
    check_price_order(product, &patch, &mut faults);
    faults.figures(&mut figures);
    faults.verdict()?;
    Ok((patch, figures))
}

fn check_texts(patch: &mut ProductPatch, faults: &mut Faults) {
    faults.name("name", patch.name.as_mut(), NAME_CHARS_MAX);
    faults.required("dataset_id", patch.dataset_id.as_ref(), NAME_CHARS_MAX);
    faults.text("description", &patch.description, DESCRIPTION_CHARS_MAX);
    faults.text("image_url", &patch.image_url, TEXT_CHARS_MAX);
    faults.text("pid", &patch.pid, TEXT_CHARS_MAX);
    faults.text("external_id", &patch.external_id, TEXT_CHARS_MAX);
}

fn check_numbers(patch: &mut ProductPatch, faults: &mut Faults) {
    faults.decimal("commission_rate", patch.commission_rate.as_mut(), 2, 0..=100);
    faults.decimal("open_collab", patch.open_collab.as_mut(), 2, 0..=100);
    faults.count("available_samples", patch.available_samples);
    let price_min = patch.sales_price_min.as_mut().and_then(Option::as_mut);
    faults.decimal("sales_price_min", price_min, 2, 0..=AMOUNT_MAX);
    let price_max = patch.sales_price_max.as_mut().and_then(Option::as_mut);
    faults.decimal("sales_price_max", price_max, 2, 0..=AMOUNT_MAX);
    faults.count("stock", patch.stock);
    faults.count("items_sold", patch.items_sold);
    faults.decimal("product_rating", patch.product_rating.as_mut(), 1, 0..=5);
    faults.count("reviews_count", patch.reviews_count);
}

/// The prices as they would stand afterwards; the fault is of the one that was sent.
fn check_price_order(product: &Product, patch: &ProductPatch, faults: &mut Faults) {
    let least = patch.sales_price_min.unwrap_or(product.details.sales_price_min);
    let most = patch.sales_price_max.unwrap_or(product.details.sales_price_max);
    let (Some(least), Some(most)) = (least, most) else { return };
    if least <= most {
        return;
    }
    if patch.sales_price_min.is_some() {
        faults.add("sales_price_min", "out_of_range", "must be at most sales_price_max");
    } else if patch.sales_price_max.is_some() {
        faults.add("sales_price_max", "out_of_range", "must be at least sales_price_min");
    }
}
