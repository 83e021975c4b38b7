//! Every built-in scheme: what is signed verifies, and what is changed afterwards does not.

use hookprint::http::Headers;
use hookprint::secret::Secret;
use hookprint::signature::message::{Line, lines};
use hookprint::signature::scheme::{Algorithm, Lookup, Place, Scheme};
use hookprint::signature::sign::Signed;
use hookprint::signature::{Fresh, Message, Outcome, Signer, Verifier, loader};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-22 05:00:00 UTC);

/// Holds every member that a built-in scheme takes from the body; `SIGNATURE` is put in later.
const BODY: &str = r#"{"timestamp":"2026-11-22T05:00:00Z","webhookTimestamp":1795323600000,
"time_ms":1795323600000,"Type":"Notification","MessageId":"m","TopicArn":"arn","Message":"token",
"Timestamp":"2026-11-22T05:00:00Z","SigningCertURL":"https://sns.eu-west-1.amazonaws.com/a.pem","Signature":"SIGNATURE",
"request":{"timestamp":"2026-11-22T05:00:00Z"},"payloadId":"p","sharedSecret":"SIGNATURE",
"event":{"event_time":"1795323600","event_type":"test","event_hash":"SIGNATURE"},"signature":{"timestamp":"1795323600","token":"abc","signature":"SIGNATURE"},
"notificationItems":[{"NotificationRequestItem":{"pspReference":"P","amount":{"value":1130,"currency":"EUR"},
"additionalData":{"hmacSignature":"SIGNATURE"},"success":"true"}}]}"#;

/// The same as a form.
const FORM: &str = "a=token&bt_payload=e30%3D&bt_signature=k%7C";

/// A built-in scheme, with everything that it needs beside the secret.
fn bound(name: &str) -> Scheme {
    let mut scheme = loader::built_in(name).unwrap();
    for (_, lookup) in &mut scheme.variables {
        if let Lookup::Param(_) = lookup {
            *lookup = Lookup::Literal("parameter".to_owned());
        }
    }
    scheme
}

/// Every scheme that can be signed here: what was signed with SHA-1 is only verified.
fn signable() -> impl Iterator<Item = &'static str> {
    loader::names().filter(|name| !["aws-sns-v1", "ebay"].contains(name))
}

/// A request being signed: its parts can be changed one by one.
#[derive(Clone)]
struct Sent {
    method: String,
    url: String,
    headers: Headers,
    body: String,
}

impl Sent {
    fn new(scheme: &Scheme) -> Self {
        let digest = hookprint::digest::hex(&hookprint::digest::sha256(BODY.as_bytes()));
        let url = match &scheme.body_digest {
            Some(_) => format!("https://hooks.example/in?x=1&data.id=7&bodySHA256={digest}"),
            None => "https://hooks.example/in?x=1&data.id=7".to_owned(),
        };
        let mut headers = Headers::new();
        headers.push("Content-Type", "application/json");
        headers.push("PAYPAL-CERT-URL", "https://api.paypal.com/v1/notifications/certs/1");
        headers.push("SignatureCertChainUrl", "https://s3.amazonaws.com/echo.api/cert.pem");
        let body = match (scheme.name.as_str(), scheme.place.to_string().starts_with("form:")) {
            (_, false) => BODY.to_owned(),
            ("braintree", true) => format!("{FORM}SIGNATURE"),
            (_, true) => "a=token&sign_type=RSA2&sign=SIGNATURE".to_owned(),
        };
        Self { method: "POST".into(), url, headers, body }
    }

    fn message<'a>(&'a self, headers: &'a [Line<'a>]) -> Message<'a> {
        let post = Message::post(headers, self.body.as_bytes());
        Message { method: &self.method, url: Some(&self.url), ..post }
    }

    fn sign(&mut self, signer: &Signer) -> Signed {
        let lines = lines(&self.headers);
        let message = self.message(&lines);
        let signed = signer.sign(&message, &Fresh { at: NOW, id: None }).unwrap();
        for (name, value) in &signed.headers {
            self.headers.set(name, value.as_bytes());
        }
        if let Place::Body(_) = signer.scheme().place {
            let is_form = !self.body.starts_with('{');
            let written = match is_form {
                true => signed.signature.replace('+', "%2B"),
                false => signed.signature.clone(),
            };
            self.body = self.body.replace("SIGNATURE", &written);
        }
        signed
    }

    fn verify(&self, verifier: &Verifier) -> Outcome {
        let lines = lines(&self.headers);
        let message = self.message(&lines);
        verifier.verify(&message, NOW)
    }
}

