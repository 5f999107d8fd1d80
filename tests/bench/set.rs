//! `bench-set FILE PATH JSON`: sets one value of a sealed YAML file in place through the library, as the benchmark's
//! stand-in for a command. The identity comes from `SOPS_AGE_KEY_FILE`.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};
use selkie_crypto::{Secret, Timestamp};
use selkie_document::path::Path;
use selkie_document::{Format, Sealed, Value, set};
use selkie_keys::age::{AgeSource, Content, Separator};
use selkie_keys::{Credentials, DecryptionOrder, KeyService, recover};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let [file, path, value] = arguments()?;
    let identity = std::fs::read(std::env::var("SOPS_AGE_KEY_FILE")?)?;
    let source = AgeSource::new("bench", Content::Held(Ok(identity.into())), Separator::Line);
    let services = [KeyService::Local(Credentials {
        age: vec![source],
        ask_passphrase: None,
    })];

    let sealed = Sealed::read(Format::Yaml, std::fs::read(&file)?)?;
    let key = recover(
        &services,
        &sealed.metadata().keyring,
        &DecryptionOrder::default(),
    )
    .map_err(|_| "no identity opens the file")?;
    let value = Value::Str(Secret::from(serde_json::from_str::<String>(&value)?));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = Timestamp::from_unix(i64::try_from(now)?);
    let mut rng = StdRng::try_from_rng(&mut SysRng)?;
    let written = set(sealed, &key, &Path::parse(&path)?, value, now, &mut rng)?;
    std::fs::write(file, written.bytes)?;
    Ok(())
}

fn arguments() -> Result<[String; 3], Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    arguments
        .try_into()
        .map_err(|_| "usage: bench-set FILE PATH JSON".into())
}
