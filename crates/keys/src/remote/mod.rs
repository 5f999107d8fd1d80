//! A key service elsewhere: the client of SOPS's protocol.
//!
//! Never here: which service is asked first. What a service says about a failure is its own text and is not repeated; its code is.

mod address;

use std::fmt;

use prost::Message;
use selkie_crypto::{Recipient, Secret};
use tokio::sync::OnceCell;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::wire::{self, DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, Key};
use crate::{Cause, Fault, Network, http, network};

pub use address::Address;

/// What a connection over TLS needs, as PEM.
pub struct Tls {
    /// The authority that signed the service's certificate.
    pub authority: Vec<u8>,
    /// The certificate that we show, and its key.
    pub certificate: Option<(Vec<u8>, Secret)>,
}

/// A key service elsewhere, connected to when the first key needs it.
pub struct Remote {
    address: Address,
    tls: Option<Tls>,
    network: Network,
    channel: OnceCell<Channel>,
}

impl Remote {
    /// The service at this address; `tls` is for addresses of that kind.
    pub fn new(address: Address, tls: Option<Tls>, network: Network) -> Self {
        Self {
            address,
            tls,
            network,
            channel: OnceCell::new(),
        }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The text of the metadata's `enc`.
    pub(crate) fn wrap(&self, recipient: &Recipient, secret: &[u8]) -> Result<String, Fault> {
        if !wire::is_key(secret) {
            let problem = "only data keys and shares of them are sent to a key service".to_owned();
            return Err(Fault::new(Cause::Setting(problem)));
        }
        let request = || EncryptRequest {
            key: Some(Key::from(recipient)),
            plaintext: secret.to_vec(),
        };
        let reply: EncryptResponse = self.call(wire::ENCRYPT, request)?;
        let text = String::from_utf8(reply.ciphertext).ok();
        text.filter(|text| !text.is_empty())
            .ok_or(Fault::new(Cause::BadReply))
    }

    /// What is wrapped.
    pub(crate) fn unwrap(&self, recipient: &Recipient, ciphertext: &str) -> Result<Secret, Fault> {
        let request = || DecryptRequest {
            key: Some(Key::from(recipient)),
            ciphertext: ciphertext.as_bytes().to_vec(),
        };
        let mut reply: DecryptResponse = self.call(wire::DECRYPT, request)?;
        let secret = reply.take();
        if wire::is_key(secret.expose()) {
            Ok(secret)
        } else {
            Err(Fault::new(Cause::BadReply).code("not the length of a key"))
        }
    }

    fn call<Q, A>(&self, method: &'static str, request: impl Fn() -> Q) -> Result<A, Fault>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        if request().encoded_len() > wire::LIMIT {
            let problem = "the wrapped key is too long for a key service".to_owned();
            return Err(Fault::new(Cause::Setting(problem)));
        }
        let called = network::run(self.network, async {
            // Its background task lives on the runtime, so it is begun here and not where nothing runs yet.
            let channel = self.channel.get_or_try_init(|| async { self.connect() });
            let mut client = Grpc::new(channel.await?.clone())
                .max_decoding_message_size(wire::LIMIT)
                .max_encoding_message_size(wire::LIMIT);
            client.ready().await.map_err(|error| unreachable(&error))?;
            let codec = ProstCodec::<Q, A>::default();
            let path = PathAndQuery::from_static(method);
            let replied = client.unary(Request::new(request()), path, codec).await;
            Ok(replied.map_err(|status| fault(&status))?.into_inner())
        });
        // Who does not speak TLS, or does not like a certificate, often just hangs up.
        called.map_err(|fault| match (&fault.cause, &self.address) {
            (Cause::Unreachable, Address::Tls(_)) => {
                fault.hint("check the address, and that the service there knows the client certificate, if it wants one")
            }
            (Cause::Unreachable, Address::Tcp(_)) => {
                fault.hint("check the address, and that a key service without TLS listens there")
            }
            _ => fault,
        })
    }

    fn connect(&self) -> Result<Channel, Fault> {
        let uri = match &self.address {
            Address::Tcp(authority) => format!("http://{authority}"),
            Address::Tls(authority) => format!("https://{authority}"),
            Address::Unix(path) => format!("unix://{path}"),
        };
        let setting = |problem: &str| Fault::new(Cause::Setting(problem.to_owned()));
        let endpoint = Endpoint::from_shared(uri)
            .map_err(|_| setting("the address of the key service cannot be used"))?
            .user_agent(concat!("selkie/", env!("CARGO_PKG_VERSION")))
            .map_err(|_| setting("the address of the key service cannot be used"))?;
        let Address::Tls(authority) = &self.address else {
            return Ok(endpoint.connect_lazy());
        };
        let tls = self.tls.as_ref().ok_or_else(|| {
            setting("no authority is named for the key service")
                .hint("name its certificate in SELKIE_KEYSERVICE_CA")
        })?;
        let mut config = ClientTlsConfig::new()
            .domain_name(address::host(authority))
            .ca_certificate(Certificate::from_pem(&tls.authority));
        if let Some((certificate, key)) = &tls.certificate {
            config = config.identity(Identity::from_pem(certificate, key.expose()));
        }
        let endpoint = endpoint
            .tls_config(config)
            .map_err(|_| setting("the certificates for the key service cannot be used"))?;
        Ok(endpoint.connect_lazy())
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.address).finish()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// What a status means. Its text was made by the service, or out of what it was sent, so none of it is shown.
fn fault(status: &Status) -> Fault {
    // What a service says has no reason behind it; what stood in the way of its answer has.
    if std::error::Error::source(status).is_some() {
        return unreachable(status);
    }
    let code = status.code();
    let named = |cause| Fault::new(cause).code(format!("gRPC {code:?}"));
    match code {
        Code::Unavailable => {
            named(Cause::Unavailable).hint("the key service cannot reach the key: its log says why")
        }
        Code::PermissionDenied | Code::Unauthenticated => named(Cause::Denied)
            .hint("the key service does not serve this key, or its person said no"),
        Code::NotFound | Code::Unimplemented | Code::InvalidArgument => {
            named(Cause::Refused).hint("the key service does not know this kind of key")
        }
        Code::ResourceExhausted => named(Cause::Throttled),
        // What tonic says of an answer over the limit.
        Code::OutOfRange => named(Cause::BadReply),
        Code::DeadlineExceeded | Code::Cancelled => named(Cause::Unavailable),
        _ => named(Cause::Refused).hint("the log of the key service may say why"),
    }
}

/// What stood in the way of a connection.
fn unreachable(error: &(dyn std::error::Error + 'static)) -> Fault {
    let fault = http::fault(error);
    if fault.cause == Cause::UnknownAuthority {
        return fault.hint("name the authority's certificate in SELKIE_KEYSERVICE_CA");
    }
    fault
}

#[cfg(test)]
mod tests;
