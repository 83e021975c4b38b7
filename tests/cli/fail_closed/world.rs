//! Where the rows are run: files, requests, callers and servers, each by its name.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKey, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use hookprint::digest::{base64, base64url, hex, sha256};
use rcgen::ExtendedKeyUsagePurpose as Purpose;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use time::OffsetDateTime;

use crate::harness::pki::{Pair, Pki, Wish};
use crate::harness::{Caller, Tool};

/// The secrets that rows name with `env:`.
pub const SECRETS: [(&str, &str); 3] =
    [("S", "0123456789abcdef0123"), ("OTHER", "another secret, long enough"), ("EMPTY", "")];

const BODY: &str = r#"{"a":1}"#;
/// The URL that requests are signed for.
const URL: &str = "https://hooks.example/hook";

pub struct World {
    pub folder: tempfile::TempDir,
    requests: BTreeMap<&'static str, Vec<u8>>,
    pairs: BTreeMap<&'static str, Pair>,
}

/// RSA keys of an issuer, and of somebody else.
struct Keys {
    ours: RsaKey,
    theirs: RsaKey,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pairs = certificates(folder.path());
        let keys = Keys {
            ours: RsaKey::generate(KeySize::Rsa2048).unwrap(),
            theirs: RsaKey::generate(KeySize::Rsa2048).unwrap(),
        };
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("empty", "");
        write("text", "nothing of that kind\n");
        write("body", BODY);
        write("jwks.json", &key_set(&keys.ours));
        write("other-jwks.json", &key_set(&keys.theirs));
        write("no-keys.json", r#"{"keys":[]}"#);
        let print = |name: &str| hex(&sha256(&pairs[name].certificate_der));
        write("pins.txt", &format!("# accepted\nserver={}\n", print("server")));
        write("other-pins.txt", &format!("{}\n", print("stranger")));
        write("blank-pins.txt", "# none yet\n\n");
        let scheme = |name: &str| {
            format!(
                "[{name}]\ntitle = \"Ours\"\nsignature = \"X-Ours\"\nvalue = \"{{sig}}\"\nencoding = \"hex\"\n"
            )
        };
        write("schemes.toml", &scheme("ours"));
        write("shadow.toml", &scheme("github"));
        write(
            "needing.toml",
            &format!(
                "{}signed = \"{{p}}.{{body}}\"\nvars = {{ p = \"param:p\" }}\n",
                scheme("needing")
            ),
        );
        write(
            "certified.toml",
            "[certified]\nsignature = \"X-Ours\"\nalg = \"ed25519\"\nencoding = \"base64\"\nsecret = \"pem\"\n\
             certificate = { names = [\"elsewhere.example\"], from = \"header:X-Cert\", urls = [\"https://elsewhere.example/*\"] }\n",
        );
        write("cut.toml", "[ours]\ntitle = ");
        let mut world = Self { folder, requests: BTreeMap::new(), pairs };
        world.tool(&["mint", "pki", "--password", "env:S"], "").run().code(0);
        world.requests = world.signed(&keys);
        for (name, bytes) in &world.requests {
            fs::write(world.folder.path().join(format!("{name}.http")), bytes).unwrap();
        }
        world
    }

