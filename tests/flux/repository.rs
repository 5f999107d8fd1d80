//! A repository as Flux sees it: a kustomization, and files of every format, sealed by our program.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use selkie_tests::repository::selkie;
use selkie_tests::{AgeKey, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::Data;
use crate::scene::Scene;

const KUSTOMIZATION: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
generatorOptions:
  disableNameSuffixHash: true
resources:
- manifests/secret.yaml
- manifests/commented.yaml
- manifests/lease.yaml
- manifests/base.yaml
secretGenerator:
- name: env
  envs:
  - app.env
- name: files
  files:
  - settings.json
  - my.ini
  - logo.bin
  - values.yaml
  - login.env
- name: registry
  type: kubernetes.io/dockerconfigjson
  files:
  - .dockerconfigjson=registry.json
patches:
- path: patches/base.yaml
";

/// What is patched. Not encrypted: Flux decrypts an object after the patches, and would not know which of its values are tokens.
const BASE: &str =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: base\nstringData:\n  host: db\n";

/// A row of the table: path, plain text, what the sealed text must have, and what it must not: a text that no token holds by chance, since it
/// is long or no base64.
type Row = (
    &'static str,
    &'static [u8],
    &'static [&'static str],
    &'static str,
);

const FILES: [Row; 11] = [
    (
        "manifests/secret.yaml",
        b"# the database of the shop
apiVersion: v1
kind: Secret
metadata:
  name: database
  labels: {app: shop}
stringData:
  # who logs in
  user: 'admin'
  password: \"s3cret \\u00e9 'quoted'\"   # new in spring
  url: >-
    postgres://admin@db/
    shop
  pem: |
    -----BEGIN KEY-----
      indented
  empty: \"\"
data:
  token: c2VjcmV0AAE=
",
        &["    layout: ENC[", "    mac: ENC[", "# the database of the shop", "  # who logs in", "# new in spring"],
        "postgres",
    ),
    (
        "manifests/commented.yaml",
        b"apiVersion: v1
kind: Secret
metadata:
  name: commented
type: Opaque
stringData:
  # the old one was hunter1
  password: hunter2
  list: |-
    # no comment
    - item
",
        &["  #ENC[AES256_GCM,", "    mac: ENC["],
        "hunter",
    ),
    (
        "manifests/lease.yaml",
        b"apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: turn
spec:
  leaseDurationSeconds: 0xF
",
        &["type:int]", "    layout: ENC["],
        ": 0xF",
    ),
    (
        "app.env",
        b"# for the shop\nDB_USER=admin\n\nDB_PASSWORD=a=b#c \"d\" 'e'\nEMPTY=\nDB_USER_unencrypted=plain\n",
        &["# for the shop", "sops_mac=ENC["],
        "admin",
    ),
    (
        "settings.json",
        b"{\n  \"name\" : \"\\u0041da\", \"rate\": 1.50,\n  \"ports\": [80, 443], \"on\": true, \"none\": null\n}\n",
        &["\"mac\": \"ENC[", "\"layout\": \"ENC["],
        " 443",
    ),
    (
        "my.ini",
        b"; who logs in\n[client]\nuser = admin\npassword=\"two words\"\n",
        &["[sops]", "; who logs in"],
        "admin",
    ),
    (
        "logo.bin",
        b"\x00\x01\xfe\xff\r\n\x80not UTF-8\x00",
        &["\"mac\": \"ENC["],
        "not UTF-8",
    ),
    (
        "values.yaml",
        b"# values of a chart\nimage: {tag: \"1.10\", pull: yes}\nreplicas: 0x3\nlist: [a, 'b']\n",
        &["# values of a chart", "    layout: ENC[", "    mac: ENC["],
        "1.10",
    ),
    (
        "login.env",
        b"USER=admin\nLINES=one\\ntwo\n",
        &["sops_mac=ENC["],
        "admin",
    ),
    (
        "registry.json",
        b"{\"auths\": {\"registry.invalid\": {\"auth\": \"YTpi\"}}}",
        &["\"mac\": \"ENC["],
        "\"YTpi\"",
    ),
    (
        "patches/base.yaml",
        b"apiVersion: v1\nkind: Secret\nmetadata:\n  name: base\nstringData:\n  patched: 'by a patch'\n",
        &["    mac: ENC["],
        "by a patch",
    ),
];

/// Whether an entry of a Secret is no text.
pub(crate) fn is_binary(key: &str) -> bool {
    ["logo.bin", "token"].contains(&key)
}

/// A folder with a `.sops.yaml` and sealed files.
pub(crate) struct Repository {
    pub(crate) folder: PathBuf,
    age: AgeKey,
    _scratch: tempfile::TempDir,
}

