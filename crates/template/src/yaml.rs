//! YAML 1.1 as `sigs.k8s.io/yaml` writes and reads it, which goes through JSON in both directions.

mod block;
mod order;
mod resolve;
mod scalar;
mod timestamp;
mod write;

pub(crate) use write::write;
