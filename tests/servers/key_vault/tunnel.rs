//! The way in: a proxy that is itself every host of Azure's, and no other.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{CLOUDS, Cloud, Inner, machine, vault};
use crate::servers::broken::drip;
use crate::servers::http::{Request, Response};
use crate::servers::tls::Authority;

/// The host that is no vault but answers like one.
const IMPOSTOR: &str = "vault.impostor.test";

/// Whom a client wants to talk to.
#[derive(Clone)]
enum Host {
    Login(Cloud),
    Vault(Cloud, String),
    Silent,
    Dripping,
    Unanswered,
}

/// Starts it; its port comes back.
#[expect(clippy::expect_used, reason = "a suite cannot go on without a port")]
pub(super) fn start(authority: &Authority, inner: &Arc<Inner>) -> u16 {
    let wildcards = CLOUDS.map(|cloud| format!("*.{}", cloud.vaults));
    let mut names: Vec<&str> = CLOUDS.iter().map(|cloud| cloud.login).collect();
    names.extend(wildcards.iter().map(String::as_str));
    names.push(IMPOSTOR);
    let tls = authority.server(&names).config();
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let inner = Arc::clone(inner);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (tls, inner) = (Arc::clone(&tls), Arc::clone(&inner));
            // A client may go away at any time.
            thread::spawn(move || serve(stream, tls, &inner).ok());
        }
    });
    address.port()
}

fn serve(mut stream: TcpStream, tls: Arc<ServerConfig>, inner: &Inner) -> io::Result<()> {
    let Some(request) = Request::read(&mut stream)? else {
        return Ok(());
    };
    if request.method != "CONNECT" {
        return plain(stream, inner, request);
    }
    let host = request
        .target
        .strip_suffix(":443")
        .unwrap_or(&request.target);
    let Some(host) = host_of(host) else {
        inner.stranger(host);
        return Response::json(502, "{}").write(&mut stream);
    };
    if matches!(host, Host::Unanswered) {
        return wait(&mut stream);
    }
    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let Some(request) = Request::read(&mut stream)? else {
        return Ok(());
    };
    let response = match host {
        Host::Login(cloud) => inner.directory.answer(inner, cloud, &request),
        Host::Vault(cloud, url) => vault::answer(inner, cloud, &url, &request),
        Host::Silent | Host::Unanswered => return wait(&mut stream),
        Host::Dripping => {
            drip(&mut stream);
            return Ok(());
        }
    };
    response.write(&mut stream)?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// Without TLS, only a machine's identity is to be had. Unless this is to be a machine of Azure's, nobody is at the address that
/// all of them have: the connection ends.
fn plain(mut stream: TcpStream, inner: &Inner, mut request: Request) -> io::Result<()> {
    let own = request.target.strip_prefix("http://127.0.0.1:");
    if let Some(path) = own.and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned())) {
        request.target = path;
    }
    if let Some(response) = machine::answer(inner, &request) {
        return response.write(&mut stream);
    }
    let host = request.target.strip_prefix("http://");
    let host = host.and_then(|rest| rest.split('/').next());
    inner.stranger(host.unwrap_or(&request.target));
    Ok(())
}

fn host_of(name: &str) -> Option<Host> {
    if name == IMPOSTOR {
        return Some(Host::Vault(CLOUDS[0], format!("https://{name}")));
    }
    CLOUDS.into_iter().find_map(|cloud| {
        if name == cloud.login {
            return Some(Host::Login(cloud));
        }
        let vault = name.strip_suffix(cloud.vaults)?.strip_suffix('.')?;
        Some(match vault {
            "nowhere" => return None,
            "silent" => Host::Silent,
            "dripping" => Host::Dripping,
            "unanswered" => Host::Unanswered,
            _ => Host::Vault(cloud, format!("https://{name}")),
        })
    })
}

/// Until the client gives up.
fn wait(stream: &mut impl Read) -> io::Result<()> {
    let mut piece = [0; 256];
    while stream.read(&mut piece)? > 0 {}
    Ok(())
}
