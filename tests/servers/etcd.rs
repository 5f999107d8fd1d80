//! etcd, which an API server keeps its objects in. Nothing here may know what they are.

use std::path::Path;

use selkie_xtask::peers;

use super::{Server, answers, free_port, program};

/// An etcd of its own, with an empty folder, gone with the value.
#[derive(Debug)]
pub struct Etcd {
    /// `http://127.0.0.1:PORT`, for clients.
    pub address: String,
    _server: Server,
}

impl Etcd {
    /// Starts one that keeps its files in `folder`.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    pub fn start(folder: &Path) -> Self {
        let etcd = peers::etcd().expect("etcd can be installed");
        let (port, address) = (free_port(), |port| format!("http://127.0.0.1:{port}"));
        let (clients, members) = (address(port), address(free_port()));
        let mut command = program(&etcd, folder);
        command
            .args(["--name", "one", "--data-dir", "etcd"])
            .args(["--listen-client-urls", &clients])
            .args(["--advertise-client-urls", &clients])
            .args(["--listen-peer-urls", &members])
            .args(["--initial-advertise-peer-urls", &members])
            .args(["--initial-cluster", &format!("one={members}")])
            // What is lost with the machine was a test's.
            .args(["--unsafe-no-fsync", "--log-level", "warn"]);
        let server = Server::start("etcd", folder, &mut command, || answers(port, "/health"));
        Self {
            address: clients,
            _server: server,
        }
    }
}
