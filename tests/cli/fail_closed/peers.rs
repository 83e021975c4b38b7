//! Controls of whom `replay`, `send` and `thumbprint` speak to, and of what goes there.

use super::Evidence::{Absent, Contradicting, Empty, Malformed, Repeated, Right};
use super::Row::{Never, Run};
use super::{Control, Row};

const ALL: &[&str] = &["replay", "send", "thumbprint", "audit"];
const EACH: &[&str] = &["replay", "send", "thumbprint", "probe", "audit"];
/// Those that send; the scheme of `--resign` is the first argument of `send`, and `--scheme` of `audit`.
const SENDERS: &[&str] = &["replay", "send", "probe", "audit"];
const REPLAYERS: &[&str] = &["replay", "send"];
const PROBE: &[&str] = &["probe"];
const ONCE: &str = "the parser of the command line takes the option once: shown by the row of --ca";

/// The scheme that is signed under.
const SCHEME: &[Row] = &[
    Run(Right, "--ca ca.pem --resign github --secret env:S", "server"),
    Run(Absent, "--ca ca.pem --resign github", "server"),
    Run(Empty, "--ca ca.pem --resign ''  --secret env:S", "server"),
    Run(Malformed, "--ca ca.pem --resign nonsense --secret env:S", "server"),
    Never(Repeated, ONCE),
    Run(Contradicting, "--ca ca.pem --resign github --secret file:jwks.json", "server"),
];

