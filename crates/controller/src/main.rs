//! The program that serves ExternalSecrets in a cluster.

fn main() {}
