//! What has expired goes, and only that.

use tidemark::housekeeping;

use crate::support::TestApp;

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(&sql).fetch_one(&app.app.pool).await.unwrap()
}

#[tokio::test]
async fn what_expired_a_day_ago_is_removed_and_nothing_else() {
    let app = TestApp::start().await;
    let given = "INSERT INTO socket_tickets SELECT decode(md5(n::text), 'hex'), gen_random_uuid(), 1, \
                 now() + make_interval(hours => n * 20), gen_random_uuid() FROM generate_series(-3, 1) n; \
                 INSERT INTO idempotency_keys (caller, key_hash, request_hash, recorded_at) \
                 SELECT 'user:1', decode(md5(n::text), 'hex'), '\\x00', now() - make_interval(hours => n * 20) \
                 FROM generate_series(0, 3) n; \
                 INSERT INTO polling_tasks (campaign_id, next_due) \
                 SELECT gen_random_uuid(), now() - make_interval(hours => n * 20) FROM generate_series(0, 3) n; \
                 INSERT INTO polling_watchers SELECT campaign_id, product_id, gen_random_uuid(), now() \
                 FROM polling_tasks WHERE next_due < now() - interval '47 hours'";
    sqlx::raw_sql(given).execute(&app.app.pool).await.unwrap();
    let events = count(&app, "events").await;

    let removed = housekeeping::sweep(&app.app.pool).await.unwrap();

    assert_eq!(count(&app, "socket_tickets").await, 3, "yesterday's is kept a day");
    assert_eq!(count(&app, "idempotency_keys").await, 2);
    assert_eq!(count(&app, "polling_tasks").await, 3, "two are of today, one is watched");
    assert_eq!((removed, count(&app, "events").await), (5, events));
    app.finish().await;
}
