//! Which request goes where. `openapi.json` describes the same; a test compares the two.

use crate::error::ApiError;
use crate::fair::fair;
use crate::guard::Sender;
use crate::serve::Peer;
use crate::state::ServerState;
use crate::{enrol, introduce, marks, page, pull, receive};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jishi_journal::VerifyingKey;
use jishi_sync::BATCH_BYTES_MAX;
use jishi_sync::protocol::{
    ENROL_PATH, ENTRIES_CONTENT_TYPE, FEEDS_PATH, HEALTH_PATH, Health, INTRODUCE_PATH, MARKS_PATH,
    NAME_KEYS_PATH, PULL_NAMES_PATH, PULL_PATH, PUSH_PATH, TIME_HEADER,
};
use std::time::Duration;

pub const OPENAPI: &str = include_str!("../openapi.json");
pub(crate) const OPENAPI_PATH: &str = "/api/v1/openapi.json";
pub(crate) const FAIR_PATH: &str = "/api/v1/fair";

/// Every route of the interface, as `method path`.
pub const ROUTES: &[&str] = &[
    "get /api/v1/health",
    "post /api/v1/enrol",
    "post /api/v1/introduce",
    "post /api/v1/push",
    "get /api/v1/marks",
    "post /api/v1/name-keys",
    "get /api/v1/feeds",
    "post /api/v1/pull",
    "post /api/v1/pull-names",
    "get /api/v1/fair",
    "get /api/v1/openapi.json",
];

/// What cannot be compressed grows a little.
const PUSH_BYTES_MAX: usize = BATCH_BYTES_MAX + 64 * 1024;
const JSON_BYTES_MAX: usize = 512 * 1024;
/// For a body to arrive.
const BODY_WAIT: Duration = Duration::from_secs(20);

pub(crate) fn router(state: ServerState) -> Router {
    // The page and its figures are for this machine: see `only_for_this_machine`.
    let open = Router::new()
        .route("/", get(page::whole))
        .route("/fair", get(page::part))
        .route("/page.css", get(page::style))
        .route("/page.js", get(page::script))
        .route(FAIR_PATH, get(fair_json))
        .layer(from_fn(only_for_this_machine));
    Router::new()
        .route(HEALTH_PATH, get(health))
        .route(ENROL_PATH, post(enrol_node))
        .route(INTRODUCE_PATH, post(introduce_node))
        .route(PUSH_PATH, post(push))
        .route(MARKS_PATH, get(chain_marks))
        .route(NAME_KEYS_PATH, post(name_keys))
        .route(FEEDS_PATH, get(feeds))
        .route(PULL_PATH, post(pull_entries))
        .route(PULL_NAMES_PATH, post(pull_names))
        .route(OPENAPI_PATH, get(openapi))
        .merge(open)
        .fallback(unknown)
        .method_not_allowed_fallback(bad_method)
        .layer(from_fn_with_state(state.clone(), tell_time))
        .with_state(state)
}

/// Every answer tells the server's time, for the next request to carry.
async fn tell_time(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(time) = HeaderValue::from_str(&state.guard().time(state.instruments())) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(TIME_HEADER), time);
    }
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whoever comes by the network gets no page: it shows names, and asks for no password. A web site that has its own name
/// point here (DNS rebinding) is told apart by the name.
async fn only_for_this_machine(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let is_near = peer.is_some_and(|ConnectInfo(peer)| peer.0.is_loopback());
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let is_here = name.is_some_and(|name| {
        name.eq_ignore_ascii_case("localhost")
            || name
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    });
    if is_here && is_near {
        next.run(request).await
    } else {
        ApiError::WrongHost.into_response()
    }
}

async fn unknown(request: Request) -> ApiError {
    let path = request.uri().path();
    match path.strip_prefix("/api/") {
        Some(rest) if !rest.starts_with("v1/") => ApiError::UnsupportedVersion,
        _ => ApiError::UnknownPath,
    }
}

