//! Keystores made on the spot by openssl, keytool, NSS and GnuTLS, opened by us; and keystores
//! written by us, opened by openssl and keytool.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hookprint::cert::Certificate;
use hookprint::policy::opens_with;
use hookprint::secret::Secret;
use hookprint::store::pkcs12::{self, Profile};
use hookprint::store::{self, Bundle, KeyEntry, Kind, OpenedWith, Passwords, PrivateKey};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::needs;

tests!(
    pkcs12_of_openssl,
    certificates_without_key_and_keys_without_certificate,
    keystores_of_keytool,
    key_passwords_that_differ,
    pkcs12_of_nss,
    pkcs12_of_gnutls,
    openssl_opens_what_we_write,
    keytool_opens_what_we_write,
    keys_of_every_kind_and_form,
);

const PASSWORD: &str = "changeit";

/// A folder with `leaf.pem`, `leaf.key`, `chain.pem` (intermediate, root) and `root.pem`.
struct Pki {
    folder: tempfile::TempDir,
    leaf: Certificate,
    key: PrivateKey,
    chain: Vec<Certificate>,
}

impl Pki {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = |name: &str, issuer: Option<&Issuer<'_, KeyPair>>| {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.use_authority_key_identifier_extension = true;
            let key = KeyPair::generate().unwrap();
            let certificate = match issuer {
                Some(issuer) => params.signed_by(&key, issuer).unwrap(),
                None => params.self_signed(&key).unwrap(),
            };
            (certificate, Issuer::new(params, key))
        };
        let (root, root_issuer) = authority("root", None);
        let (middle, issuer) = authority("intermediate", Some(&root_issuer));
        let mut params = CertificateParams::new(vec!["hooks.example".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "hooks.example");
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &issuer).unwrap();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("leaf.pem", leaf.pem());
        write("leaf.key", key.serialize_pem());
        write("root.pem", root.pem());
        write("chain.pem", middle.pem() + &root.pem());
        let parse = |der: &[u8]| Certificate::parse(der).unwrap();
        let chain = [&leaf, &middle, &root].map(|it| parse(it.der())).to_vec();
        let key = PrivateKey::parse(&key.serialize_der()).unwrap();
        Self { leaf: chain[0].clone(), key, chain, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether a tool does it, in the folder.
    fn tries(&self, tool: &str, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(tool);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // keytool mangles passwords under the POSIX locale.
        command.env("LC_ALL", "C.UTF-8");
        let output = command.output().unwrap();
        let said = [output.stderr, output.stdout].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        output.status.success().then_some(()).ok_or(said)
    }

    /// Runs a tool that must do it.
    fn run(&self, tool: &str, arguments: &[&str]) {
        if let Err(said) = self.tries(tool, arguments) {
            panic!("{tool} {arguments:?}: {said}");
        }
    }

    /// `openssl pkcs12 -export` of leaf, key and chain.
    fn export(&self, file: &str, password: &str, arguments: &[&str]) {
        let pass = format!("pass:{password}");
        let fixed = ["pkcs12", "-export", "-out", file, "-passout", &pass, "-name", "my alias"];
        let input = ["-inkey", "leaf.key", "-in", "leaf.pem", "-certfile", "chain.pem"];
        self.run("openssl", &[&fixed[..], &input, arguments].concat());
    }

    fn open(&self, file: impl AsRef<Path>, passwords: &[&str]) -> store::Bundle {
        let bytes = fs::read(self.path("").join(file)).unwrap();
        store::open(&bytes, &given(passwords)).unwrap()
    }

    /// One key entry with the whole chain, under this alias.
    fn check(&self, bundle: &Bundle, alias: Option<&str>) {
        assert!(bundle.first_failure().is_none(), "{bundle:?}");
        let identity = KeyEntry::pick(bundle, alias).unwrap();
        assert_eq!(identity.chain, self.chain);
        assert_eq!(identity.key.kind(), &self.leaf.key);
        assert_eq!(bundle.entries[0].key_matches(), Some(true));
        assert_eq!(bundle.entries.len(), 1);
    }
}

fn given(passwords: &[&str]) -> Passwords {
    Passwords::new(passwords.iter().map(|text| Secret::new(text.as_bytes().to_vec())).collect())
}

