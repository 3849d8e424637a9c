//! What a run came to, for the log.

use std::collections::BTreeMap;

use aggregates::crawl_runs::{CrawlReport, CrawlRun, CrawlRunCommand, HostReport};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

use crate::event_store::{Context, ExecuteError, Store};
use crate::limits;

/// The columns of a run that the log hears of.
#[derive(sqlx::FromRow)]
struct RunRow {
    asked_by: String,
    asked_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
    checked: i64,
    changed: i64,
    gone: i64,
    failed: i64,
    last_error: Option<String>,
    attempts: i32,
}

/// What the run came to so far.
pub(super) async fn of(connection: &mut PgConnection, run: Uuid) -> sqlx::Result<CrawlReport> {
    let row: RunRow = sqlx::query_as(
        "SELECT asked_by, asked_at, clock_timestamp() AS finished_at, checked, changed, gone, failed, last_error, \
                attempts FROM crawl_runs WHERE id = $1",
    )
    .bind(run)
    .fetch_one(&mut *connection)
    .await?;
    let pages: Vec<(Option<String>, bool)> = sqlx::query_as(
        "SELECT item.url, page.outcome = 'failed' FROM crawl_run_pages page \
           LEFT JOIN listings item ON item.number = page.listing WHERE page.run = $1 AND page.outcome IS NOT NULL",
    )
    .bind(run)
    .fetch_all(connection)
    .await?;
    Ok(CrawlReport {
        asked_by: row.asked_by,
        asked_at: row.asked_at,
        finished_at: row.finished_at,
        checked: row.checked,
        changed: row.changed,
        gone: row.gone,
        failed: row.failed,
        hosts: by_host(pages.iter().map(|(url, has_failed)| (url.as_deref(), *has_failed))),
        last_error: row.last_error,
        given_up: row.attempts > limits::CRAWL_RUN_ATTEMPTS,
    })
}

/// Pages by shop, those with most failures first; what there is no room for is added up at the end.
fn by_host<'a>(pages: impl Iterator<Item = (Option<&'a str>, bool)>) -> Vec<HostReport> {
    let mut hosts: BTreeMap<String, HostReport> = BTreeMap::new();
    for (url, has_failed) in pages {
        let url = url.and_then(|url| Url::parse(url).ok());
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned();
        let of_host =
            hosts.entry(host.clone()).or_insert_with(|| HostReport { host, ..HostReport::default() });
        of_host.checked += 1;
        of_host.failed += i64::from(has_failed);
    }
    let mut hosts: Vec<HostReport> = hosts.into_values().collect();
    hosts.sort_by_key(|host| std::cmp::Reverse((host.failed, host.checked)));
    let rest = hosts.split_off(limits::CRAWL_REPORT_HOSTS.min(hosts.len()));
    if !rest.is_empty() {
        let sum = |count: fn(&HostReport) -> i64| rest.iter().map(count).sum();
        let (checked, failed) = (sum(|host| host.checked), sum(|host| host.failed));
        hosts.push(HostReport { host: String::new(), checked, failed });
    }
    hosts
}

/// Tells the log.
pub(super) async fn tell(store: &Store, run: Uuid, report: CrawlReport) -> Result<(), ExecuteError> {
    let context = Context::system("crawler", "crawl", run.to_string());
    let command = CrawlRunCommand::Finish { id: run, report };
    store.execute::<CrawlRun>(&run.to_string(), command, &context).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shops_are_told_with_the_worst_first_and_a_sum_of_the_rest() {
        let urls: Vec<String> =
            (0..limits::CRAWL_REPORT_HOSTS + 5).map(|n| format!("https://s{n}.example/a")).collect();
        let pages = urls.iter().map(|url| (Some(url.as_str()), false));
        let pages =
            pages.chain([(Some("https://bad.example/1"), true), (Some("https://bad.example/2"), false)]);
        let hosts = by_host(pages);
        assert_eq!((hosts[0].host.as_str(), hosts[0].checked, hosts[0].failed), ("bad.example", 2, 1));
        assert_eq!(hosts.len(), limits::CRAWL_REPORT_HOSTS + 1);
        let rest = &hosts[limits::CRAWL_REPORT_HOSTS];
        assert_eq!((rest.host.as_str(), rest.checked, rest.failed), ("", 6, 0));
    }
}
