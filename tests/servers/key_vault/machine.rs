//! A machine's own identity: as App Service gives it out, and as every virtual machine of Azure's has it at an address of its own.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::token::now;
use super::{CLOUDS, Inner};
use crate::servers::form::form;
use crate::servers::http::{Request, Response};

/// Where every virtual machine of Azure's is told about itself.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token?";

/// Answers at the address that App Service names in a variable, and at a machine's own; none for whatever else it is asked.
pub(super) fn answer(inner: &Inner, request: &Request) -> Option<Response> {
    let (_, query) = request.target.split_once('?').unwrap_or_default();
    let query = form(query.as_bytes());
    if request.target.starts_with("/msi/token?") {
        let knows = request.header("x-identity-header") == Some(inner.directory.machine.as_str());
        return Some(
            token(inner, knows, &query)
                .unwrap_or_else(|| Response::json(401, r#"{"statusCode":401,"message":"no"}"#)),
        );
    }
    let metadata = METADATA.trim_end_matches('?');
    if !request.target.starts_with(metadata) || !inner.is_machine.load(Ordering::Relaxed) {
        return None;
    }
    // Nobody who was tricked into sending a request can add a header to it.
    let knows = request.header("metadata") == Some("true") && request.target.starts_with(METADATA);
    Some(token(inner, knows, &query).unwrap_or_else(refused))
}

/// Answers as a machine's own address does, wherever that is.
pub(super) fn metadata(inner: &Inner, resource: &str, request: &Request) -> Response {
    let (_, query) = request.target.split_once('?').unwrap_or_default();
    let query = form(query.as_bytes());
    let knows = request.header("metadata") == Some("true")
        && query.get("resource").is_some_and(|it| it == resource);
    made(inner, knows, &query, resource).unwrap_or_else(refused)
}

fn refused() -> Response {
    Response::json(
        400,
        r#"{"error":"invalid_request","error_description":"no"}"#,
    )
}

fn token(inner: &Inner, knows: bool, query: &BTreeMap<String, String>) -> Option<Response> {
    let audiences = CLOUDS.map(|cloud| format!("https://{}", cloud.vaults));
    let audience = query.get("resource").filter(|it| audiences.contains(it))?;
    made(inner, knows, query, audience)
}

fn made(
    inner: &Inner,
    knows: bool,
    query: &BTreeMap<String, String>,
    audience: &str,
) -> Option<Response> {
    let application = &inner.directory.application;
    let named = query
        .get("client_id")
        .is_none_or(|it| *it == application.client);
    if !knows || !named || !query.contains_key("api-version") {
        return None;
    }
    inner.count("machine");
    let token = inner
        .directory
        .tokens
        .sign(audience, 3600, &application.client);
    let answer = json!({
        "access_token": token, "expires_in": "3600", "expires_on": (now() + 3600).to_string(),
        "resource": audience, "token_type": "Bearer", "client_id": application.client,
    });
    Some(Response::json(200, answer.to_string()))
}
