//! What Helm stores of a release: JSON, compressed, in base64. Pure: bytes in, what is asked of them out.
//!
//! A manifest may hold whatever a chart does. Of its documents those alone are read that define a kind, and the bytes are wiped as far as they are
//! ours.

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use selkie_crypto::Secret;
use selkie_reconcile::preflight::Release;
use serde::Deserialize;

/// What begins a compressed release. Very old ones are not compressed.
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];
/// A stored release has at most a megabyte, and text shrinks to a tenth.
const MOST: u64 = 64 << 20;
/// What stays when a release is removed, by Helm's word for it.
const POLICY: &str = "helm.sh/resource-policy";
const KEEP: &str = "keep";
const DEFINITION: &str = "CustomResourceDefinition";

#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    info: Info,
    #[serde(default)]
    chart: Chart,
    #[serde(default)]
    manifest: String,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    status: String,
}

#[derive(Default, Deserialize)]
struct Chart {
    #[serde(default)]
    metadata: Named,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// A release as it stands in the field `release` of a ConfigMap, or below the base64 of a Secret. Whatever cannot be read is unreadable as a whole:
/// half of a manifest protects nobody.
pub(super) fn read(encoded: &[u8]) -> Release {
    stored(encoded).unwrap_or(Release::Unreadable)
}

fn stored(encoded: &[u8]) -> Option<Release> {
    let bytes = Secret::from(STANDARD.decode(encoded.trim_ascii()).ok()?);
    let json = plain(bytes)?;
    let stored: Stored = serde_json::from_slice(json.expose()).ok()?;
    if stored.info.status == "uninstalled" {
        return Some(Release::Uninstalled);
    }
    let manifest = Secret::from(stored.manifest);
    let manifest = std::str::from_utf8(manifest.expose()).ok()?;
    Some(Release::Installed {
        chart: stored.chart.metadata.name,
        version: stored.chart.metadata.version,
        definitions: definitions(manifest)?,
    })
}

fn plain(bytes: Secret) -> Option<Secret> {
    if !bytes.expose().starts_with(&GZIP) {
        return Some(bytes);
    }
    let mut text = Vec::new();
    let mut limited = GzDecoder::new(bytes.expose()).take(MOST);
    limited.read_to_end(&mut text).ok()?;
    let is_whole = limited.limit() > 0;
    is_whole.then(|| Secret::from(text))
}

/// Every definition of a manifest, and whether it is kept.
fn definitions(manifest: &str) -> Option<BTreeMap<String, bool>> {
    let mut found = BTreeMap::new();
    for document in documents(manifest).filter(|it| it.contains(DEFINITION)) {
        let options = serde_saphyr::options! { with_snippet: false };
        let read: Document = serde_saphyr::from_str_with_options(document, options).ok()?;
        if read.kind != DEFINITION {
            continue;
        }
        let annotations = read.metadata.annotations.unwrap_or_default();
        let policy = annotations.get(POLICY).map(|it| it.trim().to_lowercase());
        found.insert(read.metadata.name, policy.as_deref() == Some(KEEP));
    }
    Some(found)
}

/// The documents of a stream. A line that begins with three dashes is always the start of one: no scalar may have it.
fn documents(manifest: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(manifest);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.find("\n---") {
            Some(end) => {
                let (document, after) = text.split_at(end + 1);
                rest = Some(after.trim_start_matches('-'));
                Some(document)
            }
            None => rest.take(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;

    const MANIFEST: &str = "---
# Source: external-secrets/templates/crds/externalsecret.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.19.0
    helm.sh/resource-policy: ' Keep'
  name: externalsecrets.external-secrets.io
spec: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: about}
data: {text: CustomResourceDefinition}
---
kind: CustomResourceDefinition
metadata:
  name: secretstores.external-secrets.io
---
kind: CustomResourceDefinition
metadata:
  name: pushsecrets.external-secrets.io
  annotations: {helm.sh/resource-policy: delete}
";

    fn zipped(text: &str) -> Vec<u8> {
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        zip.write_all(text.as_bytes()).unwrap();
        zip.finish().unwrap()
    }

    fn release(status: &str, manifest: &str) -> String {
        json!({
            "name": "external-secrets",
            "info": { "status": status },
            "chart": { "metadata": { "name": "external-secrets", "version": "2.9.0" }, "templates": [] },
            "manifest": manifest,
            "version": 3,
        })
        .to_string()
    }

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        STANDARD.encode(bytes).into_bytes()
    }

    #[test]
    fn helm_keeps_what_its_manifest_says() {
        let expected = Release::Installed {
            chart: "external-secrets".to_owned(),
            version: "2.9.0".to_owned(),
            definitions: BTreeMap::from([
                ("externalsecrets.external-secrets.io".to_owned(), true),
                ("pushsecrets.external-secrets.io".to_owned(), false),
                ("secretstores.external-secrets.io".to_owned(), false),
            ]),
        };
        let text = release("deployed", MANIFEST);
        assert_eq!(read(&encoded(&zipped(&text))), expected);
        assert_eq!(read(&encoded(text.as_bytes())), expected);
    }

    #[test]
    fn a_release_that_is_gone_deletes_nothing() {
        let text = release("uninstalled", MANIFEST);
        assert_eq!(read(&encoded(&zipped(&text))), Release::Uninstalled);
    }

    #[test]
    fn what_is_damaged_is_not_half_believed() {
        let whole = zipped(&release("deployed", MANIFEST));
        let broken = release(
            "deployed",
            "kind: CustomResourceDefinition\nmetadata: [unclosed",
        );
        let rows: [(&str, Vec<u8>); 5] = [
            ("no base64", b"not base64!".to_vec()),
            ("cut off", encoded(&whole[..whole.len() / 2])),
            ("no JSON", encoded(&zipped("manifest"))),
            ("no YAML", encoded(&zipped(&broken))),
            ("nothing", Vec::new()),
        ];
        for (title, bytes) in rows {
            assert_eq!(read(&bytes), Release::Unreadable, "{title}");
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeros = vec![b' '; usize::try_from(MOST).unwrap() + 1];
        let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
        zip.write_all(&zeros).unwrap();
        assert_eq!(read(&encoded(&zip.finish().unwrap())), Release::Unreadable);
    }
}
