use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::ready;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use selkie_api::store::sops::{SopsFile, SopsFormat, SopsKeys};
use selkie_api::{ConfigMapKeySelector, SecretKeySelector};
use selkie_crypto::{
    AgeRecipient, DataKey, KeyGroup, Keyring, PgpRecipient, Recipient, Secret, Timestamp,
    VaultTransitRecipient, WrappedKey,
};
use selkie_document::selection::Selection;
use selkie_document::{Comments, Format, Header, Nonces, Plain, binary, seal};
use selkie_keys::age::{GeneratedIdentity, generate};
use selkie_keys::{Credentials as Identities, KeyService, wrap_all};

use super::*;
use crate::{Body, Credentials};

const TEXT: &str = "# kept\ndb:\n  user: ann   # not the boss\n  password: \"hunter2\"\n  ports: [5432, 5433]\ntoken: 0x10\nempty: ''\n";

/// Files in memory, which can be changed, and who counts the reads.
#[derive(Default)]
struct Held {
    files: StdMutex<BTreeMap<String, Bytes>>,
    reads: AtomicUsize,
}

impl Held {
    fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut files = self.files.lock().unwrap();
        files.insert(name.to_owned(), Bytes::from(bytes));
    }
}

impl Source for Held {
    fn files(&self) -> BoxFuture<'_, Result<Arc<Files>, Failure>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let files = self.files.lock().unwrap().clone();
        ready(Ok(Arc::new(files.into_iter().collect::<Files>()))).boxed()
    }
}

fn files<const N: usize>(files: [(&str, Vec<u8>); N]) -> Arc<Held> {
    let files = files.map(|(name, bytes)| (name.to_owned(), Bytes::from(bytes)));
    Arc::new(Held {
        files: StdMutex::new(files.into()),
        ..Held::default()
    })
}

fn age(identity: &GeneratedIdentity) -> Recipient {
    Recipient::Age(AgeRecipient::parse(&identity.recipient).unwrap())
}

/// Members that only a network or a program could open.
fn strangers() -> [WrappedKey; 2] {
    let vault = VaultTransitRecipient {
        vault_address: "http://169.254.169.254".to_owned(),
        engine_path: "transit".to_owned(),
        key_name: "key".to_owned(),
    };
    let pgp = PgpRecipient::parse("F4C45D3BA2E0A2B4A8A0E3F4B0D3F7E4E6F7A8B9").unwrap();
    [Recipient::VaultTransit(vault), Recipient::Pgp(pgp)].map(|recipient| WrappedKey {
        recipient,
        ciphertext: "vault:v1:nothing".to_owned(),
        created_at: None,
    })
}

fn keyring(key: &DataKey, groups: &[Vec<Recipient>], threshold: Option<NonZeroU8>) -> Keyring {
    let services = [KeyService::Local(Identities::default())];
    let mut rng = StdRng::seed_from_u64(1);
    wrap_all(&services, groups, threshold, key, &mut rng).unwrap()
}

fn sealed_for(text: &[u8], format: Format, key: &DataKey, keyring: Keyring) -> Vec<u8> {
    let header = Header {
        keyring,
        selection: Selection::default(),
        mac_only_encrypted: false,
        now: Timestamp::from_unix(1_700_000_000),
        layout: true,
        comments: Comments::Encrypted,
    };
    let mut rng = StdRng::seed_from_u64(2);
    let text = Secret::from(text.to_vec());
    if format == Format::Binary {
        let sealed = binary::seal(text, key, header, &mut rng).unwrap();
        let mut out = Vec::new();
        sealed.write(&mut out).unwrap();
        return out;
    }
    let plain = Plain::read(format, text).unwrap();
    seal(plain, key, header, &Nonces::none(), &mut rng)
        .unwrap()
        .bytes
}

fn data_key() -> DataKey {
    DataKey::from_slice(&[7; 32]).unwrap()
}

fn sealed(text: &str, format: Format, identity: &GeneratedIdentity) -> Vec<u8> {
    let key = data_key();
    let keyring = keyring(&key, &[vec![age(identity)]], None);
    sealed_for(text.as_bytes(), format, &key, keyring)
}

fn selector(name: &str) -> SecretKeySelector {
    SecretKeySelector {
        name: name.to_owned(),
        ..SecretKeySelector::default()
    }
}

