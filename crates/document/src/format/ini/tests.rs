//! Reading, sealing, opening and changing INI as a whole.

mod change;
mod data;
mod identity;

use selkie_crypto::Secret;

use crate::selection::SelectorFields;
use crate::testing::{header, key, rng};
use crate::{Error, Format, Nonces, Opened, Plain, Sealed, open, seal};

fn read(text: &[u8]) -> Result<Plain, Error> {
    Plain::read(Format::Ini, Secret::from(text.to_vec()))
}

fn sealed_with(text: &[u8], selector: &SelectorFields, layout: bool) -> Vec<u8> {
    let mut header = header(selector);
    header.layout = layout;
    let plain = read(text).unwrap();
    seal(plain, &key(), header, &Nonces::none(), &mut rng(1))
        .unwrap()
        .bytes
}

fn sealed(text: &[u8]) -> Vec<u8> {
    sealed_with(text, &SelectorFields::default(), true)
}

fn open_text(bytes: &[u8]) -> Result<Opened, Error> {
    open(Sealed::read(Format::Ini, bytes.to_vec())?, &key())
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Keys and values as SOPS has them, a line each.
fn data(text: &str) -> Vec<String> {
    let tree = read(text.as_bytes()).unwrap().tree;
    (1..tree.nodes.len() as u32)
        .map(|index| format!("{}={}", tree.path_text(index), shown(tree.value(index))))
        .collect()
}