/// A secret in the form the scheme wants, its public half, and another one.
fn secrets(scheme: &Scheme) -> [Secret; 3] {
    let pair = |private: &str, public: &str| [private.to_owned(), public.to_owned()];
    let [private, public] = match scheme.algorithm {
        Algorithm::Ed25519 => pair(ED25519.0, ED25519.1),
        Algorithm::EcdsaP256 => pair(P256.0, P256.1),
        Algorithm::RsaSha256 => pair(RSA.0, RSA.1),
        _ => {
            let key = "00112233445566778899aabbccddeeff00112233";
            pair(key, key)
        }
    };
    let other = match scheme.algorithm {
        Algorithm::Ed25519 => OTHER_ED25519.to_owned(),
        Algorithm::EcdsaP256 => OTHER_P256.to_owned(),
        Algorithm::RsaSha256 => OTHER_RSA.to_owned(),
        _ => "ff112233445566778899aabbccddeeff00112233".to_owned(),
    };
    [private, public, other].map(|text| Secret::new(text.into_bytes()))
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let mut codes: Vec<_> = outcome.problems.iter().map(|problem| problem.code.id()).collect();
    codes.sort_unstable();
    codes
}

/// Whether the body is part of what is signed: tokens, Mailgun, Adyen and Plivo leave it open.
fn covers_body(scheme: &Scheme) -> bool {
    scheme.algorithm != Algorithm::Token
        && (scheme.body_digest.is_some() || scheme.signed.words().any(|word| word.needs_body()))
}

