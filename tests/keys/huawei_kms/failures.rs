//! The failure table of Huawei Cloud KMS's keys.

use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::huawei_kms::{HuaweiKms, REGION, SECRET_KEY};
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;

use super::{ENDPOINT, Variables, allowed, env};
use crate::failure::{self, Row};

#[test]
fn every_failure_names_key_and_cause() {
    let service = HuaweiKms::start();
    let [key, disabled, ending] = [(); 3].map(|()| service.create_key());
    service.disable(&disabled);
    service.schedule_deletion(&ending);
    let missing = format!("{REGION}:00000000-0000-0000-0000-000000000000");
    let elsewhere = key.replace(REGION, "eu-test-2");
    let url = service.url();
    let status = |status, body| Broken::start(Manner::Status(status, body));
    let busy = status(
        429,
        r#"{"error_code":"APIGW.0308","error_msg":"slow down"}"#,
    );
    let failing = status(
        500,
        r#"{"error":{"error_code":"KMS.9999","error_msg":"leaked"}}"#,
    );
    let moved = status(307, "");
    let garbage = status(200, "{}");
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let at = |server: &Broken| format!("http://{}", server.address);
    let [busy_url, failing_url, moved_url, garbage_url] =
        [&busy, &failing, &moved, &garbage].map(at);
    let [silent_url, endless_url] = [&silent, &endless].map(at);
    let authority = Authority::new();
    let tls = Stub::tls(authority.server(&["127.0.0.1"]).config(), |_| {
        Response::json(200, "{}")
    });
    let tls_url = format!("https://{}", tls.address());
    // In the place of what `allowed` sets.
    let rows: [(&str, &str, Variables<'_>, &str); 21] = [
        (
            "no credentials",
            &key,
            &[("HUAWEICLOUD_SDK_AK", ""), ("HUAWEICLOUD_SDK_SK", "")],
            "there are no credentials",
        ),
        (
            "a wrong secret",
            &key,
            &[("HUAWEICLOUD_SDK_SK", "wrong-secret")],
            "the credentials are refused (APIGW.0301)",
        ),
        (
            "a wrong project",
            &key,
            &[("HUAWEICLOUD_SDK_PROJECT_ID", "other")],
            "the credentials are refused (APIGW.0302)",
        ),
        (
            "no project's id",
            &key,
            &[("HUAWEICLOUD_SDK_PROJECT_ID", "../x")],
            "HUAWEICLOUD_SDK_PROJECT_ID is no project's id",
        ),
        (
            "no such key",
            &missing,
            &[],
            "there is no such key (KMS.0205)",
        ),
        (
            "a disabled key",
            &disabled,
            &[],
            "the key is disabled (KMS.0209)",
        ),
        (
            "a key that ends",
            &ending,
            &[],
            "the key is disabled (KMS.0210)",
        ),
        (
            failure::ELSEWHERE,
            &elsewhere,
            &[
                ("HUAWEICLOUD_SDK_PROJECT_ID", ""),
                ("HUAWEICLOUD_SDK_IAM_ENDPOINT", &url),
                ("HUAWEICLOUD_SDK_REGION_KMS_EU_TEST_2", &url),
            ],
            "the account has no project in the key's region",
        ),
        (
            "too many requests",
            &key,
            &[(ENDPOINT, &busy_url)],
            "the service is asked too often (APIGW.0308)",
        ),
        (
            "a failing service",
            &key,
            &[(ENDPOINT, &failing_url)],
            "the service fails (KMS.9999)",
        ),
        (
            "a redirect",
            &key,
            &[(ENDPOINT, &moved_url)],
            "the key is not there, but elsewhere (HTTP 307)",
        ),
        (
            "a strange answer",
            &key,
            &[(ENDPOINT, &garbage_url)],
            "the answer cannot be understood",
        ),
        (
            "no answer",
            &key,
            &[(ENDPOINT, &silent_url)],
            "no answer within 3 s",
        ),
        (
            failure::ENDLESS,
            &key,
            &[(ENDPOINT, &endless_url)],
            "no answer within 3 s",
        ),
        (
            "no answer about the project",
            &key,
            &[
                ("HUAWEICLOUD_SDK_PROJECT_ID", ""),
                ("HUAWEICLOUD_SDK_IAM_ENDPOINT", &silent_url),
            ],
            "no answer within 3 s",
        ),
        (
            "nobody there",
            &key,
            &[(ENDPOINT, "http://127.0.0.1:1")],
            "the service cannot be reached",
        ),
        (
            "an unknown authority",
            &key,
            &[(ENDPOINT, &tls_url)],
            "signed by nobody known here",
        ),
        (
            "no address",
            &key,
            &[(ENDPOINT, "file:///x")],
            "HUAWEICLOUD_SDK_REGION_KMS_… of the key's region is no address",
        ),
        (
            "a token that no header can have",
            &key,
            &[("HUAWEICLOUD_SDK_SECURITY_TOKEN", "a\nb")],
            "holds characters that no header can have",
        ),
        (
            "a folder for a file",
            &key,
            &[
                ("HUAWEICLOUD_SDK_AK", ""),
                ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "."),
            ],
            ". cannot be read",
        ),
        (
            "a token of an identity provider's",
            &key,
            &[
                ("HUAWEICLOUD_SDK_IDP_ID", "company"),
                ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "token"),
            ],
            "HUAWEICLOUD_SDK_IDP_ID cannot be used",
        ),
    ];
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(wrong, key, set, says)| Row {
            wrong,
            key: ["--hckms", key],
            env: [allowed(&url), env(set)].concat(),
            says,
        })
        .collect();
    failure::complete(&rows, &[]);
    failure::check(&rows, &[SECRET_KEY, "wrong-secret", "leaked", "slow down"]);
    for (server, requests) in [(&busy, 3), (&failing, 3), (&moved, 1), (&garbage, 1)] {
        assert_eq!(server.requests(), requests, "attempts");
    }
}
