//! Whether a certificate may be used for this: extended key usage (RFC 5280 section 4.2.1.12), key
//! usage for TLS (RFC 8446 section 4.4.2.2), and what Netscape had before both.

use x509_parser::extensions::{ExtendedKeyUsage, ParsedExtension};

use super::node::{DIGITAL_SIGNATURE, Node};
use super::{Problem, Purpose};
use crate::finding::Code;

/// For the certificate that is used.
pub fn of_end_entity(node: &Node<'_>, purpose: Purpose) -> Option<Problem> {
    if let Some(problem) = extended(node, purpose) {
        return Some(problem);
    }
    let name = purpose.name();
    if netscape(node).is_some_and(|bits| !fits_netscape(bits, purpose)) {
        return missing(node, purpose, &format!("may not be used for {name} (Netscape cert type)"));
    }
    let may_sign =
        node.parsed.is_ca() || node.key_usage().is_none_or(|usage| usage & DIGITAL_SIGNATURE != 0);
    if !may_sign {
        let text = "may not sign (key usage without digitalSignature), as TLS 1.3 needs";
        return missing(node, purpose, text);
    }
    None
}

/// For those that issued it: purposes listed there bind what is below.
pub fn of_authority(node: &Node<'_>, purpose: Purpose) -> Option<Problem> {
    extended(node, purpose)
}

fn missing(node: &Node<'_>, purpose: Purpose, text: &str) -> Option<Problem> {
    let help = match purpose {
        Purpose::Client => {
            "get one with clientAuth from a private authority: public ones no longer issue it"
        }
        Purpose::Server => "get one with serverAuth",
    };
    Some(Problem::new(Code::PurposeMissing, format!("{} {text}", node.name())).help(help))
}

fn extended(node: &Node<'_>, purpose: Purpose) -> Option<Problem> {
    let usage = node.parsed.extended_key_usage().ok().flatten()?;
    if usage.value == &none() {
        return missing(node, purpose, "lists no purpose at all");
    }
    let fits = match purpose {
        Purpose::Client => usage.value.client_auth,
        Purpose::Server => usage.value.server_auth,
    };
    let name = purpose.name();
    if !fits && usage.value.any {
        let text = format!("is for any purpose; many peers require {name} to be listed");
        return missing(node, purpose, &text);
    }
    if fits {
        return None;
    }
    let listed = crate::cert::Certificate::parse(node.der)
        .ok()
        .and_then(|it| it.extensions.extended_key_usage.clone())
        .unwrap_or_default();
    let text = format!("may not be used for {name}, only for {}", listed.join(", "));
    missing(node, purpose, &text)
}

/// nsCertType, where there is such an extension; OpenSSL still looks at it.
fn netscape(node: &Node<'_>) -> Option<(bool, bool)> {
    node.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
        ParsedExtension::NSCertType(kind) => Some((kind.ssl_client(), kind.ssl_server())),
        _ => None,
    })
}

fn fits_netscape((client, server): (bool, bool), purpose: Purpose) -> bool {
    match purpose {
        Purpose::Client => client,
        Purpose::Server => server,
    }
}

/// extKeyUsage without any purpose in it.
fn none<'a>() -> ExtendedKeyUsage<'a> {
    ExtendedKeyUsage {
        any: false,
        server_auth: false,
        client_auth: false,
        code_signing: false,
        email_protection: false,
        time_stamping: false,
        ocsp_signing: false,
        other: Vec::new(),
    }
}
