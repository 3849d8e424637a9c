//! Notices to people outside: templates, messages, what became of them (contract §3).

mod find_notification;
mod find_template;
mod list_notifications;
mod list_templates;
mod notification_view;
mod preview_template;
mod render_template;
mod save_template;
mod send_telegram;
mod template_view;
mod trigger_digest;

use super::{Access, Mode, Route};
use crate::app::App;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::post("/api/notification/telegram", Access::Write, send_telegram::handler)
            .doc("send_telegram", "Send a message to Telegram")
            .takes(&send_telegram::FORM, Mode::Create)
            .answers::<send_telegram::Asked>(),
        Route::post("/api/trigger_momo_notification", Access::Write, trigger_digest::handler)
            .doc("trigger_price_digest", "Send a digest of the price changes since the last one")
            .param("force", "boolean", "send it although nothing is new")
            .takes(&trigger_digest::FORM, Mode::Change)
            .answers::<trigger_digest::Sent>(),
        Route::post("/api/notification/render", Access::Command, render_template::handler)
            .doc("render_template", "Fill a template in; nothing is sent")
            .param("lenient", "boolean", "what is missing stays empty")
            .takes(&render_template::FORM, Mode::Create)
            .answers::<render_template::RenderedView>(),
        Route::get("/api/notification/templates", Access::Read, list_templates::handler)
            .doc("list_templates", "All templates by code")
            .answers::<Vec<template_view::TemplateView>>(),
        Route::get("/api/notification/templates/{code}", Access::Read, find_template::handler)
            .doc("find_template", "One template")
            .answers::<template_view::TemplateView>(),
        Route::put("/api/notification/templates/{code}", Access::Write, save_template::handler)
            .doc("save_template", "Change the fields sent, as a new version")
            .takes(&save_template::FORM, Mode::Change)
            .answers::<template_view::TemplateView>(),
        Route::post("/api/notification/templates/{code}/preview", Access::Write, preview_template::handler)
            .doc("preview_template", "Fill a template in with a recorded event; nothing is sent or kept")
            .takes(&preview_template::FORM, Mode::Change)
            .answers::<render_template::RenderedView>(),
        Route::get("/api/notification/history", Access::Read, list_notifications::handler)
            .doc("list_notifications", "Messages, newest first, and why they were sent or not")
            .param("status", "string", "queued, sent, failed, unknown or suppressed")
            .param("channel", "string", "telegram or email")
            .param("page", "integer", "from 1")
            .param("per_page", "integer", "50 unless said, at most 1000")
            .answers::<Vec<notification_view::NotificationView>>(),
        Route::get("/api/notification/history/{id}", Access::Read, find_notification::handler)
            .doc("find_notification", "One message, and what it waits for")
            .answers::<notification_view::NotificationView>(),
    ]
}