fn spec(single: Option<&str>) -> Spec {
    Spec {
        source: SopsSource::ConfigMap(ConfigMapKeySelector {
            name: "files".to_owned(),
            namespace: None,
            key: single.map(str::to_owned),
        }),
        format: None,
        keys: Some(SopsKeys {
            age: vec![selector("keys")],
            allow: Vec::new(),
        }),
    }
}

fn means(files: &Arc<Held>, identity: &[u8]) -> Means {
    let mut credentials = Credentials::default();
    for reference in Sops::references(&spec(None)) {
        credentials.insert(reference, Secret::from(identity.to_vec()));
    }
    let source: Arc<dyn Source> = Arc::<Held>::clone(files);
    Means {
        credentials,
        source: Some(source),
        ..Means::new(Credentials::default(), Arc::new(|| 0))
    }
}

fn store(files: &Arc<Held>, identity: &GeneratedIdentity, single: Option<&str>) -> Sops {
    let means = means(files, identity.identity.expose());
    Sops::connect(&spec(single), &means).unwrap()
}

async fn value(store: &Sops, key: &str, property: &str) -> Result<Option<String>, Cause> {
    let read = store.read(&Address::value(key)).await;
    let Some(remote) = read.map_err(|failure| failure.cause)? else {
        return Ok(None);
    };
    let value = property::value(&remote, Some(property)).map_err(|failure| failure.cause)?;
    Ok(value.map(|value| String::from_utf8(value.expose().to_vec()).unwrap()))
}

#[tokio::test]
async fn one_file_is_a_store_of_its_names() {
    let identity = generate();
    let files = files([("app.yaml", sealed(TEXT, Format::Yaml, &identity))]);
    let store = store(&files, &identity, Some("app.yaml"));
    let rows = [
        ("db", "password", Ok(Some("hunter2"))),
        ("db", "ports.1", Ok(Some("5433"))),
        ("db.user", "", Ok(Some("ann"))),
        (r#"["db"]["ports"][0]"#, "", Ok(Some("5432"))),
        ("token", "", Ok(Some("16"))),
        ("empty", "", Ok(Some(""))),
        ("db", "nothing", Err(Cause::PropertyMissing)),
        ("nothing", "", Ok(None)),
        ("sops", "", Ok(None)),
    ];
    for (key, property, expected) in rows {
        let expected = expected.map(|value: Option<&str>| value.map(str::to_owned));
        assert_eq!(
            value(&store, key, property).await,
            expected,
            "{key} {property}"
        );
    }
    assert_eq!(store.validate().await, Ok(Validity::Valid));
    let at = Address::value("db").version(Some("1"));
    let failure = store.read(&at).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Unsupported);
}

#[tokio::test]
async fn many_files_are_keys_of_every_format() {
    let identity = generate();
    let files = files([
        ("app.yaml", sealed(TEXT, Format::Yaml, &identity)),
        (
            "app.json",
            sealed("{\"a\": {\"b\": [1, 2.50]}}\n", Format::Json, &identity),
        ),
        (
            ".env",
            sealed("A=1\nB=two words\n", Format::Dotenv, &identity),
        ),
        ("app.ini", sealed("[s]\nk = v\n", Format::Ini, &identity)),
        ("blob", sealed("\u{0}bytes", Format::Binary, &identity)),
        (
            ".dockerconfigjson",
            sealed("{\"auths\": {}}", Format::Json, &identity),
        ),
        ("plain.yaml", b"a: 1\n".to_vec()),
        ("odd.yaml", b"a: [\n".to_vec()),
    ]);
    let store = store(&files, &identity, None);
    let rows = [
        ("app.yaml", "", Ok(Some(TEXT))),
        ("app.yaml", "db.password", Ok(Some("hunter2"))),
        ("app.json", "a.b.1", Ok(Some("2.5"))),
        (".env", "", Ok(Some("A=1\nB=two words\n"))),
        (".env", "B", Ok(Some("two words"))),
        ("app.ini", "s.k", Ok(Some("v"))),
        ("blob", "", Ok(Some("\u{0}bytes"))),
        (".dockerconfigjson", "auths", Ok(Some("{}"))),
        ("gone.yaml", "", Ok(None)),
        ("plain.yaml", "", Err(Cause::InvalidData)),
        ("odd.yaml", "", Err(Cause::InvalidData)),
    ];
    for (key, property, expected) in rows {
        let expected = expected.map(|value: Option<&str>| value.map(str::to_owned));
        assert_eq!(
            value(&store, key, property).await,
            expected,
            "{key} {property}"
        );
    }
}