async fn bad_method() -> ApiError {
    ApiError::BadMethod
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn health(State(state): State<ServerState>) -> Json<Health> {
    Json(Health {
        version: 1,
        organisation: state.facts().organisation.clone(),
        name: state.facts().name.clone(),
        public_key: state.facts().public_key.clone(),
        hand_overs: state.hand_overs().to_vec(),
    })
}

async fn fair_json(State(state): State<ServerState>) -> Result<Response, ApiError> {
    Ok(Json(fair(&state).await?).into_response())
}

async fn enrol_node(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let (sender, body, _) = signed(&state, request, JSON_BYTES_MAX).await?;
    Ok(Json(enrol::enrol(&state, sender, &body).await?).into_response())
}

async fn introduce_node(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let (sender, body, _) = signed(&state, request, JSON_BYTES_MAX).await?;
    Ok(Json(introduce::introduce(&state, sender, &body).await?).into_response())
}

async fn push(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { key, body, .. } = admitted(&state, request, PUSH_BYTES_MAX).await?;
    Ok(Json(receive::push(&state, key, body).await?).into_response())
}

async fn chain_marks(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { query, .. } = admitted(&state, request, 0).await?;
    Ok(Json(marks::marks(&state, &query).await?).into_response())
}

async fn name_keys(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { body, .. } = admitted(&state, request, JSON_BYTES_MAX).await?;
    Ok(Json(marks::name_keys(&state, &body).await?).into_response())
}

async fn feeds(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { key, query, .. } = admitted(&state, request, 0).await?;
    Ok(Json(pull::feeds(&state, key, &query).await?).into_response())
}

async fn pull_entries(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { key, body, .. } = admitted(&state, request, JSON_BYTES_MAX).await?;
    Ok(typed(ENTRIES_CONTENT_TYPE, pull::pull(&state, key, &body).await?))
}

async fn pull_names(State(state): State<ServerState>, request: Request) -> Result<Response, ApiError> {
    let Admitted { body, .. } = admitted(&state, request, JSON_BYTES_MAX).await?;
    Ok(Json(pull::names(&state, &body).await?).into_response())
}

/// The request's sender, proven by its signature, its body and its query.
async fn signed(
    state: &ServerState,
    request: Request,
    bytes_max: usize,
) -> Result<(Sender, Bytes, String), ApiError> {
    let (parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body, bytes_max).await?;
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let request: (&Method, &str, &HeaderMap, &[u8]) = (&parts.method, path, &parts.headers, &body);
    let sender = state
        .guard()
        .check(state.instruments(), &state.key().public(), request)?;
    Ok((sender, body, parts.uri.query().unwrap_or_default().to_owned()))
}

/// A request of a node that is enrolled and stands.
struct Admitted {
    key: VerifyingKey,
    body: Bytes,
    query: String,
}

/// The same as `signed`, of a node that is enrolled, and once.
async fn admitted(state: &ServerState, request: Request, bytes_max: usize) -> Result<Admitted, ApiError> {
    let (sender, body, query) = signed(state, request, bytes_max).await?;
    let key = sender.key;
    let asked = state.clone();
    state
        .read(move |ledger| {
            let guard = asked.guard();
            guard.admit(asked.instruments(), ledger, &asked.key().public(), &sender)
        })
        .await?;
    Ok(Admitted { key, body, query })
}

async fn read_body(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, ApiError> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > bytes_max) {
        return Err(ApiError::TooLarge);
    }
    match tokio::time::timeout(BODY_WAIT, axum::body::to_bytes(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Cut off or over the bound: either way it cannot be told from the error, and is not taken.
        Ok(Err(_)) => Err(ApiError::TooLarge),
        Err(_) => Err(ApiError::SlowBody),
    }
}

/// A page of this server, with its type.
pub(crate) fn typed(content_type: &'static str, text: impl Into<Body>) -> Response {
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, content_type)],
        text.into(),
    )
        .into_response()
}
