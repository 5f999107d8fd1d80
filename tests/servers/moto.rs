//! moto, which answers as services of AWS do. It takes any credentials and any signature: a test that is about those looks at the
//! requests ([`super::recorder`]).

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use selkie_xtask::peers;
use serde_json::{Value, json};

use super::http::Request;
use super::{Server, free_port};

/// The account that everything belongs to.
pub const ACCOUNT: &str = "123456789012";

/// A running moto, with nothing in it.
#[derive(Debug)]
pub struct Moto {
    /// `127.0.0.1:PORT`
    pub address: String,
    _server: Server,
}

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its server fails and says why"
)]
impl Moto {
    /// Starts one, which logs into `folder`.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    pub fn start(folder: &Path) -> Self {
        let packages = peers::moto().expect("moto can be installed");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new("python3");
        command
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p"])
            .arg(port.to_string())
            .env("PYTHONPATH", packages)
            .env("PYTHONNOUSERSITE", "1")
            .current_dir(folder);
        let listens = || TcpStream::connect(&address).is_ok();
        let server = Server::start("moto", folder, &mut command, listens);
        Self {
            address,
            _server: server,
        }
    }

    /// `http://127.0.0.1:PORT`, as `AWS_ENDPOINT_URL` takes it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks KMS in a region for something.
    ///
    /// # Panics
    /// If it refuses.
    pub fn kms(&self, region: &str, operation: &str, arguments: &Value) -> Value {
        let target = format!("TrentService.{operation}");
        self.ask("kms", region, &target, arguments)
    }

    /// Asks Parameter Store in a region for something.
    ///
    /// # Panics
    /// If it refuses.
    pub fn parameters(&self, region: &str, operation: &str, arguments: &Value) -> Value {
        self.ask("ssm", region, &format!("AmazonSSM.{operation}"), arguments)
    }

    /// The same, as another account.
    ///
    /// # Panics
    /// If it refuses.
    pub fn parameters_of(
        &self,
        account: &str,
        region: &str,
        operation: &str,
        arguments: &Value,
    ) -> Value {
        let target = format!("AmazonSSM.{operation}");
        self.ask_as(account, "ssm", region, &target, arguments)
    }

    /// Asks Secrets Manager in a region for something.
    ///
    /// # Panics
    /// If it refuses.
    pub fn secrets(&self, region: &str, operation: &str, arguments: &Value) -> Value {
        let target = format!("secretsmanager.{operation}");
        self.ask("secretsmanager", region, &target, arguments)
    }

    fn ask(&self, service: &str, region: &str, target: &str, arguments: &Value) -> Value {
        self.ask_as(ACCOUNT, service, region, target, arguments)
    }

    fn ask_as(
        &self,
        account: &str,
        service: &str,
        region: &str,
        target: &str,
        arguments: &Value,
    ) -> Value {
        let header = |name: &str, value: String| (name.to_owned(), value);
        let scope = format!("Credential=test/20260102/{region}/{service}/aws4_request");
        let request = Request {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: vec![
                header("content-type", "application/x-amz-json-1.1".to_owned()),
                header("x-amz-target", target.to_owned()),
                header("x-moto-account-id", account.to_owned()),
                // The region is taken from here.
                header(
                    "authorization",
                    format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
                ),
            ],
            body: arguments.to_string().into_bytes(),
        };
        let answer = request.send(&self.address).expect("moto answers");
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{target} {arguments}: {text}");
        if text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).expect("moto answers with JSON")
    }

    /// Asks S3 in a region: the answer's body.
    ///
    /// # Panics
    /// If it refuses.
    pub fn s3(&self, region: &str, method: &str, target: &str) -> Vec<u8> {
        let scope = format!("Credential=test/20260102/{region}/s3/aws4_request");
        let signed = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("authorization".to_owned(), signed)],
            body: Vec::new(),
        };
        let answer = request.send(&self.address).expect("moto answers");
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{method} {target}: {text}");
        answer.body
    }

    /// The ARN of a new key.
    ///
    /// # Panics
    /// If it has none.
    pub fn key(&self, region: &str) -> String {
        let made = self.kms(region, "CreateKey", &json!({}));
        let arn = made["KeyMetadata"]["Arn"].as_str();
        arn.expect("a key has an ARN").to_owned()
    }

    /// The ARN of a new alias of a key.
    pub fn alias(&self, region: &str, name: &str, key: &str) -> String {
        let arguments = json!({"AliasName": format!("alias/{name}"), "TargetKeyId": key});
        self.kms(region, "CreateAlias", &arguments);
        format!("arn:aws:kms:{region}:{ACCOUNT}:alias/{name}")
    }
}
