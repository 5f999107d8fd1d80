//! The signature of a request, Signature Version 4, by the vendor's crate.
//!
//! Never here: where keys come from, and what a request says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use selkie_api::Cause;

use crate::Failure;

/// What a request is signed for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) region: &'a str,
    /// As signatures call it.
    pub(crate) service: &'a str,
    /// Seconds since 1970.
    pub(crate) time: u64,
}

/// The headers of a POST to the root of `url` with this body: those that it says, and the signature over them.
pub(crate) fn headers(
    url: &str,
    said: &[(&'static str, &str)],
    body: &[u8],
    keys: &Credentials,
    scope: Scope<'_>,
) -> Result<HeaderMap, Failure> {
    let identity = keys.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(time(scope.time))
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| unsigned())?
        .into();
    let headers = said.iter().copied();
    let body = SignableBody::Bytes(body);
    let signed = SignableRequest::new("POST", url, headers, body)
        .and_then(|request| sign(request, &params))
        .map_err(|_| unsigned())?;
    let (instructions, _) = signed.into_parts();
    let mut headers = HeaderMap::new();
    for (name, value) in said.iter().copied().chain(instructions.headers()) {
        let name = HeaderName::try_from(name).map_err(|_| unsigned())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| unsigned())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A time as the vendor's crates have it.
pub(super) fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn unsigned() -> Failure {
    let what = "an access key, its secret or a token holds what no header can";
    Failure::new(Cause::Unauthorized, what)
}
