//! The fuzz targets: laws that must hold for any bytes at all. A target takes an input, and panics if a law is broken.
//!
//! The fuzzer's loop must not be known here, because the gate replays the seeds through these same functions without it.

mod archive;
mod binary;
mod edit;
mod file;
mod json;
mod lines;
mod open;
mod pack;
mod parse;
mod record;
mod seal_open;
mod slots;
mod template;

pub use archive::archive;
pub use binary::binary;
pub use edit::edit;
pub use json::json;
pub use lines::{dotenv, ini};
pub use open::open;
pub use pack::pack;
pub use parse::parse;
pub use seal_open::seal_open;
pub use slots::slots;
pub use template::{render, template};

/// What a target is: it panics if a law is broken.
pub type Target = fn(&[u8]);

/// Every target under the name of its program and of its folder of seeds.
pub const TARGETS: [(&str, Target); 13] = [
    ("parse", parse),
    ("slots", slots),
    ("seal_open", seal_open),
    ("open", open),
    ("edit", edit),
    ("binary", binary),
    ("json", json),
    ("dotenv", dotenv),
    ("ini", ini),
    ("template", template),
    ("render", render),
    ("pack", pack),
    ("archive", archive),
];