#[tokio::test]
async fn searches_go_over_files_or_names() {
    let identity = generate();
    let files = files([
        (
            "a.yaml",
            sealed("x: 1\ny: {z: 2}\n", Format::Yaml, &identity),
        ),
        ("b.yaml", sealed("x: 3\n", Format::Yaml, &identity)),
    ]);
    let many = store(&files, &identity, None);
    let one = store(&files, &identity, Some("a.yaml"));
    let rows = [
        (
            &many,
            None,
            Some("."),
            Some("a.yaml=x: 1\ny: {z: 2}\n b.yaml=x: 3\n"),
        ),
        (&many, None, Some("^b"), Some("b.yaml=x: 3\n")),
        (&many, Some("a.yaml"), None, Some("x=1 y={\"z\":2}")),
        (&many, Some("c.yaml"), None, None),
        (&one, None, Some("^x$"), Some("x=1")),
        (&one, Some("y"), None, Some("z=2")),
        (&one, Some("nothing"), None, None),
        (&one, Some("x"), None, None),
    ];
    for (store, path, name, expected) in rows {
        let find = Find {
            path: path.map(str::to_owned),
            name: name.map(str::to_owned),
            ..Find::default()
        };
        let found = store.list(&find).await.unwrap();
        let found = found.map(|found| {
            let pairs = found.iter().map(|(name, remote)| {
                assert!(!remote.has_converted_names());
                let value = property::value(remote, None).unwrap().unwrap();
                format!("{name}={}", String::from_utf8_lossy(value.expose()))
            });
            pairs.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found.as_deref(), expected, "{path:?} {name:?}");
    }
    let tags = Find {
        tags: [("a".to_owned(), "b".to_owned())].into(),
        ..Find::default()
    };
    let failure = one.list(&tags).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Unsupported);
}

#[tokio::test]
async fn a_file_that_was_changed_is_never_shown() {
    let identity = generate();
    let good = String::from_utf8(sealed(TEXT, Format::Yaml, &identity)).unwrap();
    let without_mac: Vec<&str> = good
        .lines()
        .filter(|line| !line.trim_start().starts_with("mac:"))
        .collect();
    let rows = [
        good.replace("empty: ''", "empty: added"),
        good.replace(
            "user: ENC[AES256_GCM,data:",
            "user: ENC[AES256_GCM,data:AAAA",
        ),
        good.replace("token: ENC", "tokem: ENC"),
        without_mac.join("\n"),
    ];
    for changed in rows {
        assert_ne!(changed, good);
        let files = files([("app.yaml", changed.into_bytes())]);
        let store = store(&files, &identity, Some("app.yaml"));
        assert_eq!(value(&store, "db", "").await, Err(Cause::DecryptFailed));
        assert_eq!(
            store.validate().await.unwrap_err().cause,
            Cause::DecryptFailed
        );
    }
}

#[tokio::test]
async fn keys_that_the_store_does_not_name_are_passed_over() {
    let (ours, theirs) = (generate(), generate());
    let key = data_key();
    let mut both = keyring(&key, &[vec![age(&theirs), age(&ours)]], None);
    both.groups[0].0.splice(0..0, strangers());
    let foreign = Keyring {
        groups: vec![KeyGroup(strangers().to_vec())],
        threshold: None,
    };
    let rows = [
        (both, Ok(Some("ann"))),
        (
            keyring(&key, &[vec![age(&theirs)]], None),
            Err(Cause::DecryptFailed),
        ),
        (foreign, Err(Cause::DecryptFailed)),
    ];
    for (keyring, expected) in rows {
        let bytes = sealed_for(TEXT.as_bytes(), Format::Yaml, &key, keyring);
        let files = files([("app.yaml", bytes)]);
        let store = store(&files, &ours, Some("app.yaml"));
        let expected = expected.map(|value: Option<&str>| value.map(str::to_owned));
        assert_eq!(value(&store, "db", "user").await, expected);
    }
}

