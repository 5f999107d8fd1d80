//! What the image is made of, read by Python's own modules.

use std::fs;
use std::path::Path;

use selkie_tests::repository::top;
use selkie_tests::{Run, scratch};
use selkie_xtask::image::{self, USER};
use serde_json::{Value, json};

use crate::{archive, commit, program};

/// What is in the image; its layer is unpacked into the folder.
pub(crate) fn read(folder: &Path, layer: &Path) -> Value {
    let file = folder.join("image.tar");
    fs::write(&file, archive()).unwrap();
    let script = top().join("tests/image/read.py");
    let run = Run::new("python3").arg(script).arg(file).arg(layer);
    serde_json::from_str(&run.folder(folder).succeed().text()).unwrap()
}

#[test]
fn others_read_what_it_says() {
    let folder = scratch();
    let layer = folder.path().join("layer");
    let image = read(folder.path(), &layer);
    let user = format!("{USER}:{USER}");
    let config = &image["config"];
    assert_eq!(config["os"], "linux");
    assert_eq!(config["created"], "2026-05-28T20:26:40Z");
    assert_eq!(config["config"]["User"], user);
    assert_eq!(
        config["config"]["Entrypoint"],
        json!(["/selkie-controller"])
    );
    let revision = &config["config"]["Labels"]["org.opencontainers.image.revision"];
    assert_eq!(*revision, commit().name);
    let media = &image["manifest"]["config"]["mediaType"];
    assert_eq!(media, "application/vnd.oci.image.config.v1+json");

    // Everything belongs to root, nobody may write it, and there is nothing to run but the program.
    let entries = image["entries"].as_array().unwrap();
    let names: Vec<&str> = entries.iter().map(|it| it[0].as_str().unwrap()).collect();
    let expected = [
        "etc",
        "etc/group",
        "etc/passwd",
        "etc/ssl",
        "etc/ssl/certs",
        "etc/ssl/certs/ca-certificates.crt",
        "selkie-controller",
    ];
    assert_eq!(names, expected);
    for entry in entries {
        let mode = entry[2].as_u64().unwrap();
        assert_eq!(mode & 0o7222, 0, "{entry}");
        let is_program = entry[0] == "selkie-controller";
        assert_eq!(
            entry[1] == "file" && mode & 0o111 != 0,
            is_program,
            "{entry}"
        );
        assert_eq!([&entry[3], &entry[4]], [0, 0], "{entry}");
        assert_eq!(entry[5], commit().time, "{entry}");
    }
    assert_eq!(
        fs::read(layer.join("selkie-controller")).unwrap(),
        fs::read(program()).unwrap()
    );
    let authorities = fs::read_to_string(layer.join("etc/ssl/certs/ca-certificates.crt")).unwrap();
    let count = authorities.matches("-----BEGIN CERTIFICATE-----").count();
    assert!(count > 100, "{count} authorities");
    let openssl = Run::new("openssl").args(["x509", "-noout", "-subject"]);
    openssl.input(authorities.into_bytes()).succeed();
}

#[test]
fn the_same_program_makes_the_same_bytes() {
    let small = image::image(b"program", &commit()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(image::image(b"program", &commit()).unwrap(), small);
    assert_ne!(image::image(b"another", &commit()).unwrap(), small);
    let mut later = commit();
    later.time += 1;
    assert_ne!(image::image(b"program", &later).unwrap(), small);
}

#[test]
fn the_program_needs_nothing_else() {
    let run = Run::new("readelf").args(["--wide", "--program-headers", "--dynamic"]);
    let told = run.arg(program()).succeed().text();
    for word in ["INTERP", "(NEEDED)", "(RUNPATH)", "(TEXTREL)"] {
        assert!(!told.contains(word), "{told}");
    }
    assert!(told.contains("PIE"), "{told}");
}

/// Whoever has an engine makes the same image, from the same files and as the same user.
#[test]
fn the_containerfile_makes_such_an_image() {
    let text = fs::read_to_string(top().join("deploy/Containerfile")).unwrap();
    let toolchain = fs::read_to_string(top().join("rust-toolchain.toml")).unwrap();
    let channel = toolchain.split('"').nth(1).unwrap();
    assert!(
        text.contains(&format!("FROM docker.io/library/rust:{channel}-")),
        "{text}"
    );
    let last = text.split("\nFROM ").last().unwrap();
    assert!(last.starts_with("scratch\n"), "{last}");
    assert!(last.contains(&format!("\nUSER {USER}:{USER}\n")), "{last}");
    assert!(
        last.contains("\nENTRYPOINT [\"/selkie-controller\"]\n"),
        "{last}"
    );
    assert!(!last.contains("RUN "), "{last}");
}
