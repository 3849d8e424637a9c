use cqrs_es::persist::{EventUpcaster, SerializedEvent};

/// Translators from an event's older wire versions to the present one (invariant 4).
pub(crate) struct Upcasters(Vec<Box<dyn EventUpcaster>>);

impl Upcasters {
    /// Those of the released events. None has changed its form yet.
    pub(crate) fn standard() -> Self {
        Self(Vec::new())
    }

    #[cfg(test)]
    pub(crate) fn of(upcasters: Vec<Box<dyn EventUpcaster>>) -> Self {
        Self(upcasters)
    }

    /// The event in its present form, if it was stored in an older one.
    pub(crate) fn lift(
        &self,
        kind: &str,
        id: &str,
        event_type: &str,
        version: &str,
        payload: &str,
    ) -> Result<Option<SerializedEvent>, serde_json::Error> {
        let mut lifted: Option<SerializedEvent> = None;
        for upcaster in &self.0 {
            let (name, format) = lifted.as_ref().map_or((event_type, version), |event| {
                (event.event_type.as_str(), event.event_version.as_str())
            });
            if upcaster.can_upcast(name, format) {
                let event = match lifted.take() {
                    Some(event) => event,
                    None => SerializedEvent {
                        aggregate_id: id.to_owned(),
                        sequence: 0,
                        aggregate_type: kind.to_owned(),
                        event_type: event_type.to_owned(),
                        event_version: version.to_owned(),
                        payload: serde_json::from_str(payload)?,
                        metadata: serde_json::Value::Null,
                    },
                };
                lifted = Some(upcaster.upcast(event));
            }
        }
        Ok(lifted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// From an imagined first form, in which a brand was called by its title.
    struct TitleToName;

    impl EventUpcaster for TitleToName {
        fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
            (event_type, event_version) == ("BrandCreated", "0.8")
        }

        fn upcast(&self, mut event: SerializedEvent) -> SerializedEvent {
            let title = event.payload["BrandCreated"]["title"].take();
            event.payload = json!({ "BrandCreated": { "name": title } });
            event.event_version = "0.9".into();
            event
        }
    }

    /// From the second to the present one.
    struct NameToDetails;

    impl EventUpcaster for NameToDetails {
        fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
            (event_type, event_version) == ("BrandCreated", "0.9")
        }

        fn upcast(&self, mut event: SerializedEvent) -> SerializedEvent {
            let name = event.payload["BrandCreated"]["name"].take();
            event.payload = json!({ "BrandCreated": { "details": { "name": name } } });
            event.event_version = "1.0".into();
            event
        }
    }

    fn lift(version: &str, payload: &str) -> Option<SerializedEvent> {
        let upcasters = Upcasters::of(vec![Box::new(TitleToName), Box::new(NameToDetails)]);
        upcasters.lift("brand", "b", "BrandCreated", version, payload).unwrap()
    }

    #[test]
    fn an_old_event_climbs_to_the_present_form_step_by_step() {
        let event = lift("0.8", r#"{"BrandCreated":{"title":"Tea"}}"#).unwrap();
        assert_eq!(event.event_version, "1.0");
        assert_eq!(event.payload, json!({ "BrandCreated": { "details": { "name": "Tea" } } }));
    }

    #[test]
    fn an_event_in_the_present_form_is_left_as_it_is() {
        assert!(lift("1.0", r#"{"BrandCreated":{}}"#).is_none());
    }
}
