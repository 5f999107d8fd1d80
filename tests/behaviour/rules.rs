//! The controller's rules, attacked at a real API server: by whoever writes at the same time, by providers that answer with what harms, by stores and objects
//! that reach for what is not theirs. `rules.json` names for each rule the tests that hold it, here and elsewhere.

mod answers;
mod foreign;
mod gate;
mod reach;
mod rights;
mod writes;

use std::thread;

use selkie_tests::scratch;
use selkie_tests::servers::controller::{self, Controller};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;

use crate::site::Site;

pub(crate) use gate::{Gated, property, vault};

/// An attack. It panics where the rule does not hold.
type Attack = fn(&Site<'_>);

const ATTACKS: &[(&str, Attack)] = &[
    ("meanwhile", writes::somebody_else_writes_meanwhile),
    ("still", writes::an_unchanged_failure_writes_nothing),
    ("answers", answers::nothing_of_an_answer_is_repeated),
    ("rendered", answers::nothing_of_a_value_is_repeated),
    ("gone", foreign::no_failure_of_a_provider_deletes),
    ("theirs", foreign::what_is_of_others_is_never_deleted),
    ("emptied", foreign::what_is_of_others_is_never_emptied),
    ("frozen", foreign::what_is_of_others_is_never_frozen),
    ("metadata", reach::no_store_leads_to_a_clouds_metadata),
    ("redirect", reach::nobody_is_followed_to_another_server),
    ("kubeconfig", reach::a_kubeconfig_runs_nothing),
    ("elsewhere", reach::no_reference_leaves_its_namespace),
    ("account", reach::tokens_of_accounts_are_no_targets),
];

#[test]
fn the_rules_hold() {
    let folder = scratch();
    let cluster = KubeApiserver::audited(folder.path());
    let vault = Vault::start(folder.path());
    controller::prepare(&cluster);
    let controller = Controller::start(folder.path(), &cluster, &["--store-requeue-interval=2s"]);
    thread::scope(|scope| {
        for (name, attack) in ATTACKS {
            let site = || Site::new(&cluster, &controller, name);
            scope.spawn(move || attack(&site()));
        }
        scope.spawn(|| rights::a_value_stays_with_who_may_read_it(&cluster, &controller, &vault));
        scope.spawn(|| rights::no_value_is_served_old(&cluster, &controller, &vault));
    });
    let log = controller.end();
    assert!(!log.contains(answers::MARKER), "an answer is in the log");
    assert!(!log.contains(answers::VALUE), "a value is in the log");
}
