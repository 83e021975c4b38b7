//! What the built binary says: `sign` and `verify`, by command.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cases::Case;
use crate::driver::Headers;
use crate::tool::Tool;

/// A request to judge.
#[derive(Clone, Debug)]
pub struct Given {
    pub url: String,
    pub headers: Headers,
    pub body: String,
    /// The signature, where it stands in the body.
    pub in_body: Option<String>,
    /// Seconds since 1970.
    pub now: i64,
}

/// Where the certificates are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/certificates");

/// The text of one of them.
pub fn certificate(file: &str) -> String {
    std::fs::read_to_string(format!("{FOLDER}/{file}")).unwrap()
}

/// As a value stands in a form.
pub fn in_form(text: &str) -> String {
    let written = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(written).collect()
}

/// A verdict of `verify`.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether a signature is right.
    pub is_right: bool,
    /// Codes of the findings.
    pub codes: Vec<String>,
}

impl Verdict {
    /// Nothing is said against the request. That a scheme does not sign the body is said of each.
    pub fn is_plain_ok(&self) -> bool {
        self.is_right && self.codes.iter().all(|code| code == "body-uncovered")
    }
}

/// What `sign` prints for a request: header lines, or the body when the signature stands in there.
pub fn sign(scheme: &str, case: &Case, given: &Given) -> Given {
    let outcome = tool(["sign", "-"], scheme, case, given)
        .args(["--secret", "env:SECRET"])
        .args(headers(&case.headers()))
        .env("SECRET", case.secret.text())
        .run()
        .code(0);
    let mut signed = given.clone();
    if let Some(start) = case.form {
        let signature = outcome.stdout.trim();
        signed.body = format!("{start}{}&{}", in_form(signature), given.body);
        signed.in_body = Some(signature.to_owned());
        return signed;
    }
    if let Some(pointer) = case.pointer {
        let mut body: serde_json::Value = serde_json::from_str(&given.body).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let signature = outcome.stdout.trim();
        body.pointer_mut(parent).unwrap()[name] = signature.into();
        signed.body = body.to_string();
        signed.in_body = Some(signature.to_owned());
        return signed;
    }
    let lines = outcome.stdout.lines().filter_map(|line| line.split_once(": "));
    signed.headers = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let missing = case.headers().into_iter().filter(|(name, _)| {
        !signed.headers.iter().any(|(printed, _)| printed.eq_ignore_ascii_case(name))
    });
    let missing: Headers = missing.collect();
    signed.headers.extend(missing);
    signed
}

/// What `verify` says of it.
pub fn verify(scheme: &str, case: &Case, given: &Given) -> Verdict {
    let certificate = |(file, authority): (&str, &str)| {
        let options = [("--signing-cert", file), ("--signing-ca", authority)];
        let asked = options.iter().skip(usize::from(case.brings_certificate));
        asked.map(|(option, file)| format!("{option}={FOLDER}/{file}")).collect()
    };
    let secret = || ["--secret", "env:SECRET"].map(str::to_owned).to_vec();
    let outcome = tool(["verify", "-"], scheme, case, given)
        .args(["--json", "--no-diagnose"])
        .args(case.certificate.map_or_else(secret, certificate))
        .args(headers(&given.headers))
        .env("SECRET", case.secret.public())
        .run();
    let item = outcome.item();
    assert!(item["failure"].is_null(), "{}", item["failure"]);
    let codes = item["findings"].as_array().unwrap().iter();
    Verdict {
        is_right: !item["facts"]["matched_secret"].is_null(),
        codes: codes.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect(),
    }
}

/// The seconds that a scheme lets pass between signing and receiving, if it signs a time.
pub fn tolerance(scheme: &str) -> Option<i64> {
    let item = Tool::new(["schemes", scheme, "--json"]).run().code(0).item();
    item["facts"]["tolerance_seconds"].as_i64()
}

fn tool(verb: [&str; 2], scheme: &str, case: &Case, given: &Given) -> Tool {
    let at = OffsetDateTime::from_unix_timestamp(given.now).unwrap().format(&Rfc3339).unwrap();
    Tool::new(verb)
        .args(["--scheme", scheme, "--method", "POST"])
        .args(["--url", &given.url, "--at", &at])
        .args(case.options.iter().map(|option| option.replace("{url}", &given.url)))
        .stdin(given.body.as_bytes())
}

fn headers(lines: &[(String, String)]) -> Vec<String> {
    let line =
        |(name, value): &(String, String)| [String::from("--header"), format!("{name}: {value}")];
    lines.iter().flat_map(line).collect()
}