    /// A tool in the folder of the files, with these options; `NAME=value` before them is for the
    /// environment, and `{name}` the SHA-256 thumbprint of that certificate.
    pub fn tool(&self, command: &[&str], options: &str) -> Tool {
        let mut filled = options.to_owned();
        for (name, pair) in &self.pairs {
            filled = filled.replace(&format!("{{{name}}}"), &hex(&sha256(&pair.certificate_der)));
        }
        let is_variable = |word: &&str| {
            word.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.chars().all(|one| one.is_ascii_uppercase() || one == '_')
            })
        };
        let words: Vec<&str> = filled.split_whitespace().collect();
        let variables = words.iter().take_while(|word| is_variable(word)).count();
        // A word of two quotes is an empty value.
        let options = words[variables..].iter().map(|word| if *word == "''" { "" } else { word });
        let mut tool = Tool::new(command.iter().copied().chain(options)).dir(self.folder.path());
        for (name, value) in SECRETS {
            tool = tool.env(name, value);
        }
        for (name, value) in words[..variables].iter().filter_map(|word| word.split_once('=')) {
            tool = tool.env(name, if value == "''" { "" } else { value });
        }
        tool
    }

    pub fn request(&self, name: &str) -> &[u8] {
        self.requests.get(name).unwrap_or_else(|| panic!("there is no request {name}"))
    }

    /// A caller that presents these, as `good+garbage`; `nothing` presents nothing.
    pub fn caller(&self, names: &str) -> Caller {
        if names == "nothing" {
            return Caller::new(None);
        }
        let names: Vec<&str> = names.split('+').collect();
        let der = |name: &&str| match *name {
            "garbage" => vec![0x30, 0x03, 0x02, 0x01, 0x00],
            name => self.pairs[name].certificate_der.clone(),
        };
        let chain: Vec<_> = names.iter().map(der).collect();
        let own = names.iter().find(|name| **name != "garbage").unwrap();
        Caller::new(Some((&chain, &self.pairs[own])))
    }

    /// A server that shows that certificate.
    pub fn server(&self, name: &str) -> Server {
        Server::start(&self.pairs[name])
    }

    /// Requests of every kind, by name.
    fn signed(&self, keys: &Keys) -> BTreeMap<&'static str, Vec<u8>> {
        let by = |options: &str| {
            self.tool(&["sign", "body", "--format", "human"], options).run().code(0).stdout
        };
        let lines = |options: &str| by(options).trim().replace('\n', "\r\n") + "\r\n";
        let github = lines("--scheme github --secret env:S");
        let stripe = lines("--scheme stripe --secret env:S");
        let message = format!("--scheme http-message-signature --secret env:S --url {URL}");
        let ours = lines("--scheme ours --scheme-file schemes.toml --secret env:S");
        let certified = lines(
            "--scheme certified --scheme-file certified.toml --secret file:server-elsewhere.key",
        );
        let needing = "--scheme needing --scheme-file needing.toml --secret env:S --param p=1";
        let plain = lines("--secret env:S");
        let twilio = lines(&format!("--scheme twilio --secret env:S --url {URL}"));
        let other_url = "--scheme twilio --secret env:S --url https://tenant.example/hook";
        let mut all = BTreeMap::from([
            ("unsigned", request("", BODY)),
            ("github", request(&github, BODY)),
            ("github-tampered", request(&github, r#"{"a":2}"#)),
            ("github-empty", request("X-Hub-Signature-256:\r\n", BODY)),
            ("github-malformed", request("X-Hub-Signature-256: sha256=zz\r\n", BODY)),
            ("github-capitals", request(&capitals(&github), BODY)),
            (
                "github-twice",
                request(
                    &format!("X-Hub-Signature-256: sha256={}\r\n{github}", "ab".repeat(32)),
                    BODY,
                ),
            ),
            ("stripe", request(&stripe, BODY)),
            (
                "stripe-stale",
                request(&lines("--scheme stripe --secret env:S --timestamp 1600000000"), BODY),
            ),
            ("stripe-untimed", request(&without_time(&stripe), BODY)),
            ("plain", request(&plain, BODY)),
            ("plain-prefixed", request(&plain.replace(": ", ": v1="), BODY)),
            ("ours", request(&ours, BODY)),
            ("needing", request(&lines(needing), BODY)),
            (
                "certified",
                request(&format!("X-Cert: https://elsewhere.example/c.pem\r\n{certified}"), BODY),
            ),
            (
                "certified-foreign",
                request(&format!("X-Cert: https://other.example/c.pem\r\n{certified}"), BODY),
            ),
            ("certified-unnamed", request(&certified, BODY)),
            ("twilio", request(&twilio, BODY)),
            (
                "twilio-forwarded",
                request(
                    &format!(
                        "X-Forwarded-Proto: https\r\nX-Forwarded-Host: tenant.example\r\n{}",
                        lines(other_url)
                    ),
                    BODY,
                ),
            ),
            ("twilio-other", request(&lines(other_url), BODY)),
            ("message", request(&lines(&message), BODY)),
            ("message-thin", request(&thin(), BODY)),
            ("message-tampered", request(&lines(&message), r#"{"a":2}"#)),
        ]);
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let times = format!(r#""iat":{now},"exp":{}"#, now + 600);
        let who = r#""iss":"https://accounts.google.com","aud":"https://hooks.example/hook","sub":"42","email":"agent@example.iam","email_verified":true"#;
        let good = format!("{{{who},{times}}}");
        let token = |claims: &str| bearer(&keys.ours, claims);
        let with = |from: &str, to: &str| token(&good.replace(from, to));
        let of_body = |claims: &str| with(r#""sub":"42""#, &format!(r#""sub":"42",{claims}"#));
        let digest = |body: &str| format!(r#""digest":"{}""#, hex(&sha256(body.as_bytes())));
        let twice = format!("{}{}", token(&good), bearer(&keys.theirs, &good));
        let tokens = [
            ("token", token(&good)),
            ("token-empty", "Authorization: Bearer \r\n".to_owned()),
            ("token-malformed", "Authorization: Bearer a.b.c\r\n".to_owned()),
            ("token-twice", twice),
            ("token-of-others", bearer(&keys.theirs, &good)),
            ("token-unsigned", format!("Authorization: Bearer {}.\r\n", unsigned(&good))),
            ("token-bare", token(&format!("{{{times}}}"))),
            ("token-untimed", token(&format!("{{{who}}}"))),
            ("token-old", token(&format!("{{{who},\"iat\":1600000000,\"exp\":1600000600}}"))),
            ("audience-empty", with("https://hooks.example/hook", "")),
            ("audience-number", with(r#""https://hooks.example/hook""#, "7")),
            ("audience-longer", with("https://hooks.example/hook", "https://hooks.example/hooks")),
            ("audience-twice", with(r#""aud":"#, r#""aud":"https://other.example","aud":"#)),
            ("issuer-empty", with("https://accounts.google.com", "")),
            (
                "issuer-list",
                with(r#""https://accounts.google.com""#, r#"["https://accounts.google.com"]"#),
            ),
            ("issuer-twice", with(r#""iss":"#, r#""iss":"https://other.example","iss":"#)),
            (
                "issuer-other",
                with("https://accounts.google.com", "https://accounts.google.com.example"),
            ),
            ("email-empty", with("agent@example.iam", "")),
            ("email-number", with(r#""agent@example.iam""#, "7")),
            ("email-twice", with(r#""email":"#, r#""email":"other@example.iam","email":"#)),
            ("email-other", with("agent@example.iam", "other@example.iam")),
            ("email-unverified", with("true", "false")),
            ("subject-empty", with(r#""sub":"42""#, r#""sub":"""#)),
            ("subject-number", with(r#""sub":"42""#, r#""sub":42"#)),
            ("subject-twice", with(r#""sub":"#, r#""sub":"43","sub":"#)),
            ("body-claim", of_body(&digest(BODY))),
            ("body-claim-empty", of_body(r#""digest":"""#)),
            ("body-claim-number", of_body(r#""digest":7"#)),
            ("body-claim-twice", of_body(&format!("{},{}", digest("{}"), digest(BODY)))),
            ("body-claim-other", of_body(&digest("{}"))),
            ("subject-other", with(r#""sub":"42""#, r#""sub":"43""#)),
        ];
        all.extend(tokens.into_iter().map(|(name, headers)| (name, request(&headers, BODY))));
        all
    }
}

fn request(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST /hook HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// A message signature over the digest of the body alone (RFC 9421 section 2.5).
fn thin() -> String {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let digest = format!("sha-256=:{}:", base64(&sha256(BODY.as_bytes())));
    let parameters = format!(r#"("content-digest");created={now};alg="hmac-sha256""#);
    let base = format!("\"content-digest\": {digest}\n\"@signature-params\": {parameters}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRETS[0].1.as_bytes());
    let signature = base64(hmac::sign(&key, base.as_bytes()).as_ref());
    format!(
        "Content-Digest: {digest}\r\nSignature-Input: s={parameters}\r\nSignature: s=:{signature}:\r\n"
    )
}

fn capitals(line: &str) -> String {
    let (name, digits) = line.trim().split_once('=').unwrap();
    format!("{name}={}\r\n", digits.to_uppercase())
}

/// A header of Stripe's without its `t=...,`.
fn without_time(line: &str) -> String {
    let (before, rest) = line.split_once("t=").unwrap();
    format!("{before}{}", rest.split_once(',').unwrap().1)
}

fn parts(algorithm: &str, claims: &str) -> String {
    let header = format!(r#"{{"alg":"{algorithm}","kid":"k1"}}"#);
    format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

fn unsigned(claims: &str) -> String {
    parts("none", claims)
}

fn bearer(key: &RsaKey, claims: &str) -> String {
    let text = parts("RS256", claims);
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("Authorization: Bearer {text}.{}\r\n", base64url(&signature))
}

fn key_set(key: &RsaKey) -> String {
    // SEQUENCE { INTEGER n of 2048 bits, INTEGER e = 65537 } (RFC 8017 appendix A.1.1).
    let der = key.public_key().as_ref();
    let (n, e) = (base64url(&der[9..265]), base64url(&der[der.len() - 3..]));
    format!(
        r#"{{"keys":[{{"kty":"RSA","kid":"k1","alg":"RS256","use":"sig","n":"{n}","e":"{e}"}}]}}"#
    )
}

/// Certificates of an authority and of strangers, in files and by name.
fn certificates(folder: &Path) -> BTreeMap<&'static str, Pair> {
    let (ours, theirs) = (Pki::new("authority"), Pki::new("strangers"));
    let now = OffsetDateTime::now_utc();
    let month = Duration::from_secs(30 * 86_400);
    let wish = |name, purpose, key| Wish {
        name,
        purpose,
        key,
        not_before: now - month,
        not_after: now + month,
    };
    let past = |wish: Wish<'static>| Wish { not_after: now - Duration::from_secs(60), ..wish };
    let caller = || wish("caller", Purpose::ClientAuth, 7);
    let server = || wish("localhost", Purpose::ServerAuth, 8);
    let pairs = BTreeMap::from([
        ("good", ours.issue(&caller())),
        ("expired", ours.issue(&past(caller()))),
        ("wrong", ours.issue(&wish("caller", Purpose::ServerAuth, 7))),
        ("stranger", theirs.issue(&wish("caller", Purpose::ClientAuth, 9))),
        ("server", ours.issue(&server())),
        ("server-expired", ours.issue(&past(server()))),
        ("server-of-strangers", theirs.issue(&wish("localhost", Purpose::ServerAuth, 9))),
        ("server-elsewhere", ours.issue(&wish("elsewhere.example", Purpose::ServerAuth, 10))),
    ]);
    for (name, pair) in &pairs {
        fs::write(folder.join(format!("{name}.pem")), &pair.certificate_pem).unwrap();
        fs::write(folder.join(format!("{name}.key")), &pair.key_pem).unwrap();
    }
    let (ca, other) = (&ours.ca.certificate_pem, &theirs.ca.certificate_pem);
    fs::write(folder.join("ca.pem"), ca).unwrap();
    fs::write(folder.join("other-ca.pem"), other).unwrap();
    fs::write(folder.join("cut.pem"), &ca[..ca.len() / 2]).unwrap();
    fs::create_dir(folder.join("no-anchors")).unwrap();
    fs::create_dir(folder.join("anchors")).unwrap();
    // The name that OpenSSL looks for: `openssl x509 -subject_hash` of CN=authority.
    fs::write(folder.join("anchors/aabdaf6b.0"), ca).unwrap();
    pairs
}

/// A TLS server that counts requests and the identities it is shown, and takes every one.
pub struct Server {
    pub address: SocketAddr,
    counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct Counts {
    requests: AtomicUsize,
    identities: AtomicUsize,
}

impl Server {
    fn start(pair: &Pair) -> Self {
        let key = rcgen::KeyPair::from_pem(&pair.key_pem).unwrap().serialize_der();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(Arc::new(Anybody))
            .with_single_cert(
                vec![pair.certificate_der.clone().into()],
                rustls::pki_types::PrivatePkcs8KeyDer::from(key).into(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (counts, stop) = (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)));
        let (counting, stopped) = (counts.clone(), stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (config, counts) = (config.clone(), counting.clone());
                std::thread::spawn(move || serve(stream.unwrap(), config, &counts));
            }
        });
        Self { address, counts, stop }
    }

    /// How many requests came, even if only a byte of one.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// How often somebody showed a certificate.
    pub fn identities(&self) -> usize {
        self.counts.identities.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, counts: &Counts) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(BODY.as_bytes()) {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => break,
        }
        if head.len() == 1 {
            counts.requests.fetch_add(1, Ordering::SeqCst);
        }
    }
    if stream.conn.peer_certificates().is_some_and(|chain| !chain.is_empty()) {
        counts.identities.fetch_add(1, Ordering::SeqCst);
    }
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// Takes every caller.
#[derive(Debug)]
struct Anybody;

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &[rustls::pki_types::CertificateDer<'_>],
        _: rustls::pki_types::UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        provider.signature_verification_algorithms.supported_schemes()
    }
}
