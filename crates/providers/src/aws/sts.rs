//! The service that lends keys: to an account that shows its token, and to whoever may assume a role.
//!
//! Never here: how long keys are kept.

use std::sync::Arc;

use aws_credential_types::Credentials;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client as Http, Url};
use selkie_crypto::Secret;

use super::client::{Answer, post, way};
use super::fault;
use super::identity::Role;
use super::sign::{self, Scope, time};
use crate::Failure;
use crate::connect::Means;

/// How long keys are lent: as long as any role allows, also one that was assumed from another.
const SECONDS: u64 = 3600;

/// By whom an account sees a role assumed: the peer's word, which policies may name.
const SESSION: &str = "external-secrets-provider-aws";

const FORM: &str = "application/x-www-form-urlencoded";

/// A way to it in one region.
pub(crate) struct Sts {
    http: Http,
    url: Url,
    region: String,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Sts {
    pub(crate) fn new(region: &str, means: &Means) -> Result<Self, Failure> {
        let (http, url) = way("sts", region, means.aws.sts.as_deref(), &means.reach)?;
        Ok(Self {
            http,
            url,
            region: region.to_owned(),
            clock: Arc::clone(&means.clock),
        })
    }

    /// Its address.
    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// Keys of a role, for the token of an account. Nothing is signed: the token is the proof.
    pub(super) async fn lend(&self, role: &str, token: &Secret) -> Result<Credentials, Failure> {
        let mut form = Form::new("AssumeRoleWithWebIdentity");
        form.add("RoleArn", role.as_bytes());
        form.add("RoleSessionName", SESSION.as_bytes());
        form.add("DurationSeconds", SECONDS.to_string().as_bytes());
        form.add("WebIdentityToken", token.expose());
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(FORM));
        let now = (self.clock)();
        let body = form.0.expose().to_vec();
        let answer = post(&self.http, &self.url, headers, body).await?;
        keys(&answer, role, now)
    }

    /// Keys of a role, for somebody else's.
    pub(super) async fn assume(
        &self,
        role: &Role,
        with: &Credentials,
    ) -> Result<Credentials, Failure> {
        let form = assumption(role);
        let now = (self.clock)();
        let body = form.0.expose();
        let headers = self.signed(body, &[("content-type", FORM)], with, now)?;
        let answer = post(&self.http, &self.url, headers, body.to_vec()).await?;
        keys(&answer, &role.arn, now)
    }

