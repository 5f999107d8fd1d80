//! Encrypted files out of a real Git repository, served over HTTPS by Git itself.

use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::Cause;
use selkie_api::store::sops::Sops as Spec;
use selkie_crypto::Secret;
use selkie_providers::sops::Sops;
use selkie_providers::{Address, Credentials, Failure, Find, Provider as _, Reference, property};
use selkie_tests::repository::selkie;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::git_http::{GitServer, Trouble};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::tls::Authority;
use selkie_tests::{AgeKey, Run, scratch};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Builder;

/// A repository with encrypted files, and all that is needed to read them.
struct Scene {
    server: GitServer,
    authority: String,
    key: AgeKey,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let authority = Authority::new();
        let certificate = authority.server(&["127.0.0.1", "localhost"]);
        Self {
            server: GitServer::start(folder.path(), certificate.config()),
            authority: fs::read_to_string(authority.file(folder.path())).unwrap(),
            key: AgeKey::make(folder.path(), "age.agekey"),
            folder,
        }
    }

    /// Encrypts a file of the work tree.
    fn put(&self, name: &str, text: &str) {
        let path = self.server.work().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let encrypt = Run::new(selkie()).args(["encrypt", "-i", "--age", &self.key.recipient]);
        encrypt.folder(self.folder.path()).arg(&path).succeed();
    }

    /// A store with this block `git`, which gets address and authority where it has none.
    fn store(&self, mut git: Value) -> Result<Sops, Failure> {
        let defaults = [
            ("url", json!(self.server.url("app"))),
            ("caBundle", json!(STANDARD.encode(&self.authority))),
        ];
        for (name, value) in defaults {
            if git.get(name).is_none() {
                git[name] = value;
            }
        }
        let spec = json!({ "source": { "git": git }, "keys": { "age": [{ "name": "age" }] } });
        let spec: Spec = serde_json::from_value(spec).unwrap();
        let mut credentials = Credentials::default();
        for reference in Sops::references(&spec) {
            let Reference::Secret { name, key, .. } = &reference else {
                panic!("{reference:?}");
            };
            let value = match (&**name, &**key) {
                ("age", _) => fs::read(&self.key.file).unwrap(),
                ("right", "username") => b"ann".to_vec(),
                ("right", "password") => b"s3cret".to_vec(),
                ("right", _) => b"t0ken".to_vec(),
                _ => b"wr0ng-credential".to_vec(),
            };
            credentials.insert(reference, Secret::from(value));
        }
        Sops::connect(&spec, &crate::means(credentials))
    }
}

