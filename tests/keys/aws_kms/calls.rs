//! How often AWS is asked.

use selkie_tests::scratch;
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::Recorder;

use super::at;
use crate::calls::{self, Calls, FILES};

#[test]
fn rotating_a_file_asks_twice_and_many_files_share_a_session() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let recorder = Recorder::start(&*moto.address);
    let role = format!("+arn:aws:iam::{ACCOUNT}:role/sealer");
    calls::check(&Calls {
        rule: "kms",
        keys: [moto.key("eu-central-1"), moto.key("eu-central-1")].map(|key| key + &role),
        env: at(&recorder.url()),
        login: Some("AssumeRole"),
        decrypt: "Decrypt",
        encrypt: "Encrypt",
        take: &|| {
            let exchanges = recorder.take().into_iter();
            let name = |target: &str| target.trim_start_matches("TrentService.").to_owned();
            exchanges
                .map(|(request, _)| name(request.header("x-amz-target").unwrap_or("AssumeRole")))
                .collect()
        },
    });
    calls::promised(
        "keys-with-aws-kms.md",
        &format!(
            "`rotate` of {FILES} files with one key makes {FILES} calls of `Decrypt` and {FILES} of `Encrypt`"
        ),
    );
}
