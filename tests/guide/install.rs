//! The page on installing, and what it installs: the API server takes it, a Pod of it is admitted where only harmless ones are, its flags are the
//! program's, its probes are answered.

use selkie_tests::Run;
use selkie_tests::guide::Page;
use selkie_tests::servers::controller::{Controller, program};
use serde_json::{Value, json};

use crate::scene::Scene;

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/selkie/deployments/selkie-controller";
const PODS: &str = "/api/v1/namespaces/selkie/pods?dryRun=All";

pub(crate) fn as_the_page_says(scene: &Scene) {
    let page = Page::read("controller-install.md");
    for heading in ["Install", "Try it"] {
        let commands = page.section(heading).commands();
        scene.run(&commands, &scene.top(), &[]);
    }
    // Once more changes nothing.
    scene.run(&page.section("Install").commands(), &scene.top(), &[]);
    a_pod_is_admitted(scene);
}

fn a_pod_is_admitted(scene: &Scene) {
    let template = deployment(scene)["spec"]["template"].clone();
    let pod = |spec: &Value| {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "try", "labels": template["metadata"]["labels"] },
            "spec": spec,
        })
    };
    let mut spec = template["spec"].clone();
    let (status, answer) = scene.cluster.call("POST", PODS, Some(&pod(&spec)));
    assert_eq!(status, 201, "{answer}");
    // The namespace lets nothing less in: without this line the one above would say nothing.
    spec["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = json!(true);
    let (status, answer) = scene.cluster.call("POST", PODS, Some(&pod(&spec)));
    assert_eq!(status, 403, "{answer}");
}

/// The flags that the Deployment starts the program with; each is one of its flags.
pub(crate) fn flags(scene: &Scene) -> Vec<String> {
    let deployment = deployment(scene);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    let flags = container["args"].as_array().unwrap().iter();
    let flags: Vec<String> = flags.map(|it| it.as_str().unwrap().to_owned()).collect();
    let help = Run::new(program()).arg("--help").succeed().stdout;
    let help = String::from_utf8(help).unwrap();
    for flag in &flags {
        let name = flag.split('=').next().unwrap();
        assert!(help.contains(name), "{flag} is no flag of the program");
    }
    for port in container["ports"].as_array().unwrap() {
        let default = format!("[default: :{}]", port["containerPort"]);
        assert!(help.contains(&default), "{port} is no port of the program");
    }
    flags
}

/// The image of its memory would hold secrets.
pub(crate) fn no_memory_is_dumped(controller: &Controller) {
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", controller.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core:?}");
}

pub(crate) fn probes_are_answered(scene: &Scene, controller: &Controller) {
    let deployment = deployment(scene);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    for probe in ["livenessProbe", "readinessProbe"] {
        let path = container[probe]["httpGet"]["path"].as_str().unwrap();
        assert!(controller.is_healthy(path), "{path}");
    }
    assert!(!controller.is_healthy("/other"));
}

fn deployment(scene: &Scene) -> Value {
    let (status, deployment) = scene.cluster.call("GET", DEPLOYMENT, None);
    assert_eq!(status, 200, "{deployment}");
    deployment
}