    /// The headers of a request with this body.
    pub(crate) fn signed(
        &self,
        body: &[u8],
        said: &[(&'static str, &str)],
        with: &Credentials,
        now: u64,
    ) -> Result<HeaderMap, Failure> {
        let scope = Scope {
            region: &self.region,
            service: "sts",
            time: now,
        };
        sign::headers(self.url.as_str(), said, body, with, scope)
    }
}

fn assumption(role: &Role) -> Form {
    let mut form = Form::new("AssumeRole");
    form.add("RoleArn", role.arn.as_bytes());
    form.add("RoleSessionName", SESSION.as_bytes());
    form.add("DurationSeconds", SECONDS.to_string().as_bytes());
    if let Some(id) = &role.external_id {
        form.add("ExternalId", id.as_bytes());
    }
    for (number, (key, value)) in (1..).zip(&role.tags) {
        form.add(&format!("Tags.member.{number}.Key"), key.as_bytes());
        form.add(&format!("Tags.member.{number}.Value"), value.as_bytes());
    }
    for (number, key) in (1..).zip(&role.transitive) {
        form.add(
            &format!("TransitiveTagKeys.member.{number}"),
            key.as_bytes(),
        );
    }
    form
}

/// What was lent at about this time.
fn keys(answer: &Answer, role: &str, now: u64) -> Result<Credentials, Failure> {
    if !answer.is_success() {
        return Err(fault::of_login(answer, role));
    }
    let read = |name| {
        let text = fault::element(answer.body.expose(), name);
        let text = text.and_then(|text| str::from_utf8(text).ok());
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let lent = || {
        let (id, secret) = (read("AccessKeyId")?, read("SecretAccessKey")?);
        let told = read("Expiration").and_then(|text| seconds(&text));
        let end = told.unwrap_or(u64::MAX).min(now + SECONDS);
        let token = Some(read("SessionToken")?);
        Some(Credentials::new(id, secret, token, Some(time(end)), "lent"))
    };
    lent().ok_or_else(|| fault::strange(role))
}

/// Seconds since 1970 of a time such as `2026-12-01T03:04:05Z`, fractions left out.
fn seconds(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z')?;
    let (date, time) = text.split_once('T')?;
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let numbers = |text: &str, at: char| -> Option<[u64; 3]> {
        let read: Option<Vec<u64>> = text.split(at).map(|part| part.parse().ok()).collect();
        read?.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) = (numbers(date, '-')?, numbers(time, ':')?);
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1;
    if !is_date || day > 31 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years begin with March, so that the day that is not always there is the last of one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year / 4 - year / 100 + year / 400;
    let days = 365 * year + leaps + (153 * month + 2) / 5 + day - 1;
    // Those before 1970 in the same count.
    let days = days.checked_sub(719_468)?;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// A form, which may hold a token.
struct Form(Secret);

impl Form {
    fn new(action: &str) -> Self {
        let mut form = Self(Secret::with_capacity(4096));
        form.add("Action", action.as_bytes());
        form.add("Version", b"2011-06-15");
        form
    }

    fn add(&mut self, name: &str, value: &[u8]) {
        if !self.0.is_empty() {
            self.0.extend_from_slice(b"&");
        }
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"=");
        for &byte in value {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.extend_from_slice(&[byte]);
            } else {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                self.0.extend_from_slice(&[b'%', DIGITS[high], DIGITS[low]]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use selkie_api::Cause;

    use super::*;

    #[test]
    fn a_role_is_asked_for_with_all_that_belongs_to_it() {
        let start = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=external-secrets-provider-aws&DurationSeconds=3600";
        let plain = Role::plain("arn:aws:iam::1:role/r");
        let whole = Role {
            external_id: Some("a b&c".to_owned()),
            tags: vec![
                ("team".to_owned(), "ü".to_owned()),
                ("env".to_owned(), String::new()),
            ],
            transitive: vec!["team".to_owned()],
            ..plain.clone()
        };
        let rows = [
            (plain, String::new()),
            (
                whole,
                "&ExternalId=a%20b%26c&Tags.member.1.Key=team&Tags.member.1.Value=%C3%BC&Tags.member.2.Key=env&Tags.member.2.Value=&TransitiveTagKeys.member.1=team".to_owned(),
            ),
        ];
        for (role, rest) in rows {
            let form = assumption(&role);
            let text = str::from_utf8(form.0.expose()).unwrap();
            assert_eq!(text, format!("{start}{rest}"));
        }
    }

    #[test]
    fn times_are_read() {
        let rows = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T12:00:00Z", Some(951_825_600)),
            ("2026-12-01T03:04:05Z", Some(1_796_094_245)),
            ("2026-12-01T03:04:05.678Z", Some(1_796_094_245)),
            ("2026-12-01T03:04:05", None),
            ("2026-13-01T03:04:05Z", None),
            ("2026-12-01Z", None),
            ("1969-12-31T23:59:59Z", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_lent_ends_when_it_was_asked_for_at_the_latest() {
        let xml = |end: &str| {
            format!(
                "<R><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{end}</Expiration></Credentials></R>"
            )
        };
        let rows = [
            (xml("1970-01-01T00:10:00Z"), Some(600)),
            (xml("1970-01-01T09:00:00Z"), Some(100 + SECONDS)),
            (xml("soon"), Some(100 + SECONDS)),
            ("<R/>".to_owned(), None),
            ("<AccessKeyId>ASIA".to_owned(), None),
            (xml("").replace("<SessionToken>t", "<SessionToken>"), None),
        ];
        for (body, expected) in rows {
            let answer = Answer {
                status: 200,
                body: Secret::from(body.clone()),
                code: None,
                after: None,
            };
            let read = keys(&answer, "role", 100);
            assert_eq!(
                read.as_ref().ok().and_then(Credentials::expiry),
                expected.map(time),
                "{body}"
            );
            if let Err(failure) = read {
                assert_eq!(failure.cause, Cause::ProviderError);
            }
        }
    }
}
