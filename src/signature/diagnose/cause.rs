//! What a diagnosis says: the words of one cause, and hints for the receiver's code.

use serde::{Serialize, Serializer};

/// Language or framework, and the line that does it right there.
pub type Hint = (&'static str, &'static str);

/// The words of one row. `{before}` and `{after}` stand for lengths in bytes.
#[derive(Debug)]
pub struct Advice {
    /// Stable name of the change, for example `body-final-newline-removed`.
    pub name: &'static str,
    /// What has to be done to make it match.
    pub message: &'static str,
    /// How it came about.
    pub why: &'static str,
    /// What to change.
    pub help: &'static str,
    /// The lines that repair the receiver.
    pub code: &'static [Hint],
}

/// One change that, alone or with the others of the same diagnosis, makes the signature match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Stable name of the change.
    pub change: String,
    /// What has to be done to make it match.
    pub message: String,
    /// How it came about.
    pub why: String,
    /// The next step, the command first where there is one.
    pub help: String,
    /// The command that turns the payload's file into what was signed.
    pub command: Option<String>,
    /// The lines that repair the receiver.
    #[serde(serialize_with = "lines")]
    pub code: &'static [Hint],
}

fn lines<S: Serializer>(code: &&'static [Hint], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(code.iter().map(|(language, line)| format!("{language}: {line}")))
}

/// Stands for the payload where it has no file of its own.
pub const NO_FILE: &str = "BODY";

impl Advice {
    /// The cause, with its places filled.
    pub(super) fn cause(&self, before: usize, after: usize) -> Cause {
        let fill = |text: &str| {
            text.replace("{before}", &before.to_string()).replace("{after}", &after.to_string())
        };
        Cause {
            change: self.name.to_owned(),
            message: fill(self.message),
            why: fill(self.why),
            help: fill(self.help),
            command: None,
            code: self.code,
        }
    }
}

impl Cause {
    /// The same with the command that repairs the file.
    pub(super) fn repaired_by(self, command: String) -> Self {
        let help = format!("{command}, and {}", self.help);
        Self { help, command: Some(command), ..self }
    }
}

/// A path as one word of a POSIX shell, which no program takes for an option.
pub(super) fn path_word(path: &str) -> String {
    match path.starts_with('-') {
        true => quoted(&format!("./{path}")),
        false => quoted(path),
    }
}

/// Text as one word of a POSIX shell.
pub(super) fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-+,:@%=".contains(&byte);
    match !path.is_empty() && path.bytes().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

/// The body as it arrived, before any parser.
pub(super) const RAW_BODY: &[Hint] = &[
    ("Express", "app.use(express.raw({ type: '*/*' }))  // req.body is a Buffer"),
    ("Flask", "request.get_data()"),
    ("Django", "request.body"),
    ("Go", "io.ReadAll(r.Body)"),
    ("PHP", "file_get_contents('php://input')"),
    ("Rails", "request.raw_post"),
    ("Spring", "@RequestBody byte[] body"),
];

/// A key that is written in base64.
pub(super) const BASE64_KEY: &[Hint] = &[
    ("Node", "Buffer.from(secret.replace(/^whsec_/, ''), 'base64')"),
    ("Python", "base64.b64decode(secret.removeprefix('whsec_'))"),
    ("Go", "base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, \"whsec_\"))"),
    ("PHP", "base64_decode(preg_replace('/^whsec_/', '', $secret))"),
];

/// A key that is written in hex.
pub(super) const HEX_KEY: &[Hint] = &[
    ("Node", "Buffer.from(secret, 'hex')"),
    ("Python", "bytes.fromhex(secret)"),
    ("Go", "hex.DecodeString(secret)"),
    ("PHP", "hex2bin($secret)"),
];

/// A key that is the text of the secret.
pub(super) const TEXT_KEY: &[Hint] = &[
    ("Node", "crypto.createHmac('sha256', secret)  // the text itself"),
    ("Python", "hmac.new(secret.encode(), body, 'sha256')"),
    ("Go", "hmac.New(sha256.New, []byte(secret))"),
];

/// A secret without blanks around it.
pub(super) const TRIMMED: &[Hint] = &[
    ("Node", "secret.trim()"),
    ("Python", "secret.strip()"),
    ("Go", "strings.TrimSpace(secret)"),
    ("PHP", "trim($secret)"),
];

/// A signature in hex.
pub(super) const HEX_SIGNATURE: &[Hint] = &[
    ("Node", ".digest('hex')"),
    ("Python", ".hexdigest()"),
    ("Go", "hex.EncodeToString(mac.Sum(nil))"),
    ("PHP", "hash_hmac('sha256', $body, $secret)"),
];

/// A signature in base64.
pub(super) const BASE64_SIGNATURE: &[Hint] = &[
    ("Node", ".digest('base64')"),
    ("Python", "base64.b64encode(mac.digest())"),
    ("Go", "base64.StdEncoding.EncodeToString(mac.Sum(nil))"),
    ("PHP", "base64_encode(hash_hmac('sha256', $body, $secret, true))"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_one_word_of_a_shell() {
        assert_eq!(quoted("a/body.json"), "a/body.json");
        assert_eq!(quoted("it's $(x)"), "'it'\\''s $(x)'");
        assert_eq!(path_word("-n"), "./-n");
        assert_eq!(path_word("-n x"), "'./-n x'");
        assert_eq!(quoted("--json"), "--json");
        assert_eq!(quoted(""), "''");
    }
}
