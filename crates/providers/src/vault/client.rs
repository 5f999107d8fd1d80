//! One request to Vault and its answer, as status and body: headers, namespaces and what a replica has to have seen.
//!
//! Not through the crate `vaultrs`, which `keys` has: its errors carry what the server wrote and log it by themselves, its answers are copied
//! where nobody wipes them and lose the digits of numbers. Never here: what a status means ([`super::fault`]), and which token is sent.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client as Http, Url};
use selkie_api::Cause;
use selkie_crypto::Secret;

use super::Settings;
use super::paths::Path;
use crate::{Failure, Reach, http};

const TOKEN: HeaderName = HeaderName::from_static("x-vault-token");
const NAMESPACE: HeaderName = HeaderName::from_static("x-vault-namespace");
/// Without it, an agent may refuse: it keeps pages in a browser from asking.
const REQUEST: HeaderName = HeaderName::from_static("x-vault-request");
/// What a replica has to have seen before it answers, as the server told it.
const INDEX: HeaderName = HeaderName::from_static("x-vault-index");
const INCONSISTENT: HeaderName = HeaderName::from_static("x-vault-inconsistent");

/// A way to one server.
pub(super) struct Client {
    http: Http,
    url: Url,
    /// Where values are.
    namespace: Option<HeaderValue>,
    /// Where the login is, and with it the token.
    login: Option<HeaderValue>,
    index: Option<Index>,
}

/// Reading what was written: the newest mark that the server gave for a write, which for a reader is a login.
struct Index {
    forward: bool,
    newest: Mutex<Option<HeaderValue>>,
}

/// What is asked.
pub(super) enum Ask<'a> {
    /// A value, maybe in a version.
    Read(&'a Path, Option<&'a str>),
    /// The names in a folder.
    List(&'a Path),
    /// A login.
    LogIn(&'a Path, &'a [u8]),
    /// Something about the token itself: the last name of its path, and whether it changes something.
    Token(&'static str, bool),
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Secret,
    /// How long the server wants to be left alone.
    pub(super) after: Option<Duration>,
}

impl Answer {
    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }
}

impl Client {
    pub(super) fn new(settings: &Settings, reach: &Reach) -> Result<Self, Failure> {
        let url = http::address(&settings.server, reach)?;
        let namespace = |name: Option<&str>| {
            let value = name.map(HeaderValue::from_str).transpose();
            value.map_err(|_| invalid("the namespace holds what no header can"))
        };
        Ok(Self {
            http: http::client(&url, &settings.tls, headers(settings)?, reach)?,
            url,
            namespace: namespace(settings.namespace.as_deref())?,
            login: namespace(settings.login_namespace.as_deref())?,
            index: settings.read_your_writes.then(|| Index {
                forward: settings.forward_inconsistent,
                newest: Mutex::default(),
            }),
        })
    }

    /// Asks with a token, or without one where an agent adds its own.
    pub(super) async fn send(
        &self,
        ask: &Ask<'_>,
        token: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        let url = self.url(ask)?;
        let (request, namespace) = match ask {
            Ask::Read(..) | Ask::List(_) => (self.http.get(url), &self.namespace),
            Ask::LogIn(_, body) => {
                let request = self.http.post(url);
                let request = request.header(CONTENT_TYPE, "application/json");
                (request.body(body.to_vec()), &self.login)
            }
            Ask::Token(_, false) => (self.http.get(url), &self.login),
            Ask::Token(_, true) => (self.http.post(url), &self.login),
        };
        let mut headers = self.marks();
        headers.insert(REQUEST, HeaderValue::from_static("true"));
        if let Some(namespace) = namespace {
            headers.insert(NAMESPACE, namespace.clone());
        }
        if let Some(token) = token {
            headers.insert(TOKEN, header(token)?);
        }
        let sent = request.headers(headers).send().await;
        let answer = sent.map_err(|error| http::failure(&error))?;
        if matches!(ask, Ask::LogIn(..) | Ask::Token(_, true)) {
            self.remember(answer.headers());
        }
        let after = answer.headers().get("retry-after");
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            after: after.map(Duration::from_secs),
            body: http::body(answer).await?,
        })
    }

    fn url(&self, ask: &Ask<'_>) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        let what = "the address of the server has no room for a path";
        let mut names = url.path_segments_mut().map_err(|()| invalid(what))?;
        names.pop_if_empty().push("v1");
        match ask {
            Ask::Read(path, _) | Ask::LogIn(path, _) => names.extend(path.names()),
            // Proxies know no method LIST, and Vault understands both.
            Ask::List(path) => names.extend(path.names()).push(""),
            Ask::Token(name, _) => names.extend(["auth", "token", name]),
        };
        drop(names);
        match ask {
            Ask::Read(_, Some(version)) => {
                url.query_pairs_mut().append_pair("version", version);
            }
            Ask::List(_) => {
                url.query_pairs_mut().append_pair("list", "true");
            }
            _ => {}
        }
        Ok(url)
    }

    /// Headers that say what a replica has to have seen.
    fn marks(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let Some(index) = &self.index else {
            return headers;
        };
        let newest = index.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newest) = &*newest {
            headers.insert(INDEX, newest.clone());
        }
        if index.forward {
            headers.insert(
                INCONSISTENT,
                HeaderValue::from_static("forward-active-node"),
            );
        }
        headers
    }

    fn remember(&self, headers: &HeaderMap) {
        if let (Some(index), Some(mark)) = (&self.index, headers.get(INDEX)) {
            let mut newest = index.newest.lock().unwrap_or_else(PoisonError::into_inner);
            *newest = Some(mark.clone());
        }
    }
}

/// Those that the spec adds to each request; what we say ourselves counts more.
fn headers(settings: &Settings) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let name = HeaderName::try_from(name.as_str());
        let value = HeaderValue::from_str(value);
        let (Ok(name), Ok(mut value)) = (name, value) else {
            return Err(invalid("headers holds what no header can"));
        };
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A token as it stands in its Secret. The peer does not take a line break off its end, either, but sends it and is refused.
fn header(token: &Secret) -> Result<HeaderValue, Failure> {
    let what = "the token holds what no header can, such as a line break at its end";
    let value = HeaderValue::from_bytes(token.expose());
    let mut value = value.map_err(|_| Failure::new(Cause::Unauthorized, what))?;
    value.set_sensitive(true);
    Ok(value)
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}
