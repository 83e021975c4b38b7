//! Does a provider take this file? One check for each thing its page says.

use time::OffsetDateTime;

use super::{Presented, Provider, Role};
use crate::cert::Certificate;
use crate::finding::{Code, Finding};
use crate::store::{Bundle, Content, Entry, OpenedWith};

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
    now: OffsetDateTime,
    subject: &str,
) -> Vec<Check> {
    let case = Case { bundle, end_entity, provider, now, subject };
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
    now: OffsetDateTime,
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
        let title = &self.provider.title;
        let finding = Finding::new(Code::ProviderRefuses, self.subject, format!("{title}: {text}"))
            .help(format!("see {}", self.provider.provenance().text()));
        let text = finding.message.clone();
        Some(Check { name, text, finding: Some(finding), is_unknown: false })
    }

    fn format(&self) -> Option<Check> {
        let (format, taken) = (self.bundle.format, &self.provider.formats);
        if taken.is_empty() {
            return None;
        }
        if taken.iter().any(|one| one.name() == format) {
            return self.taken("format", title(format));
        }
        let taken: Vec<String> = taken.iter().map(|one| title(one.name())).collect();
        self.refused("format", format!("it is {}; taken: {}", title(format), taken.join(", ")))
    }

    fn one_key(&self) -> Option<Check> {
        let keys = self.bundle.entries.iter();
        let count = keys.filter(|one| matches!(one.content, Content::Key(_))).count();
        match count {
            _ if !self.provider.one_key => None,
            1 => self.taken("entries", "one private key"),
            0 => self.refused("entries", "the file contains no private key"),
            _ => self.refused("entries", format!("{count} private keys; one is expected")),
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
            "its form has one password field, and the key{name} has a different password from the store"
        );
        let mut check = self.refused("password", text)?;
        let command = match self.bundle.format {
            "jks" | "jceks" => format!(
                "keytool -keypasswd -keystore {} -alias {}, and give it the password of the store",
                self.subject,
                entry.alias.as_deref().unwrap_or("mykey")
            ),
            _ => "export it again with the same password for store and key".to_owned(),
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

    /// The name is one that is presented now; one that is no more is said to be.
    fn names(&self) -> Option<Check> {
        let named = || self.provider.presents.iter().filter(|one| !one.names.is_empty());
        named().next()?;
        let Some(certificate) = self.end_entity else {
            return self.unknown("name", "could not be checked: there is no certificate");
        };
        let has = |name: &String| {
            let alt_name = format!("DNS:{name}");
            certificate.short_name() == name.as_str()
                || certificate.extensions.alt_names.contains(&alt_name)
        };
        let holds = |one: &&Presented| one.provenance().holds(self.now);
        let found = |one: &Presented| one.names.iter().find(|name| has(name)).cloned();
        if let Some((one, name)) = named().filter(holds).find_map(|one| Some((one, found(one)?))) {
            return self.taken(
                "name",
                match one.holds_until {
                    Some(day) => format!("{name}, until {day}"),
                    None => name,
                },
            );
        }
        let ended = named().find(|one| found(one).is_some()).and_then(|one| one.holds_until);
        let current: Vec<String> = named().filter(holds).map(Presented::shown).collect();
        let current = current.join(" or ");
        self.refused(
            "name",
            match ended {
                Some(day) => format!("this one was presented until {day}; since then {current}"),
                None => format!("the certificate is not for {current}"),
            },
        )
    }
}

/// A format as people write it: `PKCS#12`, `PEM`.
fn title(format: &str) -> String {
    format.to_ascii_uppercase().replace("PKCS", "PKCS#")
}
