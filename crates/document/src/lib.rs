//! The SOPS document.

pub mod path;
pub mod selection;
