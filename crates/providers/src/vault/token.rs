//! The token of a store: got once, kept while it lives, renewed before it ends, given back at the end.
//!
//! All readers of one store and one identity share it. Who needs it while it is being got waits for that one login. Never here: what the token
//! is used for.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use selkie_api::Cause;
use selkie_crypto::Secret;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::{Answer, Ask, Client};
use super::fault;
use super::login::Login;
use crate::Failure;
use crate::session::Session;

/// A token with less time left counts as none: it might end between this look at the clock and the server's.
const MARGIN: Duration = Duration::from_mins(1);

/// So long after the server has shown that it knows a token, a refusal is about the path and not about the token.
const PROVED: Duration = Duration::from_secs(5);

/// The way to a token, and the token.
pub(super) struct Tokens {
    login: Login,
    session: Mutex<Session<Held>>,
}

struct Held {
    token: Arc<Secret>,
    lease: Lease,
    /// When the server last showed that it knows it.
    proved: Instant,
    /// Whether it is the server's to keep: those can neither be looked up nor given back.
    batch: bool,
}

/// How long a token lives.
#[derive(Clone, Copy)]
struct Lease {
    since: Instant,
    /// Of the login, or of the last renewal. Zero is for ever.
    length: Duration,
    /// Of the login: a renewal that gives much less has met the token's greatest age.
    first: Duration,
    renewable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Good,
    /// Good, and time to renew.
    Late,
    Over,
}

impl Tokens {
    pub(super) fn new(login: Login) -> Self {
        Self {
            login,
            session: Mutex::default(),
        }
    }

    /// Whether requests have a token of ours.
    pub(super) const fn are_there(&self) -> bool {
        !matches!(self.login, Login::Anonymous)
    }

    /// Whether a login could not be made again with what is at hand. While a token lives none is needed.
    pub(super) fn is_over(&self) -> bool {
        self.login.is_over()
    }

    /// The token to ask with; none if an agent adds its own.
    pub(super) async fn current(&self, client: &Client) -> Result<Option<Arc<Secret>>, Failure> {
        match &self.login {
            Login::Anonymous => return Ok(None),
            Login::Given(token) => return Ok(Some(Arc::clone(token))),
            _ => {}
        }
        let asked = Instant::now();
        let mut session = self.session.lock().await;
        if let Some(held) = &mut session.held {
            let stage = held.lease.at(Instant::now());
            if stage == Stage::Good || stage == Stage::Late && renew(client, held).await {
                return Ok(Some(Arc::clone(&held.token)));
            }
        }
        let held = session.begin(asked, self.new_token(client)).await?;
        Ok(Some(Arc::clone(&held.token)))
    }

    /// Whether another token is to be had after the server refused with this one. It is looked up first: most refusals are about the path.
    pub(super) async fn replace(
        &self,
        client: &Client,
        refused: &Arc<Secret>,
    ) -> Result<bool, Failure> {
        if !self.login.is_request() {
            return Ok(false);
        }
        let asked = Instant::now();
        let mut session = self.session.lock().await;
        if let Some(held) = &mut session.held {
            // Somebody else has been here.
            if !Arc::ptr_eq(&held.token, refused) {
                return Ok(true);
            }
            if held.proved.elapsed() < PROVED {
                return Ok(false);
            }
            if !held.batch && look_up(client, Some(&held.token)).await? {
                held.proved = Instant::now();
                return Ok(false);
            }
        }
        session.begin(asked, self.new_token(client)).await?;
        Ok(true)
    }

    /// Sees to it that there is a token that the server knows. A login proves it by itself.
    pub(super) async fn prove(&self, client: &Client) -> Result<(), Failure> {
        let token = self.current(client).await?;
        match (self.login.is_request(), token) {
            (true, Some(token)) => {
                let is_batch = |held: &Held| held.batch;
                if self
                    .session
                    .lock()
                    .await
                    .held
                    .as_ref()
                    .is_some_and(is_batch)
                {
                    return Ok(());
                }
                self.replace(client, &token).await.map(drop)
            }
            (_, token) => {
                if look_up(client, token.as_deref()).await? {
                    return Ok(());
                }
                Err(if token.is_some() {
                    let what = "the token is refused, or may not look itself up";
                    Failure::new(Cause::Unauthorized, what)
                } else {
                    let what = "the server asks for a token, and the store has no auth";
                    Failure::new(Cause::CredentialsMissing, what)
                })
            }
        }
    }

    /// Gives back a token that a login got. Who is refused, or does not reach the server, has done what could be done: the token ends by itself.
    pub(super) async fn give_back(&self, client: &Client) {
        let held = self.session.lock().await.held.take();
        if let Some(held) = held.filter(|held| !held.batch) {
            let _ = client.send(&REVOKE, Some(&held.token)).await;
        }
    }

    async fn new_token(&self, client: &Client) -> Result<Held, Failure> {
        let (path, answer) = match &self.login {
            Login::Request { path, body } => {
                (path, client.send(&Ask::LogIn(path, body), None).await?)
            }
            #[cfg(feature = "aws")]
            Login::Iam(iam) => {
                let body = iam.body().await?;
                let ask = Ask::LogIn(&iam.path, &body);
                (&iam.path, client.send(&ask, None).await?)
            }
            Login::Anonymous | Login::Given(_) => {
                let what = "there is no login";
                return Err(Failure::new(Cause::CredentialsMissing, what));
            }
        };
        let path = path.to_string();
        if !answer.is_success() {
            return Err(fault::of_login(&answer, &path));
        }
        let made = Auth::of(&answer).ok_or_else(|| fault::strange(&path))?;
        if made.client_token.is_empty() {
            let what = format!("{path}: the login asks for a second factor");
            return Err(Failure::new(Cause::Unauthorized, what));
        }
        let now = Instant::now();
        let length = Duration::from_secs(made.lease_duration);
        let batch = made.token_type == "batch";
        Ok(Held {
            token: Arc::new(Secret::from(made.client_token.into_owned())),
            lease: Lease {
                since: now,
                length,
                first: length,
                renewable: made.renewable && !batch,
            },
            proved: now,
            batch,
        })
    }
}