impl Repository {
    /// The repository with a file of every kind.
    pub(crate) fn sealed(scene: &Scene) -> Self {
        let repository = Self::empty(scene, KUSTOMIZATION);
        fs::write(repository.folder.join("manifests/base.yaml"), BASE).unwrap();
        for (path, plain, has, has_not) in FILES {
            repository.seal(path, plain);
            let opened = repository.run(&["decrypt", path]).succeed();
            assert_eq!(opened.stdout, plain, "{path}");
            let sealed = repository.read(path);
            for part in has {
                assert!(sealed.contains(part), "{path} has no {part}:\n{sealed}");
            }
            assert!(!sealed.contains(has_not), "{path} has {has_not}:\n{sealed}");
        }
        repository
    }

    /// A repository with these manifests alone.
    pub(crate) fn of(scene: &Scene, manifests: &[(&str, &str)]) -> Self {
        let head = KUSTOMIZATION.split("generatorOptions").next().unwrap();
        let paths: Vec<&str> = manifests.iter().map(|(path, _)| *path).collect();
        let kustomization = format!("{head}resources:\n- {}\n", paths.join("\n- "));
        let repository = Self::empty(scene, &kustomization);
        for (path, plain) in manifests {
            repository.seal(path, plain.as_bytes());
        }
        repository
    }

    fn empty(scene: &Scene, kustomization: &str) -> Self {
        let scratch = scratch();
        let folder = scratch.path().join("repository");
        for folder in ["manifests", "patches"] {
            fs::create_dir_all(scratch.path().join("repository").join(folder)).unwrap();
        }
        let rules = include_str!("sops.yaml").replace("RECIPIENT", &scene.age.recipient);
        fs::write(folder.join(".sops.yaml"), rules).unwrap();
        fs::write(folder.join("kustomization.yaml"), kustomization).unwrap();
        Self {
            folder,
            age: scene.age.clone(),
            _scratch: scratch,
        }
    }

    fn seal(&self, path: &str, plain: &[u8]) {
        fs::write(self.folder.join(path), plain).unwrap();
        self.selkie(&["encrypt", "-i", path]);
    }

    /// What Flux is to end with, by the names of Secrets.
    pub(crate) fn expected(&self) -> BTreeMap<String, Data> {
        let texts = |rows: &[(&str, &str)]| -> Data {
            let own = |(key, value): &(&str, &str)| ((*key).to_owned(), value.as_bytes().to_vec());
            rows.iter().map(own).collect()
        };
        let mut database = texts(&[
            ("user", "admin"),
            ("password", "s3cret é 'quoted'"),
            ("url", "postgres://admin@db/ shop"),
            ("pem", "-----BEGIN KEY-----\n  indented\n"),
            ("empty", ""),
        ]);
        database.insert("token".to_owned(), b"secret\0\x01".to_vec());
        let commented = texts(&[("password", "hunter2"), ("list", "# no comment\n- item")]);
        let base = texts(&[("host", "db"), ("patched", "by a patch")]);
        let env = texts(&[
            ("DB_USER", "admin"),
            ("DB_PASSWORD", "a=b#c \"d\" 'e'"),
            ("EMPTY", ""),
            ("DB_USER_unencrypted", "plain"),
        ]);
        // Flux has the library of SOPS write what it decrypted, which lays text out in its own way.
        let mut files = Data::new();
        for path in ["settings.json", "my.ini", "values.yaml", "login.env"] {
            files.insert(path.to_owned(), self.by_sops(path));
        }
        let logo = FILES.iter().find(|row| row.0 == "logo.bin").unwrap().1;
        files.insert("logo.bin".to_owned(), logo.to_vec());
        let registry = Data::from([(
            ".dockerconfigjson".to_owned(),
            self.by_sops("registry.json"),
        )]);
        let named = [
            ("database", database),
            ("commented", commented),
            ("base", base),
            ("env", env),
            ("files", files),
            ("registry", registry),
        ];
        named.map(|(name, data)| (name.to_owned(), data)).into()
    }

    /// A file as the real sops decrypts it.
    pub(crate) fn by_sops(&self, path: &str) -> Vec<u8> {
        let sops = Run::new(peers::sops(Sops::V3_13_3).unwrap());
        let sops = sops
            .folder(&self.folder)
            .env("SOPS_AGE_KEY_FILE", &self.age.file);
        sops.args(["decrypt", path]).succeed().stdout
    }

    /// A file's text; what is no UTF-8 in it is replaced.
    pub(crate) fn read(&self, path: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.join(path)).unwrap()).into_owned()
    }

    fn run(&self, words: &[&str]) -> Run {
        let run = Run::new(selkie()).folder(&self.folder).args(words);
        run.env("SOPS_AGE_KEY_FILE", &self.age.file)
    }

    /// Runs our program.
    pub(crate) fn selkie(&self, words: &[&str]) {
        self.run(words).succeed();
    }

    /// Runs our program for its exit status.
    pub(crate) fn status(&self, words: &[&str]) -> Option<i32> {
        self.run(words).output().status
    }
}
