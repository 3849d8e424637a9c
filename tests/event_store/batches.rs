//! Requests of many share a statement, but not a fate.

use std::sync::Arc;

use aggregates::Claim;
use serde_json::value::RawValue;
use tidemark::event_store::append::Request;
use tidemark::event_store::{AppendError, ClaimAction, ClaimChange, NewEvent, StreamAppend};
use tokio::task::JoinSet;

use super::Node;
use crate::support::postgres::fresh_database;

fn request(streams: &[&str], shelf: Option<&str>) -> Request {
    let event = || NewEvent {
        event_type: "Steeped".into(),
        event_version: "1.0".into(),
        payload: RawValue::from_string("{\"Steeped\":1}".to_owned()).unwrap(),
    };
    let stream =
        |id: &&str| StreamAppend { kind: "tea", id: (*id).into(), expected: 0, events: vec![event()] };
    let claim = |shelf| ClaimChange { action: ClaimAction::Take, claim: Claim::new("shelf", shelf, "me") };
    Request {
        streams: streams.iter().map(stream).collect(),
        claims: shelf.map(claim).into_iter().collect(),
        key: None,
        metadata: Arc::default(),
    }
}

/// What Postgres cannot store fails alone, although it shares its statement with others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_cannot_be_stored_harms_nobody_else() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;

    let mut writers = JoinSet::new();
    for writer in 0..200 {
        let store = node.store.clone();
        writers.spawn(async move {
            let stream = format!("cup {writer}");
            let is_bad = writer % 20 == 0;
            let shelf = if is_bad { "no\0text" } else { &stream };
            (is_bad, store.append(request(&[&stream], Some(shelf))).await)
        });
    }

    for (is_bad, answer) in writers.join_all().await {
        match answer {
            Ok(_) => assert!(!is_bad),
            Err(error) => assert!(is_bad && matches!(error, AppendError::Internal(_)), "{is_bad} {error:?}"),
        }
    }
    assert_eq!(node.count("SELECT count(*) FROM events").await, 190);
    assert_eq!(node.count("SELECT position FROM log_head").await, 190);
}

#[tokio::test]
async fn a_request_over_many_streams_is_stored_whole_or_not_at_all() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let ids: Vec<String> = (0..10_000).map(|id| format!("cup {id}")).collect();
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    node.store.append(request(&all[5_000..5_001], None)).await.unwrap();

    let whole = node.store.append(request(&all, None)).await;
    assert_eq!(whole.unwrap_err(), AppendError::Conflict);
    assert_eq!(node.count("SELECT count(*) FROM events").await, 1);

    let rest = [&all[..5_000], &all[5_001..]].concat();
    let stored = node.store.append(request(&rest, None)).await.unwrap();
    assert_eq!((stored.first_position, stored.last_position), (2, 10_000));
}
