//! Why a client certificate is refused, told right whoever refuses it: real servers, every fault an
//! identity can have, TLS 1.2 and 1.3.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use crate::harness::Tool;
use crate::harness::listener::Listener;
use crate::harness::peers::{self, Start};
use crate::needs;

tests!(listen, openssl, nginx, node, python, java,);

/// What is expected of an identity: the word for it, and its first cause or its failure. The server
/// may list no authority; then there is less to go by.
struct Case {
    identity: &'static str,
    verdict: &'static str,
    cause: &'static str,
}

/// What is expected beyond that: the identity, and words of the sentence.
const WORDS: [(&str, &str); 4] = [
    ("no-signing", "may not sign (key usage without digitalSignature)"),
    ("path-too-long", "allows 0 authorities below it, but 1 are"),
    // Names that are alike prove nothing: the other cause is told too.
    ("cousin", "was not sent, or (2) the server does not trust the CA of our certificate"),
    ("twin", "the server trusts a CA with that name, but a different key"),
];

const CASES: [Case; 13] = [
    Case { identity: "good", verdict: "accepted", cause: "" },
    Case { identity: "", verdict: "refused", cause: "none-given" },
    Case { identity: "unknown-ca", verdict: "refused", cause: "issuer-unknown" },
    Case { identity: "self-signed", verdict: "refused", cause: "self-signed" },
    Case { identity: "expired", verdict: "refused", cause: "expired" },
    Case { identity: "not-yet-valid", verdict: "refused", cause: "not-yet-valid" },
    Case { identity: "wrong-purpose", verdict: "refused", cause: "purpose-missing" },
    Case { identity: "no-intermediate", verdict: "refused", cause: "intermediate-missing" },
    Case { identity: "wrong-key", verdict: "", cause: "key-mismatch" },
    Case { identity: "no-signing", verdict: "refused", cause: "identity-unfit" },
    Case { identity: "path-too-long", verdict: "refused", cause: "identity-unfit" },
    Case { identity: "cousin", verdict: "refused", cause: "intermediate-missing" },
    Case { identity: "twin", verdict: "refused", cause: "same-name" },
];

/// Causes that our own certificate proves. Whether the server knows an authority, it does not.
const PROVABLE: [&str; 5] =
    ["none-given", "expired", "not-yet-valid", "purpose-missing", "identity-unfit"];

fn listen() {
    let folder = tempfile::tempdir().unwrap();
    make_identities(folder.path());
    let own = "--cert server.pem --key server.key --client-ca ca.pem --client-cert require";
    let tool = Tool::new(["listen", "--addr", ":0"]).args(own.split(' ')).dir(folder.path());
    let listener = Listener::with(tool);
    assert_right("listen", listener.addr.port(), folder.path());
}

/// Every fault of an identity, told by what this server does about it.
fn each_fault(program: &str, start: Start) {
    needs::program(program);
    let folder = tempfile::tempdir().unwrap();
    make_identities(folder.path());
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    for file in ["server.pem", "server.key", "ca.pem"] {
        fs::copy(folder.path().join(file), own.join(file)).unwrap();
    }
    let peer = start(&own);
    assert_right(peer.name, peer.port, folder.path());
}

fn openssl() {
    each_fault("openssl", peers::openssl);
}

fn nginx() {
    each_fault("nginx", peers::nginx);
}

fn node() {
    each_fault("node", peers::node);
}

fn python() {
    each_fault("python3", peers::python);
}

fn java() {
    each_fault("java", peers::java);
}

