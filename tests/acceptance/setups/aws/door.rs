//! What IAM decides and moto does not: whose signature is good, who becomes a role, and what a role may read.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use selkie_tests::servers::form::form;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::sigv4::{signer, verify};
use serde_json::{Value, json};

use super::TAG;

type Key = (&'static str, &'static str);

/// Reads everything.
pub(super) const READER: Key = ("AKIDREADER", "mysecret-reader");
/// Becomes roles, and reads nothing itself.
pub(super) const LENDER: Key = ("AKIDLENDER", "mysecret-lender");
/// A role for those who know an id.
pub(super) const WANTS_AN_ID: &str = "arn:aws:iam::123456789012:role/wants-an-id";
/// That id.
pub(super) const ID: &str = "shop-7";
/// A role that reads what has the tag of its session.
pub(super) const READS_BY_TAG: &str = "arn:aws:iam::123456789012:role/reads-by-tag";

/// The keys of a session, by their id.
type Sessions = Mutex<HashMap<String, Session>>;

struct Session {
    secret: String,
    role: String,
    tag: String,
}

/// A door before moto. The keys that it lends are moto's.
pub(super) fn before(moto: &Moto) -> Recorder {
    let address = moto.address.clone();
    let sessions = Sessions::default();
    Recorder::answering(move |request| {
        if form(&request.body)
            .get("Action")
            .is_some_and(|it| it == "AssumeRole")
        {
            return lend(&address, &sessions, request);
        }
        if may_read(&address, &sessions, request)? {
            request.send(&address)
        } else {
            Ok(denied())
        }
    })
}

fn denied() -> Response {
    Response::json(
        400,
        r#"{"__type":"AccessDeniedException","message":"mysecret"}"#,
    )
}

fn lend(moto: &str, sessions: &Sessions, request: &Request) -> io::Result<Response> {
    let asked = form(&request.body);
    let said = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let role = said("RoleArn");
    let knows = role != WANTS_AN_ID || said("ExternalId") == ID;
    if verify(request, LENDER.1).is_err() || !knows {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        return Ok(Response::json(403, body));
    }
    let lent = request.send(moto)?;
    let text = String::from_utf8_lossy(&lent.body).into_owned();
    let part = |name: &str| {
        let (_, after) = text.split_once(&format!("<{name}>"))?;
        Some(after.split('<').next()?.to_owned())
    };
    let tag = (1..50)
        .find(|number| said(&format!("Tags.member.{number}.Key")) == TAG)
        .map(|number| said(&format!("Tags.member.{number}.Value")));
    if let (Some(id), Some(secret)) = (part("AccessKeyId"), part("SecretAccessKey")) {
        let tag = tag.unwrap_or_default();
        let session = Session { secret, role, tag };
        let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(id, session);
    }
    Ok(lent)
}

fn may_read(moto: &str, sessions: &Sessions, request: &Request) -> io::Result<bool> {
    let Some(signed) = signer(request) else {
        return Ok(false);
    };
    if signed.access_key == READER.0 {
        return Ok(verify(request, READER.1).is_ok());
    }
    let tag = {
        let sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        match sessions.get(&signed.access_key) {
            Some(it) if verify(request, &it.secret).is_ok() => {
                (it.role == READS_BY_TAG).then(|| it.tag.clone())
            }
            _ => return Ok(false),
        }
    };
    let Some(tag) = tag else { return Ok(true) };
    let asked: Value = serde_json::from_slice(&request.body)?;
    let one = asked["SecretId"].as_str().into_iter();
    let many = asked["SecretIdList"].as_array().into_iter().flatten();
    for name in one.chain(many.filter_map(Value::as_str)) {
        if tag_of(moto, request, name)? != tag {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the secret's tag says.
fn tag_of(moto: &str, request: &Request, name: &str) -> io::Result<String> {
    let mut question = request.clone();
    question.body = json!({ "SecretId": name }).to_string().into_bytes();
    question.headers.retain(|(header, _)| {
        !["x-amz-target", "content-length"].contains(&&*header.to_ascii_lowercase())
    });
    let target = "secretsmanager.DescribeSecret";
    let length = question.body.len().to_string();
    question.headers.extend([
        ("x-amz-target".to_owned(), target.to_owned()),
        ("content-length".to_owned(), length),
    ]);
    let answer: Value = serde_json::from_slice(&question.send(moto)?.body)?;
    let tags = answer["Tags"].as_array().into_iter().flatten();
    let mut values = tags.filter(|it| it["Key"] == TAG).map(|it| &it["Value"]);
    let value = values.next().and_then(Value::as_str);
    Ok(value.unwrap_or_default().to_owned())
}
