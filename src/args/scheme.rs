//! Options that choose a signature scheme, and headers as they are typed.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use crate::args::text::{line, token};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Input;
use crate::input::named::word;
use crate::signature::loader;
use crate::signature::pattern::Pattern;
use crate::signature::scheme::{Algorithm, Encoding, Lookup, Place, Scheme};
use crate::signature::standard;
use crate::signature::template::Template;

/// The scheme when none is named.
pub const DEFAULT: &str = "hmac-sha256";

/// What may be different from a scheme, however its name is given.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Scheme")]
pub struct SchemeForm {
    /// TOML file with your own schemes
    #[arg(long, value_name = "FILE")]
    pub scheme_file: Option<PathBuf>,
    /// Let schemes of --scheme-file replace built-in ones of the same name
    #[arg(long, requires = "scheme_file")]
    pub override_scheme: bool,
    /// Let the scheme of --scheme-file be a token: the secret itself is then sent in a header
    #[arg(long, requires = "scheme_file")]
    pub allow_token_scheme: bool,
    /// Header that carries the signature [default of the generic schemes: X-Signature]
    #[arg(long, value_name = "NAME", value_parser = token)]
    pub signature_header: Option<String>,
    /// How the signature is written [default of the generic schemes: hex]
    #[arg(long, value_name = "ENCODING", value_parser = ["hex", "base64", "base64url"])]
    pub encoding: Option<String>,
    /// Text before the signature, for example sha256=
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_parser = line)]
    pub prefix: Option<String>,
    /// What is signed, for example '{header:X-Timestamp}.{body}'
    #[arg(long, value_name = "TEMPLATE")]
    pub signed: Option<String>,
    /// What the scheme needs besides the secret (can be repeated): see `hookprint schemes NAME`
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<ParamArg>,
}

/// A value for `param:NAME` of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamArg {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl FromStr for ParamArg {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => {
                Err(Error::usage("a parameter is written NAME=VALUE").help("is a variable unset?"))
            }
        }
    }
}

/// A scheme that was chosen.
#[derive(Debug)]
pub struct Chosen {
    /// The scheme.
    pub scheme: Scheme,
    /// The file, where the scheme stands in the place of a built-in one.
    pub overrides: Option<PathBuf>,
}

impl SchemeForm {
    /// The first option that is given: all of them need a scheme to change.
    pub fn given(&self) -> Option<&'static str> {
        let given = [
            (self.scheme_file.is_some(), "--scheme-file"),
            (self.signature_header.is_some(), "--signature-header"),
            (self.encoding.is_some(), "--encoding"),
            (self.prefix.is_some(), "--prefix"),
            (self.signed.is_some(), "--signed"),
            (!self.param.is_empty(), "--param"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    /// Refuses what a standard has no use for: its form is laid down.
    ///
    /// # Errors
    /// When an option would not be looked at.
    pub fn check(&self, name: &str) -> Result<()> {
        let others = match standard::is_token(name) {
            true => Self { signature_header: None, ..self.clone() },
            false => self.clone(),
        };
        match (standard::named(name), others.given()) {
            (Some(_), Some(option)) => {
                Err(Error::usage(format!("{option} does not apply to {name}"))
                    .help("its form is fixed by a standard; only tokens take --signature-header"))
            }
            _ => Ok(()),
        }
    }

    /// The scheme of that name, in this form.
    ///
    /// # Errors
    /// When there is none, when a file would replace a built-in one or make the secret travel without
    /// being allowed to, and those of reading.
    pub fn load(&self, name: Option<&str>, input: &Input) -> Result<Chosen> {
        let chosen = named(name, self.scheme_file.as_deref(), input)?;
        let Chosen { mut scheme, overrides } = chosen;
        if let (Some(file), false) = (&overrides, self.override_scheme) {
            return Err(Error::usage(format!(
                "{}: scheme {} has the name of a built-in one",
                file.display(),
                scheme.name
            ))
            .help("give it another name, or override the built-in one with --override-scheme"));
        }
        let is_of_file = overrides.is_some() || !loader::is_built_in(&scheme.name);
        if scheme.algorithm == Algorithm::Token && is_of_file && !self.allow_token_scheme {
            return Err(Error::usage(format!(
                "scheme {} is a token: the secret itself would be sent in {}",
                scheme.name, scheme.place
            ))
            .help("check its file; if that is what you want, say --allow-token-scheme"));
        }
        if let Some(name) = &self.signature_header {
            scheme.place = Place::headers(vec![name.clone()])
                .ok_or_else(|| Error::usage("--signature-header: this is not a header name"))?;
        }
        if let Some(encoding) = self.encoding.as_deref().and_then(Encoding::named) {
            scheme.encoding = encoding;
        }
        if let Some(prefix) = &self.prefix {
            let pattern = Pattern::parse(&format!("{prefix}{{sig}}"));
            scheme.value =
                pattern.map_err(|error| Error::usage(format!("--prefix: {}", error.message)))?;
        }
        if self.signed.as_deref().is_some_and(|signed| signed.trim().is_empty()) {
            return Err(Error::usage("--signed is empty: the signature would cover nothing")
                .help("is a variable unset?"));
        }
        if let Some(signed) = &self.signed {
            let is_known = |word: &str| {
                scheme.variables.iter().any(|(name, _)| name == word) || scheme.split.is_some()
            };
            scheme.signed = Template::parse(signed, is_known).map_err(|error| {
                Error::usage(format!("--signed, column {}: {}", error.offset + 1, error.message))
            })?;
        }
        bind(&mut scheme, &self.param)?;
        Ok(Chosen { scheme, overrides })
    }
}

/// Puts what the command line says in the place of the parameters of a scheme.
///
/// # Errors
/// `usage` for a parameter that is not given, or that the scheme does not have.
fn bind(scheme: &mut Scheme, given: &[ParamArg]) -> Result<()> {
    let needed: Vec<String> = scheme.params().map(str::to_owned).collect();
    if let Some(other) = given.iter().find(|param| !needed.contains(&param.name)) {
        let name = word(&other.name);
        let error =
            Error::usage(format!("--param: scheme {} has no parameter {name}", scheme.name));
        return Err(match needed.as_slice() {
            [] => error.help("only some schemes need more than the secret; leave it out"),
            needed => error.help(format!("its parameters are {}", needed.join(", "))),
        });
    }
    let mut names: Vec<&str> = given.iter().map(|param| param.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::usage(format!("--param {} is given twice", pair[0])));
    }
    for (_, lookup) in &mut scheme.variables {
        let Lookup::Param(name) = lookup else { continue };
        let found = given.iter().find(|param| param.name == *name).ok_or_else(|| {
            let scheme = &scheme.name;
            Error::usage(format!(
                "scheme {scheme} needs --param {name}=VALUE in addition to the secret"
            ))
            .help(format!("`hookprint schemes {scheme}` says what it is"))
        })?;
        *lookup = Lookup::Literal(found.value.clone());
    }
    Ok(())
}

/// The scheme of that name, of the user's file or built in, whatever the file may do.
pub fn named(name: Option<&str>, file: Option<&Path>, input: &Input) -> Result<Chosen> {
    let built_in = |name| Ok(Chosen { scheme: loader::built_in(name)?, overrides: None });
    let Some(path) = file else { return built_in(name.unwrap_or(DEFAULT)) };
    let mut schemes = of_file(path, input)?;
    let index = match name {
        Some(name) => match schemes.iter().position(|scheme| scheme.name == name) {
            Some(index) => index,
            None => return built_in(name),
        },
        None if schemes.len() == 1 => 0,
        None => {
            let names: Vec<_> = schemes.iter().map(|scheme| scheme.name.as_str()).collect();
            return Err(Error::usage(format!(
                "{}: which scheme? {}",
                path.display(),
                names.join(", ")
            ))
            .help("choose one with --scheme NAME"));
        }
    };
    let scheme = schemes.swap_remove(index);
    let overrides = loader::is_built_in(&scheme.name).then(|| path.to_owned());
    Ok(Chosen { scheme, overrides })
}

/// Every scheme of a file.
///
/// # Errors
/// Those of reading, with the place of what is wrong.
pub fn of_file(path: &Path, input: &Input) -> Result<Vec<Scheme>> {
    let text = String::from_utf8(input.read(path)?)
        .map_err(|_| Error::new(Failure::Malformed, format!("{}: not UTF-8", path.display())))?;
    loader::parse(&text).map_err(|error| error.about(path.display()))
}

/// A header line as it is typed: `Name: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderArg {
    /// The name.
    pub name: String,
    /// The value without surrounding blanks.
    pub value: String,
}