/// Password, further arguments (with `-nomac`, OpenSSL leaves certificates in clear) of `openssl pkcs12 -export`, first encryption, MAC.
const OPENSSL: &[(&str, &[&str], &str, Option<&str>)] = &[
    (PASSWORD, &[], "AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)", Some("HMAC-SHA-256 (PKCS#12)")),
    (PASSWORD, &["-legacy"], "RC2-40-CBC (PBES1, PKCS#12, SHA-1)", Some("HMAC-SHA-1 (PKCS#12)")),
    (PASSWORD, &["-nomac"], "none", None),
    (PASSWORD, &["-certpbe", "NONE"], "none", Some("HMAC-SHA-256 (PKCS#12)")),
    (PASSWORD, &["-certpbe", "NONE", "-keypbe", "NONE", "-nomac"], "none", None),
    (
        PASSWORD,
        &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-2DES", "-macalg", "sha384"],
        "3DES-CBC (PBES1, PKCS#12, SHA-1)",
        Some("HMAC-SHA-384 (PKCS#12)"),
    ),
    (
        PASSWORD,
        &["-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha512"],
        "AES-128-CBC (PBES2, PBKDF2, HMAC-SHA-256)",
        Some("HMAC-SHA-512 (PKCS#12)"),
    ),
    (
        PASSWORD,
        &["-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC", "-macalg", "sha224"],
        "3DES-CBC (PBES2, PBKDF2, HMAC-SHA-256)",
        Some("HMAC-SHA-224 (PKCS#12)"),
    ),
    (
        PASSWORD,
        &[
            "-provider",
            "legacy",
            "-provider",
            "default",
            "-certpbe",
            "PBE-SHA1-RC2-128",
            "-keypbe",
            "PBE-SHA1-RC4-128",
        ],
        "RC2-128-CBC (PBES1, PKCS#12, SHA-1)",
        Some("HMAC-SHA-256 (PKCS#12)"),
    ),
    (
        PASSWORD,
        &[
            "-provider",
            "legacy",
            "-provider",
            "default",
            "-certpbe",
            "PBE-MD5-DES",
            "-keypbe",
            "PBE-SHA1-DES",
        ],
        "DES-CBC (PBES1, PBKDF1, MD5)",
        Some("HMAC-SHA-256 (PKCS#12)"),
    ),
    ("", &[], "AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)", Some("HMAC-SHA-256 (PKCS#12)")),
    ("", &["-legacy"], "RC2-40-CBC (PBES1, PKCS#12, SHA-1)", Some("HMAC-SHA-1 (PKCS#12)")),
    (
        "pässwörd-Ω",
        &["-legacy"],
        "RC2-40-CBC (PBES1, PKCS#12, SHA-1)",
        Some("HMAC-SHA-1 (PKCS#12)"),
    ),
    ("key🔑", &[], "AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)", Some("HMAC-SHA-256 (PKCS#12)")),
    (
        PASSWORD,
        &["-legacy", "-nomaciter", "-CSP", "Microsoft Strong Cryptographic Provider", "-LMK"],
        "RC2-40-CBC (PBES1, PKCS#12, SHA-1)",
        Some("HMAC-SHA-1 (PKCS#12)"),
    ),
];

fn pkcs12_of_openssl() {
    needs::program("openssl");
    let pki = Pki::new();
    for (password, arguments, encryption, mac) in OPENSSL {
        pki.export("store.p12", password, arguments);
        let bundle = pki.open("store.p12", &[password]);
        pki.check(&bundle, Some("my alias"));
        let protection = bundle.protection.as_ref().unwrap();
        assert_eq!(protection.encryption[0], *encryption);
        assert_eq!(protection.mac.as_deref(), *mac);
        assert_eq!(bundle.integrity_verified, mac.is_some());

        // An empty password is found without being given; any other is asked for.
        let bytes = fs::read(pki.path("store.p12")).unwrap();
        let without = store::open(&bytes, &Passwords::none());
        let clear = *encryption == "none";
        match without {
            Ok(bundle) if password.is_empty() => pki.check(&bundle, None),
            Ok(bundle) => {
                assert!(clear);
                assert_eq!(bundle.certificates().count(), 3);
                let all_clear = arguments.contains(&"-nomac");
                assert_eq!(
                    bundle.failure.map(|it| it.code.id()),
                    (!all_clear).then_some("password-required")
                );
            }
            Err(error) => assert_eq!((error.code.id(), clear), ("password-required", false)),
        }
        let wrong = store::open(&bytes, &given(&["wrong", "also wrong"]));
        match &wrong {
            Ok(bundle) if mac.is_none() && clear => assert!(bundle.failure.is_none()),
            // It has none, whatever was given.
            Ok(bundle) if password.is_empty() => {
                assert!(bundle.failure.is_none());
                assert!(matches!(bundle.opened_with, OpenedWith::Null | OpenedWith::Empty));
            }
            Ok(bundle) => assert_eq!(bundle.failure.as_ref().unwrap().code.id(), "password-wrong"),
            Err(error) => assert_eq!(error.code.id(), "password-wrong"),
        }
        assert_eq!(
            pki.open("store.p12", &["wrong", password]).opened_with,
            match (*mac, clear) {
                (None, true) => OpenedWith::Nothing,
                _ => OpenedWith::Given(1),
            }
        );
    }
}

