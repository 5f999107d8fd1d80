//! Keys of AWS KMS, against moto; what moto takes unseen (credentials, signatures) is looked at in the requests.

mod calls;
mod failures;
mod requests;

use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::stub::Stub;
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::matrix::{self, Kind};

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const EXAMPLE_KEY: &str =
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const TEXT: &str = "password: s3cret\n";

type Env = Vec<(String, String)>;

/// Nothing here may ask the machine that the tests run on who it is.
fn apart() -> Env {
    env(&[("AWS_EC2_METADATA_DISABLED", "true")])
}

/// Credentials of a user, another region than that of any key, and a service in the place of AWS.
fn at(url: &str) -> Env {
    let mut variables = apart();
    variables.extend(env(&[
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", "ap-south-1"),
    ]));
    variables
}

fn env(variables: &[(&str, &str)]) -> Env {
    let owned = variables.iter();
    let owned = owned.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

/// Ours and the real sops.
fn programs() -> [std::path::PathBuf; 2] {
    [selkie().to_owned(), peers::sops(Sops::V3_13_3).unwrap()]
}

fn run(program: &Path, folder: &Path, env: &Env, words: &[&str]) -> Output {
    let run = Run::new(program).folder(folder).args(words);
    let env = env.iter();
    env.fold(run, |run, (name, value)| run.env(name, value))
        .output()
}

fn done(program: &Path, folder: &Path, env: &Env, words: &[&str]) -> Output {
    let output = run(program, folder, env, words);
    let said = &output.stderr;
    assert_eq!(
        output.status,
        Some(0),
        "{} {words:?}: {said}",
        program.display()
    );
    output
}

/// Each program seals with these flags, and both open what it sealed.
fn both_ways(folder: &Path, env: &Env, flags: &[&str]) {
    for sealing in programs() {
        std::fs::write(folder.join("a.yaml"), TEXT).unwrap();
        let words = [&["encrypt", "-i"], flags, &["a.yaml"]].concat();
        done(&sealing, folder, env, &words);
        for opening in programs() {
            let opened = done(&opening, folder, env, &["decrypt", "a.yaml"]);
            assert_eq!(opened.text(), TEXT);
        }
    }
}

/// Changes what stands in the sealed file.
fn replace(folder: &Path, what: &str, with: &str) {
    let path = folder.join("a.yaml");
    let sealed = std::fs::read_to_string(&path).unwrap();
    assert!(sealed.contains(what), "{what}\n{sealed}");
    std::fs::write(&path, sealed.replace(what, with)).unwrap();
}

#[test]
fn both_programs_do_with_keys_of_two_regions_what_the_other_does() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let keys = [moto.key("eu-central-1"), moto.key("us-east-1")];
    matrix::check(&Kind {
        flag: "kms",
        rule: "kms",
        group: format!("kms: [{{arn: \"{}\"}}]", keys[0]),
        keys,
        env: at(&moto.url()),
        apart: apart(),
        before: Vec::new(),
    });
}

/// The rule of the example, for a key that there is.
#[test]
fn the_example_works() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let example = |name: &str| {
        let path = top().join("examples/keys/aws-kms").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let text = example("secret.yaml");
    let rules = example(".sops.yaml").replace(EXAMPLE_KEY, &moto.key("eu-central-1"));
    assert!(!rules.contains(EXAMPLE_KEY) && example("policy.json").contains(EXAMPLE_KEY));
    std::fs::write(folder.join(".sops.yaml"), rules).unwrap();
    std::fs::write(folder.join("secret.yaml"), &text).unwrap();
    let env = at(&moto.url());
    done(selkie(), folder, &env, &["encrypt", "-i", "secret.yaml"]);
    let sealed = std::fs::read_to_string(folder.join("secret.yaml")).unwrap();
    assert!(
        sealed.contains("app: web") && !sealed.contains("staple"),
        "{sealed}"
    );
    for program in programs() {
        done(&program, folder, &env, &["decrypt", "secret.yaml"]);
    }
    let opened = done(selkie(), folder, &env, &["decrypt", "secret.yaml"]);
    assert_eq!(opened.text(), text);
}

