//! One request to a webhook, the redirects that it may follow, and what its answer's status means.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use selkie_api::Cause;
use selkie_crypto::Secret;

use super::Webhook;
use super::templates::Rendered;
use crate::{Failure, http};

/// Redirects that are followed, all of them within one server.
const REDIRECTS: usize = 5;

impl Webhook {
    /// The answer; none if there is no such secret.
    pub(super) async fn send(
        &self,
        rendered: &Rendered,
        key: &str,
    ) -> Result<Option<Secret>, Failure> {
        let mut url = self.address(rendered, key)?;
        let mut method = self.method.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.once(&method, &url, rendered).await?;
            let Some(next) = elsewhere(&answer, &url) else {
                return read(answer, key).await;
            };
            if next.origin() != url.origin() {
                let what =
                    format!("{key}: the server names another one, which must stand in the store");
                return Err(Failure::new(Cause::InvalidSpec, what));
            }
            // What the others were asked with is for them alone.
            if !matches!(answer.status().as_u16(), 307 | 308) && method != Method::HEAD {
                method = Method::GET;
            }
            url = next;
        }
        let what = format!("{key}: the server redirects more than {REDIRECTS} times");
        Err(Failure::new(Cause::ProviderError, what))
    }

    async fn once(
        &self,
        method: &Method,
        url: &Url,
        rendered: &Rendered,
    ) -> Result<Response, Failure> {
        let mut request = self.http.request(method.clone(), url.clone());
        let with_body = *method == self.method;
        for (name, value) in &rendered.headers {
            if with_body || name != CONTENT_TYPE {
                request = request.header(name.clone(), value.clone());
            }
        }
        if let Some(body) = rendered.body.as_ref().filter(|_| with_body) {
            request = request.body(body.expose().to_vec());
        }
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let sent = request.send().await;
        sent.map_err(|error| http::failure(&error))
    }

    /// Where the request goes. Whoever writes a key may not climb up in the path that the store has laid out for it.
    fn address(&self, rendered: &Rendered, key: &str) -> Result<Url, Failure> {
        let invalid = |what: &str| Failure::new(Cause::InvalidSpec, format!("{key}: {what}"));
        let text = str::from_utf8(rendered.url.expose());
        let text = text.map_err(|_| invalid("url renders to what is no text"))?;
        let url = http::address(text.trim(), &self.reach).map_err(|failure| Failure {
            detail: format!("{key}: {}", failure.detail),
            ..failure
        })?;
        if has_steps(text) {
            return Err(invalid("url renders to a path with . or .. in it"));
        }
        Ok(url)
    }
}

/// Whether a URL's path has a part that is a way up, or none. Reading the URL follows them, so the text is looked at.
pub(super) fn has_steps(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    path.split(['/', '\\']).skip(1).any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == "." || part == ".."
    })
}

/// Where an answer sends on to, if it does.
fn elsewhere(answer: &Response, from: &Url) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(LOCATION)?;
    from.join(location.to_str().ok()?).ok()
}

async fn read(answer: Response, key: &str) -> Result<Option<Secret>, Failure> {
    let status = answer.status().as_u16();
    if status == 404 {
        return Ok(None);
    }
    if answer.status().is_success() {
        return http::body(answer).await.map(Some);
    }
    let (cause, words) = meaning(status);
    let failure = Failure::new(cause, format!("{key}: {words} (HTTP {status})"));
    let after = answer.headers().get(RETRY_AFTER);
    let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
    Err(match after {
        Some(seconds) => failure.after(Duration::from_secs(seconds)),
        None => failure,
    })
}

pub(super) const fn meaning(status: u16) -> (Cause, &'static str) {
    match status {
        304 => (
            Cause::ProviderError,
            "the server says that nothing has changed, which nobody has asked",
        ),
        300..400 => (
            Cause::InvalidSpec,
            "the server names another one, which must stand in the store",
        ),
        400 | 405 | 411 | 413..=415 | 422 => {
            (Cause::InvalidSpec, "the server cannot make sense of it")
        }
        401 | 407 => (
            Cause::Unauthorized,
            "the server does not take the credentials",
        ),
        403 => (Cause::Forbidden, "the server does not allow it"),
        408 => (Cause::Timeout, "the server has waited too long"),
        429 => (Cause::Throttled, "the server is asked too often"),
        500..600 => (Cause::ProviderError, "the server fails"),
        _ => (Cause::ProviderError, "the server refuses"),
    }
}
