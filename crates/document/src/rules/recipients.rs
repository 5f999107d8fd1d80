//! The recipients that a rule names, group by group, in the order in which SOPS lines them up.
//!
//! Only spelling is judged here; whether a key exists is for whoever wraps with it.

use std::collections::{BTreeMap, HashSet};

use selkie_crypto::{
    AgeRecipient, AwsKmsRecipient, AzureKeyVaultRecipient, Error, GcpKmsRecipient,
    HuaweiKmsRecipient, PgpRecipient, Recipient, VaultTransitRecipient,
};

use super::source::{AzureSource, GroupSource, KmsSource, RuleSource};

/// The field that names an unusable key, and what is wrong with it.
type Fault = (String, String);

/// The groups of `key_groups` if it has any, else one group of the flat fields, else none.
pub(super) fn groups(rule: &RuleSource) -> Result<Vec<Vec<Recipient>>, Fault> {
    let grouped = rule.key_groups.as_deref().unwrap_or_default();
    if grouped.is_empty() {
        let keys = flat(rule)?;
        return Ok(if keys.is_empty() {
            Vec::new()
        } else {
            vec![keys]
        });
    }
    let blank = GroupSource::default();
    let keys = |(index, group): (usize, &Option<GroupSource>)| {
        let mut list = List::at(format!("key_groups[{index}]."));
        list.add_group(group.as_ref().unwrap_or(&blank))?;
        Ok(list.without_repeats())
    };
    grouped.iter().enumerate().map(keys).collect()
}

/// A key that is given twice stays twice, as in SOPS.
fn flat(rule: &RuleSource) -> Result<Vec<Recipient>, Fault> {
    let profile = rule.aws_profile.as_deref().unwrap_or_default();
    let kms =
        |text: &str| AwsKmsRecipient::parse(text, BTreeMap::new(), profile).map(Recipient::AwsKms);
    let mut list = List::at(String::new());
    list.add("age", &rule.age.0, age)?;
    list.add("pgp", &rule.pgp.0, pgp)?;
    list.add("kms", &rule.kms.0, kms)?;
    list.add("gcp_kms", &rule.gcp_kms.0, gcp)?;
    list.add("hckms", &rule.hckms.0, huawei)?;
    list.add("azure_keyvault", &rule.azure_keyvault.0, azure)?;
    list.add("hc_vault_transit_uri", &rule.hc_vault_transit_uri.0, vault)?;
    Ok(list.keys)
}

struct List {
    place: String,
    keys: Vec<Recipient>,
}

impl List {
    fn at(place: String) -> Self {
        Self {
            place,
            keys: Vec::new(),
        }
    }

    fn add_group(&mut self, group: &GroupSource) -> Result<(), Fault> {
        for merged in group.merge.iter().flatten().flatten() {
            self.add_group(merged)?;
        }
        let gcp_ids = group
            .gcp_kms
            .iter()
            .flatten()
            .map(|key| text(key.resource_id.as_ref()));
        let huawei_ids = group
            .hckms
            .iter()
            .flatten()
            .map(|key| text(key.key_id.as_ref()));
        self.add("age", &group.age.0, age)?;
        self.add("pgp", &group.pgp.0, pgp)?;
        self.add_parsed("kms", group.kms.iter().flatten().map(kms))?;
        self.add_parsed("gcp_kms", gcp_ids.map(gcp))?;
        self.add_parsed("hckms", huawei_ids.map(huawei))?;
        let azure_keys = group.azure_keyvault.iter().flatten();
        self.add_parsed("azure_keyvault", azure_keys.map(|key| Ok(azure_parts(key))))?;
        self.add("hc_vault", &group.hc_vault.0, vault)
    }

    fn add(
        &mut self,
        field: &str,
        texts: &[String],
        parse: impl Fn(&str) -> Result<Recipient, Error>,
    ) -> Result<(), Fault> {
        self.add_parsed(field, texts.iter().map(|text| parse(text)))
    }

    fn add_parsed(
        &mut self,
        field: &str,
        keys: impl Iterator<Item = Result<Recipient, Error>>,
    ) -> Result<(), Fault> {
        for (index, key) in keys.enumerate() {
            let fault =
                |error: Error| (format!("{}{field}[{index}]", self.place), error.to_string());
            self.keys.push(key.map_err(fault)?);
        }
        Ok(())
    }

    fn without_repeats(self) -> Vec<Recipient> {
        let mut seen = HashSet::new();
        let is_new = |key: &Recipient| seen.insert((key.kind_name(), key.identifier()));
        self.keys.into_iter().filter(is_new).collect()
    }
}

fn age(text: &str) -> Result<Recipient, Error> {
    AgeRecipient::parse(text).map(Recipient::Age)
}

fn pgp(text: &str) -> Result<Recipient, Error> {
    PgpRecipient::parse(text).map(Recipient::Pgp)
}

fn gcp(text: &str) -> Result<Recipient, Error> {
    GcpKmsRecipient::parse(text).map(Recipient::GcpKms)
}

fn huawei(text: &str) -> Result<Recipient, Error> {
    HuaweiKmsRecipient::parse(text).map(Recipient::HuaweiKms)
}

fn azure(text: &str) -> Result<Recipient, Error> {
    AzureKeyVaultRecipient::parse(text).map(Recipient::AzureKeyVault)
}

fn vault(text: &str) -> Result<Recipient, Error> {
    VaultTransitRecipient::parse(text).map(Recipient::VaultTransit)
}

/// The role may stand in the ARN as well; one of its own counts before it.
fn kms(key: &KmsSource) -> Result<Recipient, Error> {
    let context = key.context.iter().flatten();
    let context = context.map(|(name, value)| (name.clone(), value.clone().unwrap_or_default()));
    let profile = text(key.aws_profile.as_ref());
    let mut kms = AwsKmsRecipient::parse(text(key.arn.as_ref()), context.collect(), profile)?;
    kms.role = key
        .role
        .clone()
        .filter(|role| !role.is_empty())
        .or(kms.role);
    Ok(Recipient::AwsKms(kms))
}

fn azure_parts(key: &AzureSource) -> Recipient {
    Recipient::AzureKeyVault(AzureKeyVaultRecipient {
        vault_url: text(key.vault_url.as_ref()).to_owned(),
        name: text(key.key.as_ref()).to_owned(),
        version: text(key.version.as_ref()).to_owned(),
    })
}

fn text(given: Option<&String>) -> &str {
    given.map_or("", String::as_str)
}
