//! Values, keys, comments and documents moved, changed, added and removed.

use super::{Attack, rest, with};

pub(crate) static VALUES: &[Attack] = &[
    ("untouched", "opened", |it| it.text.clone()),
    ("item-copied-into-comment", "Forgery", |it| {
        it.with("  #", it.item(1))
    }),
    ("item-copied-into-new-comment", "Forgery", |it| {
        it.replaced("list:\n", &format!("list:\n  #{}\n", it.item(1)))
    }),
    (
        "item-copied-into-comment-of-another-type",
        "Forgery",
        |it| it.with("  #", &it.item(0).replace("type:str", "type:comment")),
    ),
    ("item-copied-into-comment-item", "Forgery", |it| {
        it.replaced(
            "list:\n",
            &format!(
                "list:\n  - {}\n",
                it.item(1).replace("type:str", "type:comment")
            ),
        )
    }),
    ("item-made-a-comment-item", "MacMismatch", |it| {
        it.replaced(it.item(1), &it.item(1).replace("type:str", "type:comment"))
    }),
    ("mac-copied-into-comment", "Forgery", |it| {
        it.with("  #", it.rest("    mac: "))
    }),
    ("value-copied-into-comment-elsewhere", "Forgery", |it| {
        it.with("  #", it.password())
    }),
    ("comment-copied-elsewhere", "opened Comment", |it| {
        it.replaced("db:\n", &format!("db:\n  #{}\n", it.rest("  #")))
    }),
    ("comment-copied-in-place", "opened", |it| {
        it.replaced("list:\n", &format!("list:\n  #{}\n", it.rest("  #")))
    }),
    ("comment-removed", "opened", |it| it.without_line("  #")),
    ("comment-damaged", "opened Comment", |it| {
        it.with("  #", &it.rest("  #").replace("data:", "data:AAAA"))
    }),
    ("comment-made-an-item", "Forgery", |it| {
        it.replaced(
            "list:\n",
            &format!(
                "list:\n  - {}\n",
                it.rest("  #").replace("type:comment", "type:str")
            ),
        )
    }),
    ("items-swapped", "MacMismatch", |it| {
        it.text
            .replacen(it.item(0), "@", 1)
            .replacen(it.item(1), it.item(0), 1)
            .replacen('@', it.item(1), 1)
    }),
    ("item-doubled", "MacMismatch", |it| {
        it.replaced("list:\n", &format!("list:\n  - {}\n", it.item(1)))
    }),
    ("item-removed", "MacMismatch", |it| {
        it.replaced(&format!("  - {}\n", it.item(1)), "")
    }),
    ("value-removed", "MacMismatch", |it| {
        it.without_line("  port: ")
    }),
    ("null-added", "opened", |it| {
        it.replaced("nothing:\n", "nothing:\nmore:\nnone: {}\n")
    }),
    ("null-removed", "opened", |it| it.replaced("nothing:\n", "")),
    ("null-made-a-value", "Value", |it| {
        it.replaced("nothing:\n", "nothing: something\n")
    }),
    ("key-renamed", "Value", |it| {
        it.replaced("  password: ", "  passwort: ")
    }),
    ("key-above-renamed", "Value", |it| {
        it.replaced("db:\n", "dc:\n")
    }),
    ("keys-swapped", "Value", |it| {
        it.replaced("  user: ", "  @: ")
            .replacen("  password: ", "  user: ", 1)
            .replacen("  @: ", "  password: ", 1)
    }),
    ("two-keys-joined", "opened", |it| {
        let lines = it.text.lines().map(|line| match line.strip_prefix("  ") {
            Some(entry)
                if ["user", "password", "port", "tls"]
                    .iter()
                    .any(|key| entry.starts_with(key)) =>
            {
                format!(
                    "\"db:{}\": {}",
                    entry.split_once(':').unwrap().0,
                    entry.split_once(' ').unwrap().1
                )
            }
            _ => line.to_owned(),
        });
        let lines: Vec<String> = lines.filter(|line| line != "db:").collect();
        lines.join("\n") + "\n"
    }),
    ("value-of-another-place", "Value", |it| {
        it.with("  password: ", it.rest("  user: "))
    }),
    ("value-of-another-state", "MacMismatch", |it| {
        it.with("  password: ", rest(&it.other_state, "  password: "))
    }),
    ("value-of-another-key", "Value", |it| {
        it.with("  password: ", rest(&it.other_key, "  password: "))
    }),
    ("plain-value-changed", "MacMismatch", |it| {
        it.with("seen_unencrypted: ", "changed")
    }),
    ("plain-value-respelled", "opened", |it| {
        it.with("seen_unencrypted: ", "'visible'")
    }),
    ("plain-value-added", "MacMismatch", |it| {
        it.replaced("nothing:\n", "nothing:\nmore_unencrypted: x\n")
    }),
    ("plain-value-changed-mac-only", "opened", |it| {
        with(&it.mac_only, "seen_unencrypted: ", "changed")
    }),
    ("plain-value-added-mac-only", "opened", |it| {
        it.mac_only
            .replacen("nothing:\n", "nothing:\nmore_unencrypted: x\n", 1)
    }),
    ("items-swapped-mac-only", "MacMismatch", |it| {
        let line = |n: usize| {
            it.mac_only
                .match_indices("\n  - ENC")
                .nth(n)
                .map(|(at, _)| it.mac_only[at + 5..].lines().next().unwrap())
                .unwrap()
        };
        it.mac_only
            .replacen(line(0), "@", 1)
            .replacen(line(1), line(0), 1)
            .replacen('@', line(1), 1)
    }),
    ("value-made-plain-string", "Value", |it| {
        it.with("  password: ", "hunter2")
    }),
    ("value-made-plain-integer", "Value", |it| {
        it.with("  port: ", "5432")
    }),
    ("value-made-plain-float", "Value", |it| {
        it.with("  port: ", "5432.0")
    }),
    ("value-made-plain-bool", "Value", |it| {
        it.with("  tls: ", "true")
    }),
    ("value-made-plain-time", "Value", |it| {
        it.with("  tls: ", "2024-01-02")
    }),
    ("value-made-plain-large-integer", "Value", |it| {
        it.with("  port: ", "18446744073709551615")
    }),
    ("value-made-null", "MacMismatch", |it| {
        it.with("  password: ", "null")
    }),
    ("value-made-empty", "MacMismatch", |it| {
        it.with("  password: ", "''")
    }),
    ("value-made-empty-mapping", "MacMismatch", |it| {
        it.with("  password: ", "{}")
    }),
    ("value-made-a-list-around-it", "opened", |it| {
        it.with("  password: ", &format!("[\"{}\"]", it.password()))
    }),
    ("value-made-empty-list", "MacMismatch", |it| {
        it.with("  password: ", "[]")
    }),
    // Readers that take the last of two keys see null; SOPS 3.11.0 reads such files below the top level, 3.13.3 none.
    ("key-doubled-as-null", "opened", |it| {
        it.replaced("  port: ", "  password: null\n  port: ")
    }),
    ("key-doubled-as-a-value", "MacMismatch", |it| {
        it.replaced(
            "  port: ",
            &format!("  password: {}\n  port: ", it.password()),
        )
    }),
    ("document-added", "Value", |it| {
        it.text.clone() + "---\nkey: value\n"
    }),
    ("empty-document-added", "opened", |it| {
        it.text.clone() + "---\n"
    }),
    ("document-removed", "MacMismatch", |it| {
        it.two.split("---\n").next().unwrap().to_owned()
    }),
    ("documents-swapped", "MacMismatch", |it| {
        let (one, other) = it.two.split_once("---\n").unwrap();
        format!("{other}---\n{one}")
    }),
];
