//! A request that is refused as a whole: each refusal has its own name and its own status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jishi_ledger::StoreError;
use jishi_sync::BatchError;
use jishi_sync::protocol::{ErrorAnswer, ErrorFacts};

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("the request is not signed, or its headers make no sense")]
    Unsigned,
    #[error("the request's time is not one that this server told lately; here is a new one")]
    StaleTime,
    #[error("the signature is not that of this node over this request to this server")]
    BadSignature,
    #[error("this request has been here before")]
    Replayed,
    #[error("the node is not enrolled here")]
    UnknownNode,
    #[error("the node has been revoked")]
    Revoked,
    #[error("the server that enrolled the node is none of this organisation's")]
    NotOfOrganisation,
    #[error("a chain that was asked for is not for this node")]
    NotForNode,
    #[error("the one-time code is not known here")]
    UnknownCode,
    #[error("the one-time code has been used")]
    CodeUsed,
    #[error("the one-time code is for another kind of node")]
    WrongKind,
    #[error("the one-time code is out of date")]
    CodeExpired,
    #[error(
        "another node of the organisation has this code; where this is that one without its lost disk, revoke it first"
    )]
    NodeTaken,
    #[error("a node's code is 1 to 16 letters and digits")]
    BadNode,
    #[error("the body makes no sense")]
    BadBody,
    #[error("the body is larger than it may be")]
    TooLarge,
    #[error("the body did not arrive in time")]
    SlowBody,
    #[error(transparent)]
    Batch(#[from] BatchError),
    #[error("too much at once; come back in a moment")]
    Busy,
    #[error("this version of the protocol is not known here; /api/v1 is")]
    UnsupportedVersion,
    #[error("there is nothing at this path")]
    UnknownPath,
    #[error("this path is not for that method")]
    BadMethod,
    /// The page is open on this machine's loopback, and to no web site that pretends to be there.
    #[error("this page is only for this machine: open it under 127.0.0.1 or localhost")]
    WrongHost,
    #[error("the server's storage failed; nothing of this request has happened")]
    Storage(#[from] StoreError),
    #[error("the server failed in a way it should not; nothing of this request has happened")]
    Failed,
}

impl ApiError {
    pub fn code(&self) -> &'static str {
        match self {
            ApiError::Unsigned => "unsigned",
            ApiError::StaleTime => "stale_time",
            ApiError::BadSignature => "bad_signature",
            ApiError::Replayed => "replayed",
            ApiError::UnknownNode => "unknown_node",
            ApiError::Revoked => "revoked",
            ApiError::NotOfOrganisation => "not_of_organisation",
            ApiError::NotForNode => "not_for_node",
            ApiError::UnknownCode => "unknown_code",
            ApiError::CodeUsed => "code_used",
            ApiError::WrongKind => "wrong_kind",
            ApiError::CodeExpired => "code_expired",
            ApiError::NodeTaken => "node_taken",
            ApiError::BadNode => "bad_node",
            ApiError::BadBody => "bad_body",
            ApiError::TooLarge => "too_large",
            ApiError::SlowBody => "slow_body",
            ApiError::Batch(error) => error.code(),
            ApiError::Busy => "busy",
            ApiError::UnsupportedVersion => "unsupported_version",
            ApiError::UnknownPath => "unknown_path",
            ApiError::BadMethod => "bad_method",
            ApiError::WrongHost => "wrong_host",
            ApiError::Storage(error) => error.code(),
            ApiError::Failed => "failed",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            ApiError::Unsigned
            | ApiError::StaleTime
            | ApiError::BadSignature
            | ApiError::Replayed
            | ApiError::UnknownNode => StatusCode::UNAUTHORIZED,
            ApiError::Revoked | ApiError::NotOfOrganisation | ApiError::NotForNode => StatusCode::FORBIDDEN,
            ApiError::UnknownCode | ApiError::BadNode | ApiError::BadBody => StatusCode::BAD_REQUEST,
            ApiError::CodeUsed | ApiError::WrongKind | ApiError::NodeTaken => StatusCode::CONFLICT,
            ApiError::CodeExpired => StatusCode::GONE,
            ApiError::TooLarge | ApiError::Batch(BatchError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::Batch(BatchError::BadBatch) => StatusCode::BAD_REQUEST,
            ApiError::SlowBody => StatusCode::REQUEST_TIMEOUT,
            ApiError::Busy | ApiError::Storage(StoreError::Busy) => StatusCode::SERVICE_UNAVAILABLE,
            ApiError::UnsupportedVersion | ApiError::UnknownPath => StatusCode::NOT_FOUND,
            ApiError::BadMethod => StatusCode::METHOD_NOT_ALLOWED,
            ApiError::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            ApiError::Storage(StoreError::Full) => StatusCode::INSUFFICIENT_STORAGE,
            ApiError::Storage(_) | ApiError::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let ApiError::Storage(error) = &self {
            tracing::error!(code = error.code(), "The server's storage failed: {error}");
        }
        let facts = ErrorFacts {
            code: self.code().to_owned(),
            message: self.to_string(),
        };
        let mut response = (self.status(), axum::Json(ErrorAnswer { error: facts })).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
