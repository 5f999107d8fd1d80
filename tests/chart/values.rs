//! The values of the chart: what is refused, and that schema, defaults and program say the same.

use std::fs;

use selkie_tests::servers::controller::program;
use selkie_tests::{Run, scratch};
use serde_json::Value;

use crate::helm::{CHARTS, chart, helm, template};

/// Values, and what helm says of them.
const REFUSED: [(&[&str], &str); 15] = [
    (&["replicas=2"], "replicas"),
    (&["image.name=selkie"], "name"),
    (&["serviceAccount.labels.a=b"], "labels"),
    (&["metrics.service.nodePort=1"], "nodePort"),
    (&["replicaCount=two"], "replicaCount"),
    (&["replicaCount=-1"], "replicaCount"),
    (&["leaderElect=yes"], "leaderElect"),
    (&["concurrent=0"], "concurrent"),
    (&["log.level=loud"], "level"),
    (&["storeRequeueInterval=soon"], "storeRequeueInterval"),
    (&["scopedNamespace=A_"], "scopedNamespace"),
    (&["scopedNamespaces={a,a}"], "scopedNamespaces"),
    (
        &["scopedRBAC=true"],
        "scopedRBAC needs scopedNamespace or scopedNamespaces",
    ),
    (&["leaderElect=false"], "several replicas need leaderElect"),
    (&["serviceAccount.create=false"], "serviceAccount.name says"),
];

#[test]
fn unknown_and_impossible_values_are_refused() {
    let folder = scratch();
    for (values, said) in REFUSED {
        let output = template(folder.path(), values).output();
        assert_ne!(output.status, Some(0), "{values:?}");
        let error = output.stderr;
        assert!(error.contains(said), "{values:?}: {error}");
    }
    let crds = helm(folder.path()).args(["template", "selkie-crds", "--set", "keep=false"]);
    let crds = crds.arg(chart("selkie-crds"));
    assert_ne!(crds.output().status, Some(0));
}

#[test]
fn a_chart_around_them_may_have_values_for_all() {
    let folder = scratch();
    template(folder.path(), &["global.site=north"]).succeed();
}

#[test]
fn schema_and_file_have_the_same_defaults() {
    let read = |name: &str| fs::read_to_string(chart("selkie").join(name)).unwrap();
    let schema: Value = serde_json::from_str(&read("values.schema.json")).unwrap();
    let values: Value = serde_saphyr::from_str(&read("values.yaml")).unwrap();
    let count = same_defaults("", &schema, &values);
    assert!(count > 50, "{count}");
}

/// How many defaults were compared.
fn same_defaults(path: &str, schema: &Value, values: &Value) -> usize {
    assert_eq!(schema["additionalProperties"], false, "{path:?} is open");
    let mut count = 0;
    for (name, property) in schema["properties"].as_object().unwrap() {
        let path = format!("{path}.{name}");
        if property.get("properties").is_some() {
            count += same_defaults(&path, property, &values[name]);
        } else {
            assert_eq!(property.get("default"), values.get(name), "{path}");
            count += 1;
        }
    }
    count
}

/// They make no flag, so they must be what the program does by itself.
#[test]
fn defaults_are_those_of_the_program() {
    let schema = fs::read(chart("selkie").join("values.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let properties = &schema["properties"];
    let help = Run::new(program()).arg("--help").env("COLUMNS", "200");
    let help = help.succeed().stdout;
    let help = String::from_utf8(help).unwrap();
    let rows = [
        ("--concurrent", &properties["concurrent"]),
        (
            "--store-requeue-interval",
            &properties["storeRequeueInterval"],
        ),
        ("--loglevel", &properties["log"]["properties"]["level"]),
    ];
    for (flag, property) in rows {
        let about = help.split_once(flag).unwrap().1;
        let about = about.split("\n      --").next().unwrap();
        let default = property["default"].to_string();
        let default = format!("[default: {}]", default.trim_matches('"'));
        assert!(about.contains(&default), "{flag}: {about}");
    }
}

#[test]
fn charts_have_the_version_of_the_program() {
    for name in CHARTS {
        let about = fs::read_to_string(chart(name).join("Chart.yaml")).unwrap();
        let about: Value = serde_saphyr::from_str(&about).unwrap();
        for field in ["version", "appVersion"] {
            assert_eq!(about[field], env!("CARGO_PKG_VERSION"), "{name}: {field}");
        }
    }
}
