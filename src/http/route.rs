use std::time::Duration;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::gate::{Gate, Gated};
use super::layers::metrics::Durations;
use super::{Access, Family, Form, Mode};
use crate::limits;

/// One line of the table that drives the router, the access rules and the document.
pub struct Route<S> {
    /// All but the handler.
    pub info: RouteInfo,
    pub(super) mount: Box<dyn Fn(Gate) -> MethodRouter<S> + Send + Sync>,
}

/// What is said of a route.
#[derive(Debug)]
pub struct RouteInfo {
    /// Its method; GET routes answer HEAD too.
    pub method: Method,
    /// Its path as clients are told, parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Its name for programs, unique.
    pub operation_id: &'static str,
    /// Its name for people.
    pub summary: &'static str,
    /// Query parameters.
    pub parameters: Vec<Param>,
    /// The body it reads.
    pub body: Option<(&'static Form, Mode)>,
    /// Whether it reads a file sent as a form, with these options beside it.
    pub upload: Option<&'static [Param]>,
    /// The body it answers with.
    pub answer: Shape,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether a caller's calls are counted.
    pub is_rate_limited: bool,
    pub(super) durations: Durations,
}

/// A query parameter, for the document.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: &'static str,
    /// One line.
    pub doc: &'static str,
}

/// The shape of a successful answer, for the document.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Data in the family's envelope.
    Enveloped(fn(&mut SchemaGenerator) -> Schema),
    /// Data without an envelope.
    Bare(fn(&mut SchemaGenerator) -> Schema),
    /// The family's envelope with null.
    Nothing,
    /// Something that is no JSON, by its content type.
    Other(&'static str),
}

impl<S: Clone + Send + Sync + 'static> Route<S> {
    /// A route that reads.
    pub fn get<H: Handler<T, S>, T: 'static>(path: &'static str, access: Access, handler: H) -> Self {
        Self::new(Method::GET, MethodFilter::GET, path, access, handler)
    }

    /// A route that begins or does something.
    pub fn post<H: Handler<T, S>, T: 'static>(path: &'static str, access: Access, handler: H) -> Self {
        Self::new(Method::POST, MethodFilter::POST, path, access, handler)
    }

    /// A route that changes something.
    pub fn put<H: Handler<T, S>, T: 'static>(path: &'static str, access: Access, handler: H) -> Self {
        Self::new(Method::PUT, MethodFilter::PUT, path, access, handler)
    }

    /// A route that changes a part of something.
    pub fn patch<H: Handler<T, S>, T: 'static>(path: &'static str, access: Access, handler: H) -> Self {
        Self::new(Method::PATCH, MethodFilter::PATCH, path, access, handler)
    }

    /// A route that ends something.
    pub fn delete<H: Handler<T, S>, T: 'static>(path: &'static str, access: Access, handler: H) -> Self {
        Self::new(Method::DELETE, MethodFilter::DELETE, path, access, handler)
    }

    fn new<H: Handler<T, S>, T: 'static>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        debug_assert!(Family::of(path) == Family::M || path.ends_with('/'), "{path} lacks family B's slash");
        let info = RouteInfo {
            method,
            path,
            access,
            operation_id: "",
            summary: "",
            parameters: Vec::new(),
            body: None,
            upload: None,
            answer: Shape::Enveloped(|_| Schema::default()),
            timeout: limits::REQUEST_TIMEOUT,
            is_rate_limited: true,
            durations: Durations::default(),
        };
        let mount = Box::new(move |gate| on(filter, Gated { handler: handler.clone(), gate }));
        Self { info, mount }
    }

    /// Its name for programs and its name for people.
    #[must_use]
    pub fn doc(mut self, operation_id: &'static str, summary: &'static str) -> Self {
        self.info.operation_id = operation_id;
        self.info.summary = summary;
        self
    }

    /// A query parameter: its JSON type is `string`, `integer`, `boolean` …
    #[must_use]
    pub fn param(mut self, name: &'static str, kind: &'static str, doc: &'static str) -> Self {
        self.info.parameters.push(Param { name, kind, doc });
        self
    }

    /// The body it reads.
    #[must_use]
    pub fn takes(mut self, form: &'static Form, mode: Mode) -> Self {
        self.info.body = Some((form, mode));
        self
    }

    /// It reads a file sent as `multipart/form-data`, with these options beside it ([`super::Upload`]).
    #[must_use]
    pub fn takes_file(mut self, options: &'static [Param]) -> Self {
        self.info.upload = Some(options);
        self
    }

    /// Answers with `T` in the family's envelope.
    #[must_use]
    pub fn answers<T: JsonSchema>(self) -> Self {
        self.shape(Shape::Enveloped(SchemaGenerator::subschema_for::<T>))
    }

    /// Answers with `T` and no envelope.
    #[must_use]
    pub fn answers_bare<T: JsonSchema>(self) -> Self {
        self.shape(Shape::Bare(SchemaGenerator::subschema_for::<T>))
    }

    /// Answers with the envelope and null.
    #[must_use]
    pub fn answers_nothing(self) -> Self {
        self.shape(Shape::Nothing)
    }

    /// Answers with something that is no JSON.
    #[must_use]
    pub fn answers_other(self, content_type: &'static str) -> Self {
        self.shape(Shape::Other(content_type))
    }

    /// Answers with this shape.
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.info.answer = shape;
        self
    }

    /// May take longer, or must be quicker, than others.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.info.timeout = timeout;
        self
    }

    /// Its calls are not counted.
    #[must_use]
    pub fn without_rate_limit(mut self) -> Self {
        self.info.is_rate_limited = false;
        self
    }
}

impl RouteInfo {
    /// The family that decides its envelope.
    pub fn family(&self) -> Family {
        Family::of(self.path)
    }

    /// The paths it answers at: family B and its sockets with and without the final slash, but `/api/products` is
    /// family M's (contract R2).
    pub fn paths(&self) -> impl Iterator<Item = &'static str> + use<> {
        let is_b = |path: &&str| Family::of(path) == Family::B || path.starts_with("/ws/");
        let without = self.path.strip_suffix('/').filter(is_b);
        std::iter::once(self.path).chain(without)
    }
}
