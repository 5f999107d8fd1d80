//! The controller's guide, done as it says: its commands are run and its manifests applied, at a real API server, with real servers behind the
//! stores. What the pages do not say is not done, but for what only a test needs: names of servers are replaced by their addresses.
#![cfg(test)]

mod install;
mod metrics;
mod namespaces;
mod rights;
mod scene;
mod stores;

use selkie_tests::servers::controller::Controller;

use scene::Scene;

/// One test, because the servers of a test end with it and take longer to start than all of this.
#[test]
fn the_guide_works() {
    let scene = Scene::new();
    install::as_the_page_says(&scene);
    let flags = install::flags(&scene);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let aws = scene.moto.url();
    let variables = [("AWS_ENDPOINT_URL", &*aws)];
    let controller = Controller::start_in(scene.folder(), &scene.cluster, &flags, &variables);
    install::probes_are_answered(&scene, &controller);
    install::no_memory_is_dumped(&controller);
    stores::each_page_works(&scene);
    rights::each_is_used(&scene);
    metrics::each_is_named(&controller);
    controller.end();
    namespaces::as_the_page_says(&scene);
}
