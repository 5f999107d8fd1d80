//! The files of a Git repository, asked for over HTTPS in version 2 of Git's protocol: one commit, without its history.
//!
//! There is no program, no file and no other way to reach a repository. The client is that of all providers, so that addresses, redirects, limits and
//! credentials are under the same rules; objects are decoded in memory, and each is what its hash says.
//!
//! Never here: which files are asked for, and what they hold.

mod answer;
mod delta;
mod object;
mod pack;
mod packet;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Response, Url};
use selkie_api::Cause;
use selkie_api::store::sops::{GitAuth, GitReference, SopsGit as Spec};
use selkie_crypto::Secret;

use super::open::LARGEST;
use super::place::Place;
use super::snapshot::{Origin, Snapshots};
use super::source::Entry;
use crate::connect::Means;
use crate::http::{self, Tls};
use crate::{Failure, Reference};
use answer::Abilities;
use object::Name;

const PROTOCOL: HeaderName = HeaderName::from_static("git-protocol");
const REQUEST: &str = "application/x-git-upload-pack-request";
const RESULT: &str = "application/x-git-upload-pack-result";

/// Keys of Secrets, as Flux has them.
const USER: &str = "username";
const PASSWORD: &str = "password";
const TOKEN: &str = "bearerToken";

/// Within its own host, a server may send us on so often: to the same address with `.git`, as a rule.
const HOPS: usize = 3;

/// Bytes of a list of references, of which one was asked for.
const LIST: usize = 1 << 20;
/// Bytes of a pack.
const PACK: usize = 32 << 20;

/// A repository.
pub(super) struct Git {
    http: Client,
    url: Url,
    wanted: Wanted,
    place: Arc<Place>,
    /// What the server told of itself, until something fails.
    known: Mutex<Option<Server>>,
}

/// What is read of it.
enum Wanted {
    Reference(String),
    Commit(Name),
}

/// Where a repository answers, and what it can do.
#[derive(Clone)]
struct Server {
    url: Url,
    abilities: Abilities,
}

/// What has to be resolved.
pub(super) fn references(spec: &Spec) -> Vec<Reference> {
    let secrets = match &spec.auth {
        Some(GitAuth::Basic(basic)) => vec![
            Reference::secret(&basic.username_secret_ref, USER),
            Reference::secret(&basic.password_secret_ref, PASSWORD),
        ],
        Some(GitAuth::Bearer(bearer)) => vec![Reference::secret(&bearer.token_secret_ref, TOKEN)],
        None => Vec::new(),
    };
    let authorities = spec.ca_provider.as_ref().map(Reference::authorities);
    secrets.into_iter().flatten().chain(authorities).collect()
}

/// The files of a repository; nothing is asked yet.
pub(super) fn source(spec: &Spec, means: &Means) -> Result<Snapshots<Git>, Failure> {
    let url = address(&spec.url, means)?;
    let tls = Tls {
        authorities: authorities(spec, means)?,
        identity: None,
    };
    let wanted = match &spec.reference {
        None => Wanted::Reference("HEAD".to_owned()),
        Some(GitReference::Branch(name)) => Wanted::Reference(named("refs/heads/", name)?),
        Some(GitReference::Tag(name)) => Wanted::Reference(named("refs/tags/", name)?),
        Some(GitReference::Commit(name)) => Wanted::Commit(
            Name::parse(name)
                .ok_or_else(|| invalid("a commit is named by forty hexadecimal digits"))?,
        ),
    };
    let http = http::client(&url, &tls, headers(spec, means)?, &means.reach)?;
    Ok(Snapshots::new(Git {
        http,
        url,
        wanted,
        place: Arc::new(Place::new(spec.path.as_deref(), spec.key.as_deref())?),
        known: Mutex::default(),
    }))
}

