//! The servers that suites need, each started by one function on loopback, on a port that the system chooses, and ended with the value
//! that stands for it. Here: what all of them share. Nothing here may know what a suite expects.

pub mod broken;
pub mod controller;
pub mod controller_manager;
pub mod etcd;
pub mod files;
pub mod flux;
pub mod form;
pub mod gcp_kms;
pub mod gcs;
pub mod git_http;
pub mod gnupg;
pub mod http;
pub mod huawei_kms;
pub mod key_vault;
pub mod kube_apiserver;
pub mod moto;
pub mod node;
pub mod recorder;
pub mod sigv4;
pub mod stub;
pub mod template;
pub mod tls;
pub mod vault;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server in a process of its own. It dies with the value; what it printed is shown when it fails.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a program that logs to a file in `folder`, and waits until `is_ready`.
    ///
    /// # Panics
    /// If it does not start, ends, or is not ready within a minute. The message has its log.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    pub fn start(
        name: &'static str,
        folder: &Path,
        command: &mut Command,
        is_ready: impl Fn() -> bool,
    ) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).expect("a log can be written");
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log has a second handle"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let mut server = Self { name, child, log };
        let start = Instant::now();
        while !is_ready() {
            let ended = server.child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "{name} ended\n{}", server.log());
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "{name} is not ready after a minute\n{}",
                server.log()
            );
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, when it does by itself.
    ///
    /// # Panics
    /// If it goes on for a minute.
    #[expect(clippy::expect_used, reason = "a child can be asked")]
    pub fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status;
            }
            let late = start.elapsed() > Duration::from_mins(1);
            assert!(!late, "{} goes on\n{}", self.name, self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the test runner shows what a failing test prints"
)]
impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("── log of {}\n{}", self.name, self.log());
        }
    }
}

/// A port that was free a moment ago, for servers that cannot be told to choose one.
///
/// # Panics
/// If loopback has none.
#[expect(clippy::expect_used, reason = "a suite cannot go on without a port")]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener
        .local_addr()
        .expect("a listener has an address")
        .port()
}

/// A program that sees nothing of whoever runs the tests: at home in `folder`, with a search path and no other environment.
fn program(path: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(path);
    command.current_dir(folder).env_clear().env("HOME", folder);
    let kept = ["PATH", "TMPDIR"].map(|name| (name, std::env::var_os(name)));
    command.envs(
        kept.into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command
}

/// Whether a server on loopback answers a request over plain HTTP with success.
fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
        )?;
        let mut head = vec![0; "HTTP/1.1 200".len()];
        stream.read_exact(&mut head)?;
        Ok(head)
    };
    ask().is_ok_and(|head| head == b"HTTP/1.1 200")
}
