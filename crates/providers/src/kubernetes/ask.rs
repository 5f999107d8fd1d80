//! One request to an API server, and what its status means.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client as Http, Url};
use selkie_api::Cause;
use selkie_crypto::Secret;
use serde::Deserialize;
use serde_json::Value;

use super::PAGE;
use super::settings::Settings;
use crate::{Failure, Reach, http};

/// A way to one server.
pub(super) struct Client {
    http: Http,
    url: Url,
}

/// What is asked.
pub(super) enum Ask<'a> {
    /// A Secret of a namespace.
    Secret(&'a str, &'a str),
    /// The Secrets of a namespace with these labels, from a place in the list on.
    Secrets(&'a str, &'a str, &'a str),
    /// What is allowed.
    Review(&'a str, &'a Value),
}

impl Client {
    pub(super) fn new(settings: &Settings, reach: &Reach) -> Result<Self, Failure> {
        let url = http::address(&settings.server, reach)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &settings.token {
            headers.insert(AUTHORIZATION, bearer(token)?);
        }
        let http = http::client(&url, &settings.tls, headers, reach)?;
        Ok(Self { http, url })
    }

    /// The answer's body; `None` if there is no such object. `what` stands in failures.
    pub(super) async fn send(&self, ask: &Ask<'_>, what: &str) -> Result<Option<Secret>, Failure> {
        let url = self.url(ask)?;
        let request = match ask {
            Ask::Review(_, body) => self
                .http
                .post(url)
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string()),
            _ => self.http.get(url),
        };
        let answer = request.send().await.map_err(|it| http::failure(&it))?;
        let status = answer.status().as_u16();
        if status == 404 && matches!(ask, Ask::Secret(..)) {
            return Ok(None);
        }
        if !answer.status().is_success() {
            let after = answer.headers().get(RETRY_AFTER);
            let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
            return Err(failure(status, what, after.map(Duration::from_secs)));
        }
        http::body(answer).await.map(Some)
    }

    fn url(&self, ask: &Ask<'_>) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        let no_room = "the address of the server has no room for a path";
        let no_room = |()| Failure::new(Cause::InvalidSpec, no_room);
        let mut names = url.path_segments_mut().map_err(no_room)?;
        names.pop_if_empty();
        match ask {
            Ask::Secret(namespace, name) => {
                names.extend(["api", "v1", "namespaces", namespace, "secrets", name]);
            }
            Ask::Secrets(namespace, ..) => {
                names.extend(["api", "v1", "namespaces", namespace, "secrets"]);
            }
            Ask::Review(kind, _) => {
                names.extend(["apis", "authorization.k8s.io", "v1", kind]);
            }
        }
        drop(names);
        if let Ask::Secrets(_, selector, next) = ask {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", PAGE);
            if !selector.is_empty() {
                query.append_pair("labelSelector", selector);
            }
            if !next.is_empty() {
                query.append_pair("continue", next);
            }
        }
        Ok(url)
    }
}

/// A name that can be put into a path. The URL would take two dots for a way up.
pub(super) fn check_name(name: &str, what: &str) -> Result<(), Failure> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let ends = |c: char| c.is_ascii_alphanumeric();
    if name.len() <= 253 && name.bytes().all(good) && name.starts_with(ends) && name.ends_with(ends)
    {
        return Ok(());
    }
    let detail = format!("{name:?} cannot be the name of {what}");
    Err(Failure::new(Cause::InvalidSpec, detail))
}

/// Labels as a selector. Nothing in them may mean more than itself.
pub(super) fn selector(labels: &BTreeMap<String, String>) -> Result<String, Failure> {
    let good = |text: &str, more: &[u8]| {
        text.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.') || more.contains(&b)
        })
    };
    let pairs = labels.iter().map(|(name, value)| {
        if name.is_empty() || !good(name, b"/") || !good(value, b"") {
            let detail = format!("tag {name:?} cannot be a label");
            return Err(Failure::new(Cause::InvalidSpec, detail));
        }
        Ok(format!("{name}={value}"))
    });
    Ok(pairs.collect::<Result<Vec<_>, _>>()?.join(","))
}

/// Whether the answer to a rules review allows to read Secrets.
pub(super) fn rules_allow(answer: &Secret) -> bool {
    #[derive(Deserialize)]
    struct Review {
        status: Status,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        #[serde(default)]
        resource_rules: Option<Vec<Rule>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Rule {
        #[serde(default)]
        api_groups: Option<Vec<String>>,
        #[serde(default)]
        resources: Option<Vec<String>>,
        #[serde(default)]
        verbs: Option<Vec<String>>,
    }
    let has = |list: &Option<Vec<String>>, wanted: &str| {
        let mut list = list.iter().flatten();
        list.any(|it| it == wanted || it == "*")
    };
    let Ok(review) = serde_json::from_slice::<Review>(answer.expose()) else {
        return false;
    };
    let rules = review.status.resource_rules.unwrap_or_default();
    rules.iter().any(|rule| {
        let any_group = rule.api_groups.as_ref().is_none_or(Vec::is_empty);
        has(&rule.resources, "secrets")
            && has(&rule.verbs, "get")
            && (any_group || has(&rule.api_groups, ""))
    })
}

/// Whether the answer to an access review is yes.
pub(super) fn access_is_allowed(answer: &Secret) -> bool {
    #[derive(Deserialize)]
    struct Review {
        status: Status,
    }
    #[derive(Deserialize)]
    struct Status {
        #[serde(default)]
        allowed: bool,
    }
    serde_json::from_slice::<Review>(answer.expose()).is_ok_and(|review| review.status.allowed)
}

/// A token as it stands in its Secret.
fn bearer(token: &Secret) -> Result<HeaderValue, Failure> {
    let mut text = Secret::with_capacity(token.len() + 7);
    text.extend_from_slice(b"Bearer ");
    text.extend_from_slice(token.expose());
    let detail = "the token holds what no header can, such as a line break at its end";
    let mut value = HeaderValue::from_bytes(text.expose())
        .map_err(|_| Failure::new(Cause::Unauthorized, detail))?;
    value.set_sensitive(true);
    Ok(value)
}

fn failure(status: u16, what: &str, after: Option<Duration>) -> Failure {
    let (cause, words) = match status {
        401 => (Cause::Unauthorized, "the server does not know who asks"),
        403 => (Cause::Forbidden, "whoever asks may not read this"),
        404 => (Cause::NotFound, "there is no such thing on the server"),
        429 => (Cause::Throttled, "the server is asked too often"),
        300..=399 => (
            Cause::InvalidSpec,
            "the server names another one, which must stand in the store",
        ),
        _ => (Cause::ProviderError, "the server fails"),
    };
    let failure = Failure::new(cause, format!("{what}: {words} (HTTP {status})"));
    match after {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}
