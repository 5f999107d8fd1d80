//! Who signs a request, for which region and service, with which credentials: ours beside those of the real sops.

use std::fs;
use std::path::Path;

use selkie_crypto::{AwsKmsRecipient, Recipient, Secret};
use selkie_keys::aws_kms::{AwsAccess, AwsKeys};
use selkie_keys::{Access, Credentials, KeyService};
use selkie_tests::scratch;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::{Exchange, Recorder};
use selkie_tests::servers::sigv4::{signer, verify};

use super::{ACCESS_KEY, Env, SECRET, TEXT, at, done, env, programs};

/// What passes while a program seals and opens a file.
fn recorded(program: &Path, recorder: &Recorder, env: &Env, flags: &[&str]) -> Vec<Exchange> {
    let folder = scratch();
    let folder = folder.path();
    fs::create_dir(folder.join(".aws")).unwrap();
    fs::write(
        folder.join(".aws/credentials"),
        "[dev]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = ofaprofile\n",
    )
    .unwrap();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/sealer");
    let config = format!(
        "[profile chained]\nrole_arn = {role}\nsource_profile = dev\n[profile told]\ncredential_process = cat told.json\n"
    );
    let told = r#"{"Version": 1, "AccessKeyId": "AKIDTOLD", "SecretAccessKey": "ofaprogram"}"#;
    for (name, text) in [
        (".aws/config", &*config),
        ("told.json", told),
        ("token", "of.the.cluster"),
        ("a.yaml", TEXT),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    recorder.take();
    let words = [&["encrypt", "-i"], flags, &["a.yaml"]].concat();
    done(program, folder, env, &words);
    done(program, folder, env, &["decrypt", "a.yaml"]);
    recorder.take()
}

fn operation(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    match request.header("x-amz-target") {
        Some(target) => target.to_owned(),
        None => form(&body, "Action").unwrap_or_default(),
    }
}

/// A field of a form, still as it is encoded there.
fn form(body: &str, name: &str) -> Option<String> {
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    fields.find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The text of an element.
fn element(answer: &Response, name: &str) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    let rest = body.split_once(&format!("<{name}>")).unwrap().1;
    rest.split_once('<').unwrap().0.to_owned()
}

#[test]
fn requests_are_signed_for_the_region_of_the_key() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("us-east-1");
    let recorder = Recorder::start(&*moto.address);
    let mut env = at(&recorder.url());
    let token = ("AWS_SESSION_TOKEN".to_owned(), "of/a+session==".to_owned());
    for with_token in [false, true] {
        env.extend(with_token.then(|| token.clone()));
        for program in programs() {
            let exchanges = recorded(&program, &recorder, &env, &["--kms", &key]);
            let operations: Vec<_> = exchanges.iter().map(|(it, _)| operation(it)).collect();
            assert_eq!(operations, ["TrentService.Encrypt", "TrentService.Decrypt"]);
            for (request, _) in &exchanges {
                let signed = verify(request, SECRET).unwrap();
                assert_eq!((&*signed.region, &*signed.service), ("us-east-1", "kms"));
                assert_eq!(signed.access_key, ACCESS_KEY);
                let sent = request.header("x-amz-security-token");
                assert_eq!(sent, with_token.then_some("of/a+session=="));
            }
        }
    }
}

#[test]
fn a_role_is_assumed_once_in_the_region_of_the_key() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let recorder = Recorder::start(&*moto.address);
    let env = at(&recorder.url());
    let role = format!("arn:aws:iam::{ACCOUNT}:role/sealer");
    let names = programs().map(|program| {
        let with_role = format!("{key}+{role}");
        let exchanges = recorded(&program, &recorder, &env, &["--kms", &with_role]);
        let [
            (assume, session),
            (encrypt, _),
            (again, other),
            (decrypt, _),
        ] = &exchanges[..]
        else {
            panic!("{} exchanges", exchanges.len());
        };
        for (assume, session, kms) in [(assume, session, encrypt), (again, other, decrypt)] {
            let signed = verify(assume, SECRET).unwrap();
            assert_eq!((&*signed.region, &*signed.service), ("eu-central-1", "sts"));
            let signed = verify(kms, &element(session, "SecretAccessKey")).unwrap();
            assert_eq!((&*signed.region, &*signed.service), ("eu-central-1", "kms"));
            assert_eq!(signed.access_key, element(session, "AccessKeyId"));
            let token = kms.header("x-amz-security-token").unwrap();
            assert_eq!(token, element(session, "SessionToken"));
        }
        form(&String::from_utf8_lossy(&assume.body), "RoleSessionName").unwrap()
    });
    assert!(names[0].starts_with("sops%40"), "{}", names[0]);
    assert_eq!(names[0], names[1], "the session is named as by sops");
}

#[test]
fn a_profile_that_the_key_names_goes_before_variables() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let recorder = Recorder::start(&*moto.address);
    let with_keys = at(&recorder.url());
    let flags = ["--kms", &key, "--aws-profile", "dev"];
    for program in programs() {
        for (request, _) in recorded(&program, &recorder, &with_keys, &flags) {
            assert_eq!(
                verify(&request, "ofaprofile").unwrap().access_key,
                "AKIDPROFILE"
            );
        }
        // The profile of the environment is one source among others.
        let mut by_variable = env(&[
            ("AWS_ENDPOINT_URL", &*recorder.url()),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_PROFILE", "dev"),
        ]);
        let exchanges = recorded(&program, &recorder, &by_variable, &["--kms", &key]);
        assert_eq!(signer(&exchanges[0].0).unwrap().access_key, "AKIDPROFILE");
        by_variable.extend(with_keys.clone());
        let exchanges = recorded(&program, &recorder, &by_variable, &["--kms", &key]);
        assert_eq!(signer(&exchanges[0].0).unwrap().access_key, ACCESS_KEY);
    }
}

