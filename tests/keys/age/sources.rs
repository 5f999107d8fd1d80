//! Where ssh keys are looked for, beside the real sops.

use std::fs;

use selkie_tests::Run;
use selkie_tests::repository::selkie;
use selkie_xtask::peers::{self, Sops};

use super::{Bench, text};

/// The variables, what lies in `.ssh` under which name, and whether the file opens.
type Place<'p> = (&'p [(&'p str, String)], &'p [(&'p str, &'p str)], bool);

#[test]
fn ssh_keys_are_found_where_sops_finds_them() {
    let bench = Bench::new();
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let (key, other) = (bench.ssh("ed25519"), bench.ssh("rsa"));
    let file = bench.sealed("a.json", &key.recipient);
    let command = format!(
        "sh -c 'test \"$SOPS_AGE_RECIPIENT\" = \"{}\" && cat {}'",
        key.recipient,
        text(&key.file)
    );
    let variable = "SOPS_AGE_SSH_PRIVATE_KEY_FILE";
    let rows: &[Place<'_>] = &[
        (&[], &[], false),
        (&[(variable, text(&key.file))], &[], true),
        (&[(variable, text(&other.file))], &[], false),
        (&[(variable, "no-such-file".to_owned())], &[], false),
        (
            &[(variable, String::new())],
            &[("id_ed25519", "ed25519")],
            true,
        ),
        (&[("SOPS_AGE_SSH_PRIVATE_KEY_CMD", command)], &[], true),
        (
            &[("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "false".to_owned())],
            &[],
            false,
        ),
        (&[], &[("id_ed25519", "ed25519")], true),
        (&[], &[("id_rsa", "ed25519")], true),
        (&[], &[("id_ed25519", "rsa"), ("id_rsa", "ed25519")], true),
        (&[], &[("id_ecdsa", "ed25519")], false),
        (
            &[(variable, text(&other.file))],
            &[("id_ed25519", "ed25519")],
            true,
        ),
        // An ssh key is no identity where age's own are expected.
        (&[("SOPS_AGE_KEY_FILE", text(&key.file))], &[], false),
        (
            &[("SOPS_AGE_KEY", fs::read_to_string(&key.file).unwrap())],
            &[],
            false,
        ),
    ];
    for (env, home, opens) in rows {
        let folder = bench.path(".ssh");
        // It need not be there yet.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        for (name, key) in *home {
            fs::copy(bench.path(key), folder.join(name)).unwrap();
        }
        for program in [selkie(), &*sops] {
            let run = bench.run(program).arg("decrypt").arg(&file);
            let run = env
                .iter()
                .fold(run, |run: Run, (name, value)| run.env(name, value));
            let output = run.output();
            let expected = if *opens { 0 } else { 128 };
            assert_eq!(
                output.status,
                Some(expected),
                "{program:?} {env:?} {home:?}\n{}",
                output.stderr
            );
        }
    }
}
