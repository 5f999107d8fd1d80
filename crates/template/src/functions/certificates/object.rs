//! The struct of a certificate and its key, as templates see it.

use std::rc::Rc;

use crate::value::{Form, Member, Object, Text, Type, Value};

/// Go's name for it.
pub(super) const NAME: &str = "sprig.certificate";

/// A certificate and its private key, in PEM.
pub(super) struct Certificate {
    pub(super) certificate: Text,
    pub(super) key: Text,
}

impl Object for Certificate {
    fn of(&self) -> Type {
        Type::Named(NAME)
    }

    fn member(&self, name: &str) -> Option<Member> {
        match name {
            "Cert" => Some(Member::Field(self.certificate.clone().into())),
            "Key" => Some(Member::Field(self.key.clone().into())),
            _ => None,
        }
    }

    fn form(&self) -> Form {
        Form::Struct(vec![
            ("Cert", self.certificate.clone().into()),
            ("Key", self.key.clone().into()),
        ])
    }
}

impl From<Certificate> for Value {
    fn from(certificate: Certificate) -> Self {
        Self::Object(Rc::new(certificate))
    }
}
