//! How often Huawei is asked.

use selkie_tests::servers::huawei_kms::{ACCESS_KEY, HuaweiKms, SECRET_KEY};

use super::{ENDPOINT, env};
use crate::calls::{self, Calls, FILES};

#[test]
fn rotating_a_file_asks_twice_and_many_files_share_a_project() {
    let service = HuaweiKms::start();
    let url = service.url();
    calls::check(&Calls {
        rule: "hckms",
        keys: [service.create_key(), service.create_key()],
        env: env(&[
            (ENDPOINT, &url),
            ("HUAWEICLOUD_SDK_AK", ACCESS_KEY),
            ("HUAWEICLOUD_SDK_SK", SECRET_KEY),
            ("HUAWEICLOUD_SDK_IAM_ENDPOINT", &url),
        ]),
        login: Some("projects"),
        decrypt: "decrypt-data",
        encrypt: "encrypt-data",
        take: &|| service.calls(),
    });
    calls::promised(
        "keys-with-huawei-kms.md",
        &format!(
            "`rotate` of {FILES} files with one key makes {FILES} calls of `decrypt-data` and {FILES} of `encrypt-data`"
        ),
    );
}
