//! Searches: the vault lists all secrets, of which those that are meant are read one by one.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use selkie_api::Cause;

use super::object::{tags, text};
use super::{AzureKv, fault};
use crate::json::{Node, Shape, parse};
use crate::{Address, Failure, Find, Found, Names};

/// Reads of one search that are under way together: the service counts each against the vault's limit.
const TOGETHER: usize = 8;

/// Pages of 25 secrets: far more than a vault is meant to hold, and an end for a server that has always another.
const PAGES: usize = 4000;

impl AzureKv {
    /// All secrets that a search means, in the order of the vault. Keys, certificates and the search's path do not count, as with the peer.
    pub(super) async fn search(&self, find: &Find) -> Result<Found, Failure> {
        let meant = find.names()?;
        let mut url = self.client.address(&["secrets"])?;
        let mut names = Vec::new();
        for _ in 0..PAGES {
            let answer = self.ask(&url).await?;
            if !answer.is_success() {
                return Err(fault::of(&answer, "the list of secrets"));
            }
            let page = page(answer.body.expose(), find, &meant);
            let page = page.ok_or_else(|| fault::strange("the list of secrets: the vault"))?;
            names.extend(page.names);
            match page.next {
                Some(link) => url = self.client.next(&link)?,
                None => return self.found(names).await,
            }
        }
        let what = format!("the list of secrets does not end after {PAGES} pages");
        Err(Failure::new(Cause::ProviderError, what))
    }

    async fn found(&self, names: Vec<String>) -> Result<Found, Failure> {
        let read = names.into_iter().map(|name| async move {
            let remote = self.at(&Address::value(&*name)).await?;
            Ok::<_, Failure>(remote.map(|remote| (name, remote)))
        });
        // One that has gone in the meantime is not found.
        let found: Vec<_> = stream::iter(read).buffered(TOGETHER).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }
}

struct Page {
    names: Vec<String>,
    next: Option<String>,
}

/// What of a page is meant; none if the answer is not the service's.
fn page(body: &[u8], find: &Find, meant: &Names) -> Option<Page> {
    let whole = parse(body).ok()?;
    let items = match whole.member(b"value").map(|it| &it.shape) {
        Some(Shape::Array(items)) => items.as_slice(),
        Some(Shape::Null) => &[],
        _ => return None,
    };
    let mut names = Vec::new();
    for item in items {
        let id = plain(item.member(b"id")?)?;
        let name = id.trim_end_matches('/').rsplit('/').next()?;
        if is_enabled(item) && has_tags(item, find) && meant.contain(name) {
            names.push(name.to_owned());
        }
    }
    let next = whole.member(b"nextLink").and_then(plain);
    Some(Page {
        names,
        next: next.filter(|link| !link.is_empty()),
    })
}

fn is_enabled(item: &Node<'_>) -> bool {
    let attributes = item.member(b"attributes");
    let enabled = attributes.and_then(|it| it.member(b"enabled"));
    enabled.is_some_and(|it| it.raw == b"true")
}

fn has_tags(item: &Node<'_>, find: &Find) -> bool {
    let tags = tags(item);
    find.tags.iter().all(|(name, value)| {
        tags.get(name)
            .is_some_and(|it| it.expose() == value.as_bytes())
    })
}

fn plain(node: &Node<'_>) -> Option<String> {
    String::from_utf8(text(node)?.expose().to_vec()).ok()
}