/// What `password` is in a file, and the commit that says so.
fn password(store: &Sops, key: &str) -> Result<(String, String), Failure> {
    run(async {
        let at = Address::value(key);
        let Some(remote) = store.read(&at).await? else {
            return Err(Failure::new(Cause::NotFound, "no such file"));
        };
        let value = property::value(&remote, Some("password"))?.unwrap();
        let value = String::from_utf8(value.expose().to_vec()).unwrap();
        Ok((value, remote.revision.as_deref().unwrap().to_owned()))
    })
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

#[test]
fn branches_move_and_commits_and_tags_do_not() {
    let scene = Scene::new();
    scene.put("team/app.yaml", "password: one\n");
    let first = scene.server.push("main");
    scene.server.git(&[
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b",
        "tag",
        "-a",
        "v1",
        "-m",
        "v1",
    ]);
    scene.server.git(&["push", "-q", "../app", "v1"]);

    let branch = scene
        .store(json!({ "ref": { "branch": "main" }, "path": "team" }))
        .unwrap();
    let head = scene.store(json!({})).unwrap();
    let tag = scene.store(json!({ "ref": { "tag": "v1" } })).unwrap();
    let commit = scene.store(json!({ "ref": { "commit": first } })).unwrap();
    let single = scene
        .store(json!({ "path": "./team/", "key": "app.yaml" }))
        .unwrap();
    let one = Ok(("one".to_owned(), first.clone()));
    assert_eq!(password(&branch, "app.yaml"), one);
    for store in [&head, &tag, &commit] {
        assert_eq!(password(store, "team/app.yaml"), one);
    }
    let read = run(single.read(&Address::value("password")))
        .unwrap()
        .unwrap();
    let value = property::value(&read, None).unwrap().unwrap();
    assert_eq!(value.expose(), b"one");

    // Nothing new: the list of references is asked for, and no file.
    let (lists, fetches) = (scene.server.count("ls-refs"), scene.server.count("fetch"));
    assert_eq!(password(&branch, "app.yaml"), one);
    assert_eq!(password(&commit, "team/app.yaml"), one);
    assert_eq!(scene.server.count("ls-refs"), lists + 1);
    assert_eq!(scene.server.count("fetch"), fetches);

    scene.put("team/app.yaml", "password: two\n");
    let second = scene.server.push("main");
    let two = Ok(("two".to_owned(), second));
    assert_eq!(password(&branch, "app.yaml"), two);
    assert_eq!(password(&head, "team/app.yaml"), two);
    for store in [&tag, &commit] {
        assert_eq!(password(store, "team/app.yaml"), one);
    }
    assert_eq!(scene.server.count("fetch"), fetches + 2);
}

#[test]
fn many_files_of_one_commit_are_one_fetch() {
    let scene = Scene::new();
    let names: Vec<String> = (0..40).map(|at| format!("app-{at}.yaml")).collect();
    // One text of many lines in each, so that Git packs most of them as differences.
    let filling = (0..200).map(|at| format!("name_{at}: {at}\n"));
    let filling = filling.collect::<Vec<_>>().concat();
    scene.put("app-0.yaml", &format!("password: one\n{filling}"));
    let sealed = fs::read(scene.server.work().join("app-0.yaml")).unwrap();
    for (at, name) in names.iter().enumerate() {
        let comment = format!("# {at}\n");
        let text = [comment.as_bytes(), &sealed].concat();
        fs::write(scene.server.work().join(name), text).unwrap();
    }
    scene.server.push("main");
    let store = Arc::new(scene.store(json!({})).unwrap());
    let read = run(futures::future::join_all(names.iter().map(|name| {
        let (store, at) = (Arc::clone(&store), Address::value(name));
        async move { store.read(&at).await }
    })));
    // Comments above the first line are no part of what the MAC is over.
    assert!(read.iter().all(|it| matches!(it, Ok(Some(_)))), "{read:?}");
    assert_eq!(scene.server.count("info/refs"), 1);
    assert_eq!(scene.server.count("fetch"), 1);
    assert!(scene.server.count("ls-refs") <= 2);
    let find = Find {
        name: Some("^app-1".to_owned()),
        ..Find::default()
    };
    let found = run(store.list(&find)).unwrap().unwrap();
    assert_eq!(found.len(), 11);
    assert!(found.iter().all(|(_, it)| it.revision.is_some()));
    assert_eq!(scene.server.count("fetch"), 1);
}

#[test]
fn private_repositories_want_credentials() {
    let scene = Scene::new();
    scene.put("app.yaml", "password: one\n");
    scene.server.push("main");
    let url = scene.server.url("private");
    let basic = |name: &str| {
        let named = json!({ "name": name });
        json!({ "basic": { "usernameSecretRef": named, "passwordSecretRef": named } })
    };
    let bearer = |name: &str| json!({ "bearer": { "tokenSecretRef": { "name": name } } });
    let rows = [
        (basic("right"), None),
        (bearer("right"), None),
        (basic("wrong"), Some(Cause::Unauthorized)),
        (bearer("wrong"), Some(Cause::Unauthorized)),
        (Value::Null, Some(Cause::Unauthorized)),
    ];
    for (auth, expected) in rows {
        let mut git = json!({ "url": url });
        if !auth.is_null() {
            git["auth"] = auth.clone();
        }
        let store = scene.store(git).unwrap();
        let failure = password(&store, "app.yaml").err();
        assert_eq!(failure.as_ref().map(|it| it.cause), expected, "{auth}");
        let said = failure.map(|it| it.to_string()).unwrap_or_default();
        assert!(
            !said.contains("wr0ng") && !said.contains("d3IwbmctY3J"),
            "{said}"
        );
    }
}

#[test]
fn what_goes_wrong_is_said() {
    let scene = Scene::new();
    scene.put("app.yaml", "password: one\n");
    fs::write(scene.server.work().join("plain.yaml"), "a: b\n").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", scene.server.work().join("link.yaml")).unwrap();
    std::os::unix::fs::symlink("../..", scene.server.work().join("out")).unwrap();
    scene.server.push("main");
    let unknown = STANDARD.encode({
        let folder = scratch();
        fs::read(Authority::new().file(folder.path())).unwrap()
    });
    let url = |name: &str| scene.server.url(name);
    let nowhere = "https://127.0.0.1:9/app";
    let rows = [
        (json!({}), "app.yaml", None),
        // A server may send to itself, and nowhere else.
        (json!({ "url": url("old") }), "app.yaml", None),
        (
            json!({ "url": url("away") }),
            "app.yaml",
            Some(Cause::Forbidden),
        ),
        (
            json!({ "url": url("none") }),
            "app.yaml",
            Some(Cause::NotFound),
        ),
        (
            json!({ "url": nowhere }),
            "app.yaml",
            Some(Cause::Unreachable),
        ),
        (json!({ "caBundle": unknown }), "app.yaml", Some(Cause::Tls)),
        (
            json!({ "ref": { "branch": "mai" } }),
            "app.yaml",
            Some(Cause::NotFound),
        ),
        (
            json!({ "ref": { "tag": "main" } }),
            "app.yaml",
            Some(Cause::NotFound),
        ),
        (
            json!({ "ref": { "commit": "1".repeat(40) } }),
            "app.yaml",
            Some(Cause::NotFound),
        ),
        (json!({ "path": "none" }), "app.yaml", Some(Cause::NotFound)),
        (json!({ "path": "out" }), "app.yaml", Some(Cause::NotFound)),
        (json!({}), "none.yaml", Some(Cause::NotFound)),
        (json!({}), "link.yaml", Some(Cause::InvalidData)),
        (json!({}), "out/git/app/HEAD", Some(Cause::NotFound)),
        (json!({}), "plain.yaml", Some(Cause::InvalidData)),
    ];
    for (git, key, expected) in rows {
        let store = scene.store(git.clone()).unwrap();
        let read = password(&store, key);
        assert_eq!(
            read.as_ref().err().map(|it| it.cause),
            expected,
            "{git} {key}: {read:?}"
        );
    }
    let healed = scene
        .store(json!({ "ref": { "branch": "later" } }))
        .unwrap();
    assert_eq!(
        password(&healed, "app.yaml").unwrap_err().cause,
        Cause::NotFound
    );
    scene.server.push("later");
    assert_eq!(password(&healed, "app.yaml").unwrap().0, "one");
}

#[test]
fn a_server_that_fails_is_told_and_found_well_again() {
    let scene = Scene::new();
    scene.put("app.yaml", "password: one\n");
    scene.server.push("main");
    let store = scene.store(json!({})).unwrap();
    let says = |status, wait: Option<&str>| {
        let mut answer = Response::json(status, "s3cret");
        let wait = wait.map(|it| ("Retry-After".to_owned(), it.to_owned()));
        answer.headers.extend(wait);
        Trouble::Says(answer)
    };
    let rows = [
        (says(403, None), Cause::Forbidden, None),
        (says(429, Some("7")), Cause::Throttled, Some(7)),
        (says(429, None), Cause::Throttled, None),
        (says(500, None), Cause::ProviderError, None),
        (says(200, None), Cause::ProviderError, None),
        (Trouble::BreaksOff, Cause::ProviderError, None),
    ];
    for (trouble, cause, wait) in rows {
        // What is known of the server by then, and what is asked anew.
        for known in [true, false] {
            let store = if known {
                &store
            } else {
                &scene.store(json!({})).unwrap()
            };
            scene.server.fail(Some(trouble.clone()));
            let failure = password(store, "app.yaml").unwrap_err();
            assert_eq!(failure.cause, cause, "{trouble:?}: {failure}");
            assert_eq!(failure.after.map(|it| it.as_secs()), wait, "{trouble:?}");
            assert!(!failure.detail.contains("s3cret"), "{failure}");
            scene.server.fail(None);
            assert_eq!(password(store, "app.yaml").unwrap().0, "one");
        }
    }
    let silent = Broken::start(Manner::Silent);
    let git = json!({ "url": format!("https://{}/app", silent.address) });
    let failure = password(&scene.store(git).unwrap(), "app.yaml").unwrap_err();
    assert_eq!(failure.cause, Cause::Timeout, "{failure}");
}

#[test]
fn what_is_too_large_stays_where_it_is() {
    let scene = Scene::new();
    scene.put("app.yaml", "password: one\n");
    // Nothing that could be made smaller.
    let mut noise = vec![0; 40 << 20];
    let mut state = 1_u64;
    for piece in noise.chunks_exact_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        piece.copy_from_slice(&state.to_le_bytes());
    }
    fs::write(scene.server.work().join("film"), noise).unwrap();
    scene.server.push("main");
    let store = scene.store(json!({})).unwrap();
    let failure = password(&store, "app.yaml").unwrap_err();
    assert_eq!(failure.cause, Cause::InvalidData, "{failure}");
    assert!(failure.detail.contains("more than 32 MiB"), "{failure}");
    // A server that can leave out what no store can use.
    scene.server.configure("uploadpack.allowFilter", "true");
    assert_eq!(password(&store, "app.yaml").unwrap().0, "one");
    let failure = password(&store, "film").unwrap_err();
    assert_eq!(failure.cause, Cause::InvalidData, "{failure}");
    assert!(failure.detail.contains("larger than 2 MiB"), "{failure}");

    // A few bytes that become many.
    scene.server.configure("uploadpack.allowFilter", "false");
    fs::write(scene.server.work().join("film"), vec![0; 65 << 20]).unwrap();
    scene.server.push("main");
    let store = scene.store(json!({})).unwrap();
    let failure = password(&store, "app.yaml").unwrap_err();
    assert_eq!(failure.cause, Cause::InvalidData, "{failure}");
    assert!(failure.detail.contains("larger than 64 MiB"), "{failure}");
}
