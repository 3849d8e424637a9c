//! Several commands in one append: all or nothing, on what others did meanwhile.

use aggregates::Refusal;
use aggregates::brands::{Brand, BrandCommand};
use aggregates::campaigns::Campaign;
use tidemark::event_store::{Act, Context, ExecuteError};
use uuid::Uuid;

use super::node::{Node, create_brand, describe_brand, report};
use crate::support::postgres::fresh_database;

fn context() -> Context {
    Context::system("test", "test", "together".into())
}

#[tokio::test]
async fn commands_that_belong_together_are_stored_together() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let tea = node.brand("Tea").await;
    let campaign = node.campaign(tea, "Tea week").await;
    let coffee = Uuid::now_v7();
    let before = node.store.confirmed_head().await.unwrap();

    let mut act = Act::new();
    act.create::<Brand>(coffee.to_string(), create_brand(coffee, "Coffee"));
    act.execute::<Brand>(coffee.to_string(), describe_brand("black"));
    act.execute::<Campaign>(campaign.to_string(), report("ann", 1));
    act.execute::<Brand>(tea.to_string(), describe_brand("green"));
    let outcome = node.store.execute_all(act, &context()).await.unwrap();

    assert_eq!((outcome.aggregate_id, outcome.appended), (coffee.to_string(), 4));
    assert_eq!(outcome.position, before + 4);
    for (id, sequence, position) in [(coffee, 2, before + 2), (tea, 2, before + 4)] {
        let loaded = node.store.load::<Brand>(&id.to_string()).await.unwrap();
        assert_eq!((loaded.sequence, loaded.position), (sequence, position));
    }
    let again = node.executes::<Brand>(tea, describe_brand("green")).await.unwrap();
    assert_eq!((again.appended, again.position), (0, before + 4), "it remembers what it did");
}

#[tokio::test]
async fn one_refusal_is_the_refusal_of_all() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let tea = node.brand("Tea").await;
    let (unknown, before) = (Uuid::now_v7(), node.store.confirmed_head().await.unwrap());

    let mut act = Act::new();
    act.execute::<Brand>(tea.to_string(), describe_brand("green"));
    act.execute::<Brand>(unknown.to_string(), describe_brand("none"));
    let refused = node.store.execute_all(act, &context()).await;

    assert_eq!(refused, Err(ExecuteError::Refused(Refusal::NotFound("brand"))));
    assert_eq!(node.store.confirmed_head().await.unwrap(), before);
    assert_eq!(node.executes::<Brand>(tea, describe_brand("green")).await.unwrap().appended, 1);
}

#[tokio::test]
async fn it_decides_again_on_what_another_node_did() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let (tea, cocoa) = (node.brand("Tea").await, node.brand("Cocoa").await);
    other.executes::<Brand>(tea, describe_brand("green")).await.unwrap();

    let both = |words: &str| {
        let mut act = Act::new();
        act.execute::<Brand>(tea.to_string(), describe_brand(words));
        act.execute::<Brand>(cocoa.to_string(), describe_brand(words));
        act
    };
    assert_eq!(node.store.execute_all(both("green"), &context()).await.unwrap().appended, 1);
    assert_eq!(node.store.execute_all(both("green"), &context()).await.unwrap().appended, 0);

    other.executes::<Brand>(cocoa, BrandCommand::Delete).await.unwrap();
    let late = node.store.execute_all(both("black"), &context()).await;
    assert_eq!(late, Err(ExecuteError::Refused(Refusal::NotFound("brand"))));
}

#[tokio::test]
async fn acts_that_cross_each_other_all_come_through() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let (tea, cocoa) = (node.brand("Tea").await, node.brand("Cocoa").await);

    let acts = (0..40).map(|number| {
        let node = node.clone();
        let (first, second) = if number % 2 == 0 { (tea, cocoa) } else { (cocoa, tea) };
        tokio::spawn(async move {
            let mut act = Act::new();
            act.execute::<Brand>(first.to_string(), describe_brand(&format!("first {number}")));
            act.execute::<Brand>(second.to_string(), describe_brand(&format!("second {number}")));
            node.store.execute_all(act, &context()).await.unwrap().appended
        })
    });
    for act in acts.collect::<Vec<_>>() {
        assert_eq!(act.await.unwrap(), 2);
    }
    assert_eq!(node.store.load::<Brand>(&tea.to_string()).await.unwrap().sequence, 41);
}

#[tokio::test]
async fn numbers_are_never_given_twice() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let mut taken = node.store.next_numbers("user", 100).await.unwrap();
    taken.extend(other.store.next_numbers("user", 100).await.unwrap());
    taken.push(node.store.next_number("user").await.unwrap());
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 201);
}
