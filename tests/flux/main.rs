//! Flux's own kustomize-controller, at a real API server, applies what our program sealed; and what it makes of files that are damaged,
//! that it has no key for, or that another controller is to open. The guide's page about Flux says nothing that is not tried here.
#![cfg(test)]

mod guide;
mod repository;
mod scene;

use std::collections::BTreeMap;
use std::fs;

use repository::{Repository, is_binary};
use scene::{Delivery, End, Scene};

/// The data of a Secret.
type Data = BTreeMap<String, Vec<u8>>;

/// One test, because the servers of a test end with it and take longer to start than all of this.
#[test]
fn flux_ends_with_the_values_that_were_sealed() {
    let scene = Scene::start();
    guide::does_what_it_says(&scene);
    applies_every_kind_of_file(&scene);
    refuses_what_it_cannot_decrypt(&scene);
    leaves_alone_what_another_controller_opens(&scene);
    applies_tokens_that_a_comment_selects(&scene);
}

fn applies_every_kind_of_file(scene: &Scene) {
    let repository = Repository::sealed(scene);
    let mut delivery = Delivery::new(scene, "every", &repository.folder, true);
    assert_eq!(delivery.publish(), End::Applied);
    let mut expected = repository.expected();
    check(&delivery, &expected);
    let lease = delivery.object("lease/turn").unwrap();
    assert_eq!(
        lease["spec"]["leaseDurationSeconds"], 15,
        "a number stays one"
    );

    // What our program rewrites is followed: one value, the data key, the recipients.
    let selkie = |words: &[&str]| repository.selkie(words);
    selkie(&[
        "set",
        "manifests/secret.yaml",
        "[\"stringData\"][\"password\"]",
        "\"changed\"",
    ]);
    selkie(&["set", "settings.json", "[\"rate\"]", "2.5"]);
    selkie(&["rotate", "-i", "app.env"]);
    selkie(&[
        "rotate",
        "-i",
        "--add-age",
        &scene.other.recipient,
        "logo.bin",
    ]);
    assert_eq!(delivery.publish(), End::Applied);
    let database = expected.get_mut("database").unwrap();
    database.insert("password".to_owned(), b"changed".to_vec());
    let files = expected.get_mut("files").unwrap();
    files.insert(
        "settings.json".to_owned(),
        repository.by_sops("settings.json"),
    );
    assert!(String::from_utf8_lossy(&files["settings.json"]).contains("2.5"));
    check(&delivery, &expected);

    // One bit of one value: nothing is applied, not even what is whole.
    let path = repository.folder.join("manifests/secret.yaml");
    let whole = fs::read_to_string(&path).unwrap();
    let versions = delivery.versions(expected.keys());
    selkie(&["set", "settings.json", "[\"rate\"]", "3.5"]);
    fs::write(&path, damaged(&whole, "password: ")).unwrap();
    let said = delivery.refused();
    assert!(said.contains("database"), "{said}");
    assert!(said.contains("decrypt"), "{said}");
    assert!(!said.contains("changed"), "{said}");
    assert_eq!(delivery.versions(expected.keys()), versions);

    // Plain text that somebody without a key changed: ours refuses, Flux does not look at the MAC.
    let forged = whole.replace("app: shop", "app: pohs");
    assert_ne!(forged, whole);
    fs::write(&path, forged).unwrap();
    assert_eq!(
        repository.status(&["decrypt", "manifests/secret.yaml"]),
        Some(51)
    );
    assert_eq!(delivery.publish(), End::Applied);
    let applied = delivery.object("secret/database").unwrap();
    assert_eq!(applied["metadata"]["labels"]["app"], "pohs");
    let files = expected.get_mut("files").unwrap();
    files.insert(
        "settings.json".to_owned(),
        repository.by_sops("settings.json"),
    );
    check(&delivery, &expected);

    // A generator's entry is read in the format of its own name, so that has to be the file's.
    let kustomization = repository.folder.join("kustomization.yaml");
    let text = fs::read_to_string(&kustomization).unwrap();
    let renamed = text.replace("- values.yaml", "- values=values.yaml");
    assert_ne!(renamed, text);
    fs::write(&kustomization, renamed).unwrap();
    let said = delivery.refused();
    assert!(said.contains("Secret field 'values'"), "{said}");
}

