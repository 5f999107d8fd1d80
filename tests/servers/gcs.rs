//! Cloud Storage as far as uploads in one request go, as its documentation tells them: the content alone (`media`) or behind a part with
//! the name (`multipart`). It refuses what the service refuses: no token, a token of nobody's, buckets that are not there or another
//! account's. As an emulator it asks for no token. Nothing here may know what a suite expects.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::form::form_text;
use super::gcp_kms::{Accounts, crc32c, now};
use super::http::{Request, Response};
use super::recorder::Recorder;

/// A running service, gone with the process.
#[derive(Debug)]
pub struct Gcs {
    /// Its accounts.
    pub accounts: Arc<Accounts>,
    buckets: Arc<Mutex<BTreeMap<String, Bucket>>>,
    recorder: Recorder,
}

#[derive(Debug, Default)]
struct Bucket {
    /// Who may write; nobody asks in an emulator.
    writer: String,
    objects: BTreeMap<String, Vec<u8>>,
}

impl Gcs {
    /// Starts one without accounts and buckets.
    pub fn start() -> Self {
        Self::new(false)
    }

    /// Starts one that asks for no token.
    pub fn emulator() -> Self {
        Self::new(true)
    }

    fn new(open: bool) -> Self {
        let accounts = Arc::new(Accounts::default());
        let buckets = Arc::new(Mutex::new(BTreeMap::default()));
        let (known, held) = (Arc::clone(&accounts), Arc::clone(&buckets));
        let recorder = Recorder::answering(move |request| {
            let accounts = (!open).then_some(&*known);
            Ok(match upload(request, accounts, &held) {
                Ok(object) => Response::json(200, object.to_string()),
                Err((code, message)) => {
                    let error = json!({"error": {"code": code, "message": message}});
                    Response::json(code, error.to_string())
                }
            })
        });
        Self {
            accounts,
            buckets,
            recorder,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        self.recorder.url()
    }

    /// A bucket into which an account may write.
    pub fn bucket(&self, name: &str, writer: &str) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = Bucket {
            writer: writer.to_owned(),
            objects: BTreeMap::new(),
        };
        buckets.insert(name.to_owned(), bucket);
    }

    /// The objects of a bucket.
    pub fn objects(&self, bucket: &str) -> BTreeMap<String, Vec<u8>> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get(bucket);
        bucket.map_or_else(BTreeMap::new, |bucket| bucket.objects.clone())
    }

    /// Requests since the last time that this was asked.
    pub fn requests(&self) -> Vec<Request> {
        let exchanges = self.recorder.take().into_iter();
        exchanges.map(|(request, _)| request).collect()
    }
}

type Refusal = (u16, &'static str);

fn upload(
    request: &Request,
    accounts: Option<&Accounts>,
    buckets: &Mutex<BTreeMap<String, Bucket>>,
) -> Result<Value, Refusal> {
    let unknown = (404, "Not Found");
    let (path, query) = request.target.split_once('?').ok_or(unknown)?;
    let bucket = path.strip_prefix("/upload/storage/v1/b/");
    let bucket = bucket.and_then(|rest| rest.strip_suffix("/o"));
    let bucket = bucket.filter(|_| request.method == "POST").ok_or(unknown)?;
    let who = match accounts {
        Some(accounts) => Some(
            accounts
                .of_request(request, now())
                .ok_or((401, "Invalid Credentials"))?,
        ),
        None => None,
    };
    let field = |name: &str| {
        let mut fields = query.split('&').filter_map(|field| field.split_once('='));
        fields.find_map(|(key, value)| (key == name).then(|| form_text(value)))
    };
    let (name, content) = match field("uploadType").as_deref() {
        Some("media") => (field("name"), request.body.clone()),
        Some("multipart") => parts(request).ok_or((400, "Malformed multipart body."))?,
        _ => return Err((400, "Unknown upload type.")),
    };
    let name = name.or_else(|| field("name")).ok_or((400, "Required"))?;
    let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
    let found = buckets.get_mut(bucket);
    let found = found.ok_or((404, "The specified bucket does not exist."))?;
    if who.is_some_and(|who| who != found.writer) {
        return Err((403, "The account does not have storage.objects.create."));
    }
    let sum = STANDARD.encode(crc32c(&content).to_be_bytes());
    let size = content.len().to_string();
    found.objects.insert(name.clone(), content);
    Ok(json!({
        "kind": "storage#object",
        "bucket": bucket,
        "name": name,
        "size": size,
        "crc32c": sum,
    }))
}

/// The name in the first part, and the content of the second.
fn parts(request: &Request) -> Option<(Option<String>, Vec<u8>)> {
    let kind = request.header("content-type")?;
    let (_, boundary) = kind.split_once("boundary=")?;
    let mark = format!("--{}", boundary.trim_matches('"'));
    let mut bodies = Vec::new();
    let mut rest = after(&request.body, mark.as_bytes())?;
    while !rest.starts_with(b"--") {
        let body = after(rest, b"\r\n\r\n")?;
        let next = find(body, format!("\r\n{mark}").as_bytes())?;
        bodies.push(&body[..next]);
        rest = after(&body[next..], mark.as_bytes())?;
    }
    let [about, content] = bodies[..] else {
        return None;
    };
    let about: Value = serde_json::from_slice(about).ok()?;
    Some((about["name"].as_str().map(str::to_owned), content.to_vec()))
}

fn after<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<&'b [u8]> {
    Some(&bytes[find(bytes, mark)? + mark.len()..])
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|part| part == mark)
}
