//! The program in a root that holds the image and what a kubelet adds to it, as the user of the image: it reads from Vault over TLS, by a name.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::scratch;
use selkie_tests::servers::controller::{data, prepare, token, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::{ROOT, Vault};
use selkie_tests::servers::{Server, free_port};
use selkie_xtask::image::USER;
use serde_json::json;

use crate::parts::read;

const VALUE: &str = "hunter-image-3e91";
/// Where a Pod finds who it is.
const ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";

#[test]
fn it_works_with_nothing_around_it() {
    let folder = scratch();
    let cluster = KubeApiserver::start(folder.path());
    prepare(&cluster);
    let vault = Vault::start(folder.path());
    vault.write("secret/data/web", &json!({ "data": { "password": VALUE } }));

    let root = folder.path().join("root");
    read(folder.path(), &root);
    add(&root, &cluster);
    let before = files(&root);
    let (health, metrics) = (free_port(), free_port());
    let mut command = in_root(&root);
    let (host, port) = cluster
        .address
        .trim_start_matches("https://")
        .rsplit_once(':')
        .unwrap();
    command
        .arg("/selkie-controller")
        .arg(format!("--live-addr=127.0.0.1:{health}"))
        .arg(format!("--metrics-addr=127.0.0.1:{metrics}"))
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("KUBERNETES_SERVICE_HOST", host)
        .env("KUBERNETES_SERVICE_PORT", port);
    let is_ready = || std::net::TcpStream::connect(("127.0.0.1", health)).is_ok();
    let mut server = Server::start("image", folder.path(), &mut command, is_ready);

    for manifest in manifests(&vault) {
        cluster.write(&manifest);
    }
    until("the Secret", || {
        (data(&cluster, "default", "web")? == json!({ "password": VALUE })).then_some(())
    });
    let ended = Command::new("kill").arg(server.id().to_string()).status();
    assert!(ended.unwrap().success());
    assert!(server.ended().success(), "{}", server.log());
    assert!(!server.log().contains(VALUE), "a value is in the log");
    assert_eq!(files(&root), before, "nothing was written");
}

/// What a kubelet puts into each container.
fn add(root: &Path, cluster: &KubeApiserver) {
    let write = |path: &str, text: &[u8]| {
        let path = root.join(path);
        let above = path.parent().unwrap();
        // The layer's own folders are nobody's to write, not even their owner's.
        let _ = fs::set_permissions(above, fs::Permissions::from_mode(0o755));
        fs::create_dir_all(above).unwrap();
        fs::write(path, text).unwrap();
    };
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    write("etc/hosts", b"127.0.0.1 vault.test\n");
    write("etc/resolv.conf", b"nameserver 127.0.0.1\n");
    write(&format!("{ACCOUNT}/token"), token(cluster).as_bytes());
    write(
        &format!("{ACCOUNT}/ca.crt"),
        &fs::read(&cluster.ca).unwrap(),
    );
    write(&format!("{ACCOUNT}/namespace"), b"selkie");
}

/// A command with that root, in which there are the devices that a runtime adds, as far as the program asks for them. Whoever is not root becomes one of
/// its own, and keeps one user for all.
fn in_root(root: &Path) -> Command {
    let devices = root.join("dev");
    fs::create_dir_all(&devices).unwrap();
    if fs::metadata(root).unwrap().uid() == 0 {
        for (name, minor) in [("random", "8"), ("urandom", "9")] {
            let device = devices.join(name);
            let mut make = Command::new("mknod");
            make.arg("--mode=0666").arg(&device).args(["c", "1", minor]);
            assert!(make.status().unwrap().success(), "mknod makes {name}");
        }
        let mut command = Command::new("chroot");
        command.arg(format!("--userspec={USER}:{USER}")).arg(root);
        return command;
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-euc"]);
    command.arg("mount --rbind /dev \"$1/dev\"; exec chroot \"$@\"");
    command.arg("sh").arg(root);
    command
}

/// Every file below a folder, with what it holds. Devices are none.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            let content = fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
    found
}

fn manifests(vault: &Vault) -> [serde_json::Value; 3] {
    let server = vault.tls_url.replace("127.0.0.1", "vault.test");
    let authority = STANDARD.encode(fs::read(&vault.authority).unwrap());
    [
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": "vault-token", "namespace": "default" },
            "stringData": { "token": ROOT },
        }),
        json!({
            "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
            "metadata": { "name": "vault", "namespace": "default" },
            "spec": { "provider": { "vault": {
                "server": server, "caBundle": authority, "path": "secret", "version": "v2",
                "auth": { "tokenSecretRef": { "name": "vault-token", "key": "token" } },
            } } },
        }),
        json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
            "metadata": { "name": "web", "namespace": "default" },
            "spec": {
                "refreshInterval": "1h",
                "secretStoreRef": { "name": "vault" },
                "data": [{
                    "secretKey": "password",
                    "remoteRef": { "key": "web", "property": "password" },
                }],
            },
        }),
    ]
}
