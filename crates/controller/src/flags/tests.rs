use super::*;

fn settings(arguments: &[&str]) -> Settings {
    let arguments = std::iter::once(&"selkie-controller").chain(arguments);
    let flags = Program::try_parse_from(arguments).unwrap().flags;
    flags.settings("pod-1", "selkie")
}

fn is_refused(arguments: &[&str]) -> bool {
    let arguments = std::iter::once(&"selkie-controller").chain(arguments);
    Program::try_parse_from(arguments).is_err()
}

#[test]
fn nothing_said_is_the_peers_default() {
    let settings = settings(&[]);
    assert_eq!(settings.class, "default");
    assert!(settings.namespaces.is_empty());
    assert!(settings.secret_stores && settings.cluster_stores && settings.flood_gate);
    assert!(!settings.extended_labels);
    assert_eq!(settings.store_interval, Duration::from_mins(5));
    assert_eq!(settings.metrics.unwrap().to_string(), "[::]:8080");
    assert_eq!(settings.health.unwrap().to_string(), "[::]:8082");
    assert_eq!(settings.lease, None);
}

#[test]
fn flags_are_written_as_the_peers() {
    let settings = settings(&[
        "--namespace=b,a",
        "--namespace",
        "a",
        "--controller-class=other",
        "--enable-cluster-store-reconciler=false",
        "--enable-flood-gate=false",
        "--enable-leader-election",
        "--leader-election-id=mine",
        "--metrics-addr=0",
        "--live-addr=localhost:1",
        "--store-requeue-interval=1m30s",
        "--concurrent=3",
        "--loglevel=debug",
        "--deny-address=10.0.0.0/8,192.168.0.1",
    ]);
    assert_eq!(settings.namespaces, ["a", "b"]);
    assert_eq!(settings.class, "other");
    assert!(!settings.cluster_stores && settings.secret_stores && !settings.flood_gate);
    assert_eq!(settings.metrics, None);
    assert_eq!(settings.health.unwrap().to_string(), "127.0.0.1:1");
    assert_eq!(settings.store_interval, Duration::from_secs(90));
    assert_eq!(settings.concurrent, 3);
    assert!(!settings.reach.allows("10.1.2.3".parse().unwrap()));
    assert!(settings.reach.allows("192.168.0.2".parse().unwrap()));
    let lease = settings.lease.unwrap();
    assert_eq!(
        (&*lease.namespace, &*lease.name, &*lease.holder),
        ("selkie", "mine", "pod-1")
    );
}

#[test]
fn caches_of_the_peer_are_named_and_change_nothing() {
    let arguments = [
        "selkie-controller",
        "--enable-secrets-caching",
        "--enable-managed-secrets-caching=false",
        "--client-qps=50",
        "--zap-time-encoding=iso8601",
    ];
    let flags = Program::try_parse_from(arguments).unwrap().flags;
    assert_eq!(
        flags.without_effect(),
        [
            "enable-secrets-caching",
            "enable-managed-secrets-caching",
            "zap-time-encoding",
            "client-qps"
        ]
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for arguments in [
        &["--metrics-secure"][..],
        &["--unsafe-allow-generic-targets"],
        &["--metrics-addr=somewhere"],
        &["--store-requeue-interval=5"],
        &["--store-requeue-interval=-5m"],
        &["--store-requeue-interval=0s"],
        &["--deny-address=10.0.0.0/40"],
        &["--loglevel=loud"],
        &["--concurrent=many"],
        &["stray"],
    ] {
        assert!(is_refused(arguments), "{arguments:?}");
    }
}