fn certificates_without_key_and_keys_without_certificate() {
    needs::program("openssl");
    let pki = Pki::new();
    let pass = format!("pass:{PASSWORD}");
    let export = ["pkcs12", "-export", "-out", "store.p12", "-passout", &pass];
    pki.run("openssl", &[&export[..], &["-nokeys", "-in", "chain.pem"]].concat());
    let bundle = pki.open("store.p12", &[PASSWORD]);
    assert!(bundle.entries.iter().all(|entry| entry.kind() == Kind::Trusted && !entry.java_lists));
    assert_eq!(bundle.certificates().count(), 2);
    assert_eq!(KeyEntry::pick(&bundle, None).unwrap_err().code.id(), "key-missing");

    let key_only = ["-nocerts", "-inkey", "leaf.key", "-in", "leaf.pem"];
    pki.run("openssl", &[&export[..], &key_only].concat());
    let keys = pki.open("store.p12", &[PASSWORD]);
    assert_eq!(keys.entries[0].kind(), Kind::Key);
    assert_eq!(keys.entries[0].key_matches(), None);
    let certificates = pki.open("leaf.pem", &[]);
    let identity = KeyEntry::pair(&certificates, &keys, None).unwrap();
    assert_eq!(identity.chain, pki.chain[..1]);
}

fn keystores_of_keytool() {
    needs::programs(&["openssl", "keytool"]);
    let pki = Pki::new();
    pki.export("store.p12", PASSWORD, &[]);
    let pass = ["-storepass", PASSWORD, "-noprompt"];
    for (kind, file) in [("PKCS12", "kt.p12"), ("JKS", "kt.jks"), ("JCEKS", "kt.jceks")] {
        let import = [
            "-importkeystore",
            "-srckeystore",
            "store.p12",
            "-srcstorepass",
            PASSWORD,
            "-destkeystore",
            file,
            "-deststorepass",
            PASSWORD,
            "-deststoretype",
            kind,
            "-noprompt",
        ];
        pki.run("keytool", &import);
        let bundle = pki.open(file, &[PASSWORD]);
        pki.check(&bundle, Some("my alias"));
        assert!(bundle.integrity_verified);

        let trust = ["-importcert", "-alias", "Root-CA", "-file", "root.pem", "-keystore", file];
        pki.run("keytool", &[&trust[..], &pass].concat());
        if kind != "JKS" {
            let secret = [
                "-genseckey",
                "-alias",
                "aes",
                "-keyalg",
                "AES",
                "-keysize",
                "256",
                "-keystore",
                file,
            ];
            pki.run("keytool", &[&secret[..], &["-storetype", kind], &pass].concat());
            let bundle = pki.open(file, &[PASSWORD]);
            let protection = bundle.protection.clone().unwrap();
            assert!(!protection.encryption.contains(&"none".to_owned()), "{protection:?}");
            let opens = opens_with(&bundle, &protection);
            assert!(opens.contains(&"Java 17".to_owned()), "{opens:?}");
            let is_guessed = |name: &String| kind == "PKCS12" && name.starts_with("Windows");
            assert!(!opens.iter().any(is_guessed), "{opens:?}");
        }
        let bundle = pki.open(file, &[PASSWORD]);
        let kind_of = |alias: &str| {
            let entry = bundle
                .entries
                .iter()
                .find(|it| it.alias.as_ref().is_some_and(|it| it.to_lowercase() == alias));
            entry.map(|it| (it.kind(), it.chain.len(), it.java_lists))
        };
        assert_eq!(kind_of("my alias"), Some((Kind::Key, 3, true)), "{bundle:?}");
        assert_eq!(kind_of("root-ca"), Some((Kind::Trusted, 1, true)), "{bundle:?}");
        let secret = (kind != "JKS").then_some((Kind::Secret, 0, true));
        assert_eq!(kind_of("aes"), secret);
        if kind != "PKCS12" {
            let bytes = fs::read(pki.path(file)).unwrap();
            let bundle = store::open(&bytes, &Passwords::none()).unwrap();
            assert!(!bundle.integrity_verified && bundle.failure.is_none());
            assert_eq!(bundle.certificates().count(), 4);
        }
    }
}

