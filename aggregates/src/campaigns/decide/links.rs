//! The way from the present links to the wanted ones.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::campaigns::CampaignEvent;

/// What must happen so that exactly `wanted` is linked, in that order. A new link comes last, so what
/// stays is the longest beginning of `wanted` that stands in this order already; `wanted` has no repeats.
pub(super) fn changes(present: &[Uuid], wanted: &[Uuid]) -> Vec<CampaignEvent> {
    let mut remaining = present.iter();
    let staying_count =
        wanted.iter().take_while(|product_id| remaining.any(|linked| linked == *product_id)).count();
    let (staying, joining) = wanted.split_at(staying_count);
    let staying: BTreeSet<_> = staying.iter().collect();
    let unlinked = present
        .iter()
        .filter(|product_id| !staying.contains(product_id))
        .map(|product_id| CampaignEvent::CampaignProductUnlinked { product_id: *product_id });
    let linked =
        joining.iter().map(|product_id| CampaignEvent::CampaignProductLinked { product_id: *product_id });
    unlinked.chain(linked).collect()
}
