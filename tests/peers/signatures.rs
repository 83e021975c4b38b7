//! Signatures and tokens that other programs make or make too.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::Tool;
use crate::needs;

tests!(python_agrees, the_identity_token_of_dialogflow, tokens_are_signed_with_every_kind_of_key,);

const BODY: &str = "{\"foo\":1,\"bar\":2}";

fn python_agrees() {
    needs::program("python3");
    let code = "import hmac,hashlib,sys\n\
                print(hmac.new(b'0123456789abcdef',sys.stdin.buffer.read(),sys.argv[1]).hexdigest())";
    for digest in ["sha1", "sha256", "sha384", "sha512"] {
        let scheme = format!("hmac-{digest}");
        let ours = Tool::new(["sign", "-", "--secret", "env:SECRET", "--only", "signature"]);
        let ours = ours
            .args(["--scheme", &scheme])
            .stdin(BODY)
            .env("SECRET", "0123456789abcdef")
            .run()
            .code(0)
            .stdout;
        let mut python = Command::new("python3")
            .args(["-c", code, digest])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        python.stdin.take().unwrap().write_all(BODY.as_bytes()).unwrap();
        let theirs = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(ours, theirs, "{digest}");
        let header = format!("X-Signature: {}", theirs.trim());
        Tool::new([
            "verify",
            "-",
            "--scheme",
            &scheme,
            "--secret",
            "env:SECRET",
            "--header",
            &header,
        ])
        .env("SECRET", "0123456789abcdef")
        .stdin(BODY)
        .run()
        .code(0);
    }
}

