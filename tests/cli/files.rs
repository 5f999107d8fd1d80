//! Special files, other users, other configs: what the cases cannot say in a line of text.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use selkie_tests::{Output, Party, Run, scratch};

use crate::run::mode;
use crate::selkie;

const PLAIN: &str = "a: 1 # one\n";

fn encrypt(folder: &Path, recipient: &str, arguments: &[&str]) -> Output {
    let run = Run::new(selkie())
        .arg("encrypt")
        .args(["--age", recipient])
        .args(arguments);
    run.folder(folder).output()
}

/// That the file is encrypted and the run said what it should.
fn check(output: &Output, file: &Path, warning: &str) {
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    assert!(
        fs::read_to_string(file).unwrap().contains("sops:"),
        "{}",
        file.display()
    );
    if warning.is_empty() {
        assert_eq!(output.stderr, "");
    } else {
        assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
        assert!(output.stderr.contains(warning), "{}", output.stderr);
    }
    let left: Vec<_> = file
        .parent()
        .unwrap()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with(".selkie-")),
        "{left:?}"
    );
}

#[test]
fn modes_are_kept() {
    for bits in [0o640, 0o600, 0o444, 0o4755] {
        let folder = scratch();
        let file = folder.path().join("s.yaml");
        fs::write(&file, PLAIN).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(bits)).unwrap();
        let before = fs::metadata(&file).unwrap().ino();
        let output = encrypt(folder.path(), &Party::new().recipient, &["-i", "s.yaml"]);
        if bits == 0o444 && !is_root() {
            assert_eq!(
                output.status,
                Some(3),
                "a write-protected file stays: {}",
                output.stderr
            );
            continue;
        }
        check(&output, &file, "");
        assert_eq!(mode(&file), bits);
        assert_ne!(
            fs::metadata(&file).unwrap().ino(),
            before,
            "it was replaced, not overwritten"
        );
    }
}

