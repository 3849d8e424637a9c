use axum::http::StatusCode;

/// What went wrong, in the words that clients know (contract R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Nobody said who they are.
    AuthRequired,
    /// What was shown is not, or no longer, good.
    AuthFailed,
    /// Known, but not allowed to.
    PermissionDenied,
    /// Nothing there.
    NotFound,
    /// The request can be mended by its sender.
    ValidationError,
    /// Too many requests.
    RateLimited,
    /// Our own fault.
    ServerError,
    /// The address does not take this method.
    MethodNotAllowed,
    /// The body is over its limit.
    PayloadTooLarge,
    /// The body is of another type than this address takes.
    UnsupportedMediaType,
    /// `If-Match` names an older version.
    PreconditionFailed,
    /// Others changed the same thing at the same time, again and again.
    Conflict,
    /// Cannot be answered now, but later.
    Unavailable,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::AuthRequired,
        Self::AuthFailed,
        Self::PermissionDenied,
        Self::NotFound,
        Self::ValidationError,
        Self::RateLimited,
        Self::ServerError,
        Self::MethodNotAllowed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::PreconditionFailed,
        Self::Conflict,
        Self::Unavailable,
    ];

    /// The word in a family M envelope.
    pub fn word(self) -> &'static str {
        match self {
            Self::AuthRequired => "AUTH_REQUIRED",
            Self::AuthFailed => "AUTH_FAILED",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::NotFound => "NOT_FOUND",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::RateLimited => "RATE_LIMITED",
            Self::ServerError => "SERVER_ERROR",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::PreconditionFailed => "PRECONDITION_FAILED",
            Self::Conflict => "CONFLICT",
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// The HTTP status, and the `code` in a family B envelope.
    pub fn status(self) -> StatusCode {
        match self {
            Self::AuthRequired | Self::AuthFailed => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::ValidationError => StatusCode::BAD_REQUEST,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The code for a status that something below us answered with.
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::AuthRequired,
            status if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE => {
                Self::ServerError
            }
            status => {
                Self::ALL.into_iter().find(|code| code.status() == status).unwrap_or(Self::ValidationError)
            }
        }
    }

    /// What to tell a person when nothing more is known.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AuthRequired => "sign in, or send an Authorization header",
            Self::AuthFailed => "the credentials are wrong or no longer valid",
            Self::PermissionDenied => "your role does not allow this",
            Self::NotFound => "there is nothing at this address",
            Self::ValidationError => "the request cannot be understood",
            Self::RateLimited => "too many requests: wait a little",
            Self::ServerError => "something went wrong on our side",
            Self::MethodNotAllowed => "this address does not take this method",
            Self::PayloadTooLarge => "the body is too large",
            Self::UnsupportedMediaType => "the body is of a type that this address does not take",
            Self::PreconditionFailed => "this is no longer the newest version: read it again",
            Self::Conflict => "others keep changing the same thing: try again",
            Self::Unavailable => "not available right now: try again",
        }
    }
}
