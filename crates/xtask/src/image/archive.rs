//! An OCI image layout in an archive: blobs by their digests, and the index that leads to them.

use anyhow::{Result, bail};
use jiff::Timestamp;
use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use super::layer::{Layer, USER};
use super::{Commit, NAME, digest};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The archive with one image of one layer.
pub(super) fn archive(layer: &Layer, commit: &Commit) -> Result<Vec<u8>> {
    let config = config(layer, commit)?.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config),
        "layers": [descriptor(LAYER, &layer.packed)],
    });
    let manifest = manifest.to_string().into_bytes();
    let mut described = descriptor(MANIFEST, &manifest);
    described["annotations"] = json!({
        "io.containerd.image.name": format!("localhost/{NAME}:{VERSION}"),
        "org.opencontainers.image.ref.name": VERSION,
    });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [described] });
    let layout = json!({ "imageLayoutVersion": "1.0.0" });

    let mut files: Vec<(String, Vec<u8>)> = [config, manifest, layer.packed.clone()]
        .into_iter()
        .map(|blob| (format!("blobs/sha256/{}", digest(&blob)), blob))
        .collect();
    files.sort();
    files.push(("index.json".to_owned(), index.to_string().into_bytes()));
    files.push(("oci-layout".to_owned(), layout.to_string().into_bytes()));
    let mut builder = Builder::new(Vec::new());
    for folder in ["blobs/", "blobs/sha256/"] {
        append(&mut builder, EntryType::Directory, folder, b"", commit.time)?;
    }
    for (path, content) in files {
        append(
            &mut builder,
            EntryType::Regular,
            &path,
            &content,
            commit.time,
        )?;
    }
    Ok(builder.into_inner()?)
}

fn config(layer: &Layer, commit: &Commit) -> Result<Value> {
    let created = Timestamp::from_second(commit.time.try_into()?)?.to_string();
    Ok(json!({
        "architecture": architecture()?,
        "os": "linux",
        "created": created,
        "config": {
            "User": format!("{USER}:{USER}"),
            "Entrypoint": [format!("/{NAME}")],
            "WorkingDir": "/",
            "Labels": {
                "org.opencontainers.image.title": NAME,
                "org.opencontainers.image.description": "Serves ExternalSecret and SecretStore manifests",
                "org.opencontainers.image.licenses": concat!(env!("CARGO_PKG_LICENSE"), " AND CDLA-Permissive-2.0"),
                "org.opencontainers.image.source": env!("CARGO_PKG_REPOSITORY"),
                "org.opencontainers.image.version": VERSION,
                "org.opencontainers.image.revision": commit.name,
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", digest(&layer.plain))] },
        "history": [{ "created": created, "created_by": "cargo xtask image" }],
    }))
}

/// The machine for which the programs are, as images call it.
fn architecture() -> Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => bail!("no image for {other} has been tried"),
    }
}

fn descriptor(kind: &str, blob: &[u8]) -> Value {
    json!({ "mediaType": kind, "digest": format!("sha256:{}", digest(blob)), "size": blob.len() })
}

fn append(
    builder: &mut Builder<Vec<u8>>,
    kind: EntryType,
    path: &str,
    content: &[u8],
    time: u64,
) -> Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_path(path)?;
    header.set_mode(if kind == EntryType::Directory {
        0o755
    } else {
        0o644
    });
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(time);
    header.set_size(content.len() as u64);
    header.set_cksum();
    builder.append(&header, content)?;
    Ok(())
}
