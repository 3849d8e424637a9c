//! One small function per command.

use uuid::Uuid;

use super::{Brand, BrandDetails, BrandEvent, BrandFigures, BrandPatch};
use crate::Refusal;
use crate::faults::{DESCRIPTION_CHARS_MAX, Faults, TEXT_CHARS_MAX};
use crate::values::changed_figures;

/// The longest name of a brand, in characters.
const NAME_CHARS_MAX: usize = 100;

pub(super) fn create(
    brand: &Brand,
    id: Uuid,
    details: BrandDetails,
    figures: BrandFigures,
) -> Result<Vec<BrandEvent>, Refusal> {
    brand.not_begun()?;
    let (patch, figures) = checked(details.into(), figures)?;
    let mut details = BrandDetails::default();
    details.apply(&patch);
    let mut events = vec![BrandEvent::BrandCreated { id, details }];
    events.extend(figures_sent(brand, &figures));
    Ok(events)
}

pub(super) fn change(
    brand: &Brand,
    patch: BrandPatch,
    figures: BrandFigures,
) -> Result<Vec<BrandEvent>, Refusal> {
    brand.live()?;
    let (patch, figures) = checked(patch, figures)?;
    let mut events = Vec::new();
    let changes = brand.details.changed_by(&patch);
    if !changes.is_empty() {
        events.push(BrandEvent::BrandChanged { changes });
    }
    events.extend(figures_sent(brand, &figures));
    Ok(events)
}

pub(super) fn delete(brand: &Brand) -> Result<Vec<BrandEvent>, Refusal> {
    brand.live()?;
    Ok(vec![BrandEvent::BrandDeleted {}])
}

fn figures_sent(brand: &Brand, figures: &BrandFigures) -> impl Iterator<Item = BrandEvent> {
    changed_figures(&brand.figures, figures)
        .into_iter()
        .map(|(figure, value)| BrandEvent::BrandFigureSent { figure, value })
}

/// What was sent, in the form that is stored.
fn checked(mut patch: BrandPatch, mut figures: BrandFigures) -> Result<(BrandPatch, BrandFigures), Refusal> {
    let mut faults = Faults::default();
    faults.name("name", patch.name.as_mut(), NAME_CHARS_MAX);
    faults.text("description", &patch.description, DESCRIPTION_CHARS_MAX);
    let texts = [
        ("logo_url", &patch.logo_url),
        ("category", &patch.category),
        ("source", &patch.source),
        ("campaign_id", &patch.campaign_id),
    ];
    for (field, text) in texts {
        faults.text(field, text, TEXT_CHARS_MAX);
    }
    faults.decimal("shop_overall_rating", patch.shop_overall_rating.as_mut(), 1, 0..=5);
    faults.figures(&mut figures);
    faults.verdict()?;
    Ok((patch, figures))
}
