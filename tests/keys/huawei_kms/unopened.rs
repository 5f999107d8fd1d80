//! Files that do not open although Huawei's KMS is asked: what is said, and with which status.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::huawei_kms::{HuaweiKms, REGION, SECRET_KEY};

use super::{ENDPOINT, TEXT, Variables, allowed, done, env};
use crate::failure::{self, Unopened};

#[test]
fn what_does_not_open_says_so_with_the_status_of_sops() {
    let service = HuaweiKms::start();
    let [key, other, disabled, ending] = [(); 4].map(|()| service.create_key());
    service.disable(&disabled);
    service.schedule_deletion(&ending);
    let missing = format!("{REGION}:00000000-0000-0000-0000-000000000000");
    let url = service.url();
    let folder = scratch();
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let words = ["encrypt", "-i", "--hckms", &key, "a.yaml"];
    done(selkie(), folder.path(), &allowed(&url), &words);
    let sealed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
    let of = |name: &str| sealed.replace(&key, name);
    let damaged = sealed.replace("enc: ", "enc: AAAA");

    let servers = [
        Manner::Silent,
        Manner::Drip,
        Manner::Status(
            429,
            r#"{"error_code":"APIGW.0308","error_msg":"slow down"}"#,
        ),
        Manner::Status(
            500,
            r#"{"error":{"error_code":"KMS.9999","error_msg":"leaked"}}"#,
        ),
        Manner::Status(200, "{}"),
    ]
    .map(Broken::start);
    let urls = servers
        .each_ref()
        .map(|server| format!("http://{}", server.address));
    let [silent, endless, busy, failing, garbage] =
        urls.each_ref().map(|url| [(ENDPOINT, url.as_str())]);
    // In the place of what `allowed` sets. sops without an access key would ask the machine that the tests run on for one.
    let row = |wrong, text: &str, set: Variables<'_>, says, beside_sops| Unopened {
        wrong,
        text: text.to_owned(),
        env: [allowed(&url), env(set)].concat(),
        says,
        beside_sops,
    };
    let nobody = [("HUAWEICLOUD_SDK_AK", ""), ("HUAWEICLOUD_SDK_SK", "")];
    let no_credentials = "there are no credentials";
    let wrong = [("HUAWEICLOUD_SDK_SK", "wrong-secret")];
    let unsigned = "the credentials are refused (APIGW.0301)";
    let project = [("HUAWEICLOUD_SDK_PROJECT_ID", "other")];
    let denied = "the credentials are refused (APIGW.0302)";
    let nowhere = [(ENDPOINT, "http://127.0.0.1:1")];
    let foreign = "it was not wrapped with this key";
    let rows = [
        row("no credentials", &sealed, &nobody, no_credentials, false),
        row("a wrong secret", &sealed, &wrong, unsigned, true),
        row("a wrong project", &sealed, &project, denied, true),
        row(
            "no such key",
            &of(&missing),
            &[],
            "there is no such key (KMS.0205)",
            true,
        ),
        row("another key", &of(&other), &[], foreign, true),
        row(
            "a disabled key",
            &of(&disabled),
            &[],
            "the key is disabled (KMS.0209)",
            true,
        ),
        row(
            "a key that ends",
            &of(&ending),
            &[],
            "the key is disabled (KMS.0210)",
            true,
        ),
        row("damaged", &damaged, &[], foreign, true),
        row(
            "too many requests",
            &sealed,
            &busy,
            "the service is asked too often",
            false,
        ),
        row(
            "a failing service",
            &sealed,
            &failing,
            "the service fails (KMS.9999)",
            false,
        ),
        row(
            "a strange answer",
            &sealed,
            &garbage,
            "the answer cannot be understood",
            false,
        ),
        row("no answer", &sealed, &silent, "no answer within 3 s", false),
        row(
            failure::ENDLESS,
            &sealed,
            &endless,
            "no answer within 3 s",
            false,
        ),
        row(
            "nobody there",
            &sealed,
            &nowhere,
            "the service cannot be reached",
            false,
        ),
    ];
    let secrets = [SECRET_KEY, "wrong-secret", "leaked", "slow down"];
    failure::unopened(&format!("hckms {REGION}:"), &rows, &secrets);

    service.disable(&key);
    let rows = [row(
        "disabled since",
        &sealed,
        &[],
        "the key is disabled (KMS.0209)",
        true,
    )];
    failure::unopened(&key, &rows, &secrets);
}