/// The address of the repository: over TLS, and with nothing in it that is secret or would be cut off.
fn address(text: &str, means: &Means) -> Result<Url, Failure> {
    let mut url = http::address(text, &means.reach)?;
    if url.scheme() != "https" {
        return Err(invalid("the address of the repository is not https://…"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("credentials do not belong into an address"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("the address of a repository ends with its path"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The full name of a reference. What could be read as more than one line or word is none.
fn named(folder: &str, name: &str) -> Result<String, Failure> {
    let is_odd = |it: char| it.is_control() || it.is_whitespace();
    if name.is_empty() || name.contains(is_odd) {
        return Err(invalid("the reference is no name of a branch or tag"));
    }
    Ok(format!("{folder}{name}"))
}

fn authorities(spec: &Spec, means: &Means) -> Result<Option<Vec<u8>>, Failure> {
    if let Some(bundle) = spec.ca_bundle.as_ref().filter(|it| !it.0.is_empty()) {
        return Ok(Some(bundle.0.clone()));
    }
    let Some(provider) = &spec.ca_provider else {
        return Ok(None);
    };
    let found = means.credentials.get(&Reference::authorities(provider))?;
    Ok(Some(found.expose().to_vec()))
}

fn headers(spec: &Spec, means: &Means) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(PROTOCOL, HeaderValue::from_static("version=2"));
    let secret = |selector, key| -> Result<&Secret, Failure> {
        let none = || Failure::new(Cause::CredentialsMissing, "auth names no Secret");
        let reference = Reference::secret(selector, key).ok_or_else(none)?;
        means.credentials.get(&reference)
    };
    let mut value = Secret::with_capacity(256);
    match &spec.auth {
        None => return Ok(headers),
        Some(GitAuth::Basic(basic)) => {
            let mut both = Secret::with_capacity(256);
            both.extend_from_slice(secret(&basic.username_secret_ref, USER)?.expose());
            both.extend_from_slice(b":");
            both.extend_from_slice(secret(&basic.password_secret_ref, PASSWORD)?.expose());
            value.extend_from_slice(b"Basic ");
            let coded = Secret::from(STANDARD.encode(both.expose()));
            value.extend_from_slice(coded.expose());
        }
        Some(GitAuth::Bearer(bearer)) => {
            value.extend_from_slice(b"Bearer ");
            value.extend_from_slice(secret(&bearer.token_secret_ref, TOKEN)?.expose());
        }
    }
    let what = "the credentials hold what no header can";
    let mut value = HeaderValue::from_bytes(value.expose()).map_err(|_| invalid(what))?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(headers)
}

impl Git {
    /// What the server says of itself, asked once.
    async fn server(&self) -> Result<Server, Failure> {
        let known = self.known().clone();
        if let Some(server) = known {
            return Ok(server);
        }
        let mut url = self.url.clone();
        for _ in 0..=HOPS {
            let asked = below(&url, "info/refs?service=git-upload-pack")?;
            let sent = self.http.get(asked).send().await;
            let answer = sent.map_err(|error| http::failure(&error))?;
            if answer.status().is_redirection() {
                url = next(&url, &answer)?;
                continue;
            }
            let body = body(answer, LIST).await?;
            let abilities = answer::abilities(body.expose())?;
            let server = Server { url, abilities };
            *self.known() = Some(server.clone());
            return Ok(server);
        }
        Err(elsewhere())
    }

    async fn ask(
        &self,
        server: &Server,
        command: &str,
        arguments: &[String],
        largest: usize,
    ) -> Result<Secret, Failure> {
        let command = [
            format!("command={command}"),
            concat!("agent=selkie/", env!("CARGO_PKG_VERSION")).to_owned(),
            "object-format=sha1".to_owned(),
        ];
        let request = self.http.post(below(&server.url, "git-upload-pack")?);
        let request = request.header(CONTENT_TYPE, REQUEST).header(ACCEPT, RESULT);
        let request = request.body(packet::message(&command, arguments));
        let answer = request
            .send()
            .await
            .map_err(|error| http::failure(&error))?;
        body(answer, largest).await
    }

    async fn newest(&self) -> Result<Arc<str>, Failure> {
        let wanted = match &self.wanted {
            Wanted::Commit(name) => return Ok(name.to_string().into()),
            Wanted::Reference(name) => name,
        };
        let server = self.server().await?;
        let arguments = ["peel".to_owned(), format!("ref-prefix {wanted}")];
        let list = self.ask(&server, "ls-refs", &arguments, LIST).await?;
        let found = answer::reference(list.expose(), wanted)?;
        let found = found.ok_or_else(|| {
            let what = format!("the repository has no {wanted}");
            Failure::new(Cause::NotFound, what)
        })?;
        Ok(found.to_string().into())
    }

    async fn files(&self, revision: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        let commit = Name::parse(revision).ok_or_else(packet::malformed)?;
        let server = self.server().await?;
        let filtered = server.abilities.filter;
        let mut arguments = vec![
            "ofs-delta".to_owned(),
            "no-progress".to_owned(),
            "deepen 1".to_owned(),
        ];
        if filtered {
            arguments.push(format!("filter blob:limit={}", LARGEST + 1));
        }
        arguments.extend([format!("want {commit}"), "done".to_owned()]);
        let body = self.ask(&server, "fetch", &arguments, PACK).await?;
        let place = Arc::clone(&self.place);
        // Inflating takes a while.
        let read = tokio::task::spawn_blocking(move || sent(body, commit, &place, filtered));
        read.await.unwrap_or_else(|_| {
            let what = "reading the repository ended before it was done";
            Err(Failure::new(Cause::ProviderError, what))
        })
    }

    fn known(&self) -> MutexGuard<'_, Option<Server>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whatever failed may have to do with what is known of the server.
    fn judged<T>(&self, done: Result<T, Failure>) -> Result<T, Failure> {
        if done.is_err() {
            *self.known() = None;
        }
        done
    }
}

impl Origin for Git {
    type State = Arc<str>;

    fn state(&self) -> BoxFuture<'_, Result<Arc<str>, Failure>> {
        Box::pin(async { self.judged(self.newest().await) })
    }

    fn revision(commit: &Arc<str>) -> Arc<str> {
        Arc::clone(commit)
    }

    fn fetch<'a>(
        &'a self,
        commit: &'a Arc<str>,
    ) -> BoxFuture<'a, Result<BTreeMap<String, Entry>, Failure>> {
        Box::pin(async { self.judged(self.files(commit).await) })
    }
}

/// The files of a commit at a place, out of the answer to a fetch. With `filtered`, those that are not in it are too large.
fn sent(
    body: Secret,
    commit: Name,
    place: &Place,
    filtered: bool,
) -> Result<BTreeMap<String, Entry>, Failure> {
    let pack = answer::pack(body.expose())?;
    drop(body);
    let objects = pack::objects(&pack)?;
    drop(pack);
    walk::files(&objects, commit, place, filtered)
}

/// The same for whoever has an answer and no server: `commit` is forty hexadecimal digits.
pub(super) fn answered(
    body: &[u8],
    commit: &str,
    place: &Place,
) -> Result<BTreeMap<String, Entry>, Failure> {
    let commit = Name::parse(commit).ok_or_else(packet::malformed)?;
    sent(Secret::from(body.to_vec()), commit, place, false)
}

/// An address below that of a repository.
fn below(url: &Url, rest: &str) -> Result<Url, Failure> {
    let text = format!("{}/{rest}", url.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|_| invalid("the address of the repository has no room for a path"))
}

/// Where a server sends us: to the same repository under another path of its own, and nowhere else.
fn next(url: &Url, answer: &Response) -> Result<Url, Failure> {
    let named = answer.headers().get(LOCATION);
    let named = named.and_then(|value| value.to_str().ok());
    let asked = below(url, "info/refs")?;
    moved(url, &asked, named.unwrap_or_default()).ok_or_else(elsewhere)
}

fn moved(url: &Url, asked: &Url, named: &str) -> Option<Url> {
    let mut to = asked.join(named).ok()?;
    if to.origin() != url.origin() || !to.username().is_empty() || to.password().is_some() {
        return None;
    }
    let path = to.path().strip_suffix("/info/refs")?.to_owned();
    if to.query() != Some("service=git-upload-pack") {
        return None;
    }
    to.set_path(&path);
    to.set_query(None);
    to.set_fragment(None);
    Some(to)
}

fn elsewhere() -> Failure {
    let what =
        "the Git server sends us elsewhere, which is not followed: give the store that address";
    Failure::new(Cause::Forbidden, what)
}

/// The body of an answer that is none of a failure.
async fn body(answer: Response, largest: usize) -> Result<Secret, Failure> {
    let status = answer.status().as_u16();
    if !answer.status().is_success() {
        let after = answer.headers().get(RETRY_AFTER);
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        return Err(refusal(status, after.map(Duration::from_secs)));
    }
    http::body_within(answer, largest).await?.ok_or_else(|| {
        let what = format!("the Git server sends more than {} MiB", largest >> 20);
        Failure::new(Cause::InvalidData, what)
    })
}

fn refusal(status: u16, after: Option<Duration>) -> Failure {
    let (cause, what) = match status {
        300..=399 => return elsewhere(),
        401 => (Cause::Unauthorized, "does not take the credentials"),
        403 => (Cause::Forbidden, "does not allow to read the repository"),
        404 | 410 => (
            Cause::NotFound,
            "has no such repository, or none for these credentials",
        ),
        429 => (Cause::Throttled, "has had enough of us"),
        _ => (Cause::ProviderError, "does not answer as it should"),
    };
    let failure = Failure::new(cause, format!("the Git server {what} (HTTP {status})"));
    match after {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}

#[cfg(test)]
mod tests;
