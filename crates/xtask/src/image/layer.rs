//! The one layer of the image: the program, the authorities that it believes, the user that it is. No shell, nothing that is writable.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// Who the program is: nobody in particular.
pub const USER: u32 = 65532;

/// A layer.
pub(super) struct Layer {
    /// As it is sent.
    pub(super) packed: Vec<u8>,
    /// As it is unpacked.
    pub(super) plain: Vec<u8>,
}

/// The layer with a program, whose files are all of one time.
pub(super) fn layer(program: &[u8], time: u64) -> Result<Layer> {
    let mut tree = Tree {
        builder: Builder::new(Vec::new()),
        time,
    };
    // In the order of their names.
    tree.folder("etc/")?;
    tree.file(
        "etc/group",
        0o444,
        format!("nonroot:x:{USER}:\n").as_bytes(),
    )?;
    let user = format!("nonroot:x:{USER}:{USER}::/:/nonexistent\n");
    tree.file("etc/passwd", 0o444, user.as_bytes())?;
    tree.folder("etc/ssl/")?;
    tree.folder("etc/ssl/certs/")?;
    tree.file(
        "etc/ssl/certs/ca-certificates.crt",
        0o444,
        authorities().as_bytes(),
    )?;
    tree.file(super::NAME, 0o555, program)?;
    let plain = tree.builder.into_inner()?;
    let mut packed = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::default());
    packed.write_all(&plain)?;
    let packed = packed.finish()?;
    Ok(Layer { packed, plain })
}

/// Mozilla's authorities in the version of the lock file, in PEM.
fn authorities() -> String {
    let mut text = String::new();
    for certificate in TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let coded = STANDARD.encode(certificate);
        let mut rest = &*coded;
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{line}");
            rest = after;
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

struct Tree {
    builder: Builder<Vec<u8>>,
    time: u64,
}

impl Tree {
    fn folder(&mut self, path: &str) -> Result<()> {
        self.entry(EntryType::Directory, path, 0o555, b"")
    }

    fn file(&mut self, path: &str, mode: u32, content: &[u8]) -> Result<()> {
        self.entry(EntryType::Regular, path, mode, content)
    }

    fn entry(&mut self, kind: EntryType, path: &str, mode: u32, content: &[u8]) -> Result<()> {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_path(path)?;
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(self.time);
        header.set_size(content.len() as u64);
        header.set_cksum();
        self.builder.append(&header, content)?;
        Ok(())
    }
}