#[test]
fn the_target_of_a_symlink_is_replaced_and_the_link_stays() {
    let folder = scratch();
    let (link, file) = (
        folder.path().join("link.yaml"),
        folder.path().join("there/s.yaml"),
    );
    fs::create_dir(folder.path().join("there")).unwrap();
    fs::write(&file, PLAIN).unwrap();
    symlink("there/s.yaml", &link).unwrap();
    let output = encrypt(folder.path(), &Party::new().recipient, &["-i", "link.yaml"]);
    check(&output, &file, "");
    assert!(link.symlink_metadata().unwrap().is_symlink());

    // A link that leads nowhere is followed too.
    fs::remove_file(&file).unwrap();
    fs::write(folder.path().join("o.yaml"), PLAIN).unwrap();
    let output = encrypt(
        folder.path(),
        &Party::new().recipient,
        &["o.yaml", "--output", "link.yaml"],
    );
    check(&output, &file, "");
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn a_file_with_several_names_is_overwritten_with_a_warning() {
    let folder = scratch();
    let (one, other) = (folder.path().join("s.yaml"), folder.path().join("t.yaml"));
    fs::write(&one, PLAIN).unwrap();
    fs::hard_link(&one, &other).unwrap();
    let output = encrypt(folder.path(), &Party::new().recipient, &["-i", "s.yaml"]);
    check(
        &output,
        &other,
        "s.yaml: overwritten in place, because it has several hard links",
    );
}

#[test]
fn owner_group_and_attributes_are_kept() {
    let folder = scratch();
    let file = folder.path().join("s.yaml");
    fs::write(&file, PLAIN).unwrap();
    if is_root() {
        chown(&file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let before = fs::metadata(&file).unwrap();
    check(
        &encrypt(folder.path(), &Party::new().recipient, &["-i", "s.yaml"]),
        &file,
        "",
    );
    let after = fs::metadata(&file).unwrap();
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
}

#[test]
fn a_folder_that_cannot_be_written_leaves_overwriting() {
    if !is_root() {
        return in_read_only_folder(None);
    }
    // Root may write everywhere, so somebody else must try.
    in_read_only_folder(Some(NOBODY));
}

fn in_read_only_folder(user: Option<u32>) {
    let outer = scratch();
    let folder = outer.path().join("kept");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("s.yaml");
    fs::write(&file, PLAIN).unwrap();
    // The program and the folders above must be within reach of that user.
    let program = outer.path().join("selkie");
    copy_program(&program);
    fs::set_permissions(outer.path(), PermissionsExt::from_mode(0o755)).unwrap();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    let party = Party::new();
    let arguments = ["encrypt", "--age", &party.recipient, "-i", "s.yaml"];
    let run = match user {
        None => Run::new(&program).args(arguments),
        Some(user) => {
            chown(&file, Some(user), Some(user)).unwrap();
            Run::new("setpriv")
                .args([
                    format!("--reuid={user}"),
                    format!("--regid={user}"),
                    "--clear-groups".to_owned(),
                ])
                .arg(&program)
                .args(arguments)
        }
    };
    let output = run.folder(&folder).output();
    check(
        &output,
        &file,
        "s.yaml: overwritten in place, because its folder cannot be written",
    );
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn an_owner_that_cannot_be_kept_leaves_overwriting() {
    assert!(is_root(), "this case changes owners: run it as root");
    let outer = scratch();
    let program = outer.path().join("selkie");
    copy_program(&program);
    fs::set_permissions(outer.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let file = outer.path().join("s.yaml");
    fs::write(&file, PLAIN).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).unwrap();
    let output = Run::new("setpriv")
        .args([
            format!("--reuid={NOBODY}"),
            format!("--regid={NOBODY}"),
            "--clear-groups".to_owned(),
        ])
        .arg(&program)
        .args(["encrypt", "--age", &Party::new().recipient, "-i", "s.yaml"])
        .folder(outer.path())
        .output();
    check(
        &output,
        &file,
        "s.yaml: overwritten in place, because its owner cannot be kept otherwise",
    );
    assert_eq!(
        (fs::metadata(&file).unwrap().uid(), mode(&file)),
        (0, 0o666)
    );
}

#[test]
fn a_write_protected_file_of_another_user_stays() {
    assert!(is_root(), "this case changes owners: run it as root");
    let outer = scratch();
    let program = outer.path().join("selkie");
    copy_program(&program);
    fs::set_permissions(outer.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let file = outer.path().join("s.yaml");
    fs::write(&file, PLAIN).unwrap();
    let output = Run::new("setpriv")
        .args([
            format!("--reuid={NOBODY}"),
            format!("--regid={NOBODY}"),
            "--clear-groups".to_owned(),
        ])
        .arg(&program)
        .args(["encrypt", "--age", &Party::new().recipient, "-i", "s.yaml"])
        .folder(outer.path())
        .output();
    assert_eq!(output.status, Some(3));
    assert_eq!(
        output.stderr,
        "error: s.yaml: cannot be opened for writing: permission denied\n"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), PLAIN);
}

/// As in a container that has one file of the host: a rename over a mount point is refused by the system.
#[test]
fn a_file_that_is_a_mount_point_is_overwritten_with_a_warning() {
    let folder = scratch();
    let (host, file) = (
        folder.path().join("host.yaml"),
        folder.path().join("s.yaml"),
    );
    fs::write(&host, PLAIN).unwrap();
    fs::write(&file, "").unwrap();
    let party = Party::new();
    // A mount namespace of its own: nothing to undo, and no right needed beyond those of a user namespace.
    let script = format!(
        "mount --bind host.yaml s.yaml && exec {} encrypt --age {} -i s.yaml",
        selkie().display(),
        party.recipient
    );
    let output =
        Run::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    let output = output.folder(folder.path()).output();
    check(
        &output,
        &host,
        "s.yaml: overwritten in place, because it is a mount point or in use",
    );
}

#[test]
fn devices_and_pipes_are_written_to() {
    let folder = scratch();
    fs::write(folder.path().join("s.yaml"), PLAIN).unwrap();
    let output = encrypt(
        folder.path(),
        &Party::new().recipient,
        &["s.yaml", "--output", "/dev/stdout"],
    );
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    assert!(output.text().contains("sops:"));
    let output = encrypt(
        folder.path(),
        &Party::new().recipient,
        &["s.yaml", "--output", "nowhere/t.yaml"],
    );
    assert_eq!(output.status, Some(3));
}

#[test]
fn a_full_disk_costs_nothing() {
    let folder = scratch();
    fs::write(folder.path().join("s.yaml"), PLAIN).unwrap();
    let output = encrypt(
        folder.path(),
        &Party::new().recipient,
        &["s.yaml", "--output", "/dev/full"],
    );
    assert_eq!(output.status, Some(1), "{}", output.stderr);
}

#[test]
fn configs_are_found_a_hundred_levels_up() {
    for (levels, found) in [(99, true), (100, false)] {
        let top = scratch();
        let party = Party::new();
        fs::write(
            top.path().join(".sops.yaml"),
            format!("creation_rules:\n- age: {}\n", party.recipient),
        )
        .unwrap();
        let folder = (0..levels).fold(top.path().to_owned(), |folder, _| folder.join("d"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("s.yaml"), PLAIN).unwrap();
        let output = Run::new(selkie())
            .args(["encrypt", "s.yaml"])
            .folder(&folder)
            .output();
        assert_eq!(
            output.status,
            Some(i32::from(!found)),
            "{levels}: {}",
            output.stderr
        );
    }
}

#[test]
fn configs_that_others_can_write_are_named() {
    for (bits, owner, warning) in [
        (0o644, None, ""),
        (0o646, None, "everybody can write it"),
        (0o644, Some(NOBODY), "it belongs to another user"),
    ] {
        if owner.is_some() && !is_root() {
            continue;
        }
        let folder = scratch();
        let config = folder.path().join(".sops.yaml");
        fs::write(
            &config,
            format!("creation_rules:\n- age: {}\n", Party::new().recipient),
        )
        .unwrap();
        fs::set_permissions(&config, PermissionsExt::from_mode(bits)).unwrap();
        if owner.is_some() {
            chown(&config, owner, None).unwrap();
        }
        fs::write(folder.path().join("s.yaml"), PLAIN).unwrap();
        let output = Run::new(selkie())
            .args(["encrypt", "s.yaml"])
            .folder(folder.path())
            .output();
        assert_eq!(output.status, Some(0));
        match warning {
            "" => assert_eq!(output.stderr, ""),
            _ => assert!(
                output.stderr.starts_with("warning: ") && output.stderr.contains(warning),
                "{}",
                output.stderr
            ),
        }
    }
}

#[test]
fn no_memory_image_is_ever_written() {
    // Waiting for its input, the program can be looked at.
    let mut child = Command::new(selkie())
        .args(["decrypt", "--input-type", "yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let core = || {
        let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap()
            .to_owned();
        line.split_whitespace()
            .skip(4)
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let start = Instant::now();
    while core() != ["0", "0"] && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(core(), ["0", "0"]);
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn runs_on_one_file_take_turns() {
    let folder = scratch();
    let recipient = Party::new().recipient;
    fs::write(folder.path().join("s.yaml"), PLAIN).unwrap();
    let outputs: Vec<Output> = std::thread::scope(|scope| {
        let one = || encrypt(folder.path(), &recipient, &["-i", "s.yaml"]);
        let running: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|run| run.join().unwrap()).collect()
    });
    // One encrypts; the others find it encrypted, because they read only after it has written.
    let count = |status| {
        outputs
            .iter()
            .filter(|output| output.status == Some(status))
            .count()
    };
    assert_eq!((count(0), count(203)), (1, 7));
}

/// A folder of ours hides `/etc`, in a mount namespace of its own.
#[test]
fn an_audit_that_is_asked_for_stops_what_opens_files() {
    let rows = [
        (None, "", 0),
        (Some("backends:\n  postgres: []\n"), "", 0),
        (
            Some("backends:\n  postgres:\n  - connection_string: x\n"),
            "",
            1,
        ),
        (
            Some("backends:\n  postgres:\n  - connection_string: x\n"),
            "SELKIE_NO_AUDIT=1",
            0,
        ),
        (Some("backends: [\n"), "", 1),
    ];
    for (config, variable, status) in rows {
        let folder = scratch();
        fs::write(folder.path().join("s.yaml"), PLAIN).unwrap();
        fs::create_dir_all(folder.path().join("etc/sops")).unwrap();
        if let Some(config) = config {
            fs::write(folder.path().join("etc/sops/audit.yaml"), config).unwrap();
        }
        let script = format!(
            "mount --bind etc /etc && {program} rules s.yaml; exec env {variable} {program} encrypt --age {recipient} -i s.yaml",
            program = selkie().display(),
            recipient = Party::new().recipient
        );
        let run = Run::new("unshare");
        let run = run.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
        let output = run.folder(folder.path()).output();
        assert_eq!(
            output.status,
            Some(status),
            "{config:?} {variable}: {}",
            output.stderr
        );
        let refused = output.stderr.contains("error: /etc/sops/audit.yaml: ");
        assert_eq!(
            refused,
            status == 1,
            "{config:?} {variable}: {}",
            output.stderr
        );
    }
}

/// By another process: while this one had the copy open for writing, a run started by another thread would inherit that, and
/// the system refuses to start a program that somebody writes.
fn copy_program(to: &Path) {
    Run::new("cp").arg(selkie()).arg(to).succeed();
}

/// The user that owns nothing, on every Linux.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}
