//! Recipients as flags and variables name them.

use std::collections::BTreeMap;

use selkie_crypto::{
    AgeRecipient, AwsKmsRecipient, AzureKeyVaultRecipient, Error, GcpKmsRecipient,
    HuaweiKmsRecipient, PgpRecipient, Recipient, VaultTransitRecipient, parse_encryption_context,
};

use crate::args::{ChangeArgs, GroupAddArgs, KeyArgs};
use crate::discover;
use crate::exit::Status;
use crate::message::Failure;

/// Texts of recipients by kind, in the order in which SOPS lines them up.
#[derive(Default)]
struct Texts {
    kms: Vec<String>,
    gcp_kms: Vec<String>,
    hckms: Vec<String>,
    azure_kv: Vec<String>,
    pgp: Vec<String>,
    hc_vault_transit: Vec<String>,
    age: Vec<String>,
    aws_profile: String,
    context: BTreeMap<String, String>,
}

/// The recipients of a new file, from flags or else variables; `None` if neither names any.
pub(crate) fn given(args: &KeyArgs) -> Result<Option<Vec<Recipient>>, Failure> {
    let or = |flag: &Option<String>, variable: &str| -> Vec<String> {
        let text = flag.clone().filter(|text| !text.is_empty());
        text.or_else(|| discover::recipients(variable))
            .into_iter()
            .collect()
    };
    let recipients = recipients(&Texts {
        kms: or(&args.kms, "SOPS_KMS_ARN"),
        gcp_kms: or(&args.gcp_kms, "SOPS_GCP_KMS_IDS"),
        hckms: or(&args.hckms, "SOPS_HUAWEICLOUD_KMS_IDS"),
        azure_kv: or(&args.azure_kv, "SOPS_AZURE_KEYVAULT_URLS"),
        pgp: or(&args.pgp, "SOPS_PGP_FP"),
        hc_vault_transit: or(&args.hc_vault_transit, "SOPS_VAULT_URIS"),
        age: or(&args.age, "SOPS_AGE_RECIPIENTS"),
        aws_profile: args.aws_profile.clone().unwrap_or_default(),
        context: context(args.encryption_context.as_deref())?,
    })?;
    Ok(Some(recipients).filter(|recipients| !recipients.is_empty()))
}

/// The recipients of a group that is added.
pub(crate) fn of_group(args: &GroupAddArgs) -> Result<Vec<Recipient>, Failure> {
    recipients(&Texts {
        kms: args.kms.clone(),
        gcp_kms: args.gcp_kms.clone(),
        hckms: args.hckms.clone(),
        azure_kv: args.azure_kv.clone(),
        pgp: args.pgp.clone(),
        hc_vault_transit: args.hc_vault_transit.clone(),
        age: args.age.clone(),
        aws_profile: args.aws_profile.clone().unwrap_or_default(),
        context: context(args.encryption_context.as_deref())?,
    })
}

/// The recipients that come, and those that go.
pub(crate) fn changes(
    args: &ChangeArgs,
    encryption_context: Option<&str>,
) -> Result<(Vec<Recipient>, Vec<Recipient>), Failure> {
    let list = |text: &Option<String>| text.iter().filter(|it| !it.is_empty()).cloned().collect();
    let add = recipients(&Texts {
        kms: list(&args.add_kms),
        gcp_kms: list(&args.add_gcp_kms),
        hckms: list(&args.add_hckms),
        azure_kv: list(&args.add_azure_kv),
        pgp: list(&args.add_pgp),
        hc_vault_transit: list(&args.add_hc_vault_transit),
        age: list(&args.add_age),
        context: context(encryption_context)?,
        ..Texts::default()
    })?;
    let remove = recipients(&Texts {
        kms: list(&args.rm_kms),
        gcp_kms: list(&args.rm_gcp_kms),
        hckms: list(&args.rm_hckms),
        azure_kv: list(&args.rm_azure_kv),
        pgp: list(&args.rm_pgp),
        hc_vault_transit: list(&args.rm_hc_vault_transit),
        age: list(&args.rm_age),
        context: context(encryption_context)?,
        ..Texts::default()
    })?;
    Ok((add, remove))
}

fn context(text: Option<&str>) -> Result<BTreeMap<String, String>, Failure> {
    parse_encryption_context(text.unwrap_or_default()).map_err(|error| {
        Failure::new(
            Status::BadContext,
            format_args!("--encryption-context: {error}"),
        )
        .hint("it looks like name:value,name:value")
    })
}

fn recipients(texts: &Texts) -> Result<Vec<Recipient>, Failure> {
    let Texts {
        aws_profile,
        context,
        ..
    } = texts;
    let kms = |text: &str| {
        AwsKmsRecipient::parse(text, context.clone(), aws_profile).map(Recipient::AwsKms)
    };
    let mut found = Vec::new();
    let mut add = |flag: &str, texts: &[String], parse: &dyn Fn(&str) -> Result<_, Error>| {
        // Blanks do not count, but an empty part is a mistake, as in SOPS.
        for part in texts.iter().flat_map(|text| text.split(',')) {
            let recipient = parse(part).map_err(|error| {
                let failure = Failure::new(Status::Failed, format_args!("--{flag}: {error}"));
                if flag == "age" {
                    failure.hint("recipients begin with age1 or ssh- and are separated by commas")
                } else {
                    failure
                }
            })?;
            found.push(recipient);
        }
        Ok::<(), Failure>(())
    };
    add("kms", &texts.kms, &kms)?;
    add("gcp-kms", &texts.gcp_kms, &|text| {
        GcpKmsRecipient::parse(text).map(Recipient::GcpKms)
    })?;
    add("hckms", &texts.hckms, &|text| {
        HuaweiKmsRecipient::parse(text).map(Recipient::HuaweiKms)
    })?;
    add("azure-kv", &texts.azure_kv, &|text| {
        AzureKeyVaultRecipient::parse(text).map(Recipient::AzureKeyVault)
    })?;
    add("pgp", &texts.pgp, &|text| {
        PgpRecipient::parse(text).map(Recipient::Pgp)
    })?;
    add("hc-vault-transit", &texts.hc_vault_transit, &|text| {
        VaultTransitRecipient::parse(text).map(Recipient::VaultTransit)
    })?;
    add("age", &texts.age, &|text| {
        AgeRecipient::parse(text).map(Recipient::Age)
    })?;
    Ok(found)
}
