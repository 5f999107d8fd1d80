//! A Git repository behind HTTPS: Git's own `http-backend`, called by a server of the test process as a web server calls it.
#![expect(
    clippy::unwrap_used,
    reason = "a suite that cannot have its repository fails and says why"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;

use super::http::{Request, Response};
use super::stub::Stub;
use crate::Run;

/// What a private repository takes: `ann` with the password `s3cret`, or the token `t0ken`.
pub const ACCEPTED: [&str; 2] = ["Basic YW5uOnMzY3JldA==", "Bearer t0ken"];

/// A bare repository with one branch, a work tree that pushes to it, and the server before it.
///
/// `/app` is open, `/private` wants credentials, `/old` sends to `/app`, `/away` to the same server under another name, `/silent` has nothing to say.
#[derive(Debug)]
pub struct GitServer {
    stub: Stub,
    root: PathBuf,
    state: Arc<State>,
}

/// What the server's threads share.
#[derive(Debug, Default)]
struct State {
    /// Commands of the protocol, in order: `info/refs`, `ls-refs`, `fetch`.
    asked: Mutex<Vec<String>>,
    trouble: Mutex<Option<Trouble>>,
}

/// How the server fails.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Gives this answer to everybody.
    Says(Response),
    /// Gives the first half of each of its own answers.
    BreaksOff,
}

impl GitServer {
    /// An empty repository below `folder`, served with this certificate.
    ///
    /// # Panics
    /// If Git is not there.
    pub fn start(folder: &Path, tls: Arc<ServerConfig>) -> Self {
        let root = folder.join("git");
        fs::create_dir_all(&root).unwrap();
        let git = |arguments: &[&str]| Run::new("git").args(arguments).folder(&root).succeed();
        git(&["init", "-q", "--bare", "--initial-branch=main", "app"]);
        git(&["init", "-q", "--initial-branch=main", "work"]);
        let state = Arc::<State>::default();
        let (served, shared) = (root.clone(), Arc::clone(&state));
        let stub = Stub::tls(tls, move |request| {
            let trouble = shared.trouble.lock().unwrap().clone();
            match trouble {
                Some(Trouble::Says(answer)) => answer,
                Some(Trouble::BreaksOff) => {
                    let mut whole = answer(&served, &shared.asked, request);
                    whole.body.truncate(whole.body.len() / 2);
                    whole
                }
                None => answer(&served, &shared.asked, request),
            }
        });
        Self { stub, root, state }
    }

    /// The address of one of its repositories.
    pub fn url(&self, name: &str) -> String {
        format!("https://127.0.0.1:{}/{name}", self.stub.port)
    }

    /// The work tree.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Commits what lies in the work tree, pushes it to a branch and returns its name.
    ///
    /// # Panics
    /// If Git refuses.
    pub fn push(&self, branch: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&[
            "-c",
            "user.name=Ann",
            "-c",
            "user.email=ann@example.com",
            "commit",
            "-q",
            "--allow-empty",
            "--message=change",
        ]);
        let to = format!("HEAD:refs/heads/{branch}");
        self.git(&["push", "-q", "--force", "../app", &to]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs Git in the work tree.
    ///
    /// # Panics
    /// If it fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        let run = Run::new("git").args(arguments).folder(self.work());
        run.succeed().text()
    }

    /// From now on it fails like this, or not.
    ///
    /// # Panics
    /// If the server did.
    pub fn fail(&self, trouble: Option<Trouble>) {
        *self.state.trouble.lock().unwrap() = trouble;
    }

    /// Sets something in the repository that is served.
    pub fn configure(&self, name: &str, value: &str) {
        let app = self.root.join("app");
        let run = Run::new("git").args(["config", name, value]).folder(app);
        run.succeed();
    }

    /// How often a command of the protocol was given.
    ///
    /// # Panics
    /// If the server did.
    pub fn count(&self, command: &str) -> usize {
        let asked = self.state.asked.lock().unwrap();
        asked.iter().filter(|it| *it == command).count()
    }
}

fn answer(root: &Path, asked: &Mutex<Vec<String>>, request: &Request) -> Response {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut names = path.trim_start_matches('/').splitn(2, '/');
    let (name, rest) = (names.next().unwrap_or(""), names.next().unwrap_or(""));
    let host = request.header("host").unwrap_or_default();
    let sent_to = |to: String| Response {
        status: 301,
        headers: vec![("location".to_owned(), to)],
        body: Vec::new(),
    };
    match name {
        "old" => return sent_to(format!("/app/{rest}?{query}")),
        "away" => {
            let port = host.rsplit(':').next().unwrap_or_default();
            return sent_to(format!("https://localhost:{port}/app/{rest}?{query}"));
        }
        "private"
            if !request
                .header("authorization")
                .is_some_and(|it| ACCEPTED.contains(&it)) =>
        {
            return Response::json(401, "{}");
        }
        "app" | "private" => {}
        _ => return Response::json(404, "{}"),
    }
    let body = String::from_utf8_lossy(&request.body);
    let command = body
        .split("command=")
        .nth(1)
        .and_then(|it| it.lines().next());
    asked
        .lock()
        .unwrap()
        .push(command.unwrap_or(rest).to_owned());
    backend(root, request, rest, query)
}

/// One call of the program, by the rules of CGI.
fn backend(root: &Path, request: &Request, rest: &str, query: &str) -> Response {
    let header = |name| request.header(name).unwrap_or_default();
    let output = Run::new("git")
        .arg("http-backend")
        .folder(root)
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_PROTOCOL", header("git-protocol"))
        .env("PATH_INFO", format!("/app/{rest}"))
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", &request.method)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .input(request.body.clone())
        .output();
    let end = output.stdout.windows(4).position(|it| it == b"\r\n\r\n");
    let end = end.unwrap_or_default();
    let mut answer = Response {
        status: 200,
        headers: Vec::new(),
        body: output.stdout[end + 4..].to_vec(),
    };
    for line in String::from_utf8_lossy(&output.stdout[..end]).lines() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        if name == "Status" {
            answer.status = value[..3].parse().unwrap();
        } else {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    answer
}
