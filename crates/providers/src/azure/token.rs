//! The token of a store: got once, kept while it lives.
//!
//! All readers of one store and one identity share it. Who needs it while it is being got waits for that one login. Never here: what the token
//! is used for.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client as Http, Url};
use selkie_crypto::Secret;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::Answer;
use super::cloud::Cloud;
use super::fault;
use super::login::{Login, form, machine_address, token_address};
use crate::http::{self, Tls};
use crate::session::Session;
use crate::{Failure, Reach};

/// A token with less time left counts as none: it might end between this look at the clock and the service's.
const MARGIN: Duration = Duration::from_mins(5);

/// So long after it was got, a refusal is not about the token's age.
const FRESH: Duration = Duration::from_secs(5);

/// The way to a token, and the token.
pub(super) struct Tokens {
    login: Login,
    http: Http,
    authority: Url,
    session: Mutex<Session<Held>>,
}

struct Held {
    token: Arc<Secret>,
    since: Instant,
    length: Duration,
}

impl Tokens {
    pub(super) fn new(login: Login, cloud: &Cloud, reach: &Reach) -> Result<Self, Failure> {
        let authority = cloud.authority().clone();
        let http = match &login {
            Login::Application { .. } => {
                http::client(&authority, &Tls::default(), HeaderMap::new(), reach)?
            }
            Login::Machine { .. } => http::machine_client()?,
        };
        Ok(Self {
            login,
            http,
            authority,
            session: Mutex::default(),
        })
    }

    /// The token to ask with.
    pub(super) async fn current(&self, resource: &str) -> Result<Arc<Secret>, Failure> {
        let asked = Instant::now();
        let mut session = self.session.lock().await;
        if let Some(held) = &session.held
            && held.is_good(Instant::now())
        {
            return Ok(Arc::clone(&held.token));
        }
        let held = session.begin(asked, self.new_token(resource)).await?;
        Ok(Arc::clone(&held.token))
    }

    /// Whether another token is to be had after the vault refused this one.
    pub(super) async fn replace(
        &self,
        resource: &str,
        refused: &Arc<Secret>,
    ) -> Result<bool, Failure> {
        let asked = Instant::now();
        let mut session = self.session.lock().await;
        if let Some(held) = &session.held {
            // Somebody else has been here.
            if !Arc::ptr_eq(&held.token, refused) {
                return Ok(true);
            }
            if held.since.elapsed() < FRESH {
                return Ok(false);
            }
        }
        session.begin(asked, self.new_token(resource)).await?;
        Ok(true)
    }

    async fn new_token(&self, resource: &str) -> Result<Held, Failure> {
        let request = match &self.login {
            Login::Application {
                tenant,
                client,
                proof,
            } => {
                let address = token_address(&self.authority, tenant)?;
                let body = form(&address, client, proof, resource)?;
                let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
                let request = self.http.post(address).header(CONTENT_TYPE, kind);
                request.body(body.expose().to_vec())
            }
            Login::Machine { url, client } => {
                let address = machine_address(url, client.as_deref(), resource);
                // Nobody who was tricked into sending a request can add a header to it.
                self.http.get(address).header("metadata", "true")
            }
        };
        let is_machine = matches!(self.login, Login::Machine { .. });
        let sent = request.send().await;
        let answer = sent.map_err(|error| fault::of_silence(&error, is_machine))?;
        let answer = Answer::read(answer).await?;
        if !answer.is_success() {
            return Err(fault::of_login(&answer, is_machine));
        }
        let made = Made::of(&answer).ok_or_else(|| fault::strange("the directory"))?;
        Ok(Held {
            token: Arc::new(Secret::from(made.access_token.into_owned())),
            since: Instant::now(),
            length: Duration::from_secs(made.expires_in.seconds()),
        })
    }
}

impl Held {
    fn is_good(&self, now: Instant) -> bool {
        // A token that never had ten minutes would never be used.
        let margin = MARGIN.min(self.length / 2);
        now.duration_since(self.since) + margin < self.length
    }
}

/// What is said about a token that was made.
#[derive(Deserialize)]
struct Made<'b> {
    #[serde(borrow)]
    access_token: Cow<'b, str>,
    expires_in: Seconds<'b>,
}

/// A number, which machines write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds<'b> {
    Number(u64),
    Text(#[serde(borrow)] Cow<'b, str>),
}

impl Seconds<'_> {
    fn seconds(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.parse().unwrap_or_default(),
        }
    }
}

impl<'b> Made<'b> {
    fn of(answer: &'b Answer) -> Option<Self> {
        let made: Option<Self> = serde_json::from_slice(answer.body.expose()).ok();
        made.filter(|made| !made.access_token.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let rows = [
            (3599, 0, true),
            (3599, 3298, true),
            (3599, 3299, false),
            (60, 29, true),
            (60, 30, false),
            (0, 0, false),
        ];
        let since = Instant::now();
        for (length, age, expected) in rows {
            let held = Held {
                token: Arc::default(),
                since,
                length: Duration::from_secs(length),
            };
            let is_good = held.is_good(since + Duration::from_secs(age));
            assert_eq!(is_good, expected, "{length} after {age}");
        }
    }

    #[test]
    fn what_a_directory_answers_is_read() {
        let rows = [
            (
                r#"{"access_token":"e.y","expires_in":3599}"#,
                Some(("e.y", 3599)),
            ),
            (
                r#"{"access_token":"e\u002ey","expires_in":"60"}"#,
                Some(("e.y", 60)),
            ),
            (
                r#"{"access_token":"e","expires_in":"soon"}"#,
                Some(("e", 0)),
            ),
            (r#"{"access_token":"","expires_in":1}"#, None),
            (r#"{"expires_in":1}"#, None),
            ("<html>", None),
        ];
        for (body, expected) in rows {
            let answer = Answer {
                status: 200,
                body: Secret::from(body.to_owned()),
                after: None,
                challenge: None,
            };
            let made = Made::of(&answer);
            let made = made
                .as_ref()
                .map(|made| (&*made.access_token, made.expires_in.seconds()));
            assert_eq!(made, expected, "{body}");
        }
    }
}
