use aggregates::Fact;
use aggregates::notifications::{
    Channel, Chat, ChatEvent, Digests, DigestsEvent, Message, Notification, NotificationEvent,
};
use aggregates::templates::{Template, TemplateEvent};

use super::{BRAND, OTHER_BRAND, of, text};
use crate::Sample;

/// Samples of everything that is told to people outside.
pub(super) fn all() -> Vec<(Sample, Fact)> {
    let mut all = of::<Notification>(notification_events(), Fact::Notification);
    all.extend(of::<Chat>(chat_events(), Fact::Chat));
    all.extend(of::<Digests>(digests_events(), Fact::Digests));
    all.extend(of::<Template>(template_events(), Fact::Template));
    all
}

fn notification_events() -> Vec<(&'static str, NotificationEvent)> {
    let mail = Message {
        channel: Channel::Email,
        to: vec!["Mei <mei@example.com>".to_owned()],
        subject: text("缺貨"),
        text: "三件".to_owned(),
        because: "price_digest".to_owned(),
        withheld: None,
    };
    let withheld = Message { withheld: text("nobody is named"), ..mail.clone() };
    let reason = || "403 Forbidden: bot was blocked by the user".to_owned();
    vec![
        ("full", NotificationEvent::NotificationRequested { id: BRAND, message: mail }),
        ("bare", NotificationEvent::NotificationRequested { id: BRAND, message: Message::default() }),
        ("withheld", NotificationEvent::NotificationRequested { id: BRAND, message: withheld }),
        ("full", NotificationEvent::NotificationSent { receipt: "17 18".to_owned() }),
        ("full", NotificationEvent::NotificationFailed { reason: reason() }),
        ("full", NotificationEvent::NotificationUnknown { reason: reason() }),
        ("full", NotificationEvent::NotificationSuppressed { reason: reason() }),
    ]
}

fn chat_events() -> Vec<(&'static str, ChatEvent)> {
    let chat = || "-100200".to_owned();
    vec![
        ("full", ChatEvent::ChatSwitchedOff { chat: chat(), reason: "blocked".to_owned() }),
        ("full", ChatEvent::ChatSwitchedOn { chat: chat() }),
        ("full", ChatEvent::ChatMoved { chat: chat(), to: "-1001234567890".to_owned() }),
    ]
}

fn digests_events() -> Vec<(&'static str, DigestsEvent)> {
    let sent =
        |notifications| DigestsEvent::PriceDigestSent { after: 10, upto: 20, changes: 3, notifications };
    vec![("full", sent(vec![BRAND, OTHER_BRAND])), ("bare", sent(Vec::new()))]
}

fn template_events() -> Vec<(&'static str, TemplateEvent)> {
    let written = TemplateEvent::TemplateWritten {
        code: "disk_warning".to_owned(),
        version: 2,
        subject: "{{ usage_percent }}%".to_owned(),
        body: "磁碟 {{ usage_percent }}%".to_owned(),
        enabled: false,
    };
    vec![("full", written)]
}
