//! AWS's signature of a request (Signature Version 4), computed once more with the secret that the test knows. Written after the
//! description in the vendor's reference, not after any client.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use super::http::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a request says about whoever signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The access key's id.
    pub access_key: String,
    /// The region and the service that it is good for.
    pub region: String,
    /// The service.
    pub service: String,
    /// The names of the headers that cannot be changed any more, in lower case.
    pub headers: Vec<String>,
}

/// Who signed a request, without looking at the signature.
pub fn signer(request: &Request) -> Option<Signed> {
    let (signed, _) = parts(request)?;
    Some(signed)
}

/// Who signed a request, if it was signed with this secret and says all that it must.
pub fn verify(request: &Request, secret: &str) -> Result<Signed, String> {
    let (signed, signature) = parts(request).ok_or("there is no signature")?;
    let covered = |name: &str| signed.headers.iter().any(|header| header == name);
    for name in ["host", "x-amz-date", "x-amz-security-token", "x-amz-target"] {
        if request.header(name).is_some() && !covered(name) {
            return Err(format!("{name} is not signed"));
        }
    }
    let time = request.header("x-amz-date").ok_or("there is no time")?;
    let day = time.get(..8).ok_or("the time is too short")?;
    let scope = format!("{day}/{}/{}/aws4_request", signed.region, signed.service);
    let to_sign = [
        ALGORITHM,
        time,
        &scope,
        &hash(canonical(request, &signed)?.as_bytes()),
    ]
    .join("\n");
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in scope.split('/') {
        key = mac(&key, part);
    }
    if hex(&mac(&key, &to_sign)) != signature {
        return Err("the signature is another".to_owned());
    }
    Ok(signed)
}

/// The credential and the signature of the header.
fn parts(request: &Request) -> Option<(Signed, String)> {
    let text = request.header("authorization")?.strip_prefix(ALGORITHM)?;
    let field = |name: &str| {
        let mut fields = text.split(',').map(str::trim);
        fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
    };
    let mut credential = field("Credential")?.split('/');
    let access_key = credential.next()?.to_owned();
    let _day = credential.next()?;
    let (region, service) = (credential.next()?.to_owned(), credential.next()?.to_owned());
    let headers = field("SignedHeaders")?.split(';').map(str::to_owned);
    let signed = Signed {
        access_key,
        region,
        service,
        headers: headers.collect(),
    };
    Some((signed, field("Signature")?.to_owned()))
}

/// The request in the form that is signed.
fn canonical(request: &Request, signed: &Signed) -> Result<String, String> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut query: Vec<&str> = query.split('&').collect();
    query.sort_unstable();
    let mut text = format!("{}\n{path}\n{}\n", request.method, query.join("&"));
    for name in &signed.headers {
        let value = request.header(name).ok_or(format!("{name} is not there"))?;
        let words: Vec<&str> = value.split_whitespace().collect();
        let _ = writeln!(text, "{name}:{}", words.join(" "));
    }
    let body = hash(&request.body);
    let said = request.header("x-amz-content-sha256");
    if said.is_some_and(|said| said != body) {
        return Err("the body is another".to_owned());
    }
    let _ = write!(text, "\n{}\n{body}", signed.headers.join(";"));
    Ok(text)
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, key), text.as_bytes())
        .as_ref()
        .to_vec()
}

fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first case of the vendor's test suite for signers, `get-vanilla`.
    fn vanilla(target: &str) -> Request {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: vec![
                header("Host", "example.amazonaws.com"),
                header("X-Amz-Date", "20150830T123600Z"),
                header(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                ),
            ],
            body: Vec::new(),
        }
    }

    #[test]
    fn the_published_example_is_right_and_nothing_near_it() {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let signed = verify(&vanilla("/"), secret).unwrap();
        assert_eq!(
            (&*signed.region, &*signed.service),
            ("us-east-1", "service")
        );
        assert!(verify(&vanilla("/"), "another").is_err());
        assert!(verify(&vanilla("/a"), secret).is_err());
        let mut tokened = vanilla("/");
        let token = ("X-Amz-Security-Token".to_owned(), "t".to_owned());
        tokened.headers.push(token);
        assert!(
            verify(&tokened, secret)
                .unwrap_err()
                .contains("is not signed")
        );
    }
}