fn refuses_what_it_cannot_decrypt(scene: &Scene) {
    let repository = Repository::sealed(scene);
    let mut without_key = Delivery::new(scene, "stranger", &repository.folder, true);
    without_key.put_key(&scene.other);
    let said = without_key.refused();
    assert!(said.contains("cannot get sops data key"), "{said}");
    assert_eq!(without_key.object("secret/database"), None);

    // What a Kustomization without `decryption` applies would be tokens.
    let mut not_told = Delivery::new(scene, "not-told", &repository.folder, false);
    let said = not_told.refused();
    assert!(said.contains("decryption"), "{said}");
    assert_eq!(not_told.object("secret/database"), None);
}

/// A `SopsSecret` as its controller's schema describes it, which has no field for a layout record: Flux is told to leave it, and the API
/// server takes it as our program sealed it.
fn leaves_alone_what_another_controller_opens(scene: &Scene) {
    scene.cluster.apply(include_str!("sopssecret-crd.yaml"));
    scene.cluster.kinds_are_served();
    let repository = Repository::of(
        scene,
        &[("sopssecret.yaml", include_str!("sopssecret.yaml"))],
    );
    let sealed = repository.read("sopssecret.yaml");
    assert!(!sealed.contains("layout"), "{sealed}");
    assert!(!sealed.contains("folded"), "{sealed}");
    let mut delivery = Delivery::new(scene, "other", &repository.folder, true);
    assert_eq!(delivery.publish(), End::Applied);
    let applied = delivery.object("sopssecret/team").unwrap();
    let is_token = |value: &serde_json::Value| value.as_str().unwrap().starts_with("ENC[");
    assert!(is_token(&applied["sops"]["mac"]), "{applied}");
    let template = &applied["spec"]["secretTemplates"][0];
    assert!(is_token(&template["stringData"]["password"]), "{applied}");

    // With the record it would not: the test can fail.
    let with_record = sealed.replace("    lastmodified:", "    layout: ENC[]\n    lastmodified:");
    fs::write(repository.folder.join("sopssecret.yaml"), with_record).unwrap();
    let said = delivery.refused();
    assert!(said.contains(".sops.layout"), "{said}");
}

/// Objects have no comments, so Flux takes nothing for encrypted that a comment selects. If this fails, Flux has learned it, and the guide's
/// warning can go.
fn applies_tokens_that_a_comment_selects(scene: &Scene) {
    let manifest = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: selected\nstringData:\n  # secret\n  password: hunter2\n";
    let repository = Repository::of(scene, &[("by-comment.yaml", manifest)]);
    let mut delivery = Delivery::new(scene, "comments", &repository.folder, true);
    assert_eq!(delivery.publish(), End::Applied);
    assert!(delivery.secret("selected")["password"].starts_with(b"ENC[AES256_GCM,"));
}

/// Every Secret that is expected is there, byte for byte and with nothing else in it.
fn check(delivery: &Delivery<'_>, expected: &BTreeMap<String, Data>) {
    for (name, data) in expected {
        let found = delivery.secret(name);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            data.keys().collect::<Vec<_>>(),
            "{name}"
        );
        for (key, value) in data {
            let found = &found[key];
            let shown = |bytes: &[u8]| {
                if is_binary(key) {
                    format!("{bytes:?}")
                } else {
                    String::from_utf8_lossy(bytes).into_owned()
                }
            };
            assert!(
                found == value,
                "{name}: {key}: {} is not {}",
                shown(found),
                shown(value)
            );
        }
    }
}

/// The text with one changed character in the token behind `key`.
fn damaged(text: &str, key: &str) -> String {
    let at = text.find(key).unwrap();
    let start = at + text[at..].find("data:").unwrap() + "data:".len();
    let other = if text[start..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let mut damaged = text.to_owned();
    damaged.replace_range(start..=start, other);
    damaged
}
