//! Declarative bodies: a form says which fields a JSON body may have, and is both reader and documentation.
//!
//! All that is wrong with the known fields is told at once; unknown fields are ignored (contract R10). Numbers are
//! read from their literal text and never pass through binary floats (R6).

mod field;
mod kind;
mod nesting;
mod number;
mod object;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod values;

pub use field::Field;
pub use kind::Kind;
pub use values::Values;

use aggregates::Fault;

use super::ApiError;

/// Whether a body begins a thing or changes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Required fields must be there.
    Create,
    /// Only what is sent counts; a required field may be absent but not empty.
    Change,
}

/// The fields that a JSON body may have.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    fields: &'static [Field],
}

impl Form {
    /// A form of these fields.
    pub const fn new(fields: &'static [Field]) -> Self {
        Self { fields }
    }

    /// Its fields.
    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Reads a body.
    ///
    /// # Errors
    /// 400 that says where the JSON breaks, or everything that is wrong with its fields.
    pub fn read(&self, body: &[u8], mode: Mode) -> Result<Values, ApiError> {
        let (values, faults) = self.inspect(body, mode)?;
        if faults.is_empty() { Ok(values) } else { Err(ApiError::faults(&faults)) }
    }

    /// Like [`Form::read`], for a caller who finds faults of its own and wants to tell all at once.
    ///
    /// # Errors
    /// 400 that says where the JSON breaks.
    pub fn inspect(&self, body: &[u8], mode: Mode) -> Result<(Values, Vec<Fault>), ApiError> {
        let object = object::parse(body)?;
        let mut faults = Vec::new();
        let values = read::fields(self, &object, mode, "", &mut faults);
        Ok((values, faults))
    }
}
