//! `execute`: load, decide, append; again when somebody else was first.

use std::collections::HashSet;

use aggregates::Refusal;
use aggregates::brands::{Brand, BrandCommand};
use aggregates::campaigns::Campaign;
use tidemark::event_store::{Context, ExecuteError, IdempotencyKey, IfMatch, Outcome};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Node;
use super::node::{context, create_brand, describe_brand, report};
use crate::support::postgres::fresh_database;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_at_one_stream_on_two_nodes_succeeds() {
    let database = fresh_database().await;
    let nodes = [Node::start(&database).await, Node::start(&database).await];
    let brand = nodes[0].brand("Tea").await;
    let campaign = nodes[0].campaign(brand, "Tea week").await;

    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let node = nodes[writer % 2].clone();
        writers.spawn(async move {
            for report in 0..10 {
                node.reports(campaign, &format!("creator {writer}"), 100 + report).await;
            }
        });
    }
    writers.join_all().await;

    let loaded = nodes[0].store.load::<Campaign>(&campaign.to_string()).await.unwrap();
    assert_eq!(loaded.sequence, 1 + 16 * 10);
    let creators = &loaded.state.creators;
    assert_eq!(creators.len(), 16);
    assert!(creators.values().all(|creator| creator.details.followers == 109), "the last report counts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_one_name_one_gets_it() {
    let database = fresh_database().await;
    let nodes = [Node::start(&database).await, Node::start(&database).await];

    let mut writers = JoinSet::new();
    for writer in 0..20 {
        let node = nodes[writer % 2].clone();
        writers.spawn(async move {
            let id = Uuid::now_v7();
            node.store.create::<Brand>(&id.to_string(), create_brand(id, "Tea"), &context()).await
        });
    }
    let answers = writers.join_all().await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    let taken = ExecuteError::ClaimTaken { scope: "brand-name".to_owned(), key: "Tea".to_owned() };
    assert!(lost.iter().all(|answer| answer.as_ref() == Err(&taken)), "{lost:?}");
    assert_eq!(nodes[0].count("SELECT count(*) FROM events").await, 1);
}

#[tokio::test]
async fn what_changes_nothing_appends_nothing() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let brand = node.brand("Tea").await;
    let first = node.executes::<Brand>(brand, describe_brand("green")).await.unwrap();

    let again = node.executes::<Brand>(brand, describe_brand("green")).await.unwrap();

    assert_eq!((first.appended, again.appended), (1, 0));
    assert_eq!(again.position, first.position, "the newest event that there is");
    assert_eq!(node.count("SELECT count(*) FROM events").await, 2);
}

/// Nothing is appended, so no expected version can find out that the state in memory is an old one.
#[tokio::test]
async fn what_another_node_changed_is_no_reason_to_do_nothing() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let brand = node.brand("Tea").await;
    node.executes::<Brand>(brand, describe_brand("black")).await.unwrap();
    other.executes::<Brand>(brand, describe_brand("green")).await.unwrap();

    let back = node.executes::<Brand>(brand, describe_brand("black")).await.unwrap();
    assert_eq!(back.appended, 1, "it is green, whatever this node remembers");

    other.executes::<Brand>(brand, BrandCommand::Delete).await.unwrap();
    let late = node.executes::<Brand>(brand, describe_brand("black")).await;
    assert_eq!(late, Err(ExecuteError::Refused(Refusal::NotFound("brand"))));
    let again = node.executes::<Brand>(brand, describe_brand("white")).await;
    assert_eq!(again, Err(ExecuteError::Refused(Refusal::NotFound("brand"))));
}

#[tokio::test]
async fn a_refused_command_leaves_nothing_behind() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let brand = node.brand("Tea").await;
    node.brand("Coffee").await;

    let unnamed = node.executes::<Brand>(brand, create_brand(brand, "Again")).await;
    assert!(matches!(unnamed, Err(ExecuteError::Refused(Refusal::Invalid(_)))), "{unnamed:?}");
    let rename = |name: &str| {
        let patch = aggregates::brands::BrandPatch { name: Some(name.to_owned()), ..Default::default() };
        BrandCommand::Change { patch, figures: Default::default() }
    };
    let taken = node.executes::<Brand>(brand, rename("Coffee")).await;
    assert!(matches!(taken, Err(ExecuteError::ClaimTaken { .. })), "{taken:?}");

    // What the refused rename did to the state in memory is forgotten.
    let outcome = node.executes::<Brand>(brand, rename("Tea")).await.unwrap();
    assert_eq!(outcome.appended, 0);
    other.executes::<Brand>(brand, rename("Cocoa")).await.unwrap();
    node.brand("Tea").await;
    assert_eq!(node.count("SELECT count(*) FROM claims WHERE scope = 'brand-name'").await, 3);
}

