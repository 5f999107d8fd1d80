//! The guide's page about Flux, done as it says: its commands are run, its Kustomization is applied, and the Secrets are there.

use std::fs;

use selkie_tests::repository::{selkie, top};
use selkie_tests::{Run, scratch};

use crate::scene::{Delivery, End, Scene};

pub(crate) fn does_what_it_says(scene: &Scene) {
    let page = fs::read_to_string(top().join("docs/guide/with-flux.md")).unwrap();
    let folder = scratch();
    let programs = [selkie(), scene.cluster.kubectl.as_path()].map(|it| it.parent().unwrap());
    let inherited = std::env::var_os("PATH").unwrap();
    let path = programs
        .map(Into::into)
        .into_iter()
        .chain(std::env::split_paths(&inherited));
    Run::new("sh")
        .args(["-eu", "-c", &blocks(&page, &["sh", "console"])])
        .folder(folder.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("KUBECONFIG", &scene.cluster.kubeconfig)
        .succeed();
    let mut delivery = Delivery::follow(scene, "shop", folder.path());
    scene.cluster.apply(blocks(&page, &["yaml"]));
    assert_eq!(delivery.publish(), End::Applied);
    assert_eq!(delivery.secret("database")["password"], b"s3cret");
    let app = delivery.secret("app");
    assert_eq!(app["TOKEN"], b"abc");
    assert_eq!(app["settings.json"], b"{\n\t\"rate\": 1.5\n}\n");
}

/// The fenced blocks in these languages, in the order of the page.
fn blocks(page: &str, languages: &[&str]) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(language) => inside = languages.contains(&language),
            None if inside => text.extend([line, "\n"]),
            None => {}
        }
    }
    assert!(!text.is_empty(), "the page has no {languages:?}");
    text
}
