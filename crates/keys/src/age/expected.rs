//! Wrapped keys that a run will need later. A plugin gets all of one recipient's in one conversation, so that a PIN is asked for once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The armoured files of keys to come, by recipient. None of it is secret.
#[derive(Debug, Default)]
pub struct Expected(Mutex<HashMap<String, Vec<String>>>);

impl Expected {
    /// Says that a wrapped key of this recipient will be unwrapped in this run.
    pub(crate) fn add(&self, recipient: &str, armored: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = all.entry(recipient.to_owned()).or_default();
        of_one.push(armored.to_owned());
    }

    /// All of one recipient's, which are not expected any more.
    pub(super) fn take(&self, recipient: &str) -> Vec<String> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(recipient).unwrap_or_default()
    }
}
