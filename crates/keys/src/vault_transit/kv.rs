//! Values in a key-value engine: read to see whether they are there already, and written.

use rustify::endpoint::Endpoint;
use rustify::enums::{RequestMethod, RequestType, ResponseType};
use rustify::errors::ClientError as RestError;
use serde_json::Value;
use vaultrs::client::VaultClient;
use vaultrs::error::ClientError;
use zeroize::{Zeroize as _, Zeroizing};

use super::{ask, fault};
use crate::publish::Stored;
use crate::{Cause, Credentials, Fault};

const MAY_WRITE: &str = "check that a policy of the token lets it create and update this path";
const NO_MOUNT: &str = "check vault_kv_mount_name and vault_kv_version";

/// Where a secret is.
pub(crate) struct Secret<'p> {
    pub(crate) address: &'p str,
    /// The engine's path, then `data/` if it has versions, then the secret's own.
    pub(crate) path: &'p str,
    /// Whether the engine has versions, and so another layer around the values.
    pub(crate) versioned: bool,
}

/// One request; the client encodes the path.
struct Request {
    path: String,
    body: Option<Zeroizing<Vec<u8>>>,
}

/// Values that are wiped.
struct Values(Value);

/// Writes the members of a JSON object, unless they are there already.
pub(crate) fn put(
    credentials: &Credentials,
    secret: &Secret<'_>,
    values: &[u8],
) -> Result<Stored, Fault> {
    let wanted = Values::read(values)?;
    let stored = match read(credentials, secret) {
        Ok(Some(there)) if there.0 == wanted.0 => return Ok(Stored::Unchanged),
        Ok(_) => Stored::Written,
        // A token may be allowed to write alone.
        Err(fault) if fault.cause == Cause::Denied => Stored::Unseen,
        Err(fault) => return Err(fault),
    };
    let body = if secret.versioned {
        Zeroizing::new([b"{\"data\":", values, b"}"].concat())
    } else {
        Zeroizing::new(values.to_vec())
    };
    let answer = ask(credentials, secret.address, &async |client, has_token| {
        let request = Request {
            path: secret.path.to_owned(),
            body: Some(body.clone()),
        };
        send(client, request, has_token).await
    })?;
    // An engine without versions takes the layer around the values for one of them, and says nothing.
    if secret.versioned && !Values::read(&answer)?.0["data"]["version"].is_number() {
        return Err(Fault::new(Cause::BadReply).hint("check vault_kv_version"));
    }
    Ok(stored)
}

/// What is there now.
fn read(credentials: &Credentials, secret: &Secret<'_>) -> Result<Option<Values>, Fault> {
    let answer = ask(credentials, secret.address, &async |client, has_token| {
        let request = Request {
            path: secret.path.to_owned(),
            body: None,
        };
        send(client, request, has_token).await
    });
    let mut answer = match answer {
        Ok(answer) => Values::read(&answer)?,
        Err(fault) if fault.cause == Cause::NoPlace => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let mut data = answer.0["data"].take();
    if secret.versioned {
        let inner = data["data"].take();
        drop(Values(std::mem::replace(&mut data, inner)));
    }
    Ok((!data.is_null()).then_some(Values(data)))
}

async fn send(
    client: &VaultClient,
    request: Request,
    has_token: bool,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let answer = request
        .with_middleware(&client.middle)
        .exec(&client.http)
        .await;
    match answer {
        Ok(answer) => Ok(Zeroizing::new(answer.response.into_body())),
        Err(RestError::ServerResponseError { code, .. }) => Err(of_status(code, has_token)),
        Err(source) => Err(fault::of(&ClientError::from(source), has_token)),
    }
}

fn of_status(status: u16, has_token: bool) -> Fault {
    let fault = match status {
        400 | 401 | 403 if !has_token => {
            Fault::new(Cause::NoCredentials).hint("set VAULT_TOKEN, or `vault login`")
        }
        401 | 403 => Fault::new(Cause::Denied).hint(MAY_WRITE),
        404 | 405 => Fault::new(Cause::NoPlace).hint(NO_MOUNT),
        _ => return fault::of_status(status, &[], has_token),
    };
    fault.code(format!("HTTP {status}"))
}

impl Endpoint for Request {
    type Response = ();
    const REQUEST_BODY_TYPE: RequestType = RequestType::JSON;
    const RESPONSE_BODY_TYPE: ResponseType = ResponseType::JSON;

    fn path(&self) -> String {
        self.path.clone()
    }

    fn method(&self) -> RequestMethod {
        match self.body {
            Some(_) => RequestMethod::PUT,
            None => RequestMethod::GET,
        }
    }

    fn body(&self) -> Result<Option<Vec<u8>>, RestError> {
        Ok(self.body.as_ref().map(|body| body.to_vec()))
    }
}

impl Values {
    fn read(text: &[u8]) -> Result<Self, Fault> {
        if text.is_empty() {
            return Ok(Self(Value::Null));
        }
        let values = serde_json::from_slice(text).map(Self);
        values.map_err(|_| Fault::new(Cause::BadReply))
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        let mut left = vec![&mut self.0];
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) => text.zeroize(),
                Value::Array(items) => left.extend(items),
                Value::Object(members) => left.extend(members.values_mut()),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
    }
}
