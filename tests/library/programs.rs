//! Which programs open a store: what the table says, and what they do with stores made for it. A
//! program that is not installed is skipped; with `HOOKPRINT_PEERS=all` that is a failure.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Output};

use hookprint::policy::opens_with;
use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

use crate::needs;

const PASSWORD: &str = "changeit";
const LEGACY: [&str; 4] = ["-provider", "legacy", "-provider", "default"];

/// Arguments of `openssl pkcs12 -export`, one store each.
const STORES: [&str; 34] = [
    "",
    "-macalg sha1",
    "-macalg sha224",
    "-macalg sha384",
    "-macalg sha512",
    "-macalg md5",
    "-macalg sha3-256",
    "-macalg sha3-512",
    "-macalg blake2b512",
    "-macalg blake2s256",
    "-certpbe AES-128-CBC -keypbe AES-128-CBC",
    "-certpbe AES-192-CBC -keypbe AES-192-CBC",
    "-certpbe DES-EDE3-CBC -keypbe DES-EDE3-CBC",
    "-certpbe DES-CBC -keypbe DES-CBC",
    "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES",
    "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1",
    "-certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-2DES",
    "-certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-3DES -macalg sha1",
    "-certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-RC2-40",
    "-certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-128",
    "-certpbe PBE-SHA1-RC4-40 -keypbe PBE-SHA1-RC4-40",
    "-certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-128",
    "-certpbe PBE-MD5-DES -keypbe PBE-MD5-DES",
    "-certpbe PBE-SHA1-DES -keypbe PBE-SHA1-DES",
    "-certpbe PBE-MD5-RC2-64 -keypbe PBE-MD5-RC2-64",
    "-nomac",
    "-nomac -certpbe NONE",
    "-certpbe NONE",
    "-keypbe NONE",
    "-certpbe NONE -keypbe NONE",
    "-certpbe NONE -keypbe NONE -nomac",
    "-certpbe NONE -keypbe PBE-SHA1-3DES -macalg sha1",
    "-certpbe AES-256-CBC -keypbe PBE-SHA1-3DES",
    "-iter 100000",
];

/// Arguments of `openssl pkcs8 -topk8`, one key each.
const KEYS: [&str; 13] = [
    "",
    "-v2 aes-128-cbc",
    "-v2 aes-192-cbc",
    "-v2prf hmacWithSHA1",
    "-v2 des3",
    "-v2 des",
    "-scrypt",
    "-v1 PBE-SHA1-3DES",
    "-v1 PBE-SHA1-2DES",
    "-v1 PBE-SHA1-RC2-40",
    "-v1 PBE-SHA1-RC4-128",
    "-v1 PBE-MD5-DES",
    "-v1 PBE-SHA1-DES",
];

/// Lists what the JVM sees of each store: `FILE entries keys`.
const JAVA: &str = r#"import java.io.*; import java.security.*; import java.util.*;
public class Lister { public static void main(String[] args) throws Exception {
  char[] password = args[0].toCharArray();
  for (String argument : Arrays.asList(args).subList(1, args.length)) {
    String[] parts = argument.split(":");
    int entries = 0, keys = 0;
    try (InputStream in = new FileInputStream(parts[1])) {
      KeyStore store = KeyStore.getInstance(parts[0]);
      store.load(in, password);
      for (String alias : Collections.list(store.aliases())) {
        entries++;
        if (store.isKeyEntry(alias) && store.getKey(alias, password) != null) keys++;
      }
    } catch (Exception refused) { }
    System.out.println(parts[1] + " " + entries + " " + keys);
  } } }"#;

fn run(folder: &Path, program: &str, args: &[&str]) -> Option<Output> {
    needs::installed(program)
        .then(|| Command::new(program).args(args).current_dir(folder).output().unwrap())
}

fn succeeds(folder: &Path, program: &str, args: &[&str]) -> Option<bool> {
    run(folder, program, args).map(|output| output.status.success())
}

/// Whether it prints so many of these lines, and no more is said of an error.
fn prints(output: &Output, marks: &[&str]) -> bool {
    let text = String::from_utf8_lossy(&output.stdout);
    marks.iter().all(|mark| text.contains(mark))
}

/// What the table says of a file; `None` if it is not read at all.
fn said(folder: &Path, file: &str) -> Vec<String> {
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let password = Passwords::new(vec![Secret::new(PASSWORD.as_bytes().to_vec())]);
    let bundle = store::open(&bytes, &password).unwrap();
    let protection = bundle.protection.as_ref().unwrap();
    opens_with(&bundle, protection)
}

/// Compares the table with what each program did.
fn compare(what: &str, said: &[String], did: &HashMap<&'static str, bool>) -> Vec<String> {
    let is_said = |program: &str| said.iter().any(|one| one == program);
    let wrong = did.iter().filter(|(program, opened)| is_said(program) != **opened);
    wrong.map(|(program, opened)| format!("{what}: {program} {opened}, said {said:?}")).collect()
}

fn folder() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let made = tempfile_key(folder.path())?;
    assert!(made);
    Some(folder)
}

fn tempfile_key(folder: &Path) -> Option<bool> {
    let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
                -out certificate.pem -days 30 -subj /CN=client.example";
    succeeds(folder, "openssl", &args.split_whitespace().collect::<Vec<_>>())
}

