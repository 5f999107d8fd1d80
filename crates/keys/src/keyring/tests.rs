//! Groups, thresholds, orders and reports.

use std::num::NonZeroU8;
use std::time::Duration;

use rand::{SeedableRng, rngs::StdRng};
use selkie_crypto::{
    AgeRecipient, AzureKeyVaultRecipient, DataKey, PgpRecipient, Recipient, Secret,
};

use super::*;
use crate::age::{AgeSource, Content, Separator, generate};
use crate::{Credentials, DecryptionOrder};

/// Keys that the rows name by number.
struct Keys(Vec<(String, String)>);

impl Keys {
    fn new() -> Self {
        let key = |_| {
            let made = generate();
            (
                String::from_utf8(made.identity.expose().to_vec()).unwrap(),
                made.recipient,
            )
        };
        Self((0..6).map(key).collect())
    }

    fn recipient(&self, number: usize) -> Recipient {
        Recipient::Age(AgeRecipient {
            recipient: self.0[number].1.clone(),
        })
    }

    fn service(&self, numbers: &[usize]) -> Vec<KeyService> {
        let lines: Vec<&str> = numbers
            .iter()
            .map(|&number| self.0[number].0.as_str())
            .collect();
        let text = lines.join(
            "
",
        );
        let source = AgeSource::new(
            "KEYS",
            Content::Held(Ok(Secret::from(text))),
            Separator::Line,
        );
        vec![KeyService::Local(Credentials {
            age: vec![source],
            ..Credentials::default()
        })]
    }
}

/// Groups, threshold, identities at hand; or else how many groups can be opened, and how many are needed.
type Row<'a> = (
    &'a [&'a [usize]],
    u8,
    &'a [usize],
    Result<(), (usize, usize)>,
);

#[test]
fn any_member_opens_a_group_and_enough_groups_the_key() {
    let keys = Keys::new();
    let rows: &[Row<'_>] = &[
        (&[&[0]], 0, &[0], Ok(())),
        (&[&[0, 1, 2]], 0, &[2], Ok(())),
        (&[&[0, 1, 2]], 0, &[3], Err((0, 1))),
        (&[&[0], &[1]], 0, &[0, 1], Ok(())),
        (&[&[0], &[1]], 0, &[0], Err((1, 2))),
        (&[&[0, 1], &[2], &[3]], 2, &[1, 3], Ok(())),
        (&[&[0, 1], &[2], &[3]], 2, &[2, 3], Ok(())),
        (&[&[0, 1], &[2], &[3]], 2, &[0, 1], Err((1, 2))),
        (&[&[0, 1], &[2], &[3]], 3, &[1, 3], Err((2, 3))),
        (&[&[0], &[0], &[1]], 2, &[0], Ok(())),
    ];
    for (groups, threshold, at_hand, expected) in rows {
        let mut rng = StdRng::seed_from_u64(1);
        let key = DataKey::generate(&mut rng);
        let groups: Vec<Vec<Recipient>> = groups
            .iter()
            .map(|members| {
                members
                    .iter()
                    .map(|&number| keys.recipient(number))
                    .collect()
            })
            .collect();
        let threshold = NonZeroU8::new(*threshold);
        let keyring = wrap_all(&keys.service(&[]), &groups, threshold, &key, &mut rng).unwrap();
        let several = u8::try_from(groups.len()).unwrap();
        let written = threshold.or(NonZeroU8::new(several).filter(|_| several > 1));
        assert_eq!(keyring.threshold, written);
        let got = recover(
            &keys.service(at_hand),
            &keyring,
            &DecryptionOrder::default(),
        );
        match (got, expected) {
            (Ok(got), Ok(())) => assert!(got == key, "{groups:?}"),
            (Err(report), Err((opened, needed))) => {
                assert_eq!(
                    (report.opened, report.needed),
                    (*opened, *needed),
                    "{groups:?}"
                );
                assert!(!report.attempts.is_empty());
            }
            (got, _) => panic!("{groups:?} {at_hand:?}: {got:?}"),
        }
    }
}

#[test]
fn nobody_to_wrap_for_is_an_error() {
    let keys = Keys::new();
    let mut rng = StdRng::seed_from_u64(1);
    let key = DataKey::generate(&mut rng);
    for groups in [vec![], vec![vec![]], vec![vec![keys.recipient(0)], vec![]]] {
        let refused = wrap_all(&keys.service(&[]), &groups, None, &key, &mut rng);
        assert!(matches!(refused, Err(Error::NoRecipient)));
    }
}