#[tokio::test]
async fn groups_need_as_many_shares_as_their_threshold() {
    let (a, b, other) = (generate(), generate(), generate());
    let both = [a.identity.expose(), b"\n", b.identity.expose()].concat();
    let key = data_key();
    let groups = [vec![age(&a)], vec![age(&other)], vec![age(&b)]];
    let rows = [
        (Some(2), &both[..], true),
        (Some(2), a.identity.expose(), false),
        (Some(3), &both[..], false),
        (None, &both[..], false),
    ];
    for (threshold, identities, opens) in rows {
        let threshold = threshold.and_then(NonZeroU8::new);
        let keyring = keyring(&key, &groups, threshold);
        let bytes = sealed_for(TEXT.as_bytes(), Format::Yaml, &key, keyring);
        let files = files([("app.yaml", bytes)]);
        let means = means(&files, identities);
        let store = Sops::connect(&spec(Some("app.yaml")), &means).unwrap();
        assert_eq!(value(&store, "db", "user").await.is_ok(), opens);
    }
}

#[test]
fn what_cannot_be_used_is_refused_at_once() {
    let files = files([]);
    let plugin = "AGE-PLUGIN-FOOBAR-1QVHULF";
    let rows = [
        (plugin, Cause::Unsupported),
        ("not an identity", Cause::InvalidSpec),
        ("AGE-SECRET-KEY-1QQQ", Cause::InvalidSpec),
    ];
    for (identity, cause) in rows {
        let means = means(&files, identity.as_bytes());
        let failure = Sops::connect(&spec(None), &means).err().unwrap();
        assert_eq!(failure.cause, cause, "{identity}");
        assert!(!failure.detail.contains("QQQ") && !failure.detail.contains("QVH"));
    }
    let mut nothing = means(&files, b"");
    nothing.credentials = Credentials::default();
    let failure = Sops::connect(&spec(None), &nothing).err().unwrap();
    assert_eq!(failure.cause, Cause::CredentialsMissing);
    let keyless = Spec {
        keys: None,
        ..spec(None)
    };
    let failure = Sops::connect(&keyless, &nothing).err().unwrap();
    assert_eq!(failure.cause, Cause::InvalidSpec);
    nothing.source = None;
    let failure = Sops::connect(&spec(None), &nothing).err().unwrap();
    assert_eq!(failure.cause, Cause::Unsupported);
}

#[tokio::test]
async fn a_file_is_read_each_time_and_decrypted_once_while_somebody_has_it() {
    let identity = generate();
    let files = files([("app.yaml", sealed(TEXT, Format::Yaml, &identity))]);
    let store = store(&files, &identity, Some("app.yaml"));
    let file = |remote: &Remote| match &remote.body {
        Body::File(file, _) => Arc::downgrade(file),
        _ => panic!("no file"),
    };
    let read = async |key: &str| store.read(&Address::value(key)).await.unwrap().unwrap();
    let (first, second) = (read("db").await, read("token").await);
    assert!(file(&first).ptr_eq(&file(&second)));
    assert_eq!(files.reads.load(Ordering::SeqCst), 2);
    let kept = file(&first);
    drop(first);
    drop(second);
    assert!(
        kept.upgrade().is_none(),
        "nobody has it, so nobody keeps it"
    );

    let changed = sealed("db: new\n", Format::Yaml, &identity);
    let old = read("db").await;
    files.put("app.yaml", changed);
    assert_eq!(value(&store, "db", "").await, Ok(Some("new".to_owned())));
    drop(old);
}

#[tokio::test]
async fn sizes_and_formats_have_limits() {
    let identity = generate();
    let large = files([("app.yaml", vec![b'a'; (2 << 20) + 1])]);
    let store_of = |files: &Arc<Held>| store(files, &identity, None);
    assert_eq!(
        value(&store_of(&large), "app.yaml", "").await,
        Err(Cause::InvalidData)
    );
    let named = files([("no-ending", sealed("a: 1\n", Format::Yaml, &identity))]);
    assert!(value(&store_of(&named), "no-ending", "").await.is_err());
    let mut told = spec(None);
    told.format = Some(SopsFormat::Yaml);
    let told = Sops::connect(&told, &means(&named, identity.identity.expose())).unwrap();
    assert_eq!(
        value(&told, "no-ending", "a").await,
        Ok(Some("1".to_owned()))
    );
    let on_disk = Spec {
        source: SopsSource::File(SopsFile {
            path: "no-ending".to_owned(),
        }),
        format: Some(SopsFormat::Yaml),
        ..spec(None)
    };
    let on_disk = Sops::connect(&on_disk, &means(&named, identity.identity.expose())).unwrap();
    assert_eq!(value(&on_disk, "a", "").await, Ok(Some("1".to_owned())));
}
