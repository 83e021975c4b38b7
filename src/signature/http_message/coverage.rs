//! What a signature that is right does not say: of when it is, and which parts of the request it covers.

use std::str::FromStr;

use super::field::{self, Bare, Item};
use super::{Expectations, Signature, content_digest, identifier};
use crate::error::Error;
use crate::finding::{Code, Severity};

/// What must be covered so that a signature cannot be taken to another place: for each part, the
/// components that hold it.
const USUAL: &[(&str, &[&str])] = &[
    ("@method", &["@method"]),
    ("@path", &["@path", "@target-uri", "@request-target"]),
    ("@authority", &["@authority", "@target-uri"]),
];

/// A component that must be covered: `@path`, `content-digest`, `@query-param;name="id"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required(Item);

impl FromStr for Required {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |problem: &str| {
            Error::usage(problem).help(
                "name a header, or @method, @authority, @path, @query, @target-uri, @scheme, \
                 @request-target, @query-param;name=\"NAME\" (RFC 9421 section 2)",
            )
        };
        let (name, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
        let name = name.trim_matches('"').to_ascii_lowercase();
        let item = field::item(format!("\"{name}\"{parameters}").as_bytes());
        let item = item.map_err(|_| refused("this is not a component"))?;
        identifier::name(&item).map_err(|reason| refused(&reason.to_string()))?;
        Ok(Self(item))
    }
}

impl Required {
    /// Whether it is covered. A digest of the body is when the body was found to be the one it is of.
    fn is_covered(&self, signature: &Signature, covers_body: bool) -> bool {
        let is_digest = self.0.value == Bare::Text(content_digest::NAME.to_owned());
        if is_digest && self.0.parameters.0.is_empty() {
            return covers_body;
        }
        signature.components.iter().any(|one| identifier::is_same(one, &self.0))
    }
}

/// What a signature does not say although it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortcoming {
    /// When it was made; whether that was asked for.
    Untimed {
        /// Whether a tolerance was asked for, which cannot be judged then.
        is_asked: bool,
    },
    /// Which request it belongs to: what is not covered.
    Thin(Vec<&'static str>),
    /// A component that must be covered.
    Lacking(String),
    /// What the body is.
    Body,
}

impl Shortcoming {
    /// The code of the finding that it makes.
    pub fn code(&self) -> Code {
        match self {
            Self::Untimed { .. } => Code::SignatureUntimed,
            Self::Thin(_) | Self::Lacking(_) => Code::CoverageThin,
            Self::Body => Code::BodyUncovered,
        }
    }

    /// How bad it is: what was asked for and is not there is critical.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Untimed { is_asked: true } | Self::Lacking(_) => Severity::Critical,
            _ => Severity::Warning,
        }
    }

    /// What is to be said.
    pub fn message(&self) -> String {
        match self {
            Self::Untimed { is_asked: false } => {
                "the signature is right, but does not say when it was made (created)".to_owned()
            }
            Self::Untimed { is_asked: true } => {
                "the signature does not say when it was made (created): --tolerance cannot be checked"
                    .to_owned()
            }
            Self::Thin(lacks) => {
                format!("the signature is right, but does not cover {}", lacks.join(", "))
            }
            Self::Lacking(name) => {
                format!("the signature does not cover {name}, as --require-component demands")
            }
            Self::Body => "the signature is right, but does not cover the body".to_owned(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Untimed { .. } => {
                "it can be sent again forever: ask the sender to sign with created"
            }
            Self::Thin(_) => {
                "it may have been made for another request: ask the sender to sign @method, \
                 @authority and @path too"
            }
            Self::Lacking(_) => "ask the sender to add it to Signature-Input",
            Self::Body => "ask the sender to sign content-digest with sha-256 or sha-512 too",
        }
    }
}

