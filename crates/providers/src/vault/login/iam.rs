//! An identity of AWS: Vault is shown a signed request to STS, sends it on, and believes what STS says about who signed it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::store::vault::Iam as Method;
use serde_json::json;
use zeroize::Zeroizing;

use super::super::paths::Path;
use super::{Login, Resolve, body};
use crate::Failure;
use crate::aws::{Caller, Who};
use crate::connect::Means;

/// The header that binds a proof to one Vault.
const SERVER: &str = "x-vault-aws-iam-server-id";

/// A login whose body is made anew each time, since a proof is good for some minutes.
pub(in super::super) struct Iam {
    pub(in super::super) path: Path,
    role: String,
    server: Option<String>,
    caller: Caller,
}

/// The login; while references are collected, there are no means to make one of.
pub(super) fn login(
    method: &Method,
    resolve: &mut Resolve<'_, '_>,
    means: Option<&Means>,
) -> Result<Login, Failure> {
    let who = Who {
        jwt: method.jwt.as_ref(),
        key: method.secret_ref.as_ref(),
        region: method.region(),
        role: method.role.as_deref(),
        external_id: method.external_id.as_deref(),
    };
    for reference in who.references() {
        resolve(reference)?;
    }
    let Some(means) = means else {
        return Ok(Login::Anonymous);
    };
    let path = Path::of("auth")?.and(None, method.path())?;
    Ok(Login::Iam(Box::new(Iam {
        path: path.and(Some("login"), "")?,
        role: method.vault_role.clone(),
        server: method.server_id.clone().filter(|id| !id.is_empty()),
        caller: Caller::new(who, means)?,
    })))
}

impl Iam {
    /// The body of a login that is sent now.
    pub(in super::super) async fn body(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let server = self.server.as_deref().map(|id| (SERVER, id));
        let proof = self.caller.prove(server).await?;
        let headers: serde_json::Map<_, _> = proof
            .headers
            .into_iter()
            .map(|(name, value)| (canonical(&name), json!([value])))
            .collect();
        let headers = Zeroizing::new(serde_json::to_string(&headers).unwrap_or_default());
        let encoded = [proof.url.as_str(), proof.body, &**headers];
        let [url, said, headers] = encoded.map(|text| Zeroizing::new(STANDARD.encode(text)));
        body(&[
            ("role", self.role.as_bytes()),
            ("iam_http_request_method", b"POST"),
            ("iam_request_url", url.as_bytes()),
            ("iam_request_body", said.as_bytes()),
            ("iam_request_headers", headers.as_bytes()),
        ])
    }

    pub(in super::super) fn is_over(&self) -> bool {
        self.caller.is_over()
    }
}

/// A header's name as Go writes it, under which Vault looks for it.
fn canonical(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
#[test]
fn headers_are_named_as_go_names_them() {
    let rows = [
        ("authorization", "Authorization"),
        ("x-amz-date", "X-Amz-Date"),
        ("x-vault-aws-iam-server-id", "X-Vault-Aws-Iam-Server-Id"),
    ];
    for (name, expected) in rows {
        assert_eq!(canonical(name), expected);
    }
}