fn key_passwords_that_differ() {
    needs::programs(&["openssl", "keytool"]);
    let pki = Pki::new();
    pki.export("store.p12", PASSWORD, &[]);
    let import = [
        "-importkeystore",
        "-srckeystore",
        "store.p12",
        "-srcstorepass",
        PASSWORD,
        "-destkeystore",
        "two.jks",
        "-deststorepass",
        "störe-pass",
        "-deststoretype",
        "JKS",
        "-srcalias",
        "my alias",
        "-destkeypass",
        "key-pass",
        "-noprompt",
    ];
    pki.run("keytool", &import);
    let bundle = pki.open("two.jks", &["störe-pass"]);
    assert!(bundle.integrity_verified && bundle.failure.is_none());
    assert_eq!(bundle.entries[0].kind(), Kind::Sealed);
    assert_eq!(bundle.first_failure().unwrap().code.id(), "password-wrong");
    pki.check(&pki.open("two.jks", &["störe-pass", "key-pass"]), None);
}

fn pkcs12_of_nss() {
    needs::programs(&["openssl", "certutil", "pk12util"]);
    let pki = Pki::new();
    pki.export("store.p12", PASSWORD, &[]);
    pki.run("certutil", &["-N", "-d", "sql:.", "--empty-password"]);
    pki.run("pk12util", &["-i", "store.p12", "-d", "sql:.", "-W", PASSWORD]);
    let out = ["-o", "nss.p12", "-n", "my alias", "-d", "sql:.", "-W", PASSWORD];
    pki.run("pk12util", &out);
    pki.check(&pki.open("nss.p12", &[PASSWORD]), Some("my alias"));
    let legacy = [
        "-c",
        "PKCS #12 V2 PBE With SHA-1 and 3KEY Triple DES-CBC",
        "-C",
        "PKCS #12 V2 PBE With SHA-1 and 40 Bit RC2 CBC",
    ];
    pki.run("pk12util", &[&out[..], &legacy].concat());
    pki.check(&pki.open("nss.p12", &[PASSWORD]), Some("my alias"));
}

fn pkcs12_of_gnutls() {
    needs::program("certtool");
    let pki = Pki::new();
    let certtool = "--to-p12 --load-privkey leaf.key --load-certificate leaf.pem --p12-name gnutls \
                    --outder --outfile gnutls.p12 --password";
    pki.run(
        "certtool",
        &[&certtool.split_whitespace().collect::<Vec<_>>()[..], &[PASSWORD]].concat(),
    );
    let identity = KeyEntry::pick(&pki.open("gnutls.p12", &[PASSWORD]), Some("gnutls")).unwrap();
    assert_eq!(identity.chain, pki.chain[..1]);
}

/// Writes `ours.p12` in each profile, with what OpenSSL needs to be told of it.
fn written(pki: &Pki, then: impl Fn(&[&str])) {
    for (profile, legacy) in [(Profile::Modern, &[][..]), (Profile::Legacy, &["-legacy"])] {
        let password = Secret::new(PASSWORD.as_bytes().to_vec());
        let file = pkcs12::write(&pki.chain, &pki.key, "hooks-2026", &password, profile).unwrap();
        fs::write(pki.path("ours.p12"), file).unwrap();
        then(legacy);
    }
}

