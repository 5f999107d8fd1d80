//! The hashes and names that the peer writes on objects, to the byte: with them a cluster changes its controller without one Secret being written.
//!
//! Each is SHA3-224, in lower case hexadecimal digits, over what Go's `%+v` prints. Never here: which object carries which of them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha3::{Digest, Sha3_224};
use zeroize::Zeroizing;

use crate::data::SecretData;

/// Before the name of an ExternalSecret in the name of the manager of its Secret's fields.
const MANAGER: &str = "externalsecrets.external-secrets.io/";
/// The longest name of a manager that is written as it is.
const MANAGER_LENGTH: usize = 63;

/// What the annotation for the hash of a Secret's data says.
pub fn data_hash(data: &SecretData) -> String {
    pairs_hash(
        data.iter()
            .map(|(key, value)| (key.as_str(), value.expose())),
    )
}

/// As [`data_hash`], over data that is held in another form. The keys come in the order of their bytes.
pub fn pairs_hash<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut printed = Printed(Sha3_224::new());
    printed.text("map[");
    for (place, (key, value)) in pairs.into_iter().enumerate() {
        printed.text(if place > 0 { " " } else { "" });
        printed.text(key);
        printed.text(":");
        printed.bytes(value);
    }
    printed.text("]");
    printed.finish()
}

/// What the label for the owner of a Secret says.
pub fn owner_hash(namespace: &str, name: &str) -> String {
    text_hash(&format!("{namespace}/{name}"))
}

/// The state of an ExternalSecret that a refresh has served: of its spec, its labels and its annotations.
pub fn synced_resource_version(
    generation: i64,
    labels: &BTreeMap<String, String>,
    annotations: &BTreeMap<String, String>,
) -> String {
    let mut printed = Printed(Sha3_224::new());
    printed.text("{annotations:");
    printed.texts(annotations);
    printed.text(" labels:");
    printed.texts(labels);
    printed.text("}");
    format!("{generation}-{}", printed.finish())
}

/// Under which name the fields of its Secret belong to the ExternalSecret of this name.
pub fn field_manager(name: &str) -> String {
    if MANAGER.len() + name.len() <= MANAGER_LENGTH {
        format!("{MANAGER}{name}")
    } else {
        format!("{MANAGER}sha3/{}", text_hash(name))
    }
}

fn text_hash(text: &str) -> String {
    let mut printed = Printed(Sha3_224::new());
    printed.text(text);
    printed.finish()
}

/// What Go would print. It goes into the hash piece by piece, so that no second copy of the secrets is made.
struct Printed(Sha3_224);

impl Printed {
    fn text(&mut self, text: &str) {
        self.0.update(text);
    }

    /// A map of texts: `map[a:b c:d]`.
    fn texts(&mut self, map: &BTreeMap<String, String>) {
        self.text("map[");
        for (place, (key, value)) in map.iter().enumerate() {
            self.text(if place > 0 { " " } else { "" });
            self.text(key);
            self.text(":");
            self.text(value);
        }
        self.text("]");
    }

    /// Bytes: `[98 97 114]`.
    fn bytes(&mut self, bytes: &[u8]) {
        const PIECE: usize = 256;
        // A blank and three digits for each byte.
        let mut digits = Zeroizing::new(String::with_capacity(PIECE * 4));
        self.text("[");
        for (place, piece) in bytes.chunks(PIECE).enumerate() {
            digits.clear();
            for byte in piece {
                // Writing into a text cannot fail.
                let _ = write!(digits, " {byte}");
            }
            self.text(digits.get(usize::from(place == 0)..).unwrap_or_default());
        }
        self.text("]");
    }

    fn finish(self) -> String {
        let mut hash = String::with_capacity(56);
        for byte in self.0.finalize() {
            let _ = write!(hash, "{byte:02x}");
        }
        hash
    }
}
