use std::sync::Mutex;

use selkie_api::rights::{Reach, rights};

use super::*;

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Sink for Heard {
    fn seen(&self, _: &Row, object: &Object<'_>, _: bool) {
        self.0
            .lock()
            .unwrap()
            .push(format!("seen {}", object.metadata.name));
    }

    fn gone(&self, _: &Row, object: &Object<'_>) {
        self.0
            .lock()
            .unwrap()
            .push(format!("gone {}", object.metadata.name));
    }

    fn listed(&self, _: &Row, _: &str, _: Option<&HashSet<Place>>) {}
}

#[test]
fn events_are_told_one_by_one() {
    let rows = [
        (
            r#"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"5"},"spec":{"wrong":7}}}"#,
            Ok(Some("5")),
            "seen a",
        ),
        (
            r#"{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}"#,
            Ok(Some("6")),
            "gone a",
        ),
        (
            r#"{"type":"BOOKMARK","object":{"kind":"Secret","metadata":{"name":"","resourceVersion":"9"}}}"#,
            Ok(Some("9")),
            "",
        ),
        // The API server leaves out what is empty in some bookmarks.
        (
            r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","creationTimestamp":null}}}"#,
            Ok(Some("9")),
            "",
        ),
        (r#"{"type":"ADDED","object":[]}"#, Ok(None), ""),
        (
            r#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#,
            Err(Refusal::Gone),
            "",
        ),
        ("<html>", Err(Refusal::Malformed), ""),
    ];
    for (line, expected, told) in rows {
        let heard = Heard::default();
        let version = event(&TABLE[2], &heard, line.as_bytes());
        assert_eq!(version, expected.map(|it| it.map(str::to_owned)), "{line}");
        assert_eq!(heard.0.into_inner().unwrap().join(","), told, "{line}");
    }
}

#[test]
fn pauses_grow_and_end() {
    let mut pause = Duration::ZERO;
    let seconds: Vec<u64> = std::iter::repeat_with(|| {
        pause = next(pause);
        pause.as_secs()
    })
    .take(7)
    .collect();
    assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
}

#[test]
fn what_is_followed_is_in_the_table_of_rights() {
    for row in &TABLE {
        let reach = if row.of_cluster {
            Reach::Cluster
        } else {
            Reach::Namespace
        };
        let group = row.group.strip_prefix("apis/").unwrap_or_default();
        let group = group.split('/').next().unwrap();
        let of_row = |right: &selkie_api::rights::Right| {
            right.group == group && right.resources.iter().any(|it| it == row.plural)
        };
        let verbs: Vec<_> = rights(reach)
            .into_iter()
            .filter(of_row)
            .flat_map(|right| right.verbs)
            .copied()
            .collect();
        for verb in ["list", "watch"] {
            assert!(verbs.contains(&verb), "{verb} {}", row.plural);
        }
    }
}
