//! Forms and queries: `name=value&…`, with their escapes undone.

use std::collections::BTreeMap;

/// The fields of a form.
pub fn form(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body);
    let fields = text.split('&').filter_map(|pair| pair.split_once('='));
    fields
        .map(|(name, value)| (form_text(name), form_text(value)))
        .collect()
}

/// A part of a form without its escapes.
pub fn form_text(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        let escaped = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        at += if escaped.is_some() { 3 } else { 1 };
        plain.push(escaped.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    String::from_utf8_lossy(&plain).into_owned()
}