#[test]
fn every_key_that_cannot_wrap_is_named() {
    let keys = Keys::new();
    let bad = |text: &str| {
        Recipient::Age(AgeRecipient {
            recipient: text.to_owned(),
        })
    };
    let groups = [
        vec![bad("age1one"), keys.recipient(0)],
        vec![bad("age1two")],
    ];
    let mut rng = StdRng::seed_from_u64(1);
    let key = DataKey::generate(&mut rng);
    for services in [1, 2] {
        let all: Vec<KeyService> = (0..services).flat_map(|_| keys.service(&[])).collect();
        let refused = wrap_all(&all, &groups, None, &key, &mut rng).unwrap_err();
        let Error::Several(errors) = &refused else {
            panic!("{refused}");
        };
        // Each by each service.
        assert_eq!(errors.len(), 2 * services, "{refused}");
        for part in ["age1one", "age1two"] {
            assert!(refused.to_string().contains(part), "{refused}");
        }
    }
}

#[test]
fn other_kinds_are_refused_when_wrapping_and_passed_over_when_recovering() {
    let keys = Keys::new();
    let pgp = Recipient::Pgp(PgpRecipient {
        fingerprint: "85D77543B3D624B63CEA9E6DBC17301B491B3F21".to_owned(),
    });
    let mut rng = StdRng::seed_from_u64(1);
    let key = DataKey::generate(&mut rng);
    let groups = [vec![keys.recipient(0), pgp.clone()]];
    let refused = wrap_all(&keys.service(&[]), &groups, None, &key, &mut rng).unwrap_err();
    // Without the feature it says so, and with it that nothing was handed in.
    assert!(
        refused
            .to_string()
            .contains("85D77543B3D624B63CEA9E6DBC17301B491B3F21"),
        "{refused}"
    );

    let mut keyring = wrap_all(
        &keys.service(&[]),
        &groups[..1]
            .iter()
            .map(|_| vec![keys.recipient(0)])
            .collect::<Vec<_>>(),
        None,
        &key,
        &mut rng,
    )
    .unwrap();
    keyring.groups[0].0.insert(
        0,
        WrappedKey {
            recipient: pgp,
            ciphertext: "x".to_owned(),
            created_at: None,
        },
    );
    let order = DecryptionOrder::parse("pgp,age").unwrap();
    assert!(recover(&keys.service(&[0]), &keyring, &order).unwrap() == key);
    let report = recover(&keys.service(&[1]), &keyring, &order).unwrap_err();
    let lines: Vec<String> = report.attempts.iter().map(ToString::to_string).collect();
    assert_eq!(
        report.to_string(),
        "the data key could not be recovered with any identity at hand"
    );
    assert!(lines[0].starts_with("pgp 85D7"), "{lines:?}");
    assert_eq!(
        lines[1],
        format!("age {}: KEYS: its identity does not fit", keys.0[0].1)
    );
}

#[test]
fn a_share_in_place_of_the_key_is_reported() {
    let keys = Keys::new();
    let service = keys.service(&[0]);
    let short = service[0].wrap(&keys.recipient(0), b"too short").unwrap();
    let keyring = Keyring {
        groups: vec![KeyGroup(vec![short])],
        threshold: None,
    };
    let report = recover(&service, &keyring, &DecryptionOrder::default()).unwrap_err();
    assert!(report.defect.is_some());
    assert_eq!(
        report.to_string(),
        "the data key could not be put together: its parts do not fit"
    );
}

#[test]
fn what_only_a_vault_knows_is_asked_before_anything_is_written() {
    let open = AzureKeyVaultRecipient::parse("https://v.vault.azure.net/keys/k").unwrap();
    let whole = AzureKeyVaultRecipient::parse("https://v.vault.azure.net/keys/k/1").unwrap();
    let (open, whole) = (
        Recipient::AzureKeyVault(open),
        Recipient::AzureKeyVault(whole),
    );
    let local = KeyService::Local(Credentials::default());
    let mut groups = [vec![whole.clone()]];
    resolve_all(&[], &mut groups).unwrap();
    assert_eq!(groups, [vec![whole]]);
    let services = [vec![], vec![local]];
    // Nobody may be asked, or nothing was handed in to ask with.
    let reasons = ["its version is not given", "there are no credentials"];
    for (services, reason) in services.iter().zip(reasons) {
        let refused = resolve_all(services, &mut [vec![open.clone()]]).unwrap_err();
        assert!(refused.to_string().contains(reason), "{refused}");
        let mut rng = StdRng::seed_from_u64(1);
        let key = DataKey::generate(&mut rng);
        let refused = wrap_all(services, &[vec![open.clone()]], None, &key, &mut rng);
        assert!(refused.unwrap_err().to_string().contains(reason));
    }
}

#[test]
fn a_failure_that_somebody_waited_for_says_how_long() {
    let one = || Error::NoService;
    let rows = [
        (one(), 99, "there is no key service to ask"),
        (one(), 2300, "there is no key service to ask [2.3 s]"),
        (
            Error::Several(vec![one(), one()]),
            2300,
            "there is no key service to ask; there is no key service to ask [2.3 s]",
        ),
    ];
    for (error, milliseconds, expected) in rows {
        let error = error.after(Duration::from_millis(milliseconds));
        assert_eq!(error.to_string(), expected);
    }
}
