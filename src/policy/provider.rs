//! Does a provider take this? Facts about providers, one table each, and the checks they lead to.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::cert::Certificate;
use crate::finding::{Code, Finding};
use crate::store::{Bundle, Content, Entry, OpenedWith};

/// What is known about a provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// As given to `--provider`.
    pub name: String,
    /// As people write it.
    pub title: String,
    role: Role,
    /// Formats of the upload form; empty when the page does not say.
    #[serde(default)]
    formats: Vec<String>,
    /// Exactly one private key with its certificate.
    #[serde(default)]
    one_key: bool,
    /// The form asks for the password of the store.
    #[serde(default)]
    password: bool,
    /// Self-signed certificates are refused.
    #[serde(default)]
    ca_signed: bool,
    /// Names in the certificate that the provider presents.
    #[serde(default)]
    names: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
    /// Where this stands.
    pub source: String,
    /// The day it was read.
    pub read_on: String,
    /// `A`: the provider's own page; `B`: somebody else's.
    pub grade: String,
}

/// Who brings the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Upload,
    Presents,
    None,
}

#[derive(Debug, Deserialize)]
struct Table {
    provider: Vec<Provider>,
}

static TABLE: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let table: Result<Table, _> = toml::from_str(include_str!("../data/providers.toml"));
    table.map(|table| table.provider).unwrap_or_default()
});

/// Every provider that is known.
pub fn providers() -> &'static [Provider] {
    &TABLE
}

/// One thing that was checked: its name, what was seen, and the finding if that is not taken.
#[derive(Debug)]
pub struct Check {
    /// A word.
    pub name: &'static str,
    /// What was seen.
    pub text: String,
    /// Why the provider will not take it.
    pub finding: Option<Finding>,
    /// Whether it could not be checked; `text` says why.
    pub is_unknown: bool,
}

/// What the provider would say about a file. `end_entity` is the certificate it would look at.
pub fn provider(
    bundle: &Bundle,
    end_entity: Option<&Certificate>,
    provider: &Provider,
    subject: &str,
) -> Vec<Check> {
    let case = Case { bundle, end_entity, provider, subject };
    let checks = match provider.role {
        Role::None => vec![case.refused("provider", "it calls without a client certificate")],
        Role::Upload => [case.format(), case.one_key(), case.password(), case.ca_signed()].into(),
        Role::Presents => [case.names(), None, None, None].into(),
    };
    checks.into_iter().flatten().collect()
}

struct Case<'a> {
    bundle: &'a Bundle,
    end_entity: Option<&'a Certificate>,
    provider: &'a Provider,
    subject: &'a str,
}

