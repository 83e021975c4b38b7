//! Tests of [`super`]: what a value is called, and where it ends.

use super::*;
use crate::digest::base64;

fn names(text: &str) -> Vec<String> {
    parts(text.as_bytes()).iter().map(super::super::Part::subject).collect()
}

#[test]
fn each_value_has_the_name_of_its_key() {
    let certificate = crate::cert::tests::sample();
    let der = base64(certificate.der());
    let pem = base64(certificate.pem().as_bytes());
    let escaped = crate::http::percent::encode(certificate.pem().as_bytes(), b"-._~");
    let folded =
        der.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect::<Vec<_>>();
    for (text, expected) in [
        (format!("A=b\nCLIENT_CERT={pem}\nB=c\n"), "CLIENT_CERT"),
        (format!("export CLIENT_CERT=\"{der}\"\nB=c\n"), "CLIENT_CERT"),
        (format!("cert: '{der}'\n"), "cert"),
        (format!("  tls.crt: {pem}\n  tls.key: x\n"), "tls.crt"),
        (format!("ca: |\n  {}\nnext: x\n", folded.join("\n  ")), "ca"),
        (format!("<ds:X509Certificate>{der}</ds:X509Certificate>"), "X509Certificate"),
        (
            format!("<X509Certificate>\n{}&#13;\n</X509Certificate>", folded.join("&#13;\n")),
            "X509Certificate",
        ),
        (
            format!("<key>PayloadContent</key>\n<data>\n\t{}\n\t</data>", folded.join("\n\t")),
            "PayloadContent",
        ),
        (format!("Client-Cert: :{der}:\r\nHost: x\r\n"), "Client-Cert"),
        (format!("X-Forwarded-Client-Cert: Hash=ab;Cert=\"{escaped}\";Subject=\"\"\n"), "Cert"),
        (format!("ssl-client-cert: {escaped}\n"), "ssl-client-cert"),
        (format!("img {{ src: url(data:application/x-pkcs12;base64,{der}) }}"), "url"),
        (
            format!(
                "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\n\n{}\n\n--x--\n",
                folded.join("\n")
            ),
            "smime.p7s",
        ),
        (format!("some text.\n{der}\n"), ""),
    ] {
        let found = parts(text.as_bytes());
        assert_eq!(names(&text), [expected], "{text}");
        let bytes = &found[0].bytes;
        assert!(
            **bytes == certificate.der() || **bytes == certificate.pem().into_bytes(),
            "{text}"
        );
    }
    let two =
        format!("<X509Certificate>{der}</X509Certificate><X509Certificate>{der}</X509Certificate>");
    assert_eq!(names(&two), ["X509Certificate", "X509Certificate[2]"]);
}

/// Whatever its length, and with it the padding: what follows is not part of it.
#[test]
fn a_value_ends_where_it_ends() {
    use crate::der::write;
    for length in 140..=280 {
        let value = write::sequence(&[&write::sequence(&[&vec![7; length]])]);
        let text = base64(&value);
        let lines: Vec<_> =
            text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
        for text in [
            format!("ca: |\n  {}\nnext: x\n", lines.join("\n  ")),
            format!("ca: |\n  {}\nnext:\n", lines.join("\n  ")),
            format!("X: y; name=\"ca\"\nContent-Type: x\n\n{}\n--x--\n", lines.join("\n")),
            format!("ca={text}\nB=\nC=d\n"),
            format!("ca={text}\nB\n"),
        ] {
            assert_eq!(names(&text), ["ca"], "{length}: {text}");
            assert_eq!(*parts(text.as_bytes())[0].bytes, value, "{length}: {text}");
        }
    }
}

#[test]
fn a_password_beside_it_is_known() {
    let der = base64(crate::cert::tests::sample().der());
    let found = parts(format!("P12={der}\nP12_PASSWORD='secret'\n").as_bytes());
    assert_eq!(found[0].sibling("P12_PASSWORD").unwrap().expose(), b"secret");
    assert!(found[0].sibling("OTHER").is_none());
}

#[test]
fn what_is_none_is_left() {
    for text in
        ["MII", "token=MIIabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop", ""]
    {
        assert!(names(text).is_empty());
    }
    assert!(names(&"MII/".repeat(100_000)).is_empty());
}

proptest::proptest! {
    #[test]
    fn any_text_is_scanned(text in "(MII|LS0tLS1CRUdJT|-----BEGIN%20|TUlJ|data:;base64,|<a>|=|: |\"|\\\\n|&#13;\n|[A-Za-z0-9+/%\n ]{0,70}){0,30}") {
        let _ = parts(text.as_bytes());
    }
}
