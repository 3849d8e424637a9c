//! What a campaign's source answers: the creator_list shape, bare or in family B's envelope (contract §2).

use std::time::Duration;

use aggregates::campaigns::{Campaign, CampaignCommand, CreatorPatch, CreatorReport, ResultsPatch};
use aggregates::values::Status;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::limits;

/// Asks a source and turns its answer into a command.
pub(super) async fn ask(
    client: &reqwest::Client,
    template: &str,
    campaign: Uuid,
    product: Option<Uuid>,
) -> Result<CampaignCommand, String> {
    let product_text = product.map(|id| id.to_string()).unwrap_or_default();
    let url = template.replace("{campaign_id}", &campaign.to_string()).replace("{product_id}", &product_text);
    let request = client.get(url).timeout(Duration::from_secs(limits::POLL_TIMEOUT_S)).send();
    let mut response = request.await.map_err(|error| without_address(error, "the source does not answer"))?;
    if !response.status().is_success() {
        return Err(format!("the source answers {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(part) =
        response.chunk().await.map_err(|error| without_address(error, "the answer broke off"))?
    {
        if body.len() + part.len() > limits::POLL_ANSWER_BYTES {
            return Err(format!("the answer is larger than {} bytes", limits::POLL_ANSWER_BYTES));
        }
        body.extend_from_slice(&part);
    }
    let value = serde_json::from_slice(&body).map_err(|error| format!("the answer is no JSON: {error}"))?;
    understand(&value)
}

/// A template may hold a secret, so errors do not show the address.
fn without_address(error: reqwest::Error, what: &str) -> String {
    format!("{what}: {}", error.without_url())
}

/// Reads an answer; what it leaves out stays as it is.
fn understand(answer: &Value) -> Result<CampaignCommand, String> {
    let list = match answer.get("data") {
        Some(data) if answer.get("campaign").is_none() => {
            if answer.get("code").is_some_and(|code| code != 200) {
                return Err(format!("the source answers the code {}", answer["code"]));
            }
            data
        }
        _ => answer,
    };
    let Some(list) = list.as_object() else { return Err("the answer is no creator list".into()) };
    let campaign = list.get("campaign").and_then(Value::as_object);
    let status = match campaign.and_then(|campaign| campaign.get("status")) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => {
            Some(Status::parse(text).ok_or_else(|| format!("unknown status {text:?}"))?)
        }
        Some(other) => return Err(format!("status must be text, not {other}")),
    };
    let text_of = |field: &str| campaign.and_then(|campaign| campaign.get(field)).map(text);
    let results =
        ResultsPatch { gmv_achieved: text_of("gmv_achieved"), views_achieved: text_of("views_achieved") };
    let creators = match list.get("creators") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_object().ok_or_else(|| "a creator is no object".to_owned()).and_then(report))
            .collect::<Result<_, _>>()?,
        Some(_) => return Err("creators must be a list".into()),
    };
    Ok(CampaignCommand::Report { status, results, creators })
}

fn report(item: &Map<String, Value>) -> Result<CreatorReport, String> {
    let creator_id = item.get("id").and_then(text).ok_or("a creator has no id")?;
    Ok(CreatorReport { creator_id, patch: creator_report(item)? })
}

/// Creators that were asked about for a product belong to it, unless the answer or an earlier one says another:
/// two products that report one creator would otherwise take it from each other with every poll.
pub(super) fn attribute(command: &mut CampaignCommand, campaign: &Campaign, product: Uuid) {
    let CampaignCommand::Report { creators, .. } = command else { return };
    for CreatorReport { creator_id, patch } in creators {
        let known = campaign.creators.get(creator_id).and_then(|creator| creator.details.product_id);
        if patch.product_id.is_none() && known.is_none() {
            patch.product_id = Some(Some(product));
        }
    }
}

/// Reads the creator fields that are there.
///
/// # Errors
/// A sentence that names the field that cannot be read.
pub fn creator_report(item: &Map<String, Value>) -> Result<CreatorPatch, String> {
    let followers = number(item, "followers")?
        .map(|number| i64::try_from(number.trunc()).map_err(|_| "followers is out of range".to_owned()));
    Ok(CreatorPatch {
        name: item.get("name").map(text),
        category: item.get("category").map(text),
        followers: followers.transpose()?,
        gmv_generated: number(item, "gmv_generated")?,
        views_generated: number(item, "views_generated")?,
        pricing: number(item, "pricing")?,
        status: match item.get("status") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let status = value.as_str().and_then(Status::parse);
                Some(status.ok_or_else(|| format!("unknown creator status {value}"))?)
            }
        },
        product_id: match item.get("product_id") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(value) => {
                let id = value.as_str().and_then(|text| Uuid::parse_str(text).ok());
                Some(Some(id.ok_or("product_id must be a UUID")?))
            }
        },
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// A number, or the text of one; exact, never through binary floats.
fn number(item: &Map<String, Value>, field: &str) -> Result<Option<Decimal>, String> {
    let literal = match item.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().replace(',', ""),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(format!("{field} must be a number")),
    };
    let read = literal.parse().or_else(|_| Decimal::from_scientific(&literal));
    read.map(Some).map_err(|_| format!("{field} must be a number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aggregates::Decider;
    use aggregates::campaigns::CampaignEvent;
    use serde_json::json;

    fn read(answer: Value) -> Result<(Option<Status>, ResultsPatch, Vec<CreatorReport>), String> {
        match understand(&answer)? {
            CampaignCommand::Report { status, results, creators } => Ok((status, results, creators)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reads_the_bare_shape_and_the_envelope_alike() {
        let list = json!({"campaign": {"status": "accepted", "gmv_achieved": "10.5"},
                          "creators": [{"id": "c1", "followers": 12, "pricing": "3.50"}]});
        let bare = read(list.clone()).unwrap();
        assert_eq!(read(json!({"code": 200, "message": "成功", "data": list})).unwrap(), bare);
        assert_eq!(bare.0, Some(Status::Accepted));
        assert_eq!(bare.1, ResultsPatch { gmv_achieved: Some(Some("10.5".into())), views_achieved: None });
        assert_eq!(bare.2[0].patch.followers, Some(12));
    }

    #[test]
    fn a_creator_stays_with_the_product_that_reported_it_first() {
        let (tea, cake) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut campaign = Campaign::default();
        let poll = |campaign: &Campaign, product| {
            let mut command = understand(&json!({"creators": [{"id": "c1"}]})).unwrap();
            attribute(&mut command, campaign, product);
            match command {
                CampaignCommand::Report { creators, .. } => creators[0].patch.clone(),
                other => panic!("{other:?}"),
            }
        };
        let changes = poll(&campaign, tea);
        assert_eq!(changes.product_id, Some(Some(tea)));
        campaign.evolve(&CampaignEvent::CampaignCreatorReported { creator_id: "c1".into(), changes });
        assert_eq!(poll(&campaign, cake).product_id, None);
    }

    #[test]
    fn names_what_it_cannot_read() {
        assert!(read(json!({"campaign": {"status": "weird"}})).unwrap_err().contains("weird"));
        assert!(read(json!({"creators": [{"name": "x"}]})).unwrap_err().contains("id"));
        assert!(read(json!([1])).unwrap_err().contains("creator list"));
        assert!(read(json!({"code": 404, "message": "x", "data": null})).unwrap_err().contains("404"));
    }
}
