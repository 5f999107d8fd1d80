//! Programs that `exec-env` and `exec-file` run: signals, users, memory, and what is left of a run that was killed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use selkie_tests::{Party, Run, scratch};
use tempfile::TempDir;

use crate::selkie;

/// A folder with an encrypted file, and the key to it.
struct Scene {
    folder: TempDir,
    party: Party,
}

impl Scene {
    fn new(text: &str) -> Self {
        let (folder, party) = (scratch(), Party::new());
        fs::write(folder.path().join("s.yaml"), text).unwrap();
        let encrypt =
            Run::new(selkie()).args(["encrypt", "--age", &party.recipient, "-i", "s.yaml"]);
        encrypt.folder(folder.path()).succeed();
        Self { folder, party }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let run = Run::new(selkie()).args(arguments);
        run.folder(self.folder.path())
            .env("SOPS_AGE_KEY", &self.party.identity)
    }

    /// Starts it, and waits for the first line that it prints.
    fn start(
        &self,
        arguments: &[&str],
        environment: &[(&str, &Path)],
    ) -> (Child, BufReader<ChildStdout>, String) {
        // Whoever runs the tests may have switched signals off, and a shell cannot switch them on again.
        let mut child = Command::new("env")
            .arg("--default-signal=HUP,INT,QUIT,TERM,USR1,USR2")
            .arg(selkie())
            .args(arguments)
            .envs(environment.iter().copied())
            .env("SOPS_AGE_KEY", &self.party.identity)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        (child, output, line)
    }
}

fn signal(name: &str, child: &Child) {
    Run::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .succeed();
}

/// A place in memory that no other test uses.
fn memory() -> TempDir {
    let place = tempfile::Builder::new()
        .prefix("selkie-test-")
        .tempdir_in("/dev/shm")
        .unwrap();
    fs::set_permissions(place.path(), PermissionsExt::from_mode(0o700)).unwrap();
    place
}

fn names_in(place: &Path) -> Vec<PathBuf> {
    let entries = place.read_dir().unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn signals_are_passed_to_the_program() {
    let scene = Scene::new("a: x\n");
    for name in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"] {
        // A minute at most: a signal that does not come must not hang the suite.
        let script = format!(
            "trap 'echo got; exit 3' {name}; echo ready; i=0; while [ $i -lt 3000 ]; do sleep 0.02; i=$((i+1)); done"
        );
        let (mut child, mut output, _) = scene.start(&["exec-env", "s.yaml", &script], &[]);
        signal(name, &child);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(
            (rest.as_str(), child.wait().unwrap().code()),
            ("got\n", Some(3)),
            "{name}"
        );
    }
}

#[test]
fn a_signal_that_ends_the_program_leaves_no_file() {
    let scene = Scene::new("a: x\n");
    let place = memory();
    let script = "echo {}; exec sleep 1000";
    let variables = [("XDG_RUNTIME_DIR", place.path())];
    for flags in [&["exec-file"][..], &["exec-file", "--no-fifo"]] {
        let arguments = [flags, &["s.yaml", script]].concat();
        let (mut child, _output, path) = scene.start(&arguments, &variables);
        assert!(Path::new(path.trim()).starts_with(place.path()), "{path}");
        assert!(Path::new(path.trim()).exists(), "{path}");
        signal("TERM", &child);
        assert_eq!(child.wait().unwrap().code(), Some(255));
        assert!(names_in(place.path()).is_empty());
    }
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let scene = Scene::new("a: x\n");
    let place = memory();
    let variables = [("XDG_RUNTIME_DIR", place.path())];
    let start = || {
        scene.start(
            &[
                "exec-file",
                "--no-fifo",
                "s.yaml",
                "echo {}; echo $$; exec sleep 1000",
            ],
            &variables,
        )
    };
    let (mut killed, mut output, left) = start();
    let (mut alive, _output, used) = start();
    killed.kill().unwrap();
    assert_eq!(killed.wait().unwrap().signal(), Some(9));
    assert_eq!(names_in(place.path()).len(), 2);
    let next = scene
        .run(&["exec-file", "s.yaml", "cat {}"])
        .env("XDG_RUNTIME_DIR", place.path());
    assert_eq!(next.succeed().text(), "a: x\n");
    assert!(!Path::new(left.trim()).exists(), "nobody holds it");
    assert!(
        Path::new(used.trim()).exists(),
        "a run that goes on holds it"
    );
    signal("TERM", &alive);
    alive.wait().unwrap();
    assert!(names_in(place.path()).is_empty());
    // The program of the killed run does not know; it is ours to end.
    let mut program = String::new();
    output.read_line(&mut program).unwrap();
    Run::new("kill").arg(program.trim()).succeed();
}