impl Case<'_> {
    fn taken(&self, name: &'static str, text: impl Into<String>) -> Option<Check> {
        Some(Check { name, text: text.into(), finding: None, is_unknown: false })
    }

    fn unknown(&self, name: &'static str, text: impl Into<String>) -> Option<Check> {
        Some(Check { name, text: text.into(), finding: None, is_unknown: true })
    }

    fn refused(&self, name: &'static str, text: impl Into<String>) -> Option<Check> {
        let text = text.into();
        let Provider { title, source, read_on, .. } = self.provider;
        let finding = Finding::new(Code::ProviderRefuses, self.subject, format!("{title}: {text}"))
            .help(format!("see {source} (read on {read_on})"));
        let text = finding.message.clone();
        Some(Check { name, text, finding: Some(finding), is_unknown: false })
    }

    fn format(&self) -> Option<Check> {
        let (format, taken) = (self.bundle.format, &self.provider.formats);
        if taken.is_empty() {
            return None;
        }
        if taken.iter().any(|one| one == format) {
            return self.taken("format", title(format));
        }
        let taken: Vec<String> = taken.iter().map(|one| title(one)).collect();
        self.refused("format", format!("it is {}; taken: {}", title(format), taken.join(", ")))
    }

    fn one_key(&self) -> Option<Check> {
        let keys = self.bundle.entries.iter();
        let count = keys.filter(|one| matches!(one.content, Content::Key(_))).count();
        match count {
            _ if !self.provider.one_key => None,
            1 => self.taken("entries", "one private key"),
            0 => self.refused("entries", "there is no private key in the file"),
            _ => self.refused("entries", format!("{count} private keys; one is wanted")),
        }
    }

    /// The form has one field: its password must open the store and the key in it.
    fn password(&self) -> Option<Check> {
        if !self.provider.password {
            return None;
        }
        if let Some(failure) = &self.bundle.failure {
            return self.unknown("password", format!("could not be tried: {}", failure.message));
        }
        let store = self.bundle.opened_with;
        let keys = || {
            self.bundle.entries.iter().filter_map(|entry| match &entry.content {
                Content::Key(key) if key.is_encrypted() => Some((entry, key)),
                _ => None,
            })
        };
        // Of a store without MAC or digest only the contents tell the password.
        let store = match store {
            OpenedWith::Nothing => keys().find_map(|(_, key)| key.opened_with()).unwrap_or(store),
            _ => store,
        };
        if let Some((entry, _)) = keys().find(|(_, key)| {
            let index = key.opened_with().and_then(OpenedWith::index);
            store.index().is_some() && index != store.index()
        }) {
            return self.two_passwords(entry);
        }
        match store {
            OpenedWith::Given(_) | OpenedWith::Formed(..) => self.taken("password", "opens it"),
            OpenedWith::Nothing if keys().next().is_some() || self.is_protected() => {
                self.unknown("password", "could not be tried: none was given")
            }
            _ => self.refused("password", "a password is asked for, and the file has none"),
        }
    }

    fn is_protected(&self) -> bool {
        self.bundle.protection.as_ref().is_some_and(|protection| {
            protection.mac.is_some() || protection.encryption.iter().any(|one| one != "none")
        })
    }

    /// The key has another password than the store, or the one that was given does not open it.
    fn two_passwords(&self, entry: &Entry) -> Option<Check> {
        let name = entry.alias.as_ref().map(|alias| format!(" {alias}")).unwrap_or_default();
        let text = format!(
            "its form has one field, and the key{name} has another password than the store"
        );
        let mut check = self.refused("password", text)?;
        let command = match self.bundle.format {
            "jks" | "jceks" => format!(
                "keytool -keypasswd -keystore {} -alias {}, and give it the password of the store",
                self.subject,
                entry.alias.as_deref().unwrap_or("mykey")
            ),
            _ => "export it again with one password for store and key".to_owned(),
        };
        check.finding = check.finding.map(|finding| finding.help(command));
        Some(check)
    }

    fn ca_signed(&self) -> Option<Check> {
        if !self.provider.ca_signed {
            return None;
        }
        let Some(certificate) = self.end_entity else {
            return self.unknown("issuer", "could not be checked: there is no certificate");
        };
        if certificate.is_self_issued() {
            return self
                .refused("issuer", "the certificate is self-signed; an authority must sign it");
        }
        self.taken("issuer", certificate.issuer())
    }

    fn names(&self) -> Option<Check> {
        let wanted = &self.provider.names;
        if wanted.is_empty() {
            return None;
        }
        let Some(certificate) = self.end_entity else {
            return self.unknown("name", "could not be checked: there is no certificate");
        };
        let has = |name: &&String| {
            let alt_name = format!("DNS:{name}");
            certificate.short_name() == name.as_str()
                || certificate.extensions.alt_names.contains(&alt_name)
        };
        match wanted.iter().find(has) {
            Some(name) => self.taken("name", name),
            None => {
                let text = format!("the certificate is not for {}", wanted.join(" or "));
                self.refused("name", text)
            }
        }
    }
}

/// A format as people write it: `PKCS#12`, `PEM`.
fn title(format: &str) -> String {
    format.to_ascii_uppercase().replace("PKCS", "PKCS#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_has_its_source_and_day() {
        assert_eq!(providers().len(), 9);
        for provider in providers() {
            assert!(provider.source.len() > 20, "{}", provider.name);
            assert!(matches!(provider.grade.as_str(), "A" | "B"), "{}", provider.name);
            assert_eq!(provider.read_on.len(), 10, "{}", provider.name);
            assert!(!provider.notes.is_empty(), "{}", provider.name);
        }
    }

    fn refused(name: &str) -> Vec<&'static str> {
        let certificate = crate::cert::tests::sample();
        let pem = certificate.pem();
        let bundle = crate::store::open(pem.as_bytes(), &crate::store::Passwords::none()).unwrap();
        let provider = providers().iter().find(|one| one.name == name).unwrap();
        super::provider(&bundle, Some(&certificate), provider, "x.pem")
            .into_iter()
            .filter(|check| check.finding.is_some())
            .map(|check| check.name)
            .collect()
    }

    #[test]
    fn each_rule_has_a_file_that_breaks_it() {
        assert_eq!(refused("webex-connect"), ["format", "entries", "password"]);
        assert_eq!(refused("adobe-sign"), ["format", "entries"]);
        assert_eq!(refused("gitlab"), ["entries"]);
        assert_eq!(refused("dialogflow-cx"), ["issuer"]);
        assert_eq!(refused("pagerduty"), ["name"]);
        assert_eq!(refused("kindly"), ["provider"]);
        assert!(refused("docusign").is_empty());
    }
}
