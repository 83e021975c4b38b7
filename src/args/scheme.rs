//! Options that choose a signature scheme, and headers as they are typed.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use crate::args::text::{line, token};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::signature::loader;
use crate::signature::pattern::Pattern;
use crate::signature::scheme::{Encoding, Place, Scheme};
use crate::signature::template::Template;

/// The scheme when none is named.
const DEFAULT: &str = "hmac-sha256";

/// A scheme by its name, and what is different from it here.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Scheme")]
pub struct SchemeArgs {
    /// Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256,
    /// hmac-sha512) or of --scheme-file [default: hmac-sha256]
    #[arg(long, value_name = "NAME")]
    pub scheme: Option<String>,
    /// TOML file with schemes of your own
    #[arg(long, value_name = "FILE")]
    pub scheme_file: Option<PathBuf>,
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
}

impl SchemeArgs {
    /// The scheme they say.
    pub fn load(&self, input: &Input) -> Result<Scheme> {
        let mut scheme = named(self.scheme.as_deref(), self.scheme_file.as_deref(), input)?;
        if let Some(name) = &self.signature_header {
            scheme.place = Place::Headers(vec![name.clone()]);
        }
        if let Some(encoding) = self.encoding.as_deref().and_then(Encoding::named) {
            scheme.encoding = encoding;
        }
        if let Some(prefix) = &self.prefix {
            let pattern = Pattern::parse(&format!("{prefix}{{sig}}"));
            scheme.value =
                pattern.map_err(|error| Error::usage(format!("--prefix: {}", error.message)))?;
        }
        if let Some(signed) = &self.signed {
            let is_known = |word: &str| {
                scheme.variables.iter().any(|(name, _)| name == word) || scheme.split.is_some()
            };
            scheme.signed = Template::parse(signed, is_known).map_err(|error| {
                Error::usage(format!("--signed, column {}: {}", error.offset + 1, error.message))
            })?;
        }
        Ok(scheme)
    }
}

/// The scheme of that name, of the user's file or built in.
pub fn named(name: Option<&str>, file: Option<&Path>, input: &Input) -> Result<Scheme> {
    let Some(file) = file else { return loader::built_in(name.unwrap_or(DEFAULT)) };
    let bytes = input.read(file)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::input("malformed", format!("{}: is no UTF-8", file.display())))?;
    let mut schemes = loader::parse(&text).map_err(|error| error.about(file.display()))?;
    match name {
        Some(name) => match schemes.iter().position(|scheme| scheme.name == name) {
            Some(index) => Ok(schemes.swap_remove(index)),
            None => loader::built_in(name),
        },
        None if schemes.len() == 1 => Ok(schemes.swap_remove(0)),
        None => {
            let names: Vec<_> = schemes.iter().map(|scheme| scheme.name.as_str()).collect();
            Err(Error::usage(format!("{}: which scheme? {}", file.display(), names.join(", ")))
                .help("choose one with --scheme NAME"))
        }
    }
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
    fn a_generic_scheme_takes_its_parts_from_the_command_line() {
        let args = SchemeArgs {
            scheme: Some("hmac-sha512".into()),
            signature_header: Some("X-Sig".into()),
            encoding: Some("base64url".into()),
            prefix: Some("v1=".into()),
            signed: Some("{method}:{body}".into()),
            ..SchemeArgs::default()
        };
        let scheme = args.load(&Input::default()).unwrap();
        assert_eq!(scheme.place.to_string(), "X-Sig");
        assert_eq!(scheme.value.to_string(), "v1={sig}");
        assert_eq!(scheme.encoding, Encoding::Base64Url);
        let args = SchemeArgs { signed: Some("{bdy}".into()), ..SchemeArgs::default() };
        let error = args.load(&Input::default()).unwrap_err();
        assert!(error.message.starts_with("--signed, column 1: unknown word {bdy}"));
    }
}
