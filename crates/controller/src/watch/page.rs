//! One page of a list, and how large the next may be.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::List;
use crate::cluster::Refusal;

/// Bytes of a page, about: what is held of a list at any time.
const BYTES: usize = 1 << 18;
/// Objects of a page, at most.
const MOST: usize = 500;

/// A page.
pub(super) struct Page<'a> {
    /// The version of the whole list.
    pub(super) version: String,
    /// Where the next page starts; empty after the last.
    pub(super) next: String,
    /// The objects, not yet decoded.
    pub(super) items: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    metadata: Metadata,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    resource_version: String,
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

/// Reads a page.
pub(super) fn read(text: &str) -> Result<Page<'_>, Refusal> {
    let page: Listed<'_> = serde_json::from_str(text).map_err(|_| Refusal::Malformed)?;
    Ok(Page {
        version: page.metadata.resource_version,
        next: page.metadata.next.unwrap_or_default(),
        items: page.items.unwrap_or_default(),
    })
}

/// How many objects to ask for: few at first, then as many as stay within the bytes.
pub(super) struct Size(usize);

impl Size {
    pub(super) const fn first(list: List) -> Self {
        Self(match list {
            // A Secret may hold a megabyte.
            List::Full => 50,
            List::Metadata => MOST,
            List::Nothing => 1,
        })
    }

    pub(super) const fn limit(&self) -> usize {
        self.0
    }

    /// Learns from a page how large the objects are.
    pub(super) fn learn(&mut self, bytes: usize, objects: usize) {
        if let Some(each) = bytes.checked_div(objects) {
            self.0 = (BYTES / each.max(1)).clamp(1, MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next() {
        let page =
            read(r#"{"metadata":{"resourceVersion":"7","continue":"abc"},"items":[{"a":1},5]}"#)
                .unwrap();
        assert_eq!(
            (&*page.version, &*page.next, page.items.len()),
            ("7", "abc", 2)
        );
        let page = read(r#"{"metadata":{"resourceVersion":"7"},"items":null}"#).unwrap();
        assert_eq!((&*page.next, page.items.len()), ("", 0));
        assert!(read("<html>").is_err());
    }

    #[test]
    fn pages_hold_about_as_many_bytes() {
        let rows = [
            (100_000, 50, 131),
            (50 << 20, 50, 1),
            (0, 0, 50),
            (50 << 9, 50, 500),
            (50 << 14, 50, 16),
        ];
        for (bytes, objects, expected) in rows {
            let mut size = Size::first(List::Full);
            size.learn(bytes, objects);
            assert_eq!(size.limit(), expected, "{bytes} in {objects}");
        }
    }
}
