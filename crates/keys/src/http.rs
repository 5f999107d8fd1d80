//! What goes wrong between a client and a server before there is an answer, for vendors who are reached by plain HTTP,
//! and for key services. Never here:
//! statuses, which mean something else at each vendor's, and addresses, which the key's own text has.

use std::error::Error;

use crate::{Cause, Fault};

/// Alerts of TLS with which a server wants to see a client certificate, or another one.
const CLIENT_CERTIFICATE: [&str; 4] = [
    "alert: CertificateRequired",
    "alert: BadCertificate",
    "alert: CertificateUnknown",
    "alert: UnknownCA",
];

/// Nobody known has signed the certificate, or somebody who only has the name of one who is known.
const UNKNOWN_AUTHORITY: [&str; 2] = ["UnknownIssuer", "BadSignature"];

/// The fault that an error of the HTTP client stands for. TLS says what it has against a certificate in texts alone, at the end of
/// the chain of reasons.
pub(crate) fn fault(error: &(dyn Error + 'static)) -> Fault {
    let mut reason = Some(error);
    while let Some(error) = reason {
        let text = error.to_string();
        if let Some((_, problem)) = text.split_once("invalid peer certificate: ") {
            return if UNKNOWN_AUTHORITY
                .iter()
                .any(|word| problem.starts_with(word))
            {
                Fault::new(Cause::UnknownAuthority)
            } else {
                Fault::new(Cause::BadCertificate)
            };
        }
        if CLIENT_CERTIFICATE.iter().any(|alert| text.contains(alert)) {
            return Fault::new(Cause::Denied)
                .hint("the server asks for a client certificate that it knows");
        }
        reason = error.source();
    }
    Fault::new(Cause::Unreachable)
}