/// A session that somebody is given for a role, before a key is used.
enum Login {
    /// By the keys of the profile `dev`.
    ByKeys,
    /// By the token of a cluster.
    ByToken,
}

/// Variables, and how they lead to a role, if they do.
type Chain<'a> = (&'a [(&'a str, &'a str)], Option<Login>);

#[test]
fn the_chain_behind_variables_and_profiles_is_that_of_sops() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let recorder = Recorder::start(&*moto.address);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/sealer");
    let rows: [Chain<'_>; 3] = [
        (&[("AWS_PROFILE", "chained")], Some(Login::ByKeys)),
        (&[("AWS_PROFILE", "told")], None),
        (
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "token"),
                ("AWS_ROLE_ARN", &role),
                ("AWS_ROLE_SESSION_NAME", "pod"),
            ],
            Some(Login::ByToken),
        ),
    ];
    for (set, login) in rows {
        let mut variables = env(set);
        let url = recorder.url();
        variables.extend(env(&[
            ("AWS_ENDPOINT_URL", &*url),
            // Before it has a configuration, the SDK of sops goes by this one alone. Whatever it overlooks has no way out.
            ("AWS_ENDPOINT_URL_STS", &*url),
            ("HTTPS_PROXY", "http://127.0.0.1:1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]));
        let steps = 1 + usize::from(login.is_some());
        for program in programs() {
            let exchanges = recorded(&program, &recorder, &variables, &["--kms", &key]);
            let what = format!("{} {set:?}", program.display());
            assert_eq!(exchanges.len(), 2 * steps, "{what}");
            for one in exchanges.chunks(steps) {
                let keys = match &login {
                    Some(login) => session(&one[0], login, &what),
                    None => ["AKIDTOLD", "ofaprogram"].map(str::to_owned),
                };
                let signed = verify(&one[steps - 1].0, &keys[1]).unwrap();
                assert_eq!(signed.access_key, keys[0], "{what}");
                assert_eq!((&*signed.region, &*signed.service), ("eu-central-1", "kms"));
            }
        }
    }
}

/// The keys of the session that was given for the role.
fn session((request, given): &Exchange, login: &Login, what: &str) -> [String; 2] {
    let body = String::from_utf8_lossy(&request.body);
    let field = |name| form(&body, name).unwrap_or_default();
    assert!(
        field("RoleArn").ends_with("role%2Fsealer"),
        "{what}: {body}"
    );
    match login {
        Login::ByKeys => {
            assert_eq!(field("Action"), "AssumeRole", "{what}");
            let signed = verify(request, "ofaprofile").unwrap();
            assert_eq!(signed.access_key, "AKIDPROFILE", "{what}");
        }
        Login::ByToken => {
            assert_eq!(field("Action"), "AssumeRoleWithWebIdentity", "{what}");
            assert_eq!(field("WebIdentityToken"), "of.the.cluster", "{what}");
            assert_eq!(field("RoleSessionName"), "pod", "{what}");
            assert_eq!(request.header("authorization"), None, "{what}");
        }
    }
    ["AccessKeyId", "SecretAccessKey"].map(|name| element(given, name))
}

/// The address for KMS alone goes before that for all services.
#[test]
fn the_service_is_where_the_sdks_variables_say() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let recorder = Recorder::start(&*moto.address);
    let mut env = at("http://127.0.0.1:1");
    env.push(("AWS_ENDPOINT_URL_KMS".to_owned(), recorder.url()));
    for program in programs() {
        assert_eq!(
            recorded(&program, &recorder, &env, &["--kms", &key]).len(),
            2
        );
    }
}

/// What a controller does: credentials and address come from it, and a profile has no meaning.
#[test]
fn given_keys_are_used_and_nothing_else() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let recorder = Recorder::start(&*moto.address);
    let role = Some(format!("arn:aws:iam::{ACCOUNT}:role/sealer"));
    let aws = AwsAccess::new(
        Access::Given(AwsKeys {
            access_key_id: ACCESS_KEY.to_owned(),
            secret_access_key: Secret::from(SECRET.to_owned()),
            session_token: Some(Secret::from("token".to_owned())),
            endpoint: Some(recorder.url()),
        }),
        "host-1",
    );
    let service = KeyService::Local(Credentials {
        aws,
        ..Credentials::default()
    });
    let arn = moto.key("eu-central-1");
    for (role, expected) in [(None, &["kms", "kms"][..]), (role, &["sts", "kms", "kms"])] {
        let recipient = Recipient::AwsKms(AwsKmsRecipient {
            arn: arn.clone(),
            role,
            context: std::collections::BTreeMap::default(),
            aws_profile: "nobody".to_owned(),
        });
        let secret = [7; 32];
        let wrapped = service.wrap(&recipient, &secret).unwrap();
        let unwrapped = service.unwrap(&wrapped).unwrap().unwrap();
        assert_eq!(unwrapped.expose(), secret);
        let exchanges = recorder.take();
        let asked = exchanges.iter().map(|(it, _)| signer(it).unwrap().service);
        assert_eq!(asked.collect::<Vec<_>>(), expected);
        let (first, _) = &exchanges[0];
        assert_eq!(verify(first, SECRET).unwrap().access_key, ACCESS_KEY);
        assert_eq!(first.header("x-amz-security-token"), Some("token"));
    }
}
