use super::*;

fn lease(holder: &str, renewed: i64) -> Lease {
    let renewed = Timestamp::from_second(renewed).unwrap();
    Lease {
        spec: Some(LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: Some(15),
            renew_time: Some(MicroTime(renewed)),
            lease_transitions: Some(4),
            ..LeaseSpec::default()
        }),
        metadata: ObjectMeta {
            resource_version: Some("12".to_owned()),
            ..ObjectMeta::default()
        },
    }
}

fn name() -> LeaseName {
    LeaseName {
        namespace: "selkie".to_owned(),
        name: "controller".to_owned(),
        holder: "me".to_owned(),
    }
}

#[test]
fn a_lease_is_taken_when_nobody_holds_it() {
    let now = Instant::now();
    let rows = [
        (None, Step::Create),
        (Some(lease("", 100)), Step::Take),
        (Some(lease("me", 100)), Step::Take),
        (Some(lease("other", 100)), Step::Wait),
        (Some(Lease::default()), Step::Take),
    ];
    for (found, expected) in rows {
        let step = Patience::default().judge(found.as_ref(), "me", now);
        assert_eq!(step, expected, "{found:?}");
    }
}

/// However old the time on it is: it may be from a clock that goes wrong.
#[test]
fn a_holder_is_gone_when_nothing_changed_for_as_long_as_it_said() {
    let start = Instant::now();
    let mut patience = Patience::default();
    let mut judge = |renewed, seconds| {
        let now = start + Duration::from_secs(seconds);
        patience.judge(Some(&lease("other", renewed)), "me", now)
    };
    assert_eq!(judge(100, 0), Step::Wait);
    assert_eq!(judge(100, 14), Step::Wait);
    assert_eq!(judge(101, 16), Step::Wait);
    assert_eq!(judge(101, 30), Step::Wait);
    assert_eq!(judge(101, 32), Step::Take);
}

#[test]
fn taking_it_keeps_the_version_that_was_read() {
    let now = Timestamp::from_second(200).unwrap();
    let taken = taken(&name(), Some(lease("other", 100)), now);
    assert_eq!(taken.metadata.resource_version.as_deref(), Some("12"));
    let spec = taken.spec.unwrap();
    assert_eq!(spec.holder_identity.as_deref(), Some("me"));
    assert_eq!(spec.lease_transitions, Some(5));
    assert_eq!(spec.lease_duration_seconds, Some(15));
    let again = super::taken(&name(), Some(lease("me", 100)), now);
    assert_eq!(again.spec.unwrap().lease_transitions, Some(4));
}