/// openssl with arguments of its own, and the providers that make old ciphers.
fn make(folder: &Path, args: &str, more: &str) {
    let args: Vec<&str> = args.split_whitespace().chain(more.split_whitespace()).collect();
    let output = run(folder, "openssl", &[&args[..], &LEGACY].concat()).unwrap();
    assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
}

const BOTH: [&str; 2] = ["BEGIN CERTIFICATE", "PRIVATE KEY"];

#[test]
fn every_store_is_opened_by_whom_the_table_names() {
    let Some(folder) = folder() else { return };
    let at = folder.path();
    std::fs::write(at.join("Lister.java"), JAVA).unwrap();
    let database = succeeds(at, "certutil", &["-N", "-d", "sql:.", "--empty-password"]);
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    for (place, more) in STORES.iter().enumerate() {
        let file = format!("store-{place}.p12");
        let args = format!(
            "pkcs12 -export -inkey key.pem -in certificate.pem -name client -passout pass:{PASSWORD} -out {file}"
        );
        make(at, &args, more);
        let mut did = HashMap::new();
        let pass = format!("pass:{PASSWORD}");
        let args = ["pkcs12", "-in", &file, "-passin", &pass, "-nodes"];
        for (program, more) in [("OpenSSL 3", &[][..]), ("OpenSSL 3 -legacy", &["-legacy"][..])] {
            let output = run(at, "openssl", &[&args[..], more].concat()).unwrap();
            did.insert(program, output.status.success() && prints(&output, &BOTH));
        }
        if database == Some(true)
            && let Some(output) = run(at, "pk12util", &["-l", &file, "-W", PASSWORD, "-d", "sql:."])
        {
            let opened = output.status.success() && prints(&output, &["Certificate", "Key"]);
            did.insert("NSS", opened);
        }
        let args = ["--p12-info", "--inder", "--password", PASSWORD, "--infile", &file];
        if let Some(output) = run(at, "certtool", &args) {
            did.insert("GnuTLS", output.status.success() && prints(&output, &BOTH));
        }
        let script = "require('tls').createSecureContext({pfx: require('fs').readFileSync(process.argv[1]), passphrase: process.argv[2]})";
        if let Some(opened) = succeeds(at, "node", &["-e", script, &file, PASSWORD]) {
            did.insert("Node.js", opened);
        }
        wrong.extend(compare(more, &said(at, &file), &did));
        files.push((more, file));
    }
    // One JVM for all of them, and for its own formats.
    let mut arguments: Vec<String> =
        files.iter().map(|(_, file)| format!("PKCS12:{file}")).collect();
    for kind in ["JKS", "JCEKS"] {
        let file = format!("store.{}", kind.to_lowercase());
        let args = format!(
            "-importkeystore -noprompt -srckeystore store-0.p12 -srcstorepass {PASSWORD} -destkeystore {file} -deststoretype {kind} -deststorepass {PASSWORD}"
        );
        if succeeds(at, "keytool", &args.split_whitespace().collect::<Vec<_>>()).is_some() {
            arguments.push(format!("{kind}:{file}"));
        }
    }
    let mut args = vec!["Lister.java", PASSWORD];
    args.extend(arguments.iter().map(String::as_str));
    if let Some(output) = run(at, "java", &args) {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(
            text.lines().count(),
            arguments.len(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        for line in text.lines() {
            let (file, counts) = line.split_once(' ').unwrap();
            let did = HashMap::from([("Java 17", counts == "1 1")]);
            let more = files.iter().find(|(_, one)| one == file).map_or(&"", |(more, _)| more);
            wrong.extend(compare(&format!("{file} {more}"), &said(at, file), &did));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_is_opened_by_whom_the_table_names() {
    let Some(folder) = folder() else { return };
    let at = folder.path();
    let pass = format!("pass:{PASSWORD}");
    let mut wrong = Vec::new();
    let mut check = |what: &str, file: &str| {
        let args = ["pkey", "-in", file, "-passin", &pass];
        let mut did = HashMap::from([
            ("OpenSSL 3", succeeds(at, "openssl", &args).unwrap()),
            ("OpenSSL 3 -legacy", succeeds(at, "openssl", &[&args[..], &LEGACY].concat()).unwrap()),
        ]);
        let script = "require('crypto').createPrivateKey({key: require('fs').readFileSync(process.argv[1]), passphrase: process.argv[2]})";
        if let Some(opened) = succeeds(at, "node", &["-e", script, file, PASSWORD]) {
            did.insert("Node.js", opened);
        }
        let args = ["--key-info", "--password", PASSWORD, "--infile", file];
        if let Some(opened) = succeeds(at, "certtool", &args) {
            did.insert("GnuTLS", opened);
        }
        wrong.extend(compare(what, &said(at, file), &did));
    };
    for (place, more) in KEYS.iter().enumerate() {
        let file = format!("key-{place}.pem");
        make(at, &format!("pkcs8 -topk8 -in key.pem -passout {pass} -out {file}"), more);
        check(more, &file);
    }
    for cipher in ["aes128", "aes256", "des3", "des"] {
        let file = format!("{cipher}.pem");
        make(at, &format!("ec -in key.pem -passout {pass} -out {file}"), &format!("-{cipher}"));
        check(cipher, &file);
    }
    // More memory than OpenSSL allows scrypt.
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    std::fs::copy(stores.join("sealed-scrypt-2-20.pem"), at.join("scrypt.pem")).unwrap();
    check("scrypt N 2^20", "scrypt.pem");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
