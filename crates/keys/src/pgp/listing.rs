//! Why a key cannot be encrypted for, out of gpg's list of keys in its form for programs.
//!
//! Source: `doc/DETAILS` of `GnuPG`: one record a line, fields between colons; of `pub` and `sub` the second says whether the key is
//! valid, the twelfth what it can do: a small letter for the key itself, a capital for the whole of it.

use super::status;
use crate::{Cause, Fault};

/// A primary key or a subkey.
struct Key<'l> {
    primary: bool,
    validity: &'l str,
    abilities: &'l str,
    fingerprint: &'l str,
}

/// The reason, if the list has one. With `!` at its end, `key` names a subkey and nothing else counts.
pub(super) fn reason(listing: &str, key: &str) -> Option<Fault> {
    let keys = keys(listing);
    let primary = keys.iter().find(|key| key.primary)?;
    let wanted = match key.strip_suffix('!') {
        Some(exactly) => {
            let exactly = exactly.trim_start_matches("0x").to_ascii_uppercase();
            keys.iter().find(|key| key.fingerprint.ends_with(&exactly))
        }
        None => None,
    };
    if primary.abilities.contains('D') {
        let hint = "enable it with `gpg --edit-key`, or encrypt for another key";
        return Some(Fault::new(Cause::Disabled).hint(hint));
    }
    // Where the primary key is out, its subkeys are.
    let doubtful = [Some(primary), wanted];
    let subkeys = keys
        .iter()
        .filter(|key| !key.primary && key.abilities.contains('e'));
    let subkeys: Vec<&Key<'_>> = if wanted.is_some() {
        Vec::new()
    } else {
        subkeys.collect()
    };
    for key in doubtful.into_iter().flatten() {
        match key.validity {
            "r" => return Some(status::revoked()),
            "e" => return Some(status::expired()),
            _ => {}
        }
    }
    if !subkeys.is_empty() {
        let all = |validity: &str| subkeys.iter().all(|key| key.validity == validity);
        if all("r") {
            return Some(status::revoked());
        }
        if subkeys.iter().all(|key| matches!(key.validity, "r" | "e")) {
            return Some(status::expired());
        }
    }
    let encrypts = match wanted {
        Some(key) => key.abilities.contains('e'),
        None => primary.abilities.contains('E'),
    };
    if encrypts {
        return None;
    }
    Some(
        Fault::new(Cause::Disabled)
            .code("it cannot encrypt")
            .hint("add a subkey for encryption with `gpg --quick-add-key`"),
    )
}

/// The keys of the list; the fingerprint stands in a record of its own behind each.
fn keys(listing: &str) -> Vec<Key<'_>> {
    let mut keys: Vec<Key<'_>> = Vec::new();
    for line in listing.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let field = |number: usize| fields.get(number - 1).copied().unwrap_or_default();
        match field(1) {
            kind @ ("pub" | "sub") => keys.push(Key {
                primary: kind == "pub",
                validity: field(2),
                abilities: field(12),
                fingerprint: "",
            }),
            "fpr" => {
                if let Some(key) = keys.last_mut().filter(|key| key.fingerprint.is_empty()) {
                    key.fingerprint = field(10);
                }
            }
            _ => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    type Row<'r> = (&'r [(&'r str, &'r str)], &'r str, Option<&'r str>);

    /// A list as gpg 2.2 prints it, of (validity, abilities) for the primary key and the subkeys `B1`, `B2`, ….
    fn listing(keys: &[(&str, &str)]) -> String {
        let mut text = "tru::1:1795474993:0:3:1:5\n".to_owned();
        for (number, (validity, abilities)) in keys.iter().enumerate() {
            let kind = if number == 0 { "pub" } else { "sub" };
            let _ = writeln!(
                text,
                "{kind}:{validity}:3072:1:00:1795474943:::-:::{abilities}::::::23::0:\nfpr:::::::::00B{number}:"
            );
        }
        text
    }

    #[test]
    fn reasons() {
        let rows: &[Row<'_>] = &[
            (&[("r", "sc"), ("r", "e")], "A", Some("revoked")),
            (&[("e", "sc"), ("e", "e")], "A", Some("expired")),
            (&[("u", "scSC"), ("e", "e")], "A", Some("expired")),
            (&[("u", "scSC"), ("r", "e")], "A", Some("revoked")),
            (
                &[("u", "scSC"), ("r", "e"), ("e", "e")],
                "A",
                Some("expired"),
            ),
            (
                &[("u", "scESC"), ("e", "e"), ("u", "e")],
                "B1!",
                Some("expired"),
            ),
            (
                &[("u", "scESC"), ("r", "e"), ("u", "e")],
                "00b1!",
                Some("revoked"),
            ),
            (
                &[("u", "scESC"), ("u", "s"), ("u", "e")],
                "B1!",
                Some("it cannot encrypt"),
            ),
            (&[("u", "scESC"), ("u", "e")], "B1!", None),
            (&[("u", "scSC")], "A", Some("it cannot encrypt")),
            (
                &[("u", "scESCD"), ("u", "e")],
                "A",
                Some("the key is disabled"),
            ),
            (&[("u", "scESC"), ("u", "e")], "A", None),
        ];
        for (keys, key, expected) in rows {
            let fault = reason(&listing(keys), key).map(|fault| fault.to_string());
            match (&fault, expected) {
                (None, None) => {}
                (Some(fault), Some(expected)) if fault.contains(expected) => {}
                _ => panic!("{keys:?} {key}: {fault:?}"),
            }
        }
        assert_eq!(reason("", "A"), None);
    }
}
