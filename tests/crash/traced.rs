//! The system calls of a replacement: their order, and a kill at each of them.

use std::fs;

use selkie_tests::process::have_strace;

use crate::scene::{Found, Scene, Way, selkie};

/// All calls by which a file could change.
const CALLS: &str = "openat,write,pwrite64,ftruncate,fchown,fchmod,fsetxattr,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat";

/// More than any replacement makes.
const MANY: usize = 400;

#[test]
fn content_reaches_the_disk_before_the_name_and_the_name_before_the_end() {
    have_strace();
    let scene = Scene::new();
    for way in Way::traced() {
        let arguments = scene.set(way);
        let log = scene.file().with_file_name("trace");
        let mut strace = scene.command("strace");
        strace
            .arg("-f")
            .arg("-y")
            .arg("-o")
            .arg(&log)
            .args(["-e", &format!("trace={CALLS}")]);
        assert!(
            strace
                .arg(selkie())
                .args(arguments)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(scene.found(way), Found::New);
        let trace = fs::read_to_string(&log).unwrap();
        let folder = fs::canonicalize(log.parent().unwrap()).unwrap();
        let folder = folder.to_str().unwrap();
        // A call, what must stand in its line; each is looked for behind the one before.
        let order = [
            ("write(", ".selkie-"),
            ("fsync(", ".selkie-"),
            ("rename", "s.yaml\""),
            ("fsync(", &format!("{folder}>")),
        ];
        let mut lines = trace.lines();
        for (call, what) in order {
            let found = lines
                .any(|line| line.contains(call) && line.contains(what) && !line.contains(" = -1 "));
            assert!(found, "{way:?}: no {call} {what} in its place:\n{trace}");
        }
        let rest: Vec<&str> = lines
            .filter(|line| line.contains("s.yaml") && !line.contains("write(2<"))
            .collect();
        assert!(
            rest.is_empty(),
            "{way:?}: the file was touched again: {rest:?}"
        );
        assert!(
            !trace
                .lines()
                .any(|line| line.contains("write(") && line.contains("/s.yaml>")),
            "{trace}"
        );
    }
}

#[test]
fn a_kill_at_any_call_leaves_the_old_or_the_new_file() {
    have_strace();
    let scene = Scene::new();
    for way in Way::traced() {
        let mut found = Vec::new();
        for call in 1..=MANY {
            let arguments = scene.set(way);
            let mut strace = scene.command("strace");
            strace.args(["-f", "-o", "/dev/null", "-e", &format!("trace={CALLS}")]);
            strace.args(["-e", &format!("inject={CALLS}:signal=KILL:when={call}")]);
            let ended = strace.arg(selkie()).args(arguments).status().unwrap();
            found.push(scene.found(way));
            if ended.success() {
                break;
            }
        }
        println!(
            "{way:?}: killed at each of {} calls, whole each time",
            found.len() - 1
        );
        assert_eq!(found.first(), Some(&Found::Old));
        assert_eq!(found.last(), Some(&Found::New));
        assert!(found.len() < MANY, "the run never came to its end");
        assert!(
            found.is_sorted_by_key(|state| *state == Found::New),
            "{found:?}"
        );
    }
}
