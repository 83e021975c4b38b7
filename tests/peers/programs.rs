//! Which programs open a store: what the table says, and what they do with stores made for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hookprint::policy::opens_with;
use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

use crate::needs;

tests!(
    openssl_stores,
    openssl_legacy_stores,
    openssl_keys,
    openssl_legacy_keys,
    nss_stores,
    gnutls_stores,
    gnutls_keys,
    node_stores,
    node_keys,
    java_stores,
    bouncy_castle_stores,
);

const PASSWORD: &str = "changeit";
const LEGACY: [&str; 4] = ["-provider", "legacy", "-provider", "default"];

/// Arguments of `openssl pkcs12 -export`, one store each. Of ARIA and Camellia only a key: what is
/// wholly under them is not read here, and of such a file nothing is said.
const STORES: [&str; 46] = [
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
    "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -nomac",
    "-certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-128 -macalg sha1",
    "-certpbe PBE-SHA1-RC4-40 -keypbe PBE-SHA1-RC4-40 -macalg sha1",
    "-certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-128 -macalg sha1",
    "-certpbe PBE-MD5-DES -keypbe PBE-MD5-DES -macalg sha1",
    "-certpbe PBE-SHA1-DES -keypbe PBE-SHA1-DES -macalg sha1",
    "-keypbe ARIA-128-CBC",
    "-keypbe ARIA-192-CBC",
    "-keypbe ARIA-256-CBC",
    "-keypbe CAMELLIA-128-CBC",
    "-keypbe CAMELLIA-192-CBC",
    "-keypbe CAMELLIA-256-CBC",
];

/// Stores of tests/data that openssl before 3.4 cannot make.
const PBMAC1: [&str; 3] = ["pbmac1-sha1.p12", "pbmac1-sha256.p12", "pbmac1-sha512.p12"];

