//! The directory's part of the protocol: where tokens are given, and what for.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::directory::{Application, Directory, EXCHANGE};
use super::token::{claims, is_over};
use super::{CLOUDS, Cloud, Inner};
use crate::servers::form::form;
use crate::servers::http::{Request, Response};

impl Directory {
    /// Answers at the login address of a cloud.
    pub(super) fn answer(&self, inner: &Inner, cloud: Cloud, request: &Request) -> Response {
        let (path, _) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let login = cloud.authority();
        let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), words.as_slice()) {
            ("GET", ["common", "discovery", "instance"]) => ok(&json!({
                "tenant_discovery_endpoint":
                    format!("{login}/{}/v2.0/.well-known/openid-configuration", self.tenant),
                "api-version": "1.1",
                "metadata": CLOUDS.map(|cloud| json!({
                    "preferred_network": cloud.login,
                    "preferred_cache": cloud.login,
                    "aliases": [cloud.login],
                })),
            })),
            ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"])
                if *tenant == self.tenant =>
            {
                ok(&json!({
                    "issuer": format!("{login}/{tenant}/v2.0"),
                    "authorization_endpoint": format!("{login}/{tenant}/oauth2/v2.0/authorize"),
                    "token_endpoint": format!("{login}/{tenant}/oauth2/v2.0/token"),
                }))
            }
            ("POST", [tenant, "oauth2", "v2.0", "token"]) => {
                inner.count("token");
                match self.token(cloud, tenant, &form(&request.body)) {
                    Ok(token) => token,
                    Err(refusal) => refusal.response(),
                }
            }
            (_, [_, "v2.0", ..]) => Refusal::TENANT.response(),
            _ => Response::json(404, "{}"),
        }
    }

    fn token(
        &self,
        cloud: Cloud,
        tenant: &str,
        form: &BTreeMap<String, String>,
    ) -> Result<Response, Refusal> {
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        if tenant != self.tenant {
            return Err(Refusal::TENANT);
        }
        if field("grant_type") != "client_credentials" {
            return Err(Refusal(400, "unsupported_grant_type", 70003));
        }
        let resource = cloud.resource();
        // The vendor's own library for Python adds what is implied.
        let scopes: Vec<&str> = field("scope").split(' ').collect();
        if !scopes.contains(&format!("{resource}/.default").as_str()) {
            return Err(Refusal(400, "invalid_scope", 70011));
        }
        let client = field("client_id");
        let application = self.applications().find(|it| it.client == client);
        let application = application.ok_or(Refusal(400, "unauthorized_client", 700_016))?;
        if field("client_assertion_type").is_empty() {
            if field("client_secret") != application.secret {
                return Err(Refusal(401, "invalid_client", 7_000_215));
            }
        } else {
            self.assertion(cloud, application, form)?;
        }
        let token = self.tokens.sign(&resource, 3600, client);
        Ok(ok(&json!({
            "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599,
            "access_token": token,
        })))
    }

    /// A statement signed by the cluster, or with the certificate.
    fn assertion(
        &self,
        cloud: Cloud,
        application: &Application,
        form: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let statement = field("client_assertion");
        if field("client_assertion_type") != kind || application.client != self.application.client {
            return Err(Refusal(400, "invalid_request", 900_144));
        }
        if self.cluster.verify(statement, EXCHANGE).is_ok() || self.is_federated(statement) {
            return Ok(());
        }
        let bad = Refusal(401, "invalid_client", 700_027);
        let (signed, signature) = statement.rsplit_once('.').ok_or(bad)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| bad)?;
        let (certificate, key) = &self.certificate;
        let public = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key.public_key().as_ref());
        public
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| bad)?;
        let header = signed.split('.').next().unwrap_or_default();
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| bad)?;
        let header: Value = serde_json::from_slice(&header).map_err(|_| bad)?;
        let print = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
        let named = header["x5t#S256"].as_str().unwrap_or_default();
        // The library for Go pads it, with the other alphabet.
        let spellings = [URL_SAFE_NO_PAD.encode(print), STANDARD.encode(print)];
        let claims = claims(statement).ok_or(bad)?;
        let address = format!("{}/{}/oauth2/v2.0/token", cloud.authority(), self.tenant);
        let speaks = claims["iss"] == application.client && claims["sub"] == application.client;
        match () {
            () if header["alg"] != "PS256" || !spellings.iter().any(|it| it == named) => Err(bad),
            () if claims["aud"] != address => Err(Refusal(401, "invalid_client", 700_023)),
            () if is_over(&claims) => Err(Refusal(401, "invalid_client", 700_024)),
            () if !speaks => Err(Refusal(401, "invalid_client", 700_021)),
            () => Ok(()),
        }
    }
}

/// Status, error and number of a refused login.
#[derive(Clone, Copy)]
struct Refusal(u16, &'static str, u32);

impl Refusal {
    const TENANT: Self = Self(400, "invalid_request", 90002);

    fn response(self) -> Response {
        let Self(status, error, number) = self;
        let body = json!({
            "error": error,
            "error_description": format!("AADSTS{number}: a text of the directory's."),
            "error_codes": [number],
            "timestamp": "2026-01-02 03:04:05Z",
        });
        Response::json(status, body.to_string())
    }
}

fn ok(body: &Value) -> Response {
    Response::json(200, body.to_string())
}
