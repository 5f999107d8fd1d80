//! `selkie keyservice`: a process that wraps and unwraps data keys for others, until it is ended.
//!
//! Here: the place to listen at, the person, the log, the signals. What is answered and what is refused is the library's.

use std::net::{TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use selkie_keys::KeyService;
use selkie_keys::serve::{Keeping, Listener, ServerTls, Service, serve};

use super::entropy::now;
use crate::args::KeyServiceArgs;
use crate::discover;
use crate::exit::Status;
use crate::identities;
use crate::io::{PrivateSocket, deny_tracing, on_signals, plain_error, read_file, since_boot};
use crate::message::{Failure, ask, note, tell};

pub(super) fn run(args: &KeyServiceArgs) -> Result<(), Failure> {
    deny_tracing();
    let keep = args.unlock.as_deref().map(duration).transpose()?;
    let tls = tls(args)?;
    let place = Place::bind(args, tls.as_ref())?;
    let service = Arc::new(service(args, keep));
    let hangup = Arc::clone(&service);
    let end = Arc::clone(&service);
    let socket = place.socket.clone();
    // Before the first thread, which would not have the signals blocked.
    on_signals(
        move || hangup.forget(),
        move || {
            end.forget();
            // It may be gone already.
            let _ = socket.map(std::fs::remove_file);
        },
    );
    note(format_args!("listening on {}", place.name));
    let ended = serve(service, place.listener, tls);
    if let Some(socket) = place.socket {
        let _ = std::fs::remove_file(socket);
    }
    ended.map_err(|reason| Failure::new(Status::Failed, format_args!("{}: {reason}", place.name)))
}

fn service(args: &KeyServiceArgs, keep: Option<Duration>) -> Service {
    let keys = KeyService::Local(identities::credentials());
    let log = Box::new(|call: &_| tell(format_args!("{} {call}", now().to_second())));
    let mut service = Service::new(keys, log);
    if !args.allow.is_empty() {
        service = service.allow(args.allow.clone());
    }
    if args.prompt {
        let agrees = |answer: String| matches!(answer.as_str(), "y" | "Y" | "yes");
        service = service.ask(Box::new(move |question| {
            ask(format_args!("{question}: answer? (y/n)")).is_some_and(agrees)
        }));
    }
    match keep {
        Some(time) => service.keep(Keeping {
            time,
            clock: Box::new(since_boot),
        }),
        None => service,
    }
}

/// Where clients come in.
struct Place {
    /// As clients name it.
    name: String,
    listener: Listener,
    /// To be removed in the end.
    socket: Option<PathBuf>,
}

impl Place {
    fn bind(args: &KeyServiceArgs, tls: Option<&ServerTls>) -> Result<Self, Failure> {
        match args.network.as_str() {
            "tcp" => Self::tcp(args, tls),
            "unix" if tls.is_some() => Err(Failure::new(
                Status::Conflict,
                "a socket of this machine has no TLS",
            )),
            "unix" => {
                let path = match &args.address {
                    Some(path) => PathBuf::from(path),
                    None => default_socket()?,
                };
                Self::unix(&path)
            }
            other => {
                let fact = format!("{other}: no kind of network to listen on");
                Err(Failure::new(Status::Failed, fact).hint("say tcp or unix"))
            }
        }
    }

    fn tcp(args: &KeyServiceArgs, tls: Option<&ServerTls>) -> Result<Self, Failure> {
        let address = args.address.as_deref().unwrap_or("127.0.0.1:5000");
        let failed = |reason: String| {
            Failure::new(Status::Failed, format_args!("tcp://{address}: {reason}"))
        };
        let found = address.to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        let addresses = found.map_err(|_| {
            failed("no address to listen on".to_owned()).hint("it looks like 127.0.0.1:5000")
        })?;
        let known = tls.is_some_and(|tls| tls.clients.is_some());
        let own = addresses.iter().all(|address| address.ip().is_loopback());
        if !known && !own && !args.insecure {
            let reason = "other machines reach it, and nobody knows who they are";
            return Err(failed(reason.to_owned()).hint(
                "ask clients for certificates with --tls-cert, --tls-key and --tls-client-ca",
            ));
        }
        let listener =
            TcpListener::bind(addresses.as_slice()).map_err(|error| failed(plain_error(&error)))?;
        // With the port that the system chose for 0.
        let bound = listener.local_addr();
        let address = bound.map_or(address.to_owned(), |bound| bound.to_string());
        let scheme = if tls.is_some() { "tls" } else { "tcp" };
        Ok(Self {
            name: format!("{scheme}://{address}"),
            listener: Listener::Tcp(listener),
            socket: None,
        })
    }

    fn unix(path: &Path) -> Result<Self, Failure> {
        let PrivateSocket { listener, path } = PrivateSocket::bind(path).map_err(|reason| {
            let fact = format!("{}: {}", path.display(), reason.fact);
            Failure {
                hint: reason.hint.map(str::to_owned),
                ..Failure::new(Status::Failed, fact)
            }
        })?;
        Ok(Self {
            name: format!("unix://{}", path.display()),
            listener,
            socket: Some(path),
        })
    }
}

fn default_socket() -> Result<PathBuf, Failure> {
    let runtime = discover::runtime_folder();
    let path = runtime.map(|folder| folder.join("selkie").join("keyservice.sock"));
    path.ok_or_else(|| {
        Failure::new(Status::Failed, "there is no place for a socket")
            .hint("name one with --address, in a folder that is yours alone")
    })
}

fn tls(args: &KeyServiceArgs) -> Result<Option<ServerTls>, Failure> {
    let read = |path: &PathBuf| {
        read_file(path).map_err(|error| {
            let reason = plain_error(&error);
            Failure::new(Status::Failed, format_args!("{}: {reason}", path.display()))
        })
    };
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Ok(None);
    };
    let clients = args.tls_client_ca.as_ref().map(read).transpose()?;
    Ok(Some(ServerTls {
        certificate: read(certificate)?.expose().to_vec(),
        key: read(key)?,
        clients: clients.map(|pem| pem.expose().to_vec()),
    }))
}

/// A number and its unit.
fn duration(text: &str) -> Result<Duration, Failure> {
    let read = || {
        let unit = text.chars().last()?;
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        let duration = Duration::from_secs(number.checked_mul(seconds)?);
        (!duration.is_zero() && duration <= LONGEST).then_some(duration)
    };
    read().ok_or_else(|| {
        let fact = format!("--unlock {text}: no duration, or more than a day");
        Failure::new(Status::Failed, fact).hint("it looks like 30s, 10m or 8h")
    })
}

/// Keys that are kept for longer are as good as an identity.
const LONGEST: Duration = Duration::from_hours(24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let rows = [
            ("30s", Some(30)),
            ("10m", Some(600)),
            ("8h", Some(28_800)),
            ("24h", Some(86_400)),
            ("25h", None),
            ("0s", None),
            ("30", None),
            ("s", None),
            ("-1s", None),
            ("1d", None),
            ("1é", None),
            ("", None),
            ("99999999999999999999h", None),
            ("9999999999999999999h", None),
        ];
        for (text, expected) in rows {
            let read = duration(text).ok();
            assert_eq!(read, expected.map(Duration::from_secs), "{text}");
        }
    }
}