/// All that this signature does not say.
pub(super) fn shortcomings(
    signature: &Signature,
    expected: &Expectations,
    covers_body: bool,
    has_body: bool,
) -> Vec<Shortcoming> {
    let mut found = Vec::new();
    if signature.number("created").is_none() {
        found.push(Shortcoming::Untimed { is_asked: expected.tolerance.is_some() });
    }
    let covers = |name: &&str| {
        let is_it = |one: &Item| one.value == Bare::Text((*name).to_owned());
        signature.components.iter().any(is_it)
    };
    let lacks = USUAL.iter().filter(|(_, holders)| !holders.iter().any(covers));
    let lacks: Vec<&'static str> = lacks.map(|(part, _)| *part).collect();
    if !lacks.is_empty() {
        found.push(Shortcoming::Thin(lacks));
    }
    let lacking = expected.required.iter().filter(|one| !one.is_covered(signature, covers_body));
    found.extend(lacking.map(|one| Shortcoming::Lacking(one.0.to_string())));
    if has_body && !covers_body {
        found.push(Shortcoming::Body);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::http_message::field::{Member, Parameters};

    fn signature(components: &str, parameters: Parameters) -> Signature {
        let member = field::dictionary(format!("s=({components})").as_bytes()).unwrap().remove(0).1;
        let Member::List(components, _) = member else { panic!("no list") };
        Signature { label: "s".into(), components, parameters, bytes: Vec::new() }
    }

    fn created() -> Parameters {
        Parameters(vec![("created".into(), Bare::Integer(1))])
    }

    #[test]
    fn what_must_be_covered_so_that_a_signature_stays_where_it_is() {
        let lacks = |components: &str| {
            let signature = signature(components, created());
            shortcomings(&signature, &Expectations::default(), true, true)
        };
        for enough in [
            r#""@method" "@authority" "@path""#,
            r#""@target-uri" "@method""#,
            r#""@method" "@authority" "@request-target""#,
        ] {
            assert_eq!(lacks(enough), [], "{enough}");
        }
        let thin = |parts: &[&'static str]| vec![Shortcoming::Thin(parts.to_vec())];
        assert_eq!(lacks(""), thin(&["@method", "@path", "@authority"]));
        assert_eq!(lacks(r#""@method" "@path" "host""#), thin(&["@authority"]));
        assert_eq!(lacks(r#""@authority" "@query" "@method""#), thin(&["@path"]));
    }

    #[test]
    fn what_was_asked_for_and_is_not_there_is_critical() {
        let required = |text: &str| text.parse::<Required>().unwrap();
        let expected = Expectations {
            tolerance: Some(300),
            required: vec![
                required("X-Tenant"),
                required("Content-Digest"),
                required("\"@method\""),
            ],
            ..Expectations::default()
        };
        let thin = signature(r#""@method" "@target-uri" "content-digest""#, Parameters::default());
        let found = shortcomings(&thin, &expected, false, false);
        assert_eq!(
            found,
            [
                Shortcoming::Untimed { is_asked: true },
                Shortcoming::Lacking("\"x-tenant\"".into()),
                Shortcoming::Lacking("\"content-digest\"".into()),
            ]
        );
        assert!(found.iter().all(|one| one.severity() == Severity::Critical));
        let whole = signature(r#""@method" "@target-uri" "content-digest" "x-tenant""#, created());
        assert_eq!(shortcomings(&whole, &expected, true, true), []);
    }

    #[test]
    fn a_component_that_can_never_be_covered_is_not_asked_for() {
        assert!("@query-param;name=\"a\"".parse::<Required>().is_ok());
        for text in
            ["", "@query-param", "@status", "@new", "a b", "host;req", "content-type;foo", "(a)"]
        {
            assert!(text.parse::<Required>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_shortcoming_has_its_words() {
        for (one, message, help) in [
            (Shortcoming::Untimed { is_asked: false }, "right, but does not say when", "created"),
            (Shortcoming::Untimed { is_asked: true }, "--tolerance cannot be checked", "created"),
            (Shortcoming::Thin(vec!["@method", "@path"]), "not cover @method, @path", "@authority"),
            (Shortcoming::Lacking("\"host\"".into()), "not cover \"host\", as", "Signature-Input"),
            (Shortcoming::Body, "does not cover the body", "content-digest"),
        ] {
            assert!(one.message().contains(message), "{}", one.message());
            assert!(one.help().contains(help), "{}", one.help());
        }
    }
}
