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
