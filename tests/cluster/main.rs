//! The controller at a real API server, with real providers: what nothing less can show. Rows of what it decides stand in `reconcile`.
#![cfg(test)]

mod aws;
mod azure;
mod crds;
mod examples;
mod flux;
mod git;
mod vault;
mod webhook;

use selkie_tests::scratch;
use selkie_tests::servers::controller;
use selkie_tests::servers::kube_apiserver::KubeApiserver;

/// One test, because the servers of a test end with it and take longer to start than all of this.
#[test]
fn a_cluster_is_served() {
    let folder = scratch();
    let cluster = KubeApiserver::start(folder.path());
    controller::prepare(&cluster);
    crds::definitions_hold(&cluster);
    vault::secrets_follow_the_store(folder.path(), &cluster);
    aws::secrets_follow_the_store(folder.path(), &cluster);
    azure::secrets_follow_the_vault(folder.path(), &cluster);
    webhook::secrets_follow_the_server(folder.path(), &cluster);
    git::secrets_follow_a_push(folder.path(), &cluster);
    flux::secrets_follow_an_artifact(folder.path(), &cluster);
}