/// A token signed by openssl with RS256, as Google signs them, and its key set.
fn google(folder: &Path) -> String {
    let script = r#"
import base64, json, subprocess
run = lambda *a, i=None: subprocess.run(a, input=i, capture_output=True, check=True).stdout
b = lambda x: base64.urlsafe_b64encode(x).rstrip(b'=').decode()
run('openssl', 'genrsa', '-out', 'rsa.pem', '2048')
n = bytes.fromhex(run('openssl', 'rsa', '-in', 'rsa.pem', '-noout', '-modulus').decode().strip().split('=')[1])
json.dump({'keys': [{'kty': 'RSA', 'kid': 'g1', 'n': b(n), 'e': 'AQAB'}]}, open('jwks.json', 'w'))
claims = {'iss': 'https://accounts.google.com', 'aud': 'https://hooks.example/df',
          'email': 'agent@gcp-sa-dialogflow.iam.gserviceaccount.com', 'email_verified': True,
          'iat': 1790000000, 'exp': 1790003600}
text = b(json.dumps({'alg': 'RS256', 'kid': 'g1'}).encode()) + '.' + b(json.dumps(claims).encode())
print(text + '.' + b(run('openssl', 'dgst', '-sha256', '-sign', 'rsa.pem', i=text.encode())), end='')
"#;
    let output = Command::new("python3").args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn the_identity_token_of_dialogflow() {
    needs::programs(&["python3", "openssl"]);
    let folder = tempfile::tempdir().unwrap();
    let token = google(folder.path());
    fs::write(folder.path().join("body.json"), "{}").unwrap();
    let verify = |token: &str, at: &str, args: &[&str]| {
        Tool::new(["verify", "body.json", "--scheme", "google-id-token", "--json"])
            .args(["--jwks", "jwks.json", "--at", at])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(args)
            .dir(folder.path())
            .run()
    };
    let during = "2026-09-21T14:30:00Z";
    let audience = ["--audience", "https://hooks.example/df"];
    let facts = verify(&token, during, &audience).code(0).item()["facts"].clone();
    assert_eq!(facts["email"], "agent@gcp-sa-dialogflow.iam.gserviceaccount.com");
    assert_eq!(facts["expires_at"], "2026-09-21T15:13:20Z");

    let message = |outcome: crate::harness::Outcome| {
        let finding = outcome.code(1).item()["findings"][0].clone();
        assert_eq!(finding["code"], "token-invalid");
        finding["message"].as_str().unwrap().to_owned()
    };
    let late = verify(&token, "2026-09-21T16:00:00Z", &audience);
    assert!(message(late).contains("expired 2800 s ago"));
    assert!(message(verify(&token, during, &["--audience", "x"])).contains("not for x"));
    let email = [&audience[..], &["--email", "a@b"]].concat();
    assert!(message(verify(&token, during, &email)).contains("not about a@b"));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", "A".repeat(342));
    assert!(message(verify(&forged, during, &audience)).contains("not by key g1"));
    let none = format!("eyJhbGciOiJub25lIn0.{}.", signed.split('.').nth(1).unwrap());
    assert!(message(verify(&none, during, &audience)).contains("unsigned (algorithm none)"));
}

/// `sign --scheme jwt` with each kind of key, then `verify`, then one claim that differs.
fn tokens_are_signed_with_every_kind_of_key() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let openssl = |args: &[&str]| {
        let output =
            Command::new("openssl").args(args).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    openssl(&["genpkey", "-algorithm", "ed25519", "-out", "ed.pem"]);
    openssl(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        "ec.pem",
    ]);
    openssl(&[
        "genpkey",
        "-algorithm",
        "RSA",
        "-pkeyopt",
        "rsa_keygen_bits:2048",
        "-out",
        "rsa.pem",
    ]);
    for name in ["ed", "ec", "rsa"] {
        openssl(&[
            "pkey",
            "-in",
            &format!("{name}.pem"),
            "-pubout",
            "-out",
            &format!("{name}.pub"),
        ]);
    }
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("hs.pem", "0123456789abcdef0123456789abcdef");
    write("hs.pub", "0123456789abcdef0123456789abcdef");
    write("claims.json", "{\"sub\":\"order-service\"}\n");
    write("body.json", "{}");
    let run = |command: &str, args: &[&str]| {
        let tool = Tool::new([command]).args(args).args(["--scheme", "jwt"]).dir(folder.path());
        tool.args([
            "--audience",
            "https://hooks.example/in",
            "--issuer",
            "me",
            "--email",
            "a@b.example",
        ])
    };
    for (name, algorithm) in [("ed", "EdDSA"), ("ec", "ES256"), ("rsa", "RS256"), ("hs", "HS256")] {
        let secret = format!("file:{name}.pem");
        let sign = |args: &[&str]| {
            let timestamp = ["--timestamp", "2026-11-22T05:00:00Z", "--id", "k1"];
            run("sign", &["claims.json", "--secret", &secret])
                .args(timestamp)
                .args(args)
                .run()
                .code(0)
        };
        let line = sign(&[]).stdout;
        assert!(line.starts_with("Authorization: Bearer eyJ"), "{line}");
        let facts = sign(&["--json"]).item()["facts"].clone();
        assert_eq!(facts["algorithm"], algorithm);
        let claims: serde_json::Value =
            serde_json::from_str(facts["claims"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&claims["sub"], &claims["email_verified"]),
            (&"order-service".into(), &true.into())
        );
        assert_eq!(
            (&claims["iat"], &claims["exp"]),
            (&1_795_323_600.into(), &1_795_327_200.into())
        );
        let verify = |at: &str| {
            let public = format!("file:{name}.pub");
            let header = ["--header", line.trim_end(), "--at", at, "--json"];
            run("verify", &["body.json", "--secret", &public]).args(header).run()
        };
        let facts = verify("2026-11-22T05:30:00Z").code(0).item()["facts"].clone();
        assert_eq!((&facts["algorithm"], &facts["key_id"]), (&algorithm.into(), &"k1".into()));
        assert_eq!(facts["email"], "a@b.example");
        verify("2026-11-22T06:30:00Z").code(1);
        let token = sign(&["--only", "value"]).stdout;
        if !matches!(name, "ec") {
            assert_eq!(format!("Authorization: Bearer {token}"), line, "{name}: not deterministic");
        }
    }
}