fn openssl_opens_what_we_write() {
    needs::program("openssl");
    let pki = Pki::new();
    written(&pki, |legacy| {
        let pass = format!("pass:{PASSWORD}");
        let dump = ["pkcs12", "-in", "ours.p12", "-passin", &pass, "-nodes", "-out", "dump.pem"];
        pki.run("openssl", &[&dump[..], legacy].concat());
        pki.check(&pki.open("dump.pem", &[]), Some("hooks-2026"));
    });
}

fn keytool_opens_what_we_write() {
    needs::program("keytool");
    let pki = Pki::new();
    written(&pki, |_| {
        let import = format!(
            "-importkeystore -srckeystore ours.p12 -srcstorepass {PASSWORD} -destkeystore back.jks \
             -deststorepass {PASSWORD} -deststoretype JKS -srcalias hooks-2026 -noprompt"
        );
        let _ = fs::remove_file(pki.path("back.jks"));
        pki.run("keytool", &import.split_whitespace().collect::<Vec<_>>());
        pki.check(&pki.open("back.jks", &[PASSWORD]), Some("hooks-2026"));
    });
}

/// Arguments of `openssl genpkey`, then what the key is, and whether TLS takes it.
const KEYS: &[(&[&str], &str, bool)] = &[
    (&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA 2048", true),
    (&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "RSA 1024", false),
    (&["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA-PSS 2048", false),
    (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "EC P-256", true),
    (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "EC P-384", true),
    (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "EC P-521", true),
    (
        &[
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-pkeyopt",
            "ec_param_enc:explicit",
        ],
        "EC P-256",
        true,
    ),
    (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "EC secp256k1", false),
    (&["-algorithm", "ED25519"], "Ed25519", true),
    (&["-algorithm", "ED448"], "Ed448", false),
];

fn keys_of_every_kind_and_form() {
    needs::program("openssl");
    let pki = Pki::new();
    for (arguments, kind, usable) in KEYS {
        pki.run("openssl", &[&["genpkey", "-out", "k.key"], *arguments].concat());
        pki.run("openssl", &["req", "-x509", "-key", "k.key", "-subj", "/CN=k", "-out", "k.pem"]);
        let ways: &[&[&str]] = &[
            &["pkcs8", "-topk8", "-nocrypt"],
            &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"],
            &["pkcs8", "-topk8", "-passout", "pass:changeit"],
            &["pkcs8", "-topk8", "-passout", "pass:changeit", "-outform", "DER"],
            &[
                "pkcs8",
                "-topk8",
                "-passout",
                "pass:changeit",
                "-v2",
                "des3",
                "-v2prf",
                "hmacWithSHA1",
            ],
            &["pkcs8", "-topk8", "-passout", "pass:changeit", "-v1", "PBE-SHA1-3DES"],
            &["pkcs8", "-topk8", "-passout", "pass:changeit", "-scrypt"],
            &["pkey", "-traditional"],
            &["pkey", "-traditional", "-aes256", "-passout", "pass:changeit"],
            &["pkey", "-traditional", "-des3", "-passout", "pass:changeit"],
        ];
        for way in ways {
            let made = [*way, &["-in", "k.key", "-out", "form.key"]].concat();
            // RSA-PSS and EdDSA keys have no form but PKCS#8.
            if way[0] == "pkcs8" {
                pki.run("openssl", &made);
            } else if pki.tries("openssl", &made).is_err() {
                assert!(kind.starts_with("Ed") || kind.starts_with("RSA-PSS"), "{kind}");
                continue;
            }
            let keys = pki.open("form.key", &["no", PASSWORD]);
            let key = keys.entries[0].key().unwrap().unwrap();
            assert_eq!(key.kind().short(), *kind, "{way:?}");
            assert_eq!(key.usable_for_tls().is_ok(), *usable);
            let certificates = pki.open("k.pem", &[]);
            let matches = key.matches(certificates.certificates().next().unwrap());
            // Ed448 keys do not carry their public half.
            assert_eq!(matches, (*kind != "Ed448").then_some(true), "{kind} {way:?}");
            assert_eq!(key.matches(&pki.leaf), Some(false));
            let identity = KeyEntry::pair(&certificates, &keys, None);
            assert_eq!(identity.is_ok(), *usable, "{identity:?}");
            if let Err(error) = identity {
                assert_eq!(error.code.id(), "unsupported");
            }
        }
    }
}