/// A program that reads 300 KiB needs a pipe that is filled several times.
#[test]
fn the_pipe_serves_every_reader_in_its_own_time() {
    let scene = Scene::new(&format!("a: {}\n", "x".repeat(300 * 1024)));
    // One opens and waits, one reads a byte, one does not read, one reads all; then the first reads all.
    let script = "exec 3< {}; sleep 0.2; head -c 1 {} > byte; exec 4< {}; sleep 0.2; cat {} > one; cat <&3 > two";
    scene.run(&["exec-file", "s.yaml", script]).succeed();
    let plain = scene.run(&["decrypt", "s.yaml"]).succeed().stdout;
    for name in ["one", "two"] {
        let read = fs::read(scene.folder.path().join(name)).unwrap();
        assert!(
            read == plain,
            "{name}: {} of {} bytes",
            read.len(),
            plain.len()
        );
    }
}

#[test]
fn a_program_that_puts_another_file_there_keeps_it() {
    let scene = Scene::new("a: x\n");
    let script = "cat {} > copy; rm {}; echo own > {}; cat {}";
    assert_eq!(
        scene.run(&["exec-file", "s.yaml", script]).succeed().text(),
        "own\n"
    );
}

#[test]
fn without_memory_the_temporary_folder_is_used_with_a_warning() {
    let scene = Scene::new("a: x\n");
    let disk = scratch();
    // A mount namespace of its own hides the shared memory.
    let script = format!(
        "mount --bind . /dev/shm && exec {} exec-file s.yaml 'echo {{}}; cat {{}}'",
        selkie().display()
    );
    let run =
        Run::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    let run = run
        .folder(scene.folder.path())
        .env("SOPS_AGE_KEY", &scene.party.identity);
    let output = run.env("TMPDIR", disk.path()).succeed();
    assert!(
        output.text().starts_with(disk.path().to_str().unwrap()),
        "{}",
        output.text()
    );
    assert!(output.text().ends_with("\na: x\n"), "{}", output.text());
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    assert!(
        output.stderr.contains("which is not held in memory"),
        "{}",
        output.stderr
    );
    assert!(names_in(disk.path()).is_empty());
}

#[test]
fn programs_run_as_other_users() {
    assert_eq!(
        fs::metadata("/proc/self").unwrap().uid(),
        0,
        "this case changes users: run it as root"
    );
    let scene = Scene::new("a: x\n");
    let show = "echo $(id -un) $(id -gn) $USER $LOGNAME $HOME";
    let expected = Run::new("sh")
        .args([
            "-c",
            "echo nobody $(id -gn nobody) nobody nobody $(getent passwd nobody | cut -d: -f6)",
        ])
        .succeed()
        .text();
    let run = scene.run(&["exec-env", "--user", "nobody", "s.yaml", show]);
    assert_eq!(run.succeed().text(), expected);
    for flags in [&[][..], &["--no-fifo"]] {
        let script = "cat {}; stat -c '%U %a' {}";
        let arguments = [
            &["exec-file", "--user", "nobody"],
            flags,
            &["s.yaml", script],
        ]
        .concat();
        let output = scene.run(&arguments).succeed();
        assert_eq!(
            (output.text().as_str(), output.stderr.as_str()),
            ("a: x\nnobody 600\n", "")
        );
    }
}

/// While the program runs, selkie itself has no need of what it decrypted.
#[test]
fn no_value_stays_in_memory_while_the_program_runs() {
    // Put together at run time, so that it stands nowhere else.
    let secret = ["needle", "in", "the", "hay"].join("-");
    let scene = Scene::new(&format!("a: {secret}\n"));
    // Our wiping and the program's first line are in no order, so the memory is looked at until it is clean or time is up.
    let stays = |command: &str, patience: Duration| {
        let (mut child, _output, _) =
            scene.start(&[command, "s.yaml", "echo ready; exec sleep 1000"], &[]);
        let start = Instant::now();
        let stays = loop {
            let found = places_in_memory(child.id(), secret.as_bytes());
            if found.is_empty() || start.elapsed() > patience {
                break found;
            }
        };
        signal("TERM", &child);
        child.wait().unwrap();
        stays
    };
    assert_eq!(
        stays("exec-env", Duration::from_secs(30)),
        Vec::<String>::new()
    );
    let waiting = stays("exec-file", Duration::ZERO);
    assert!(
        !waiting.is_empty(),
        "a file that waits for its reader is found"
    );
}

/// The mappings of a process that hold these bytes.
fn places_in_memory(process: u32, bytes: &[u8]) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = Vec::new();
    let mut looked = 0;
    for map in maps.lines().filter(|map| map.contains(" rw")) {
        let (start, rest) = map.split_once('-').unwrap();
        let stop = rest.split_once(' ').unwrap().0;
        let [start, stop] = [start, stop].map(|it| u64::from_str_radix(it, 16).unwrap());
        let mut content = vec![0; usize::try_from(stop - start).unwrap()];
        // Some mappings of the kernel cannot be read.
        if memory.read_exact_at(&mut content, start).is_ok() {
            looked += content.len();
            if content.windows(bytes.len()).any(|window| window == bytes) {
                found.push(map.to_owned());
            }
        }
    }
    assert!(looked > 64 * 1024, "the memory can be read");
    found
}
