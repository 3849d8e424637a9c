//! Campaigns, their creators, their sockets' tickets and their polling (contract §2).

mod add_product;
mod create_campaign;
mod delete_campaign;
mod find_campaign;
mod list_active_polling_tasks;
mod list_campaigns;
mod list_creators;
mod remove_product;
mod report_creator;
mod show_token_info;
mod show_websocket_url;
mod socket_address;
mod stop_polling;
mod stream_campaign;
mod update_campaign;
mod watch_campaign;

use aggregates::campaigns::{
    Campaign, CampaignCommand, CampaignFigure, CampaignFigures, CampaignPatch, ResultsPatch,
};
use aggregates::values::Status;
use projections::campaigns::{CampaignView, CreatorListView};
use uuid::Uuid;

use super::{Access, Answer, ApiError, B, Field, Form, Mode, Route, Values, WriteError, Writer};
use crate::app::App;
use crate::event_store::Outcome;
use crate::limits::{LONG_TEXT_CHARS, TEXT_CHARS};

const STATUSES: &[&str] = &["pending", "accepted", "rejected", "in_progress", "completed"];
/// What clients also send.
const STATUS_WORDS: &[(&str, &str)] = &[
    ("待处理", "pending"),
    ("已接受", "accepted"),
    ("已拒绝", "rejected"),
    ("进行中", "in_progress"),
    ("已完成", "completed"),
];

static FORM: Form = Form::new(&[
    Field::id("brand").required().doc("a live brand"),
    Field::text("name", 255).required(),
    Field::nullable_text("description", LONG_TEXT_CHARS),
    Field::nullable_text("image_url", TEXT_CHARS),
    Field::nullable_text("service", TEXT_CHARS),
    Field::nullable_text("creator_type", TEXT_CHARS),
    Field::nullable_text("creator_level", TEXT_CHARS).or_number(),
    Field::nullable_text("creator_category", TEXT_CHARS),
    Field::counter("creators_count").nullable().doc("your own figure; null: derived again"),
    Field::nullable_text("gmv", TEXT_CHARS).or_number(),
    Field::nullable_text("followers", TEXT_CHARS).or_number(),
    Field::nullable_text("views", TEXT_CHARS).or_number(),
    Field::nullable_text("budget", TEXT_CHARS).or_number(),
    Field::ids("link_product").doc("live products of the same brand, in this order"),
    Field::instant("start_date").nullable(),
    Field::instant("end_date").nullable(),
    Field::text("dataset_id", 255).required().or_number(),
    Field::nullable_text("external_id", TEXT_CHARS).or_number(),
    Field::choice_also("status", STATUSES, STATUS_WORDS),
    Field::nullable_text("gmv_achieved", TEXT_CHARS).or_number(),
    Field::nullable_text("views_achieved", TEXT_CHARS).or_number(),
    Field::nullable_text("video_link", TEXT_CHARS),
]);

static PRODUCT: Form = Form::new(&[Field::id("product_id").required()]);
/// The routes.
pub fn routes() -> Vec<Route<App>> {
    let mut routes = things();
    routes.extend(links_and_creators());
    routes.extend(watching());
    routes
}

