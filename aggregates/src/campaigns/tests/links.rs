use super::*;
use crate::testing::{done, fault, faults};

fn add(product: u128) -> CampaignCommand {
    CampaignCommand::AddProduct { product_id: id(product) }
}

fn remove(product: u128) -> CampaignCommand {
    CampaignCommand::RemoveProduct { product_id: id(product) }
}

fn list(products: &[u128]) -> CampaignCommand {
    let link_product = Some(products.iter().copied().map(id).collect());
    change(Sent { link_product, ..Sent::default() })
}

fn linking(products: &[u128]) -> Vec<CampaignEvent> {
    std::iter::once(created()).chain(products.iter().copied().map(linked)).collect()
}

#[test]
fn linking_twice_is_already_so() {
    given(&[created()]).when(add(10)).then_expect_events(vec![linked(10)]);
    given(&linking(&[10])).when(add(10)).then_expect_events(vec![]);
}

#[test]
fn removing_what_is_not_linked_is_already_so() {
    given(&linking(&[10])).when(remove(10)).then_expect_events(vec![unlinked(10)]);
    given(&[created()]).when(remove(10)).then_expect_events(vec![]);
}

#[test]
fn links_keep_the_order_added() {
    let campaign = [add(12), add(10), add(11), remove(10), add(10)]
        .into_iter()
        .fold(after::<Campaign>(&[created()]), done);
    assert_eq!(campaign.link_product, [id(12), id(11), id(10)]);
}

#[test]
fn a_sent_list_unlinks_and_links_no_more_than_it_must() {
    let cases: [(&[u128], &[u128], Vec<CampaignEvent>); 7] = [
        (&[10, 11], &[10, 11], vec![]),
        (&[10], &[10, 11], vec![linked(11)]),
        (&[10, 11, 12], &[10, 12], vec![unlinked(11)]),
        (&[10, 11], &[11, 10], vec![unlinked(10), linked(10)]),
        (&[10, 11, 12], &[12, 13, 10], vec![unlinked(10), unlinked(11), linked(13), linked(10)]),
        (&[10, 11], &[], vec![unlinked(10), unlinked(11)]),
        (&[10], &[10, 10, 11, 10], vec![linked(11)]),
    ];
    for (present, wanted, expected) in cases {
        given(&linking(present)).when(list(wanted)).then_expect_events(expected);
    }
}

#[test]
fn whatever_list_is_sent_is_the_list_afterwards() {
    // Every way to order some of four products, from every way.
    let mut orders: Vec<Vec<u128>> = vec![vec![]];
    for length in 0..4 {
        let longer: Vec<_> = orders
            .iter()
            .filter(|order| order.len() == length)
            .flat_map(|order| {
                (0..4)
                    .filter(|product| !order.contains(product))
                    .map(|product| [&order[..], &[product]].concat())
            })
            .collect();
        orders.extend(longer);
    }
    assert_eq!(orders.len(), 65);
    for present in &orders {
        for wanted in &orders {
            let campaign = done(after::<Campaign>(&linking(present)), list(wanted));
            assert_eq!(campaign.link_product, wanted.iter().copied().map(id).collect::<Vec<_>>());
            assert_eq!(campaign.decide(list(wanted)), Ok(vec![]));
        }
    }
}

#[test]
fn a_campaign_links_at_most_10_000_products() {
    let full = after::<Campaign>(&linking(&(0..10_000).collect::<Vec<_>>()));
    assert_eq!(full.decide(add(5)), Ok(vec![]));
    assert_eq!(faults(full.decide(add(10_000))), fault("link_product", "out_of_range"));
}
