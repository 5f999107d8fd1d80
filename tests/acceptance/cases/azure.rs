//! What is demanded of Azure Key Vault besides the shared cases.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::entry;
use crate::case::{Case, Row};
use crate::place::Place;
use crate::setups::azure::{CERTIFICATE, KEY};

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "azure.cert",
        case: certificate,
    },
    Row {
        id: "azure.key",
        case: key,
    },
];

/// Its bytes, and none of its private key.
fn certificate(place: &Place<'_>) -> Case {
    let pem = &place.servers.azure.certificate;
    let (_, body) = pem.split_once("-----BEGIN CERTIFICATE-----").unwrap();
    let body: String = body.split("-----").take(1).collect();
    let bytes = STANDARD.decode(body.replace(['\n', '\r'], "")).unwrap();
    let spec = json!({ "data": [entry("web.cer", &format!("cert/{CERTIFICATE}"), "")] });
    let shown = String::from_utf8_lossy(&bytes);
    Case::new(Vec::new(), spec, &[("web.cer", &shown)])
}

/// Members of the JWK, each by its property.
fn key(place: &Place<'_>) -> Case {
    let azure = &place.servers.azure;
    let id = format!("{}/keys/{KEY}/{}", azure.url(), azure.key);
    let at = format!("key/{KEY}");
    let spec = json!({ "data": [
        entry("kty", &at, "kty"),
        entry("kid", &at, "kid"),
        entry("exponent", &at, "e"),
    ]});
    let wanted = [("kty", "RSA"), ("kid", &*id), ("exponent", "AQAB")];
    Case::new(Vec::new(), spec, &wanted)
}