impl FromStr for HeaderArg {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_token =
            |byte: u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte);
        match text.split_once(':') {
            Some((name, value)) if !name.is_empty() && name.bytes().all(is_token) => {
                let value = line(value).map_err(|error| error.about("the value of a header"))?;
                Ok(Self { name: name.to_owned(), value: value.trim().to_owned() })
            }
            _ => Err(Error::usage("a header is written 'Name: value'")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_as_typed() {
        let header: HeaderArg = "X-Signature:  a:b ".parse().unwrap();
        assert_eq!((header.name.as_str(), header.value.as_str()), ("X-Signature", "a:b"));
        for text in ["", "X-Signature", ": a", "X Y: a", "X: a\r\nY: b"] {
            assert!(text.parse::<HeaderArg>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_scheme_says_which_parameters_it_needs() {
        let load = |params: &[&str]| {
            let param = params.iter().map(|text| text.parse().unwrap()).collect();
            let form = SchemeForm { param, ..SchemeForm::default() };
            form.load(Some("paypal"), &Input::default()).map(|chosen| chosen.scheme)
        };
        let message = |params: &[&str]| load(params).unwrap_err().message;
        assert_eq!(
            message(&[]),
            "scheme paypal needs --param webhook_id=VALUE in addition to the secret"
        );
        assert!(message(&["id=1"]).contains("scheme paypal has no parameter id"));
        let scheme = load(&["webhook_id=W=1"]).unwrap();
        assert!(scheme.variables.iter().any(|(_, text)| *text == Lookup::Literal("W=1".into())));
        for text in ["", "a", "a=", "=a"] {
            assert!(text.parse::<ParamArg>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_generic_scheme_takes_its_parts_from_the_command_line() {
        let form = SchemeForm {
            signature_header: Some("X-Sig".into()),
            encoding: Some("base64url".into()),
            prefix: Some("v1=".into()),
            signed: Some("{method}:{body}".into()),
            ..SchemeForm::default()
        };
        let load = |form: &SchemeForm, name| form.load(name, &Input::default());
        let scheme = load(&form, Some("hmac-sha512")).unwrap().scheme;
        assert_eq!(scheme.place.to_string(), "X-Sig");
        assert_eq!(scheme.value.to_string(), "v1={sig}");
        assert_eq!(scheme.encoding, Encoding::Base64Url);
        let form = SchemeForm { signed: Some("{bdy}".into()), ..SchemeForm::default() };
        let error = load(&form, None).unwrap_err();
        assert!(error.message.starts_with("--signed, column 1: unknown word {bdy}"));
        for text in ["X-Sig: a", "X\r\nY", "", "é"] {
            let signature_header = Some(text.to_owned());
            let form = SchemeForm { signature_header, ..SchemeForm::default() };
            assert!(load(&form, None).is_err(), "{text}");
        }
    }
}