#[tokio::test]
async fn a_deleted_brand_takes_no_campaign_on_any_node() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let brand = node.brand("Tea").await;
    let campaign = other.campaign(brand, "Tea week").await;
    other.reports(campaign, "ann", 1).await;
    node.executes::<Brand>(brand, BrandCommand::Delete).await.unwrap();

    let late = other.executes::<Campaign>(campaign, report("ann", 2)).await;

    let missing =
        ExecuteError::ClaimMissing { scope: "brand".to_owned(), key: brand.to_string(), owner: None };
    assert_eq!(late, Err(missing));
    assert_eq!(other.executes::<Campaign>(campaign, report("ann", 1)).await.unwrap().appended, 0);
}

#[tokio::test]
async fn a_version_that_is_not_the_newest_is_stale_on_every_node() {
    let database = fresh_database().await;
    let (node, other) = (Node::start(&database).await, Node::start(&database).await);
    let brand = node.brand("Tea").await;
    let seen = other.executes::<Brand>(brand, describe_brand("green")).await.unwrap().position;
    let at = |position| Context { if_match: Some(IfMatch::SeenUpTo(position)), ..context() };

    let id = brand.to_string();
    // The first node has the brand in memory as it was before.
    let fresh = node.store.execute::<Brand>(&id, describe_brand("black"), &at(seen)).await.unwrap();
    let stale = other.store.execute::<Brand>(&id, describe_brand("white"), &at(seen)).await;
    let newest = other.store.execute::<Brand>(&id, describe_brand("white"), &at(fresh.position)).await;

    assert_eq!(stale, Err(ExecuteError::Stale));
    assert_eq!(newest.unwrap().appended, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_saw_one_version_one_changes_it() {
    let database = fresh_database().await;
    let nodes = [Node::start(&database).await, Node::start(&database).await];
    let brand = nodes[0].brand("Tea").await;
    let seen = nodes[0].store.confirmed_head().await.unwrap();

    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let node = nodes[writer % 2].clone();
        let context = Context { if_match: Some(IfMatch::SeenUpTo(seen)), ..context() };
        writers.spawn(async move {
            let command = describe_brand(&writer.to_string());
            node.store.execute::<Brand>(&brand.to_string(), command, &context).await
        });
    }
    let answers = writers.join_all().await;

    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(ExecuteError::Stale)).count(), 11);
}

fn key(key: u8, body: u8) -> Context {
    let key = IdempotencyKey {
        caller: "user:1".to_owned(),
        key_hash: vec![key],
        request_hash: vec![body],
        done: None,
    };
    Context { idempotency: Some(key), ..context() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_key_comes_to_what_the_first_came_to() {
    let database = fresh_database().await;
    let nodes = [Node::start(&database).await, Node::start(&database).await];

    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let node = nodes[writer % 2].clone();
        writers.spawn(async move {
            // Each repetition makes up an id of its own, as an endpoint does.
            let id = Uuid::now_v7();
            let command = create_brand(id, "Tea");
            node.store.create::<Brand>(&id.to_string(), command, &key(1, 1)).await.unwrap()
        });
    }
    let outcomes: Vec<Outcome> = writers.join_all().await;
    let other_body =
        nodes[0].store.create::<Brand>("x", create_brand(Uuid::now_v7(), "Coffee"), &key(1, 2)).await;

    let ids: HashSet<_> = outcomes.iter().map(|outcome| outcome.aggregate_id.clone()).collect();
    assert_eq!(ids.len(), 1, "all are told of one brand");
    assert_eq!(outcomes.iter().map(|outcome| outcome.appended).sum::<usize>(), 1);
    assert_eq!(other_body, Err(ExecuteError::KeyReused));
    assert_eq!(nodes[0].count("SELECT count(*) FROM events").await, 1);
}

/// A handler may carry out more than one command for a request: none is taken for a repetition of another, and a
/// repeated request finds each of them done.
#[tokio::test]
async fn each_command_of_a_request_happens_once() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let (tea, coffee) = (Uuid::now_v7(), Uuid::now_v7());
    let carry_out = async |context: Context| {
        let create = async |id: Uuid, name| {
            node.store.create::<Brand>(&id.to_string(), create_brand(id, name), &context).await.unwrap()
        };
        (create(tea, "Tea").await, create(coffee, "Coffee").await)
    };

    let context = key(1, 1);
    let unknown = Uuid::now_v7().to_string();
    let refused = node.store.execute::<Brand>(&unknown, describe_brand("x"), &context).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(_))), "{refused:?}");
    let (first, second) = carry_out(context).await;
    assert_eq!((first.appended, second.appended), (1, 1));

    // As after a crash that lost the answer: the request's door finds the first one's outcome.
    let mut repeated = key(1, 1);
    repeated.idempotency.as_mut().unwrap().done = Some(Outcome { appended: 0, ..first.clone() });
    let (again, second_again) = carry_out(repeated).await;
    assert_eq!((again.position, second_again.position), (first.position, second.position));
    assert_eq!(second_again, Outcome { appended: 0, ..second });
    assert_eq!(node.count("SELECT count(*) FROM events").await, 2);
}
