//! Regions, and the addresses of services in them.
//!
//! Never here: a request.

use selkie_api::Cause;

use crate::Failure;

/// The addresses of services that are not AWS's own. The environment says them, or nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Of Secrets Manager.
    pub secrets_manager: Option<String>,
    /// Of Parameter Store.
    pub parameter_store: Option<String>,
    /// Of the service that lends keys.
    pub sts: Option<String>,
}

/// A part of AWS that has its own accounts: how the names of its regions begin, and how those of its hosts end.
const PARTITIONS: [(&[&str], &str); 7] = [
    (&["us-gov"], "amazonaws.com"),
    (&["us-iso"], "c2s.ic.gov"),
    (&["us-isob"], "sc2s.sgov.gov"),
    (&["eu-isoe"], "cloud.adc-e.uk"),
    (&["us-isof"], "csp.hci.ic.gov"),
    (&["cn"], "amazonaws.com.cn"),
    (&["eusc-de"], "amazonaws.eu"),
];

/// How regions of the main partition begin.
const CONTINENTS: [&str; 9] = ["af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us"];

/// The end of the names of a region's hosts.
///
/// The region becomes a part of a host's name, so it has to look like one: `eu-central-1`. Which regions there are is not known here; new ones come
/// every year.
pub(super) fn domain(region: &str) -> Result<&'static str, Failure> {
    let invalid = || {
        let what = format!("{region:?} is no region of AWS, such as eu-central-1");
        Failure::new(Cause::InvalidSpec, what)
    };
    let (rest, number) = region.rsplit_once('-').ok_or_else(invalid)?;
    let (start, place) = rest.rsplit_once('-').ok_or_else(invalid)?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let is_place = !place.is_empty() && place.bytes().all(|b| b.is_ascii_lowercase());
    if !is_number || !is_place {
        return Err(invalid());
    }
    if CONTINENTS.contains(&start) {
        return Ok("amazonaws.com");
    }
    let known = PARTITIONS
        .iter()
        .find(|(starts, _)| starts.contains(&start));
    known.map(|(_, domain)| *domain).ok_or_else(invalid)
}

/// The address of a service, by the first part of its host's name.
pub(super) fn url(host: &str, region: &str, other: Option<&str>) -> Result<String, Failure> {
    let domain = domain(region)?;
    Ok(match other.filter(|url| !url.is_empty()) {
        Some(url) => url.to_owned(),
        None => format!("https://{host}.{region}.{domain}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_its_hosts() {
        let rows = [
            ("eu-central-1", Some("amazonaws.com")),
            ("us-east-1", Some("amazonaws.com")),
            ("ap-southeast-7", Some("amazonaws.com")),
            ("mx-central-1", Some("amazonaws.com")),
            ("us-gov-west-1", Some("amazonaws.com")),
            ("cn-north-1", Some("amazonaws.com.cn")),
            ("us-iso-east-1", Some("c2s.ic.gov")),
            ("us-isob-east-1", Some("sc2s.sgov.gov")),
            ("eu-isoe-west-1", Some("cloud.adc-e.uk")),
            ("us-isof-south-1", Some("csp.hci.ic.gov")),
            ("eusc-de-east-1", Some("amazonaws.eu")),
            ("", None),
            ("eu-central", None),
            ("eu-central-", None),
            ("eu-central-1a", None),
            ("eu--1", None),
            ("xx-central-1", None),
            ("eu-central-1.example/", None),
            ("a.example/eu-central-1", None),
            ("EU-CENTRAL-1", None),
        ];
        for (region, expected) in rows {
            assert_eq!(domain(region).ok(), expected, "{region}");
        }
    }

    #[test]
    fn an_address_may_be_given() {
        let rows = [
            (
                "eu-central-1",
                None,
                Some("https://ssm.eu-central-1.amazonaws.com"),
            ),
            (
                "eu-central-1",
                Some(""),
                Some("https://ssm.eu-central-1.amazonaws.com"),
            ),
            (
                "cn-north-1",
                None,
                Some("https://ssm.cn-north-1.amazonaws.com.cn"),
            ),
            ("eu-west-1", Some("http://moto"), Some("http://moto")),
            ("nowhere", Some("http://moto"), None),
        ];
        for (region, other, expected) in rows {
            assert_eq!(url("ssm", region, other).ok().as_deref(), expected);
        }
    }
}
