//! Taking due jobs, keeping hold of them, and taking over what a lost node left.

use sqlx::PgPool;
use uuid::Uuid;

use super::Job;
use super::job::job_columns;
use crate::limits;

/// Takes up to `room` due jobs of a kind; with `only_ended` such as came to an end that is still to be told.
pub(super) async fn claim(
    pool: &PgPool,
    node: Uuid,
    kind: &str,
    room: usize,
    only_ended: bool,
) -> sqlx::Result<Vec<(Uuid, Job)>> {
    let attempts: Vec<Uuid> = std::iter::repeat_with(Uuid::now_v7).take(room).collect();
    let sql = concat!(
        "WITH due AS MATERIALIZED ( \
             SELECT id AS due_id, row_number() OVER (ORDER BY run_at, id) AS number FROM ( \
                 SELECT id, run_at FROM jobs \
                  WHERE kind = $1 AND state IN ('queued', 'ending') AND run_at <= clock_timestamp() \
                    AND (state = 'ending' OR NOT $6) \
                  ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) first) \
         UPDATE jobs SET state = 'running', attempt_id = ($3::uuid[])[due.number], node_id = $4, \
                lease_until = clock_timestamp() + make_interval(secs => $5), \
                attempts = attempts + CASE WHEN ending IS NULL THEN 1 ELSE 0 END, \
                started_at = coalesce(started_at, clock_timestamp()) \
           FROM due WHERE id = due.due_id RETURNING attempt_id, ",
        job_columns!()
    );
    let rows = sqlx::query(sql)
        .bind(kind)
        .bind(i64::try_from(room).unwrap_or(i64::MAX))
        .bind(attempts)
        .bind(node)
        .bind(limits::JOB_LEASE_S)
        .bind(only_ended)
        .fetch_all(pool)
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        claimed.push((sqlx::Row::try_get(&row, 0)?, sqlx::FromRow::from_row(&row)?));
    }
    // An UPDATE returns rows in any order.
    claimed.sort_by_key(|(_, job): &(Uuid, Job)| (job.run_at, job.id));
    Ok(claimed)
}

/// Says that this node is still at it; false when the job is another's by now.
pub(super) async fn renew(pool: &PgPool, job: Uuid, attempt: Uuid) -> sqlx::Result<bool> {
    let renewed = sqlx::query(
        "UPDATE jobs SET lease_until = clock_timestamp() + make_interval(secs => $3) \
          WHERE id = $1 AND attempt_id = $2",
    )
    .bind(job)
    .bind(attempt)
    .bind(limits::JOB_LEASE_S)
    .execute(pool)
    .await?;
    Ok(renewed.rows_affected() > 0)
}

/// Frees what nodes left that went away: begun effects end as unknown, everything else begins again.
pub(super) async fn take_over(pool: &PgPool) -> sqlx::Result<u64> {
    let freed = sqlx::query(
        "UPDATE jobs SET attempt_id = NULL, node_id = NULL, lease_until = NULL, run_at = clock_timestamp(), \
                state = CASE WHEN ending IS NOT NULL OR effect_begun THEN 'ending' ELSE 'queued' END, \
                error = CASE WHEN ending IS NULL AND effect_begun \
                             THEN 'the node that did this went away while it was under way' \
                             ELSE error END, \
                ending = coalesce(ending, CASE WHEN effect_begun THEN 'unknown' END) \
          WHERE id = ANY(ARRAY(SELECT id FROM jobs WHERE state = 'running' AND lease_until < clock_timestamp() \
                                LIMIT $1 FOR UPDATE SKIP LOCKED))",
    )
    .bind(limits::JOBS_TAKEN_OVER)
    .execute(pool)
    .await?;
    Ok(freed.rows_affected())
}

/// Puts down what this node has not finished and may be begun again, when it stops.
pub(super) async fn put_down(pool: &PgPool, node: Uuid) -> sqlx::Result<u64> {
    let freed = sqlx::query(
        "UPDATE jobs SET attempt_id = NULL, node_id = NULL, lease_until = NULL, run_at = clock_timestamp(), \
                attempts = attempts - CASE WHEN ending IS NULL THEN 1 ELSE 0 END, \
                state = CASE WHEN ending IS NULL THEN 'queued' ELSE 'ending' END \
          WHERE state = 'running' AND node_id = $1 AND (ending IS NOT NULL OR NOT effect_begun)",
    )
    .bind(node)
    .execute(pool)
    .await?;
    Ok(freed.rows_affected())
}
