//! Secrets Manager and Parameter Store at moto, with a recorder in front that counts, checks signatures, and denies where moto never does.

mod batches;
mod failures;
mod find;
mod logins;
mod reads;

use std::future::Future;
use std::sync::Arc;

use selkie_api::store::aws::Aws as Spec;
use selkie_crypto::Secret;
use selkie_providers::aws::{Aws, Endpoints};
use selkie_providers::{Body, Credentials, Failure, Means, Reference, Remote};
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use serde_json::{Value, json};
use tokio::runtime::Builder;

const REGION: &str = "eu-central-1";

/// What stands in Secrets, as `NAME/KEY`; of accounts, `NAME@ANNOTATION` and `NAME token`.
type Given<'s> = &'s [(&'s str, &'s str)];

const KEYS: Given<'static> = &[("aws/id", "AKIDTEST"), ("aws/secret", "hunter-5ec7e7")];

/// Runs what waits.
fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

/// A store with an access key, and with other fields.
fn spec(service: &str, more: &Value) -> Value {
    let mut spec = json!({
        "service": service,
        "region": REGION,
        "auth": {"secretRef": {
            "accessKeyIDSecretRef": {"name": "aws", "key": "id"},
            "secretAccessKeySecretRef": {"name": "aws", "key": "secret"},
        }},
    });
    let fields = spec.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    spec
}

/// A store at an address.
fn connect(spec: &Value, given: Given<'_>, url: &str) -> Result<Aws, Failure> {
    connect_as(spec, given, url, |means| means)
}

fn connect_as(
    spec: &Value,
    given: Given<'_>,
    url: &str,
    change: impl FnOnce(Means) -> Means,
) -> Result<Aws, Failure> {
    let spec: Spec = serde_json::from_value(spec.clone()).unwrap();
    let mut credentials = Credentials::default();
    for reference in Aws::references(&spec) {
        let wanted = match &reference {
            Reference::Secret { name, key, .. } => format!("{name}/{key}"),
            Reference::Annotation {
                name, annotation, ..
            } => format!("{name}@{annotation}"),
            Reference::AnnotatedToken { name, .. } => format!("{name} token"),
            other => panic!("{other:?}"),
        };
        if let Some((_, value)) = given.iter().find(|(known, _)| *known == wanted) {
            credentials.insert(reference, Secret::from((*value).to_owned()));
        }
    }
    let url = Some(url.to_owned());
    let means = Means {
        aws: Endpoints {
            secrets_manager: url.clone(),
            parameter_store: url.clone(),
            sts: url,
        },
        ..crate::means(credentials)
    };
    Aws::connect(&spec, &change(means))
}

/// A recorder in front of moto that answers by itself where `instead` does.
fn in_front(
    moto: &Moto,
    instead: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static,
) -> Arc<Recorder> {
    let behind = moto.address.clone();
    Arc::new(Recorder::answering(move |request| match instead(request) {
        Some(answer) => Ok(answer),
        None => request.send(&behind),
    }))
}

/// The name of the operation that a request asks for.
fn operation(request: &Request) -> String {
    let target = request.header("x-amz-target").unwrap_or_default();
    let named = target.rsplit('.').next().unwrap_or_default();
    if !named.is_empty() {
        return named.to_owned();
    }
    field(request, "Action").unwrap_or_default()
}

/// A field of a form, decoded.
fn field(request: &Request, name: &str) -> Option<String> {
    let body = str::from_utf8(&request.body).unwrap();
    let pair = body.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then_some(value)
    });
    let mut bytes = pair?.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            let digits = str::from_utf8(&digits).unwrap();
            out.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    Some(String::from_utf8(out).unwrap())
}

/// The operations that passed since the last look.
fn operations(recorder: &Recorder) -> Vec<String> {
    let passed = recorder.take();
    passed
        .iter()
        .map(|(request, _)| operation(request))
        .collect()
}

/// An error as the JSON services write it. What the message says must never be repeated.
fn error(status: u16, code: &str) -> Response {
    let body = json!({"__type": code, "Message": "hunter-message", "message": "hunter-message"});
    Response::json(status, body.to_string())
}

/// A value's text.
fn text(remote: &Remote) -> &str {
    let Body::Whole(_, value) = &remote.body else {
        panic!("not one text: {remote:?}");
    };
    str::from_utf8(value.expose()).unwrap()
}

fn parameter(moto: &Moto, name: &str, value: &str, more: &Value) {
    let mut said = json!({"Name": name, "Value": value, "Type": "SecureString"});
    let fields = said.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    moto.parameters(REGION, "PutParameter", &said);
}

fn secret(moto: &Moto, name: &str, value: &str, more: &Value) -> Value {
    let mut said = json!({"Name": name, "SecretString": value});
    let fields = said.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    moto.secrets(REGION, "CreateSecret", &said)
}
