//! Access tokens: signed by a service account for itself, had for a user's refresh token, from the metadata server, or given. Never
//! here: where credentials are looked for.

use reqwest::{Client, RequestBuilder, Url};
use selkie_crypto::Secret;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::access::Credential;
use super::account::{Account, HOUR, User, Who};
use super::fault;
use crate::{Cause, Fault, http};

/// Google's own place for tokens.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// A token is not used in its last minute: requests take time, and clocks differ.
const MARGIN: u64 = 60;

/// An access token.
pub(super) struct Token {
    pub(super) text: Zeroizing<String>,
    /// When it ends, in seconds since 1970.
    until: u64,
}

impl Token {
    pub(super) fn is_good_at(&self, now: u64) -> bool {
        now + MARGIN < self.until
    }
}

/// A way to tokens.
pub(super) struct Login {
    way: Way,
    pub(super) quota_project: Option<String>,
    /// None where nothing says it.
    pub(super) universe_domain: Option<String>,
}

enum Way {
    Account(Who),
    Given(Zeroizing<String>),
    Metadata(String),
}

/// The answer of whoever gives tokens.
#[derive(Deserialize)]
struct Granted {
    access_token: Zeroized,
    expires_in: u64,
}

/// A text that is wiped, read from an answer.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Zeroized(Zeroizing<String>);

impl From<String> for Zeroized {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Login {
    pub(super) fn new(credential: &Credential) -> Result<Self, Fault> {
        let way = match credential {
            Credential::File(text, source) => {
                let account = Account::read(text.expose(), source)?;
                return Ok(Self {
                    way: Way::Account(account.who),
                    quota_project: account.quota_project,
                    // A file that names none is of Google's own cloud.
                    universe_domain: account
                        .universe_domain
                        .or_else(|| Some(super::api::GOOGLE.to_owned())),
                });
            }
            Credential::Token(token) => Way::Given(given(token)?),
            Credential::Metadata(host) => Way::Metadata(host.clone()),
        };
        Ok(Self {
            way,
            quota_project: None,
            universe_domain: None,
        })
    }

    pub(super) async fn token(&self, http: &Client, now: u64) -> Result<Token, Fault> {
        match &self.way {
            Way::Account(Who::Service(account)) => Ok(Token {
                text: account.sign(now)?,
                until: now + HOUR,
            }),
            Way::Account(Who::User(user)) => granted(for_user(http, user)?, now).await,
            Way::Given(token) => Ok(Token {
                text: token.clone(),
                until: u64::MAX,
            }),
            Way::Metadata(host) => granted(from_metadata(http, host)?, now).await,
        }
    }
}

/// What is given may have a line break at its end, which no header can.
fn given(token: &Secret) -> Result<Zeroizing<String>, Fault> {
    let text = std::str::from_utf8(token.expose().trim_ascii());
    let text = text
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    let problem = "GOOGLE_OAUTH_ACCESS_TOKEN holds characters that no header can have";
    match text {
        Some(text) => Ok(Zeroizing::new(text.to_owned())),
        None => Err(Fault::new(Cause::Setting(problem.to_owned()))),
    }
}

fn for_user(http: &Client, user: &User) -> Result<RequestBuilder, Fault> {
    let uri = user.token_uri.as_deref().unwrap_or(TOKEN_URI);
    let url = Url::parse(uri);
    let url = url.map_err(|_| {
        Fault::new(Cause::Setting(
            "token_uri in the credentials is no address".to_owned(),
        ))
    })?;
    let mut form = Url::parse_with_params(
        "http://form.invalid",
        [
            ("grant_type", "refresh_token"),
            ("client_id", &user.client_id),
            ("client_secret", &user.client_secret),
            ("refresh_token", &user.refresh_token),
        ],
    )
    .map_err(|_| Fault::new(Cause::BadReply))?;
    let body = form.query().unwrap_or_default().to_owned();
    form.set_query(None);
    Ok(http
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body))
}

fn from_metadata(http: &Client, host: &str) -> Result<RequestBuilder, Fault> {
    let path = "computeMetadata/v1/instance/service-accounts/default/token";
    let url = Url::parse(&format!("http://{host}/{path}"));
    let url =
        url.map_err(|_| Fault::new(Cause::Setting("GCE_METADATA_HOST is no address".to_owned())))?;
    Ok(http.get(url).header("metadata-flavor", "Google"))
}

async fn granted(request: RequestBuilder, now: u64) -> Result<Token, Fault> {
    let answer = request.send().await.map_err(|error| http::fault(&error))?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(|error| http::fault(&error))?;
    if status != 200 {
        return Err(fault::of_login(status));
    }
    let granted: Granted =
        serde_json::from_slice(&body).map_err(|_| Fault::new(Cause::BadReply))?;
    Ok(Token {
        text: granted.access_token.0,
        until: now.saturating_add(granted.expires_in),
    })
}