const LOOK_UP: Ask<'static> = Ask::Token("lookup-self", false);
const RENEW: Ask<'static> = Ask::Token("renew-self", true);
const REVOKE: Ask<'static> = Ask::Token("revoke-self", true);

/// Whether the server knows a token.
async fn look_up(client: &Client, token: Option<&Secret>) -> Result<bool, Failure> {
    let answer = client.send(&LOOK_UP, token).await?;
    match answer.status {
        200..300 => Ok(true),
        400 | 401 | 403 => Ok(false),
        _ => Err(fault::of(
            &answer,
            "auth/token/lookup-self",
            token.is_some(),
        )),
    }
}

/// Whether the token is still to be used. One that cannot be renewed now is used up without another attempt; only a refusal ends it at once.
async fn renew(client: &Client, held: &mut Held) -> bool {
    let Ok(answer) = client.send(&RENEW, Some(&held.token)).await else {
        held.lease.renewable = false;
        return true;
    };
    if matches!(answer.status, 400 | 401 | 403) {
        return false;
    }
    let now = Instant::now();
    match Auth::of(&answer).filter(|_| answer.is_success()) {
        Some(renewed) => {
            let length = Duration::from_secs(renewed.lease_duration);
            held.proved = now;
            held.lease = Lease {
                since: now,
                length,
                renewable: renewed.renewable && length >= held.lease.first / 2,
                ..held.lease
            };
            held.lease.at(now) != Stage::Over
        }
        None => {
            held.lease.renewable = false;
            true
        }
    }
}

impl Lease {
    /// The last third of the usable time is for the renewal, so that a server that is away for a moment does no harm.
    fn at(&self, now: Instant) -> Stage {
        let end = self.since.checked_add(self.length);
        let Some(end) = end.filter(|_| !self.length.is_zero()) else {
            return Stage::Good;
        };
        // A token that never had two minutes would never be used.
        let margin = MARGIN.min(self.length / 2);
        let left = end.saturating_duration_since(now);
        if left <= margin {
            Stage::Over
        } else if self.renewable && left <= margin + self.length.saturating_sub(margin) / 3 {
            Stage::Late
        } else {
            Stage::Good
        }
    }
}

/// What Vault says about a token that it made or renewed.
#[derive(Deserialize)]
struct Auth<'b> {
    #[serde(borrow, default)]
    client_token: Cow<'b, str>,
    #[serde(default)]
    lease_duration: u64,
    #[serde(default)]
    renewable: bool,
    #[serde(borrow, default)]
    token_type: Cow<'b, str>,
}

impl<'b> Auth<'b> {
    fn of(answer: &'b Answer) -> Option<Self> {
        #[derive(Deserialize)]
        struct Whole<'b> {
            #[serde(borrow)]
            auth: Auth<'b>,
        }
        let whole = serde_json::from_slice::<Whole<'_>>(answer.body.expose());
        whole.ok().map(|whole| whole.auth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_then_late_then_over() {
        use Stage::{Good, Late, Over};
        // Length and age in seconds, whether it can be renewed.
        let rows = [
            (0, 1_000_000, true, Good),
            (3600, 0, true, Good),
            (3600, 2359, true, Good),
            (3600, 2360, true, Late),
            (3600, 3539, true, Late),
            (3600, 3539, false, Good),
            (3600, 3540, true, Over),
            (3600, 3540, false, Over),
            (3600, 9999, true, Over),
            (120, 39, true, Good),
            (120, 40, true, Late),
            (120, 60, true, Over),
            (30, 0, true, Good),
            (30, 9, true, Good),
            (30, 10, true, Late),
            (30, 15, true, Over),
            (1, 0, false, Good),
        ];
        let since = Instant::now();
        for (length, age, renewable, expected) in rows {
            let length = Duration::from_secs(length);
            let lease = Lease {
                since,
                length,
                first: length,
                renewable,
            };
            let stage = lease.at(since + Duration::from_secs(age));
            assert_eq!(stage, expected, "{length:?} after {age}");
        }
    }

    #[test]
    fn what_a_login_answers_is_read() {
        let rows = [
            (
                r#"{"auth": {"client_token": "hvs.x", "lease_duration": 3600, "renewable": true, "token_type": "service"}}"#,
                Some(("hvs.x", 3600)),
            ),
            (
                r#"{"auth": {"client_token": "s\u002ex"}}"#,
                Some(("s.x", 0)),
            ),
            (r#"{"auth": {"mfa_requirement": {}}}"#, Some(("", 0))),
            (r#"{"auth": null}"#, None),
            (r#"{"data": {}}"#, None),
            ("<html>", None),
            ("", None),
        ];
        for (body, expected) in rows {
            let answer = Answer {
                status: 200,
                body: Secret::from(body.to_owned()),
                after: None,
            };
            let auth = Auth::of(&answer);
            let read = auth
                .as_ref()
                .map(|auth| (&*auth.client_token, auth.lease_duration));
            assert_eq!(read, expected, "{body}");
        }
    }
}