/// Every case in both versions of TLS.
fn assert_right(name: &str, port: u16, folder: &Path) {
    let cases = CASES.iter().flat_map(|case| [(case, "1.2"), (case, "1.3")]);
    let judged = cases.filter_map(|(case, tls)| judge(name, port, case, tls, folder).err());
    let faults: Vec<String> = judged.collect();
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

fn judge(name: &str, port: u16, case: &Case, tls: &str, folder: &Path) -> Result<(), String> {
    let Case { identity, verdict, cause } = case;
    let to = format!("https://localhost:{port}/");
    let mut tool = Tool::new(["replay", "--json", "--method", "GET", "--payload", "empty", "--to"])
        .args([&to, "--ca", "ca.pem", "--tls", tls])
        .dir(folder);
    if !identity.is_empty() {
        tool = tool.args(["--cert", &format!("{identity}.pem")]);
    }
    let outcome = tool.run();
    let wrong = |what: &str| {
        Err(format!("{name} {identity:?} TLS {tls}: {what}\n{}{}", outcome.stdout, outcome.stderr))
    };
    if verdict.is_empty() {
        // Nothing is sent with a key that cannot be right.
        return match (outcome.code, outcome.stderr.contains("does not belong to the certificate")) {
            (3, true) => Ok(()),
            _ => wrong("no word about the key"),
        };
    }
    let report = outcome.json();
    let items = report["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["facts"]["method"] == "GET").unwrap();
    let facts = &item["facts"];
    if facts["client_certificate"] != *verdict {
        return wrong("another verdict");
    }
    if *verdict == "accepted" {
        return match (&facts["status"], outcome.code) {
            (status, 0) if *status == 200 => Ok(()),
            _ => wrong("accepted, but no 200"),
        };
    }
    let first = &facts["refusal"]["causes"][0];
    let is_proven = PROVABLE.contains(cause);
    // What is known of authorities comes from the list, where the server sends one, and from the alert.
    let is_said = facts["refusal"]["alert"] == "unknown_ca" && is_whole(identity);
    if first["proven"] == true && !is_proven && !is_said || first["proven"] == false && is_proven {
        return wrong("proven, or not");
    }
    let first = &first["cause"];
    let said = item["findings"].as_array().unwrap();
    let words = WORDS.iter().find(|(known, _)| known == identity);
    let sentence = said[0]["message"].as_str().unwrap();
    // Without a list of authorities, one of the same name is as likely as any unknown one.
    let is_blind = *identity == "twin" && first == "issuer-unknown";
    if is_blind && sentence.contains(WORDS[3].1) {
        return Ok(());
    }
    if words.is_some_and(|(_, words)| !sentence.contains(words)) {
        return wrong("another sentence");
    }
    match said.iter().any(|finding| finding["code"] == "client-certificate-refused") {
        true if first == cause && outcome.code == 1 => Ok(()),
        true => wrong("another first cause"),
        false => wrong("not said"),
    }
}

/// Whether nothing was left out of the chain of an identity.
fn is_whole(identity: &str) -> bool {
    ["unknown-ca", "self-signed"].contains(&identity)
}

/// A root, an intermediate, a server and a client identity for each case, as PEM files.
pub fn make_identities(folder: &Path) {
    let now = OffsetDateTime::now_utc();
    let params = |name: &str, organisation: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.distinguished_name.push(DnType::OrganizationName, organisation);
        params.not_before = now - Duration::days(30);
        params.not_after = now + Duration::days(30);
        params.use_authority_key_identifier_extension = true;
        params
    };
    let authority = |name: &str, organisation: &str| {
        let mut params = params(name, organisation);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
    };
    let client = |name: &str, organisation: &str| {
        let mut params = params(name, organisation);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params
    };
    let key = || KeyPair::generate().unwrap();
    let write =
        |name: &str, parts: &[String]| fs::write(folder.join(name), parts.concat()).unwrap();

    let root_key = key();
    let root_pem = authority("Hooks Root", "Hooks").self_signed(&root_key).unwrap().pem();
    let root = Issuer::new(authority("Hooks Root", "Hooks"), root_key);
    let issuing_key = key();
    let issuing_pem =
        authority("Hooks Issuing", "Hooks").signed_by(&issuing_key, &root).unwrap().pem();
    let issuing = Issuer::new(authority("Hooks Issuing", "Hooks"), issuing_key);
    let other_key = key();
    let other_pem = authority("Other Root", "Elsewhere").self_signed(&other_key).unwrap().pem();
    let other = Issuer::new(authority("Other Root", "Elsewhere"), other_key);

    let mut server = client("localhost", "Hooks");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.subject_alt_names = vec![rcgen::SanType::DnsName("localhost".try_into().unwrap())];
    let server_key = key();
    write("server.pem", &[server.signed_by(&server_key, &root).unwrap().pem()]);
    write("server.key", &[server_key.serialize_pem()]);
    write("ca.pem", std::slice::from_ref(&root_pem));
    write("empty", &[]);

    let identity = |name: &str, params: CertificateParams, issuer, above: &str| {
        let key = key();
        let pem = params.signed_by(&key, issuer).unwrap().pem();
        write(&format!("{name}.pem"), &[pem, above.to_owned(), key.serialize_pem()]);
    };
    identity("good", client("good", "Hooks"), &issuing, &issuing_pem);
    identity("no-intermediate", client("good", "Hooks"), &issuing, "");
    identity("unknown-ca", client("stranger", "Elsewhere"), &other, &other_pem);
    let mut expired = client("expired", "Hooks");
    expired.not_after = now - Duration::days(1);
    identity("expired", expired, &issuing, &issuing_pem);
    let mut early = client("early", "Hooks");
    early.not_before = now + Duration::days(1);
    identity("not-yet-valid", early, &issuing, &issuing_pem);
    let mut purpose = client("server", "Hooks");
    purpose.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    identity("wrong-purpose", purpose, &issuing, &issuing_pem);
    let mut unsigned = client("unsigned", "Hooks");
    unsigned.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    identity("no-signing", unsigned, &issuing, &issuing_pem);

    // An authority that may have none below it, and one below it.
    let mut last = authority("Hooks Last", "Hooks");
    last.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let last_key = key();
    let last_pem = last.clone().signed_by(&last_key, &root).unwrap().pem();
    let last = Issuer::new(last, last_key);
    let below_key = key();
    let below_pem = authority("Hooks Below", "Hooks").signed_by(&below_key, &last).unwrap().pem();
    let below = Issuer::new(authority("Hooks Below", "Hooks"), below_key);
    identity("path-too-long", client("deep", "Hooks"), &below, &(below_pem + &last_pem));

    // Of the same organisation as the root that is trusted, but of no kin; and of its very name.
    let cousin = Issuer::new(authority("Hooks Other", "Hooks"), key());
    identity("cousin", client("cousin", "Hooks"), &cousin, "");
    let twin_key = key();
    let twin_pem = authority("Hooks Root", "Hooks").self_signed(&twin_key).unwrap().pem();
    let twin = Issuer::new(authority("Hooks Root", "Hooks"), twin_key);
    identity("twin", client("twin", "Hooks"), &twin, &twin_pem);

    let own_key = key();
    let alone = client("alone", "Nobody").self_signed(&own_key).unwrap().pem();
    write("self-signed.pem", &[alone, own_key.serialize_pem()]);
    let good = fs::read_to_string(folder.join("no-intermediate.pem")).unwrap();
    let certificate = good.split("-----BEGIN PRIVATE KEY-----").next().unwrap().to_owned();
    write("wrong-key.pem", &[certificate, key().serialize_pem()]);
}
