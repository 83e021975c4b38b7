//! Forms of PEM that people have.

use super::pki::{Pki, Wish};

pub const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
pub const END: &str = "-----END CERTIFICATE-----";

/// One certificate.
pub fn pem() -> String {
    let pki = Pki::new("Example CA");
    pki.issue(&Wish { name: "hooks.example", ..Wish::default() }).certificate_pem
}

/// Texts of one certificate in forms that people have, and whether OpenSSL takes them.
pub fn forms() -> Vec<(&'static str, String, bool)> {
    let pem = pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    vec![
        ("plain", pem.clone(), true),
        ("crlf", pem.replace('\n', "\r\n"), true),
        ("one long line", format!("{BEGIN}\n{body}\n{END}\n"), true),
        ("text around", format!("subject=x\n{pem}more\n"), true),
        ("commented twin", format!("# {}\n{pem}", pem.trim_end().replace('\n', "\n# ")), true),
        ("joined", format!("{}{pem}", pem.trim_end()), false),
        ("written out", pem.replace('\n', "\\n"), false),
        ("blanks", pem.replace('\n', " "), false),
        ("one line", format!("{BEGIN}{body}{END}\n"), false),
        ("carriage returns", pem.replace('\n', "\r"), false),
        ("yaml", format!("ca: |\n  {}\n", pem.trim_end().replace('\n', "\n  ")), false),
        ("dotenv", format!("CERT=\"{pem}\"\n"), false),
        ("no end", pem.replace(END, ""), false),
        ("empty lines", pem.replace('\n', "\n\n"), false),
        ("zero-width", pem.replace("MII", "M\u{200b}II"), false),
        ("long dashes", pem.replace("-----", "—––"), false),
        ("no blank", pem.replace("BEGIN ", "BEGIN").replace("END ", "END"), false),
        ("chain", pem.replace("CERTIFICATE", "CERTIFICATE CHAIN"), false),
    ]
}