fn things() -> Vec<Route<App>> {
    vec![
        super::lists::documented(Route::get("/api/campaigns/", Access::Read, list_campaigns::handler))
            .doc("list_campaigns", "All live campaigns, newest first")
            .answers::<Vec<CampaignView>>(),
        Route::post("/api/campaigns/", Access::Write, create_campaign::handler)
            .doc("create_campaign", "Begin a campaign")
            .takes(&FORM, Mode::Create)
            .answers::<CampaignView>(),
        Route::get("/api/campaigns/{id}/", Access::Read, find_campaign::handler)
            .doc("find_campaign", "One campaign")
            .answers::<CampaignView>(),
        Route::put("/api/campaigns/{id}/", Access::Write, update_campaign::handler)
            .doc("replace_campaign", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<CampaignView>(),
        Route::patch("/api/campaigns/{id}/", Access::Write, update_campaign::handler)
            .doc("update_campaign", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<CampaignView>(),
        Route::delete("/api/campaigns/{id}/", Access::Write, delete_campaign::handler)
            .doc("delete_campaign", "Delete a campaign and close its sockets")
            .answers::<()>(),
    ]
}

fn links_and_creators() -> Vec<Route<App>> {
    vec![
        Route::post("/api/campaigns/{id}/add_product/", Access::Write, add_product::handler)
            .doc("add_product", "Link a product of the same brand")
            .takes(&PRODUCT, Mode::Create)
            .answers::<()>(),
        Route::post("/api/campaigns/{id}/remove_product/", Access::Write, remove_product::handler)
            .doc("remove_product", "Drop a link")
            .takes(&PRODUCT, Mode::Create)
            .answers::<()>(),
        Route::get("/api/campaigns/{id}/creator_list/", Access::Read, list_creators::handler)
            .doc("list_creators", "A campaign's creators, in the order they joined")
            .answers::<CreatorListView>(),
        Route::put("/api/campaigns/{id}/creators/{creator_id}/", Access::Write, report_creator::handler)
            .doc("report_creator", "Report a creator by hand, as the poller would")
            .takes(&report_creator::FORM, Mode::Change)
            .answers::<projections::campaigns::CreatorView>(),
    ]
}

fn watching() -> Vec<Route<App>> {
    vec![
        Route::get("/api/campaigns/{id}/websocket_url/", Access::Read, show_websocket_url::handler)
            .doc(
                "show_websocket_url",
                "An address for the campaign's socket, with a ticket good for 10 minutes",
            )
            .param("product_id", "string", "only creators of this product")
            .answers::<show_websocket_url::WebsocketUrl>(),
        Route::get("/api/campaigns/token_info/", Access::Read, show_token_info::handler)
            .doc("show_token_info", "Who you are, and examples of socket addresses")
            .answers::<show_token_info::TokenInfo>(),
        Route::post("/api/campaigns/{id}/stop_polling/", Access::Write, stop_polling::handler)
            .doc("stop_polling", "Stop asking the campaign's source until a new socket connects")
            .takes(&stop_polling::FORM, Mode::Change)
            .answers::<()>(),
        Route::get("/api/campaigns/active_polling_tasks/", Access::Read, list_active_polling_tasks::handler)
            .doc("list_active_polling_tasks", "What the whole cluster polls")
            .answers::<list_active_polling_tasks::ActiveTasks>(),
        Route::get("/api/campaigns/{id}/events/", Access::Read, stream_campaign::handler)
            .doc("stream_campaign", "The campaign's v2 frames as server-sent events")
            .param("product_id", "string", "only creators of this product")
            .param("since", "string", "go on after this position; Last-Event-ID does the same")
            .param("at", "string", "replay from this time")
            .param("speed", "number", "how much faster than it happened")
            .answers_other("text/event-stream"),
        Route::get("/ws/campaigns/{id}/status/", Access::Public, watch_campaign::handler)
            .doc("watch_campaign", "The campaign's socket: a frame now and after each change")
            .param("token", "string", "a ticket or a user token")
            .param("v", "integer", "2: snapshots and deltas")
            .param("since", "string", "v2: go on after this position, `<epoch>.<seq>` or `<seq>`")
            .param("at", "string", "v2: replay from this time")
            .param("speed", "number", "v2: how much faster than it happened")
            .without_rate_limit()
            .param("product_id", "string", "only creators of this product")
            .answers_other("application/json"),
    ]
}

fn patch(values: &Values) -> CampaignPatch {
    CampaignPatch {
        name: values.text("name"),
        description: values.nullable_text("description"),
        image_url: values.nullable_text("image_url"),
        service: values.nullable_text("service"),
        creator_type: values.nullable_text("creator_type"),
        creator_level: values.nullable_text("creator_level"),
        creator_category: values.nullable_text("creator_category"),
        gmv: values.nullable_text("gmv"),
        followers: values.nullable_text("followers"),
        views: values.nullable_text("views"),
        budget: values.nullable_text("budget"),
        start_date: values.nullable_instant("start_date"),
        end_date: values.nullable_instant("end_date"),
        dataset_id: values.text("dataset_id"),
        external_id: values.nullable_text("external_id"),
        video_link: values.nullable_text("video_link"),
    }
}

fn results(values: &Values) -> ResultsPatch {
    ResultsPatch {
        gmv_achieved: values.nullable_text("gmv_achieved"),
        views_achieved: values.nullable_text("views_achieved"),
    }
}

fn figures(values: &Values) -> CampaignFigures {
    let sent = values.nullable_integer("creators_count");
    sent.into_iter().map(|count| (CampaignFigure::CreatorsCount, count.map(Into::into))).collect()
}

fn status(values: &Values) -> Option<Status> {
    values.choice("status").and_then(Status::parse)
}

/// A campaign as the answer to a write.
async fn shown(app: &App, id: Uuid, position: i64) -> Result<Answer, ApiError> {
    let found = projections::campaigns::find_campaign(&app.pool, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("campaign"))?;
    Ok(B::ok(found.view).etag(found.version).position(position))
}

/// Refuses what does not exist, and an If-Match ahead of the campaign's version.
///
/// A campaign of a deleted brand is gone already, though its own stream does not say so.
async fn check_live(writer: &Writer, id: Uuid) -> Result<CampaignView, ApiError> {
    let found = projections::campaigns::find_campaign(&writer.app().pool, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("campaign"))?;
    writer.check_version(found.version)?;
    Ok(found.view)
}

/// Carries out `command` on a live campaign. That it is live is a claim that its events require, so its row need not
/// be asked for first, unless the request names a version; but of two faults its absence is told first.
async fn carry_out(
    writer: &Writer,
    id: Uuid,
    command: CampaignCommand,
    sent_brand: Option<Uuid>,
) -> Result<Outcome, ApiError> {
    if writer.names_version() {
        check_live(writer, id).await?;
    }
    match writer.execute::<Campaign>(id, command).await {
        Ok(outcome) => Ok(outcome),
        Err(error) => {
            check_live(writer, id).await?;
            Err(explain(error, sent_brand))
        }
    }
}

/// What is missing is the body's fault when the body names it, otherwise the campaign is gone with its brand.
fn explain(error: WriteError, sent_brand: Option<Uuid>) -> ApiError {
    match error {
        WriteError::Missing { scope, key, .. } if scope == "brand" => {
            if sent_brand.is_some_and(|brand| brand.to_string() == key) {
                ApiError::field("brand", "unknown_value", "brand must be the id of a live brand")
            } else {
                ApiError::not_found("campaign")
            }
        }
        WriteError::Missing { scope, key, .. } if scope == "product" => {
            let sentence = format!("link_product: {key} is not a live product of the campaign's brand");
            ApiError::field("link_product", "unknown_value", sentence)
        }
        other => other.into(),
    }
}

/// What makes an answer about a campaign stale: its own events, and the deletion of products and brands.
fn subjects(id: Uuid) -> Vec<crate::answers::Subject> {
    use crate::answers::Subject;
    vec![Subject::thing("campaign", id), Subject::kind("product"), Subject::kind("brand")]
}
