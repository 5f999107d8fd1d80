//! Searches: by name, by tags, in a folder.

use serde_json::{Value, json};

use crate::case::{Case, Remote, Row};
use crate::place::Place;

/// JSON that reads the same at every provider.
const VALUES: [(&str, &str); 3] = [
    ("one", r#"{"foo":"1"}"#),
    ("two", r#"{"foo":"2"}"#),
    ("three", r#"{"bar":"3","foo":"33"}"#),
];

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "FindByName",
        case: by_name,
    },
    Row {
        id: "FindByNameAndRewrite",
        case: by_name_and_rewritten,
    },
    Row {
        id: "FindByNameWithPath",
        case: by_name_in_a_folder,
    },
    Row {
        id: "FindByTag",
        case: by_tag,
    },
    Row {
        id: "FindByTagWithPath",
        case: by_tag_in_a_folder,
    },
];

/// The values, and one more that no search means.
fn secrets(change: impl Fn(Remote) -> Remote) -> Vec<Remote> {
    let meant = VALUES
        .iter()
        .map(|(name, value)| change(Remote::new(name, *value)));
    meant
        .chain([Remote::new("other", r#"{"foo":"other"}"#)])
        .collect()
}

/// All three values under the keys that `key` makes of their names.
fn wanted(change: impl Fn(Remote) -> Remote, from: &Value, key: impl Fn(&str) -> String) -> Case {
    let spec = json!({ "dataFrom": [from] });
    let keys = VALUES.map(|(name, value)| (key(name), value));
    let pairs: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (&**key, *value)).collect();
    Case::new(secrets(change), spec, &pairs)
}

fn by_name(place: &Place<'_>) -> Case {
    let find = json!({ "name": { "regexp": format!("{}-(one|two|three)$", place.namespace) } });
    wanted(|it| it, &json!({ "find": find }), |name| place.key(name))
}

fn by_name_and_rewritten(place: &Place<'_>) -> Case {
    let find = json!({ "name": { "regexp": format!("{}-(one|two|three)$", place.namespace) } });
    let rewrite = json!([{ "regexp": { "source": place.key("(.*)"), "target": "$1" } }]);
    let from = json!({ "find": find, "rewrite": rewrite });
    wanted(|it| it, &from, str::to_owned)
}

/// The one beside the folder has a name that fits as well.
fn by_name_in_a_folder(place: &Place<'_>) -> Case {
    let folder = &place.namespace;
    let find = json!({ "path": (place.folder)(folder), "name": { "regexp": "-[a-z]+$" } });
    let change = |it: Remote| it.within(folder);
    wanted(change, &json!({ "find": find }), |name| {
        place.found(folder, name)
    })
}

fn by_tag(place: &Place<'_>) -> Case {
    let team = &place.namespace;
    let find = json!({ "tags": { "team": team } });
    let change = |it: Remote| it.tag("team", team);
    wanted(change, &json!({ "find": find }), |name| place.key(name))
}

/// The one beside the folder has the tag as well.
fn by_tag_in_a_folder(place: &Place<'_>) -> Case {
    let folder = &place.namespace;
    let find = json!({ "path": (place.folder)(folder), "tags": { "team": folder } });
    let change = |it: Remote| it.within(folder).tag("team", folder);
    let mut case = wanted(change, &json!({ "find": find }), |name| {
        place.found(folder, name)
    });
    let others = case.secrets.iter_mut().filter(|it| it.folder.is_empty());
    others.for_each(|it| {
        it.tags.insert("team", folder.clone());
    });
    case
}
