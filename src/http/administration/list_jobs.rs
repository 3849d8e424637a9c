use axum::extract::State;

use super::job_view::DurableJobView;
use crate::app::App;
use crate::http::{After, Answer, ApiError, M, Query};
use crate::jobs::{JobFilter, STATES};

pub(super) async fn handler(State(app): State<App>, _: After, query: Query) -> Result<Answer, ApiError> {
    let page = query.page("per_page");
    let filter = JobFilter {
        kind: query.text("kind").filter(|kind| !kind.contains('\0')).map(str::to_owned),
        state: query.choice("state", &STATES)?.map(str::to_owned),
        offset: page.offset(),
        limit: page.limit(),
    };
    let (jobs, total) = app.jobs.page(&filter).await?;
    let jobs: Vec<_> = jobs.into_iter().map(|job| DurableJobView::of(&app, job)).collect();
    Ok(M::ok(jobs).total_count(total))
}
