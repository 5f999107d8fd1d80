//! X25519 recipients, and the names of the kinds that are not here yet.

use super::AgeError;

/// The secret as an armoured age file for one recipient, in SOPS's spelling: 64 columns, header, footer, final newline.
pub(crate) fn wrap(recipient: &str, secret: &[u8]) -> Result<String, AgeError> {
    refuse_unsupported(recipient)?;
    let bad = || AgeError::Recipient {
        recipient: recipient.to_owned(),
    };
    // The library reads upper case as well; SOPS does not, and its identifier is the text itself.
    if !recipient.starts_with("age1") {
        return Err(bad());
    }
    let key: ::age::x25519::Recipient = recipient.parse().map_err(|_| bad())?;
    let armored = ::age::encrypt_and_armor(&key, secret).map_err(|_| AgeError::Encrypt {
        recipient: recipient.to_owned(),
    })?;
    // The library ends lines as the system does; the metadata of a file must not depend on where it was made.
    Ok(if armored.contains('\r') {
        armored.replace("\r\n", "\n")
    } else {
        armored
    })
}

/// Refuses the kinds of age recipients that need more than X25519, each by its name.
pub(super) fn refuse_unsupported(recipient: &str) -> Result<(), AgeError> {
    let kind = if recipient.starts_with("age1pq1") {
        "post-quantum age recipients"
    } else if recipient.starts_with("ssh-") {
        "ssh recipients"
    } else if recipient.starts_with("age1") && recipient.matches('1').count() > 1 {
        // Bech32 data has no `1`: a second one ends the name of a plugin.
        "age plugin recipients"
    } else {
        return Ok(());
    };
    Err(AgeError::Unsupported {
        kind,
        recipient: recipient.to_owned(),
    })
}
