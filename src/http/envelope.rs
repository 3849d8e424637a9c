use serde::Serialize;
use serde_json::Value;

use super::{Answer, ApiError, Family};

/// Answers of family B (contract R1).
pub struct B;

/// Answers of families M and T (contract R1).
pub struct M;

/// An answer without an envelope.
pub struct Bare;

/// Room for an envelope and a small body, so that most answers are written without growing.
const BODY_BYTES: usize = 1024;

impl B {
    /// 成功 with data.
    pub fn ok<T: Serialize>(data: T) -> Answer {
        Answer::written(wrap(r#"{"code":200,"message":"成功","data":"#, &data, "}"))
    }

    /// 删除成功.
    pub fn deleted() -> Answer {
        Self::said("删除成功")
    }

    /// A message and no data.
    pub fn said(message: &str) -> Answer {
        Answer::written(wrap(r#"{"code":200,"message":"#, &message, r#","data":null}"#))
    }
}

impl M {
    /// 操作成功 with data.
    pub fn ok<T: Serialize>(data: T) -> Answer {
        Answer::written(wrap(r#"{"success":true,"data":"#, &data, r#","message":"操作成功"}"#))
    }

    /// 操作成功 and nothing to show.
    pub fn done() -> Answer {
        Self::ok(Value::Null)
    }
}

impl Bare {
    /// Just the data.
    pub fn ok<T: Serialize>(data: T) -> Answer {
        Answer::written(wrap("", &data, ""))
    }
}

fn wrap<T: Serialize>(before: &str, data: &T, after: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = Vec::with_capacity(BODY_BYTES);
    body.extend_from_slice(before.as_bytes());
    serde_json::to_writer(&mut body, data)?;
    body.extend_from_slice(after.as_bytes());
    Ok(body)
}

#[derive(Serialize)]
struct FailureB<'a> {
    code: u16,
    message: &'a str,
    data: (),
}

#[derive(Serialize)]
struct FailureM<'a> {
    success: bool,
    error: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
}

impl ApiError {
    /// The body that clients of `family` understand.
    pub(crate) fn body(&self, family: Family) -> Vec<u8> {
        let (code, message) = (self.code(), self.message());
        let written = match family {
            Family::B => wrap("", &FailureB { code: code.status().as_u16(), message, data: () }, ""),
            Family::M => {
                let failure =
                    FailureM { success: false, error: message, code: code.word(), details: self.details() };
                wrap("", &failure, "")
            }
        };
        written.unwrap_or_default()
    }
}