#[test]
fn an_alias_stands_for_its_key() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let alias = moto.alias("eu-central-1", "app/secrets", &key);
    both_ways(folder.path(), &at(&moto.url()), &["--kms", &alias]);
}

#[test]
fn a_context_is_passed_as_it_is_and_another_does_not_open() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let key = moto.key("eu-central-1");
    let env = at(&moto.url());
    let flags = ["--kms", &key, "--encryption-context", "App:web,stage:prod"];
    both_ways(folder, &env, &flags);
    replace(folder, "stage: prod", "stage: test");
    for program in programs() {
        let output = run(&program, folder, &env, &["decrypt", "a.yaml"]);
        assert_eq!(output.status, Some(128), "{}", output.stderr);
    }
    let ours = run(selkie(), folder, &env, &["decrypt", "a.yaml"]);
    for part in [
        &*key,
        "not wrapped with this key, or with another context (InvalidCiphertextException)",
    ] {
        assert!(ours.stderr.contains(part), "{part}\n{}", ours.stderr);
    }
}

/// Before 3.3.0 SOPS gave all names of a context one of the values, and wrote down what was asked for.
#[test]
fn a_file_of_an_old_sops_opens_and_rotate_repairs_it() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let key = moto.key("eu-central-1");
    let env = at(&moto.url());
    std::fs::write(folder.join("a.yaml"), TEXT).unwrap();
    let context = ["--encryption-context", "app:web,stage:web"];
    let words = [&["encrypt", "-i", "--kms", &key], &context[..], &["a.yaml"]].concat();
    done(selkie(), folder, &env, &words);
    replace(folder, "stage: web", "stage: prod");
    let opens = |program: &Path| run(program, folder, &env, &["decrypt", "a.yaml"]);
    assert_eq!(opens(selkie()).status, Some(128), "it is of a new sops");

    replace(folder, "version: 3.13.3", "version: 3.2.1");
    let [ours, sops] = programs();
    assert_eq!(opens(&ours).text(), TEXT);
    // It explains itself on standard output.
    assert!(opens(&sops).text().ends_with(TEXT));

    done(&ours, folder, &env, &["rotate", "-i", "a.yaml"]);
    replace(folder, "version: 3.2.1", "version: 3.13.3");
    for program in programs() {
        assert_eq!(opens(&program).text(), TEXT);
    }
}

/// moto makes replicas of multi-region keys but cannot decrypt with them, so one of its ordinary keys stands for both here: what is
/// shown is that the region is that of the ARN and the id travels as it is.
#[test]
fn a_multi_region_key_opens_in_its_other_region() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let (real, behind) = (moto.key("eu-central-1"), moto.address.clone());
    let replica = |region: &str| format!("arn:aws:kms:{region}:{ACCOUNT}:key/mrk-0a1b");
    let [here, there] = ["eu-central-1", "us-east-1"].map(replica);
    let arns = [here.clone(), there.clone()];
    let stub = Stub::plain(move |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let scope = request.header("authorization").unwrap_or_default();
        let of_its_region = |arn: &&String| {
            let region = arn.split(':').nth(3).unwrap_or_default();
            body.contains(*arn) && scope.contains(&format!("/{region}/kms/"))
        };
        let Some(arn) = arns.iter().find(of_its_region) else {
            return Response::json(400, r#"{"__type":"NotFoundException"}"#);
        };
        let mut request: Request = request.clone();
        request.body = body.replace(arn, &real).into_bytes();
        for (name, value) in &mut request.headers {
            if name.eq_ignore_ascii_case("authorization") {
                *value = value.replace("/us-east-1/", "/eu-central-1/");
            }
        }
        request.send(&behind).unwrap()
    });
    let env = at(&format!("http://{}", stub.address()));
    both_ways(folder, &env, &["--kms", &here]);
    replace(folder, &here, &there);
    for program in programs() {
        let opened = done(&program, folder, &env, &["decrypt", "a.yaml"]);
        assert_eq!(opened.text(), TEXT);
    }
}