/// What is said of a request whose signature is right: this, and that the body is open.
fn said(scheme: &Scheme, further: Option<&'static str>) -> Vec<&'static str> {
    let open = (!covers_body(scheme)).then_some("body-uncovered");
    let mut said: Vec<_> = open.into_iter().chain(further).collect();
    said.sort_unstable();
    said
}

#[test]
fn sign_verify_tamper_refuse() {
    for name in signable() {
        let scheme = bound(name);
        let [private, public, other] = secrets(&scheme);
        let signer = Signer::new(scheme.clone(), &private).unwrap();
        let verifier = Verifier::new(scheme.clone(), &[("new".into(), public.clone())]).unwrap();
        let mut sent = Sent::new(&scheme);
        sent.sign(&signer);
        let outcome = sent.verify(&verifier);
        assert_eq!(codes(&outcome), said(&scheme, None), "{name}: {:?} {outcome:?}", sent.headers);
        assert_eq!(outcome.matched.unwrap().secret, 0, "{name}");

        let stranger = Verifier::new(scheme.clone(), &[("other".into(), other.clone())]).unwrap();
        let refused = codes(&sent.verify(&stranger))[0];
        let wanted = match scheme.algorithm {
            Algorithm::Token => "token-invalid",
            _ => "signature-mismatch",
        };
        assert_eq!(refused, wanted, "{name}: another secret");

        let rotating =
            Verifier::new(scheme.clone(), &[("new".into(), other), ("old".into(), public)])
                .unwrap();
        let old = said(&scheme, Some("signature-old-secret"));
        assert_eq!(codes(&sent.verify(&rotating)), old, "{name}");

        if covers_body(&scheme) {
            let mut changed = sent.clone();
            changed.body = changed.body.replace("token", "tokem");
            assert_eq!(codes(&changed.verify(&verifier)), ["signature-mismatch"], "{name}: body");
        }
        late(&scheme, &sent, &verifier);
    }
}

/// A time of signing that is signed cannot be changed, and one that is off is said to be.
fn late(scheme: &Scheme, sent: &Sent, verifier: &Verifier) {
    let (Some(timestamp), Some(tolerance)) = (&scheme.timestamp, scheme.tolerance) else { return };
    let lines = lines(&sent.headers);
    let message = sent.message(&lines);
    let seconds = |many: u64| time::Duration::seconds(many.try_into().unwrap());
    let (tolerance, ahead) = (seconds(tolerance), seconds(scheme.ahead.unwrap_or(tolerance)));
    let second = time::Duration::SECOND;
    for (now, wanted) in [
        (NOW + tolerance, None),
        (NOW - ahead, None),
        (NOW + tolerance + second, Some("signature-stale")),
        (NOW - ahead - second, Some("signature-in-future")),
    ] {
        let outcome = verifier.verify(&message, now);
        assert_eq!(codes(&outcome), said(scheme, wanted), "{} at {now}", scheme.name);
    }
    if let Lookup::Header(name) = &timestamp.from {
        let mut changed = sent.clone();
        changed.headers.set(name, "1");
        let codes = codes(&changed.verify(verifier));
        assert!(codes.contains(&"signature-mismatch"), "{}: {codes:?}", scheme.name);
        changed.headers.remove(name);
        assert_eq!(self::codes(&changed.verify(verifier)), ["signature-malformed"]);
        changed.headers.push(name.as_str(), "1");
        changed.headers.push(name.as_str(), "2");
        assert_eq!(self::codes(&changed.verify(verifier)), ["signature-malformed"]);
    }
}

#[test]
fn streaming_gives_the_same_answer() {
    for name in signable() {
        let scheme = bound(name);
        let [private, public, other] = secrets(&scheme);
        let signer = Signer::new(scheme.clone(), &private).unwrap();
        let secrets = [("new".to_owned(), other), ("old".to_owned(), public)];
        let verifier = Verifier::new(scheme.clone(), &secrets).unwrap();
        if !verifier.streams() || !signer.streams() {
            continue;
        }
        let mut sent = Sent::new(&scheme);
        let signed = sent.sign(&signer);
        let lines = lines(&sent.headers);
        let message = Message { body: b"", ..sent.message(&lines) };
        let id = message.headers.iter().find(|(name, _)| name.to_lowercase().ends_with("id"));
        let id = id.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let mut pending = signer.begin(&message, &Fresh { at: NOW, id }).unwrap();
        let mut stream = verifier.stream(message, NOW).unwrap();
        for piece in sent.body.as_bytes().chunks(7) {
            pending.update(piece);
            stream.update(piece);
        }
        assert_eq!(stream.finish(), sent.verify(&verifier), "{name}");
        if scheme.variables.len() < 2 {
            assert_eq!(pending.finish().unwrap().signature, signed.signature, "{name}");
        }
    }
}

/// Made for this test with `openssl genpkey`: private key, public key.
const ED25519: (&str, &str) = (
    "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIKJZgrk/8iV1wzIy5dSOX0RwRlx2QeP0xkrm4ukhjbKu
-----END PRIVATE KEY-----
",
    "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAe0cTNJEdpcaIFlukcyCtoW5p7FIVksBrWT5ufUiNFM4=
-----END PUBLIC KEY-----
",
);

/// Made for this test with `openssl genpkey`: private key, public key.
const P256: (&str, &str) = (
    "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgim8SJC5Xsnlz8RxC
JOnwigrUIGb3XZ1BsABNvcAjvhehRANCAAQI8jc/KZtUMF5EIVbYHKU2jL5uazC+
e0+y2JzMPZIAKw09HdsrRUAQWnzPgwsE2rbyd+yZ2QY4GRR0Snb+dgSg
-----END PRIVATE KEY-----
",
    "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECPI3PymbVDBeRCFW2BylNoy+bmsw
vntPsticzD2SACsNPR3bK0VAEFp8z4MLBNq28nfsmdkGOBkUdEp2/nYEoA==
-----END PUBLIC KEY-----
",
);

/// Made for this test with `openssl genpkey`: private key, public key.
const RSA: (&str, &str) = (
    "-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCgJnuNv2Fb+9aY
BH9hg2w3Yc7+Vw6yEmv1IrCbs6aLj4ykS9go1zU4SyAo/M74xjaBIogJfh8vt1jA
z2y+ZEG7VAUXLCBqGBAuBBNnHCeyGl9VzeVMnAzT3EATdcQ/7o9030TiUrju6P5I
0GaUjRotgW1OXMdOY6U4EDmv1tS59X6in5HMOzPST+byvGrLOJoEslRftt19EJRH
DHGLIenvbz5nknErZI6t6b/Ersj+mAMGupJqwRBdXfvUfCRIvPC+LZAgwWHA/08Y
G//I4JonUbPSaCHcJOM+wcg8Rf4uycZGRC/QeY2wMOV5ub/4gF96XC2KhBZ7Bv0L
N5Gjfw8TAgMBAAECggEAAZfgasyYn12mCOUij0nLbdGfSZB8KPFd+ZZaw3HKGmFX
ONs4T0+0y9aTf1Tkij0OlcJOMCn9DXB5hZGKt2ov7Tksw8pAmE2c+5g2yTPSgUcZ
47Skr1puFj1+tbLaPPiWnMcL3GSOSnIu9XJ9UsUEmadL+xeZNAJxxlkC+ejdPOxc
SsWBfT34A/yggzsHTJj3T6t+KdnQYH/7rL3g348VScUAoF3AGo/qwn7V1OYZXNbp
lhNoGVk+BGlY1X97EasTk7KH+oUg+LGWNi6BCj90dk82OURHp5diGXjFoLfakqxL
Ybw7JzWD9+oBBe1bcFjXpnRV86dQQJhVrL2nec+NAQKBgQDLI8Z04tGcq/dDWuef
mmnPqmtknZfcVyVsUv0NC5ulTBX40WpTkqjVLldgjI/r0K0tg8iOln8GTm+gpSX8
Nla+eNhB+QDS0ZCecrN2u7sYyzuZdbDINSlwD2j84YbmOF5ByB5Rkh0mrtfNg87z
E7afpcchjAW/0rcnLKGDSNiQ4QKBgQDJ0vO1vzho1f7r5PfsUa9qTJyY2bAw7TzB
lTeXwxNJA9LVijrHF/CateoxxxFpYBElOL1VM4j2j/dKXMJNUGD+7I347scKSxcr
PXiL5bA4a+t9HntOtX62Ygww2vMzPYofLjOnfn20+LiHfzDwWOYFNfZC97bqU0WF
WVpKPsM6cwKBgQC86M4b0PsBaeKOHrGb+StBVch9Txj0bY59yEdPpGXgOHuOYqEw
iwi7B1d2kAEfWXZTB2SxRT9ni/W/PRWwEJBmnVbvMzMS2pRU5XIDjt2VVxpbwdje
tqGMdqg50zlySyVMo1+el/TIDnzdwB/qaYDBwpcGmYKXOsvcgGLLBilvwQKBgQCY
GtRx9VueJymovzfacvWxN2wOBoIzXZicjMkJJ4wxSyBqr3L8+Z3r+441VcJZmH1T
gB+xRtXCfV3yPVZyzlFLzxxwsARyTYV4oStoxAK7gxpHgeGMwFxvOBXX/CuuQoMG
XNuxMDOtYIYyGDnZ6iXxZ2nhrq+8imWqylyx9/tK4QKBgQCCT3D3a8eBebMFEd/K
diC9UvDbyEqbDIGJVy79TKtJLk8o3w4z/l8f1loJ7zJK6nDyQ8Ln9/SJZgTQj3y/
avwS3FqpRvrHrseVvytSD0rxrGDy9Y58bf/pIg5D2X5eFRoIJBGsaarAYrC+HNgO
eegeUIvQUaykB4nUU16Z1R0qpA==
-----END PRIVATE KEY-----
",
    "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoCZ7jb9hW/vWmAR/YYNs
N2HO/lcOshJr9SKwm7Omi4+MpEvYKNc1OEsgKPzO+MY2gSKICX4fL7dYwM9svmRB
u1QFFywgahgQLgQTZxwnshpfVc3lTJwM09xAE3XEP+6PdN9E4lK47uj+SNBmlI0a
LYFtTlzHTmOlOBA5r9bUufV+op+RzDsz0k/m8rxqyziaBLJUX7bdfRCURwxxiyHp
728+Z5JxK2SOrem/xK7I/pgDBrqSasEQXV371HwkSLzwvi2QIMFhwP9PGBv/yOCa
J1Gz0mgh3CTjPsHIPEX+LsnGRkQv0HmNsDDlebm/+IBfelwtioQWewb9CzeRo38P
EwIDAQAB
-----END PUBLIC KEY-----
",
);

const OTHER_ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAgVuAuINsSuPJkjA9XkYIyPhhaofx4tIz5bNOP5OBdgQ=
-----END PUBLIC KEY-----
";

const OTHER_P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELXvl7r4gssdqCiy150dGwclUhoGN
0lgoikKmq09ujeIhz+AqNUK+1E3VF0kP7DQXK/1IEfZ7wh9Y045tQmTilw==
-----END PUBLIC KEY-----
";

const OTHER_RSA: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAp/9VGPHdzCT/C+KJwIAq
F/gKzNiHFRoLaSETOYpEY5cavLOa4fOJPPe0jsgzh9XcuZESPao63i+xG/kDGCcW
p5RnQQ2REI6P9tqv3g+N/eAKy9JQ5b0RrWzR9nDIen7mJdQ79gHmYenBr6fLL3YF
hDOnmvY8jp8vnC+iqKY5XTM/FI15Xvv/CQuPgfws9iXE6J2APml5ZR9BjlXO3p1P
RxMvGJvEkvhVrdkEISJD2ZRk2lEzSm0C8lYzC2GolJJa42fijm4t6ohVNcDduHdc
P1OS3wqQlsGQOMSO5jHRyC+pjxdW9mUIQq//TW42UF5KOxfkfIPns7wf4YliBWk+
qwIDAQAB
-----END PUBLIC KEY-----
";
