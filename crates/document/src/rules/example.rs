//! The `.sops.yaml` that a new repository begins with.

/// The file, with this recipient in its one rule. SOPS reads it too: what is ours alone stands in comments.
pub(super) fn text(recipient: &str) -> String {
    let recipient = scalar(recipient);
    format!(
        "\
# Who can open which files of this repository, and which of their values are encrypted.
# A file takes the first rule whose path_regex is found in its path, seen from this folder.
creation_rules:
  # In Kubernetes Secrets, encrypt only the values; names and labels stay readable.
  #- path_regex: (^|/)secrets?/.*\\.ya?ml$
  #  encrypted_regex: ^(data|stringData)$
  #  age:
  #    - {recipient}

  # Every other file: all values are encrypted, but those whose key ends in _unencrypted.
  - age:
      # One line for each person or machine. After a change here run updatekeys on the files.
      - {recipient}
    # Leave comments readable, or keep no record of the spelling of values (SOPS ignores both):
    #comments: plain
    #layout: false
"
    )
}

/// Plain where YAML lets the text stand as it is, else in single quotes.
fn scalar(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-+/=_.@ ".contains(&byte);
    let first = text.bytes().next().unwrap_or_default();
    if first.is_ascii_alphabetic() && text.bytes().all(is_plain) && !text.ends_with(' ') {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