/// Stores of tests/data for Bouncy Castle, and what it calls them.
const BOUNCY: [(&str, &str); 4] = [
    ("BKS", "stores/client.bks"),
    ("UBER", "stores/client.ubr"),
    ("BCFKS", "store.bcfks"),
    ("BCFKS", "scrypt.bcfks"),
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
  try {
    Class<?> bouncy = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider");
    Security.addProvider((Provider) bouncy.getDeclaredConstructor().newInstance());
  } catch (ClassNotFoundException none) { }
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

fn run(folder: &Path, program: &str, args: &[&str]) -> Output {
    Command::new(program).args(args).current_dir(folder).output().unwrap()
}

fn succeeds(folder: &Path, program: &str, args: &[&str]) -> bool {
    run(folder, program, args).status.success()
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

/// What is wrong with the table about one file: a program does not do what it says.
fn wrong(at: &Path, what: &str, file: &str, program: &str, opened: bool) -> Option<String> {
    let said = said(at, file);
    let general = match program {
        "OpenSSL 3.4" => "OpenSSL 3",
        "Node.js 24" => "Node.js",
        _ => program,
    };
    let is_said = said.iter().any(|one| one == program || one == general);
    (is_said != opened).then(|| format!("{file} {what}: {program} {opened}, said {said:?}"))
}

/// A folder with `key.pem` and `certificate.pem`.
fn folder() -> tempfile::TempDir {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
                -out certificate.pem -days 30 -subj /CN=client.example";
    make(folder.path(), args, "");
    folder
}

/// openssl with arguments of its own.
fn make(folder: &Path, args: &str, more: &str) {
    let args: Vec<&str> = args.split_whitespace().chain(more.split_whitespace()).collect();
    let output = run(folder, "openssl", &args);
    assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
}

/// A file of tests/data.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// What the stores are called: how they were made, or the file.
fn labels() -> impl Iterator<Item = &'static str> {
    STORES.into_iter().chain(PBMAC1)
}

/// Makes every store, in the order of [`labels`].
fn make_stores(at: &Path) -> Vec<String> {
    let legacy = LEGACY.join(" ");
    let make_store = |(place, more): (usize, &&str)| {
        let file = format!("store-{place}.p12");
        let args = format!(
            "pkcs12 -export -inkey key.pem -in certificate.pem -name client -passout pass:{PASSWORD} -out {file}"
        );
        make(at, &args, &format!("{more} {legacy}"));
        file
    };
    let copied = PBMAC1.map(|file| {
        std::fs::copy(data(file), at.join(file)).unwrap();
        file.to_owned()
    });
    STORES.iter().enumerate().map(make_store).chain(copied).collect()
}

/// The table says which stores a program opens.
fn hold_stores(program: &str, opens: impl Fn(&Path, &str) -> bool) {
    let folder = folder();
    let at = folder.path();
    let files = make_stores(at);
    let each = labels().zip(&files);
    let wrong: Vec<_> =
        each.filter_map(|(more, file)| wrong(at, more, file, program, opens(at, file))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Makes every key, with what it was made with.
fn make_keys(at: &Path) -> Vec<(String, String)> {
    let (pass, legacy) = (format!("pass:{PASSWORD}"), LEGACY.join(" "));
    let mut keys = Vec::new();
    for (place, more) in KEYS.iter().enumerate() {
        let file = format!("key-{place}.pem");
        let args = format!("pkcs8 -topk8 -in key.pem -passout {pass} -out {file}");
        make(at, &args, &format!("{more} {legacy}"));
        keys.push(((*more).to_owned(), file));
    }
    for cipher in ["aes128", "aes256", "des3", "des"] {
        let file = format!("{cipher}.pem");
        let args = format!("ec -in key.pem -passout {pass} -out {file}");
        make(at, &args, &format!("-{cipher} {legacy}"));
        keys.push((cipher.to_owned(), file));
    }
    // More memory than OpenSSL allows scrypt.
    std::fs::copy(data("stores/sealed-scrypt-2-20.pem"), at.join("scrypt.pem")).unwrap();
    keys.push(("scrypt N 2^20".to_owned(), "scrypt.pem".to_owned()));
    keys
}

/// The table says which keys a program opens.
fn hold_keys(program: &str, opens: impl Fn(&Path, &str) -> bool) {
    let folder = folder();
    let at = folder.path();
    let keys = make_keys(at);
    let wrong: Vec<_> = keys
        .iter()
        .filter_map(|(what, file)| wrong(at, what, file, program, opens(at, file)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const PASS: &str = "pass:changeit";
const BOTH: [&str; 2] = ["BEGIN CERTIFICATE", "PRIVATE KEY"];

fn openssl_opens(at: &Path, file: &str, more: &[&str]) -> bool {
    let args = ["pkcs12", "-in", file, "-passin", PASS, "-nodes"];
    let output = run(at, "openssl", &[&args[..], more].concat());
    output.status.success() && prints(&output, &BOTH)
}

/// Whether what prints its version as "OpenSSL 3.0.19" or "3.5.8" has at least OpenSSL 3.4.
fn is_recent(program: &str, args: &[&str]) -> bool {
    let output = String::from_utf8(run(Path::new("."), program, args).stdout).unwrap();
    let mut numbers = output.trim_start_matches("OpenSSL ").split('.').map(str::parse::<u32>);
    let mut number = || numbers.next().and_then(Result::ok).unwrap_or(0);
    (number(), number()) >= (3, 4)
}

fn openssl_stores() {
    needs::program("openssl");
    let name = if is_recent("openssl", &["version"]) { "OpenSSL 3.4" } else { "OpenSSL 3" };
    hold_stores(name, |at, file| openssl_opens(at, file, &[]));
}

fn openssl_legacy_stores() {
    needs::program("openssl");
    if is_recent("openssl", &["version"]) {
        needs::ignore("the table says -legacy of OpenSSL before 3.4 only");
    }
    hold_stores("OpenSSL 3 -legacy", |at, file| openssl_opens(at, file, &["-legacy"]));
}

fn openssl_keys() {
    hold_keys("OpenSSL 3", |at, file| {
        succeeds(at, "openssl", &["pkey", "-in", file, "-passin", PASS])
    });
}

fn openssl_legacy_keys() {
    hold_keys("OpenSSL 3 -legacy", |at, file| {
        let args = ["pkey", "-in", file, "-passin", PASS];
        succeeds(at, "openssl", &[&args[..], &LEGACY].concat())
    });
}

fn nss_stores() {
    needs::programs(&["certutil", "pk12util"]);
    // That it lists a key says nothing: it takes it in, into a database of its own.
    hold_stores("NSS", |at, file| {
        let home = tempfile::tempdir().unwrap();
        let database = format!("sql:{}", home.path().display());
        assert!(succeeds(at, "certutil", &["-N", "-d", &database, "--empty-password"]));
        succeeds(at, "pk12util", &["-i", file, "-W", PASSWORD, "-d", &database])
    });
}

fn gnutls_stores() {
    needs::program("certtool");
    hold_stores("GnuTLS", |at, file| {
        let args = ["--p12-info", "--inder", "--password", PASSWORD, "--infile", file];
        let output = run(at, "certtool", &args);
        // It prints keys as they are, encrypted ones too.
        std::fs::write(at.join("printed.pem"), &output.stdout).unwrap();
        let args = ["--key-info", "--password", PASSWORD, "--infile", "printed.pem"];
        output.status.success() && prints(&output, &BOTH) && succeeds(at, "certtool", &args)
    });
}

fn gnutls_keys() {
    needs::program("certtool");
    hold_keys("GnuTLS", |at, file| {
        succeeds(at, "certtool", &["--key-info", "--password", PASSWORD, "--infile", file])
    });
}

fn node_stores() {
    needs::program("node");
    let script = "require('tls').createSecureContext({pfx: require('fs').readFileSync(process.argv[1]), passphrase: process.argv[2]})";
    let is_recent = is_recent("node", &["-p", "process.versions.openssl"]);
    let name = if is_recent { "Node.js 24" } else { "Node.js" };
    hold_stores(name, |at, file| succeeds(at, "node", &["-e", script, file, PASSWORD]));
}

fn node_keys() {
    needs::program("node");
    let script = "require('crypto').createPrivateKey({key: require('fs').readFileSync(process.argv[1]), passphrase: process.argv[2]})";
    hold_keys("Node.js", |at, file| succeeds(at, "node", &["-e", script, file, PASSWORD]));
}

/// What one JVM finds in each store, "entries keys"; `more` are arguments of its own.
fn listed(at: &Path, more: &[&str], files: &[(&str, String)]) -> Vec<String> {
    std::fs::write(at.join("Lister.java"), JAVA).unwrap();
    let named: Vec<String> = files.iter().map(|(kind, file)| format!("{kind}:{file}")).collect();
    let mut args = [more, &["Lister.java", PASSWORD]].concat();
    args.extend(named.iter().map(String::as_str));
    let output = run(at, "java", &args);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), files.len(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

/// One JVM for all of them, and for its own formats.
fn java_stores() {
    needs::programs(&["java", "keytool"]);
    let folder = folder();
    let at = folder.path();
    let mut files: Vec<(&str, String)> =
        make_stores(at).into_iter().map(|file| ("PKCS12", file)).collect();
    for (kind, file) in [("JKS", "store.jks"), ("JCEKS", "store.jceks")] {
        let args = format!(
            "-importkeystore -noprompt -srckeystore store-0.p12 -srcstorepass {PASSWORD} -destkeystore {file} -deststoretype {kind} -deststorepass {PASSWORD}"
        );
        assert!(succeeds(at, "keytool", &args.split_whitespace().collect::<Vec<_>>()));
        files.push((kind, file.to_owned()));
    }
    let labels = labels().chain(["", ""]);
    let each = labels.zip(&files).zip(listed(at, &[], &files));
    let wrong: Vec<_> = each
        .filter_map(|((what, (_, file)), counts)| wrong(at, what, file, "Java 17", counts == "1 1"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Its own stores, one key in each.
fn bouncy_castle_stores() {
    needs::programs(&["java", "bcprov.jar"]);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let files = BOUNCY.map(|(kind, file)| {
        let name = file.rsplit('/').next().unwrap().to_owned();
        std::fs::copy(data(file), at.join(&name)).unwrap();
        (kind, name)
    });
    let counts = listed(at, &["-cp", "/usr/share/java/bcprov.jar"], &files);
    for ((kind, file), counts) in files.iter().zip(counts) {
        assert!(counts.ends_with(" 1"), "{file}: {counts}");
        assert_eq!(wrong(at, kind, file, "Bouncy Castle", true), None);
    }
}