pub const CONTROLS: &[Control] = &[
    Control {
        name: "ca",
        of: EACH,
        rows: &[
            Run(Right, "--ca ca.pem", "server"),
            Run(Absent, "--ca missing.pem", "server"),
            Run(Empty, "--ca empty", "server"),
            Run(Empty, "--ca text", "server"),
            Run(Malformed, "--ca cut.pem", "server"),
            Run(Repeated, "--ca other-ca.pem --ca ca.pem", "server"),
            Run(Contradicting, "--ca other-ca.pem", "server"),
            Run(Contradicting, "--ca ca.pem", "server-of-strangers"),
            Run(Contradicting, "--ca ca.pem", "server-expired"),
            Run(Contradicting, "--ca ca.pem", "server-elsewhere"),
            Run(Contradicting, "--ca ca.pem --at 2020-01-01", "server-expired"),
            Run(Contradicting, "--ca other-ca.pem --pin {server}", "server"),
        ],
    },
    Control {
        name: "pin",
        of: EACH,
        rows: &[
            Run(Right, "--pin {server}", "server"),
            Run(Right, "--pin old={stranger} --pin new=@server.pem", "server"),
            Run(Right, "--pin {server} --ca ca.pem", "server"),
            Run(Absent, "--pin @missing.pem", "server"),
            Run(Empty, "--pin ''", "server"),
            Run(Empty, "--pin @empty", "server"),
            Run(Malformed, "--pin 4C21", "server"),
            Run(Malformed, "--pin @text", "server"),
            Run(Repeated, "--pin {stranger} --pin @empty", "server"),
            Run(Repeated, "--pin {stranger} --pin {good}", "server"),
            Run(Contradicting, "--pin {stranger}", "server"),
            Run(Contradicting, "--pin {stranger} --ca ca.pem", "server"),
            Run(Contradicting, "--pin {server} --ca other-ca.pem", "server"),
        ],
    },
    Control {
        name: "pin-file",
        of: EACH,
        rows: &[
            Run(Right, "--pin-file pins.txt", "server"),
            Run(Absent, "--pin-file missing.txt", "server"),
            Run(Empty, "--pin-file empty", "server"),
            Run(Empty, "--pin-file blank-pins.txt", "server"),
            Run(Empty, "--pin {server} --pin-file blank-pins.txt", "server"),
            Run(Malformed, "--pin-file text", "server"),
            Run(Repeated, "--pin-file other-pins.txt --pin-file other-pins.txt", "server"),
            Run(Contradicting, "--pin-file other-pins.txt", "server"),
        ],
    },
    Control {
        name: "insecure",
        of: SENDERS,
        rows: &[
            Run(Right, "--insecure", "server"),
            Run(Right, "--insecure --pin {server-of-strangers}", "server-of-strangers"),
            Run(Absent, "", "server"),
            Never(Empty, "the option takes no value"),
            Run(Malformed, "--insecure --pin @missing.pem", "server"),
            Run(Malformed, "--insecure --pin-file blank-pins.txt", "server"),
            Never(Repeated, "the parser of the command line takes the option once"),
            Run(Contradicting, "--insecure --pin {stranger}", "server"),
            Run(Contradicting, "--insecure --pin-file other-pins.txt", "server"),
            Run(Contradicting, "--insecure --ca other-ca.pem", "server"),
        ],
    },
    Control {
        name: "insecure",
        of: &["thumbprint"],
        rows: &[
            Run(Right, "SSL_CERT_FILE=ca.pem --insecure --cert good.pem --key good.key", "server"),
            Run(Contradicting, "--insecure --ca ca.pem --cert good.pem --key good.key", "server"),
            Run(Absent, "--cert good.pem --key good.key", "server"),
            Run(Absent, "--insecure", "server"),
            Never(Empty, "the option takes no value"),
            Run(
                Malformed,
                "--insecure --cert good.pem --key good.key --pin @missing.pem",
                "server",
            ),
            Never(Repeated, "the parser of the command line takes the option once"),
            Run(
                Contradicting,
                "--insecure --cert good.pem --key good.key --pin {stranger}",
                "server",
            ),
        ],
    },
    Control {
        name: "cert",
        of: ALL,
        rows: &[
            Run(Right, "--ca ca.pem --cert good.pem --key good.key", "server"),
            Run(Absent, "--ca ca.pem --cert missing.pem", "server"),
            Run(Absent, "--ca ca.pem --cert good.pem", "server-of-strangers"),
            Run(Empty, "--ca ca.pem --cert empty", "server"),
            Run(Malformed, "--ca ca.pem --cert text", "server"),
            Run(
                Repeated,
                "--ca ca.pem --cert good.pem --cert stranger.pem --key good.key",
                "server",
            ),
            Run(Contradicting, "--ca ca.pem --cert good.pem --key stranger.key", "server"),
            Run(Contradicting, "--cert good.pem --key good.key --pin {stranger}", "server"),
            Run(Contradicting, "--cert good.pem --key good.key", "server"),
        ],
    },
    Control {
        name: "key",
        of: ALL,
        rows: &[
            Run(Right, "--ca ca.pem --cert good.pem --key good.key", "server"),
            Run(Absent, "--ca ca.pem --key good.key", "server"),
            Run(Absent, "--ca ca.pem --cert good.pem --key missing.key", "server"),
            Run(Empty, "--ca ca.pem --cert good.pem --key empty", "server"),
            Run(Malformed, "--ca ca.pem --cert good.pem --key text", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca ca.pem --cert good.pem --key stranger.key", "server"),
        ],
    },
    Control {
        name: "password",
        of: ALL,
        rows: &[
            Run(Right, "--ca ca.pem --cert pki/client.p12 --password env:S", "server"),
            Run(Absent, "--ca ca.pem --cert pki/client.p12", "server"),
            Run(Absent, "--ca ca.pem --cert pki/client.p12 --password env:UNSET", "server"),
            Run(Absent, "--ca ca.pem --password env:S", "server"),
            Run(Empty, "--ca ca.pem --cert pki/client.p12 --password env:EMPTY", "server"),
            Run(Malformed, "--ca ca.pem --cert pki/client.p12 --password nonsense", "server"),
            Run(
                Repeated,
                "--ca ca.pem --cert pki/client.p12 --password env:OTHER --password env:EMPTY",
                "server",
            ),
            Run(Contradicting, "--ca ca.pem --cert pki/client.p12 --password env:OTHER", "server"),
        ],
    },
    Control {
        name: "alias",
        of: ALL,
        rows: &[
            Run(
                Right,
                "--ca ca.pem --cert pki/client.p12 --password env:S --alias client.localhost",
                "server",
            ),
            Run(Absent, "--ca ca.pem --alias client.localhost", "server"),
            Run(Empty, "--ca ca.pem --cert pki/client.p12 --password env:S --alias ''", "server"),
            Run(Malformed, "--ca ca.pem --cert good.pem --key good.key --alias nonsense", "server"),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca ca.pem --cert pki/client.p12 --password env:S --alias nonsense",
                "server",
            ),
        ],
    },
    Control {
        name: "servername",
        of: &["thumbprint"],
        rows: &[
            Run(Right, "--ca ca.pem --servername localhost", "server"),
            Run(Absent, "--ca ca.pem --servername localhost", "server-elsewhere"),
            Run(Empty, "--ca ca.pem --servername ''", "server"),
            Run(Malformed, "--ca ca.pem --servername a_b..c", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca ca.pem --servername other.example", "server"),
            Run(Contradicting, "--ca ca.pem --servername localhost --no-servername", "server"),
        ],
    },
    Control {
        name: "proxy",
        of: EACH,
        rows: &[
            Never(Right, "shown with a proxy in tests/cli/thumbprint/ways.rs and replay_ways.rs"),
            Run(Absent, "--ca ca.pem --proxy http://127.0.0.1:9", "server"),
            Run(Empty, "--ca ca.pem --proxy ''", "server"),
            Run(Absent, "--ca ca.pem --proxy socks5://127.0.0.1:9", "server"),
            Run(Malformed, "--ca ca.pem --proxy socks4://127.0.0.1:9", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca other-ca.pem --proxy http://127.0.0.1:9", "server"),
        ],
    },
    Control {
        name: "connect",
        of: EACH,
        rows: &[
            Never(Right, "shown in tests/cli/thumbprint/ways.rs and replay_ways.rs"),
            Run(Absent, "--ca ca.pem --connect 127.0.0.1:9", "server"),
            Run(Empty, "--ca ca.pem --connect ''", "server"),
            Run(Malformed, "--ca ca.pem --connect a/b", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca other-ca.pem --connect 127.0.0.1:9", "server"),
        ],
    },
    Control {
        name: "resolve",
        of: EACH,
        rows: &[
            Never(Right, "shown in tests/cli/thumbprint/ways.rs and replay_ways.rs"),
            Run(Absent, "--ca ca.pem --resolve other.example:443:127.0.0.1", "server"),
            Run(Empty, "--ca ca.pem --resolve ''", "server"),
            Run(Malformed, "--ca ca.pem --resolve localhost", "server"),
            Never(Repeated, "overrides of one name give several addresses of it, tried in turn"),
            Run(Contradicting, "--ca other-ca.pem --resolve other.example:443:127.0.0.1", "server"),
        ],
    },
    Control {
        name: "tls",
        of: REPLAYERS,
        rows: &[
            Run(Right, "--ca ca.pem --tls 1.3", "server"),
            Never(Absent, "a server without that version is in tests/cli/replay_ways.rs"),
            Run(Empty, "--ca ca.pem --tls ''", "server"),
            Run(Malformed, "--ca ca.pem --tls 1.0", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca other-ca.pem --tls 1.2", "server"),
        ],
    },
    Control { name: "resign", of: &["replay", "probe"], rows: SCHEME },
    Control { name: "scheme", of: &["send", "audit"], rows: SCHEME },
    Control {
        name: "secret",
        of: SENDERS,
        rows: &[
            Run(Right, "--ca ca.pem --resign github --secret env:S", "server"),
            Run(Absent, "--ca ca.pem --resign github --secret env:UNSET", "server"),
            Run(Absent, "--ca ca.pem --secret env:S", "server"),
            Run(Empty, "--ca ca.pem --resign github --secret env:EMPTY", "server"),
            Run(Malformed, "--ca ca.pem --resign github --secret nonsense", "server"),
            Run(
                Repeated,
                "--ca ca.pem --resign github --secret env:S --secret env:OTHER",
                "server",
            ),
            Run(Contradicting, "--ca ca.pem --resign github --secret file:jwks.json", "server"),
        ],
    },
    Control {
        name: "scheme-file",
        of: SENDERS,
        rows: &[
            Run(
                Right,
                "--ca ca.pem --resign ours --scheme-file schemes.toml --secret env:S",
                "server",
            ),
            Run(
                Absent,
                "--ca ca.pem --resign ours --scheme-file missing.toml --secret env:S",
                "server",
            ),
            Run(Absent, "--ca ca.pem --scheme-file schemes.toml", "server"),
            Run(Empty, "--ca ca.pem --resign ours --scheme-file empty --secret env:S", "server"),
            Run(
                Malformed,
                "--ca ca.pem --resign ours --scheme-file cut.toml --secret env:S",
                "server",
            ),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca ca.pem --resign github --scheme-file shadow.toml --secret env:S",
                "server",
            ),
        ],
    },
    Control {
        name: "signature-header",
        of: SENDERS,
        rows: &[
            Run(
                Right,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --signature-header X-Ours",
                "server",
            ),
            Run(Absent, "--ca ca.pem --signature-header X-Ours", "server"),
            Run(
                Empty,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --signature-header ''",
                "server",
            ),
            Run(
                Malformed,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --signature-header X:Y",
                "server",
            ),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca other-ca.pem --resign hmac-sha256 --secret env:S --signature-header X-Ours",
                "server",
            ),
        ],
    },
    Control {
        name: "encoding",
        of: SENDERS,
        rows: &[
            Run(
                Right,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --encoding base64",
                "server",
            ),
            Run(Absent, "--ca ca.pem --encoding base64", "server"),
            Run(Empty, "--ca ca.pem --resign hmac-sha256 --secret env:S --encoding ''", "server"),
            Run(
                Malformed,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --encoding hexes",
                "server",
            ),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca other-ca.pem --resign hmac-sha256 --secret env:S --encoding base64",
                "server",
            ),
        ],
    },
    Control {
        name: "prefix",
        of: SENDERS,
        rows: &[
            Run(Right, "--ca ca.pem --resign hmac-sha256 --secret env:S --prefix v1=", "server"),
            Run(Absent, "--ca ca.pem --prefix v1=", "server"),
            Never(Empty, "an empty prefix is none, as the generic schemes have none"),
            Run(Malformed, "--ca ca.pem --resign hmac-sha256 --secret env:S --prefix {}", "server"),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca other-ca.pem --resign hmac-sha256 --secret env:S --prefix v1=",
                "server",
            ),
        ],
    },
    Control {
        name: "signed",
        of: SENDERS,
        rows: &[
            Run(Right, "--ca ca.pem --resign hmac-sha256 --secret env:S --signed {body}", "server"),
            Run(Absent, "--ca ca.pem --signed {body}", "server"),
            Run(Empty, "--ca ca.pem --resign hmac-sha256 --secret env:S --signed ''", "server"),
            Run(
                Malformed,
                "--ca ca.pem --resign hmac-sha256 --secret env:S --signed {bdy}",
                "server",
            ),
            Never(Repeated, ONCE),
            Run(
                Contradicting,
                "--ca other-ca.pem --resign hmac-sha256 --secret env:S --signed {body}",
                "server",
            ),
        ],
    },
    Control {
        name: "offline",
        of: EACH,
        rows: &[
            Never(Right, "the right evidence is that nothing goes out, as in the row below"),
            Run(Contradicting, "--offline --ca ca.pem", "server"),
            Run(Contradicting, "--offline --insecure", "server"),
            Never(Absent, "the option takes no value and asks for no evidence"),
            Never(Empty, "the option takes no value and asks for no evidence"),
            Never(Malformed, "the option takes no value and asks for no evidence"),
            Never(Repeated, "the parser of the command line takes the option once"),
        ],
    },
    Control {
        name: "SSL_CERT_FILE",
        of: EACH,
        rows: &[
            Run(Right, "SSL_CERT_FILE=ca.pem", "server"),
            Run(Absent, "SSL_CERT_FILE=missing.pem", "server"),
            Run(Empty, "SSL_CERT_FILE=empty", "server"),
            Run(Malformed, "SSL_CERT_FILE=cut.pem", "server"),
            Never(Repeated, "a variable has one value"),
            Run(Contradicting, "SSL_CERT_FILE=other-ca.pem", "server"),
            Run(Contradicting, "SSL_CERT_FILE=ca.pem --ca other-ca.pem", "server"),
        ],
    },
    Control {
        name: "SSL_CERT_DIR",
        of: EACH,
        rows: &[
            Run(Right, "SSL_CERT_DIR=anchors", "server"),
            Run(Absent, "SSL_CERT_DIR=missing", "server"),
            Run(Empty, "SSL_CERT_DIR=no-anchors", "server"),
            Run(Malformed, "SSL_CERT_DIR=ca.pem", "server"),
            Run(Repeated, "SSL_CERT_DIR=missing:no-anchors", "server"),
            Run(Contradicting, "SSL_CERT_DIR=anchors --ca other-ca.pem", "server"),
        ],
    },
    Control {
        name: "accept",
        of: PROBE,
        rows: &[
            Run(Right, "--ca ca.pem --accept good.pem --key good.key", "server"),
            Run(Right, "--ca ca.pem --accept pki/client.p12 --password env:S", "server"),
            Run(Absent, "--ca ca.pem --accept missing.pem", "server"),
            Run(Absent, "--ca ca.pem --accept good.pem", "server"),
            Run(Empty, "--ca ca.pem --accept empty", "server"),
            Run(Empty, "--ca ca.pem --accept x=", "server"),
            Run(Malformed, "--ca ca.pem --accept text", "server"),
            Run(
                Repeated,
                "--ca ca.pem --accept good.pem --key good.key --accept good.pem --key good.key",
                "server",
            ),
            Run(
                Repeated,
                "--ca ca.pem --accept a=good.pem --key good.key --accept missing.pem",
                "server",
            ),
            Run(Contradicting, "--ca ca.pem --accept none", "server"),
            Run(
                Contradicting,
                "--ca ca.pem --accept good.pem --key good.key --reject x=good.pem --key good.key",
                "server",
            ),
            Run(Contradicting, "--accept good.pem --key good.key --pin {stranger}", "server"),
        ],
    },
    Control {
        name: "key",
        of: PROBE,
        rows: &[
            Run(Right, "--ca ca.pem --accept good.pem --key good.key", "server"),
            Run(Absent, "--ca ca.pem --key good.key --accept pki/client.p12", "server"),
            Run(Absent, "--ca ca.pem --accept good.pem --key missing.key", "server"),
            Run(Empty, "--ca ca.pem --accept good.pem --key empty", "server"),
            Run(Malformed, "--ca ca.pem --accept good.pem --key text", "server"),
            Run(Repeated, "--ca ca.pem --accept good.pem --key good.key --key good.key", "server"),
            Run(Contradicting, "--ca ca.pem --accept good.pem --key stranger.key", "server"),
        ],
    },
    Control {
        name: "password",
        of: PROBE,
        rows: &[
            Run(Right, "--ca ca.pem --accept a=pki/client.p12 --password a=env:S", "server"),
            Run(Absent, "--ca ca.pem --accept a=pki/client.p12", "server"),
            Run(Absent, "--ca ca.pem --accept a=pki/client.p12 --password env:UNSET", "server"),
            Run(Absent, "--ca ca.pem --accept a=pki/client.p12 --password b=env:S", "server"),
            Run(Empty, "--ca ca.pem --accept a=pki/client.p12 --password env:EMPTY", "server"),
            Run(Malformed, "--ca ca.pem --accept a=pki/client.p12 --password nonsense", "server"),
            Run(
                Repeated,
                "--ca ca.pem --accept a=pki/client.p12 --password env:OTHER --password a=env:EMPTY",
                "server",
            ),
            Run(
                Contradicting,
                "--ca ca.pem --accept a=pki/client.p12 --password a=env:OTHER",
                "server",
            ),
        ],
    },
    Control {
        name: "alias",
        of: PROBE,
        rows: &[
            Run(
                Right,
                "--ca ca.pem --accept pki/client.p12 --password env:S --alias client.localhost",
                "server",
            ),
            Run(Absent, "--ca ca.pem --alias client.localhost --accept pki/client.p12", "server"),
            Run(Empty, "--ca ca.pem --accept pki/client.p12 --password env:S --alias ''", "server"),
            Run(
                Malformed,
                "--ca ca.pem --accept good.pem --key good.key --alias nonsense",
                "server",
            ),
            Run(
                Repeated,
                "--ca ca.pem --accept pki/client.p12 --password env:S --alias client.localhost \
                 --alias client.localhost",
                "server",
            ),
            Run(
                Contradicting,
                "--ca ca.pem --accept pki/client.p12 --password env:S --alias nonsense",
                "server",
            ),
        ],
    },
    Control {
        name: "servername",
        of: PROBE,
        rows: &[
            Run(Right, "--ca ca.pem --servername localhost", "server"),
            Run(Absent, "--ca ca.pem --servername localhost", "server-elsewhere"),
            Run(Empty, "--ca ca.pem --servername ''", "server"),
            Run(Malformed, "--ca ca.pem --servername a_b..c", "server"),
            Never(Repeated, ONCE),
            Run(Contradicting, "--ca ca.pem --servername other.example", "server"),
        ],
    },
    Control {
        name: "tls",
        of: PROBE,
        rows: &[
            Run(Right, "--ca ca.pem --tls 1.3", "server"),
            Never(Absent, "a server without that version is in tests/cli/probe.rs"),
            Run(Empty, "--ca ca.pem --tls ''", "server"),
            Run(Malformed, "--ca ca.pem --tls 1.0", "server"),
            Never(Repeated, "several versions are tried, each by itself"),
            Run(Contradicting, "--ca other-ca.pem --tls 1.2", "server"),
        ],
    },
];
