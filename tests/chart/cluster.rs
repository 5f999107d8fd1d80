//! An API server with Kubernetes' own controllers and a node, where Pods of the chart's image are the real controller.

use std::path::Path;

use selkie_tests::servers::controller::program;
use selkie_tests::servers::controller_manager::ControllerManager;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::node::{Image, Node};

pub(crate) struct Cluster {
    // The order matters: values are dropped from the top down.
    pub(crate) node: Node,
    _controllers: ControllerManager,
    pub(crate) apiserver: KubeApiserver,
}

impl Cluster {
    /// An empty one, whose node knows our image under this name.
    pub(crate) fn new(folder: &Path, image: &'static str) -> Self {
        let apiserver = KubeApiserver::audited(folder);
        let image = Image {
            name: image,
            program: program().to_owned(),
            ports: &[("metrics", "--metrics-addr"), ("health", "--live-addr")],
        };
        Self {
            node: Node::start(folder, &apiserver, vec![image]),
            _controllers: ControllerManager::with_workloads(folder, &apiserver),
            apiserver,
        }
    }

    /// None of so many or more fell over, and each that was told to end did.
    pub(crate) fn each_process_ended_in_good_order(&self, least: usize) {
        let ends = self.node.ends();
        assert!(ends.len() >= least, "{ends:?}");
        for end in ends {
            let log = self.node.log(&end.pod);
            assert!(end.was_told && end.status.success(), "{end:?}\n{log}");
        }
    }
}
