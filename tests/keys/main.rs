//! Every kind of key, in the real sops and in ours, against the server that holds it: see [`matrix`]. A file per kind has its server,
//! its matrix and the rows of its failure table.
#![cfg(test)]

mod age;
mod aws_kms;
mod azure_key_vault;
mod calls;
mod failure;
mod gcp_kms;
mod huawei_kms;
mod key_service;
mod matrix;
mod pgp;
mod publish;
mod untouched;
mod vault_transit;
