//! Failures: why a thing could not be looked at. Each code is one row of the table below.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Who has to act on a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A file or value was there but could not be understood.
    Input,
    /// A peer could not be reached, or did not speak as expected.
    Network,
    /// The report could not be written.
    Output,
    /// The command line is wrong; nothing was done.
    Usage,
}

/// One row of the table of failures.
#[derive(Debug)]
pub struct Row {
    /// The code.
    pub failure: Failure,
    /// The code as it is written.
    pub id: &'static str,
    /// Who has to act, unless the situation says otherwise.
    pub kind: Kind,
    /// A few words.
    pub title: &'static str,
    /// What it means, for people who meet it at night.
    pub explanation: &'static str,
    /// What to do, where the message has nothing better to say.
    pub remedy: &'static str,
}

macro_rules! failures {
    ($($failure:ident $id:literal $kind:ident $title:literal $explanation:literal $remedy:literal)*) => {
        /// Why something could not be looked at. The code is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Failure {
            $(#[doc = $title] $failure,)*
        }

        /// Every failure there is, in the order of the codes.
        pub const FAILURES: &[Row] = &[$(Row {
            failure: Failure::$failure,
            id: $id,
            kind: Kind::$kind,
            title: $title,
            explanation: $explanation,
            remedy: $remedy,
        },)*];
    };
}

failures! {
    AliasAmbiguous "alias-ambiguous" Input
        "several entries could be meant"
        "The store holds several private keys, and nothing says which one is to be used."
        "choose one with --alias NAME; inspect lists the names"
    AnswersAlike "answers-alike" Network
        "good and forged calls are answered alike"
        "The good request and the same without its signature got the same answer, byte for byte. Either nothing is checked, or the receiver answers before it checks: then its answers say nothing."
        "say by which word of the body a refusal is told: --refused-body TEXT; where the status is the verdict: --accepted 2xx"
    CaptureContradicts "capture-contradicts" Input
        "a stored request contradicts itself"
        "A request is in the capture twice, readable and byte for byte, and the two differ: somebody edited one of them. What was signed cannot be told, so nothing is judged or sent."
        "undo the edit, or delete the member _raw of that entry to let the readable half count"
    CaptureTorn "capture-torn" Input
        "a line of a capture is cut off"
        "Whoever wrote it was interrupted in the middle of the line, before its sender was answered. All other lines are read."
        "have it sent again, and delete the line"
    CertificateMissing "certificate-missing" Input
        "there is no certificate"
        "An identity is a certificate and its private key; only a key is here."
        "give the certificate with --cert and its key with --key"
    ClientCertificateLate "client-certificate-late" Network
        "the server asked for a certificate in the middle of the connection"
        "After reading the request it wanted a second handshake, which TLS 1.3 forbids and no current TLS library makes."
        "have the server ask in the first handshake: give what needs a certificate a host name or port of its own"
    Closed "closed" Network
        "the peer closed the connection"
        "It closed the connection before it answered; the message says in which phase. Proxies and servers without a matching host do so."
        "look at the peer's log for that moment"
    ClosedPipe "closed-pipe" Output
        "nobody reads the output any more"
        "The program that read our output has ended, as head does. That is not an error."
        "nothing needs to be done"
    ControlRefused "control-refused" Network
        "the good request itself was refused"
        "Before anything is forged, the good request must be let in. It was not: the secret, the certificate, the request or what counts as accepted is another one, and refusals of forged calls would prove nothing."
        "send it with `hookprint replay --resign` until it is let in"
    CountDiffers "count-differs" Input
        "not as many as expected"
        "The run was told how many there must be, and there are more or fewer: one was lost, or added."
        "find out which one, and correct the number"
    DemoFailed "demo-failed" Input
        "a step of the demo went wrong"
        "The demo knows what each of its steps must say; one said something else on this machine."
        "please report it with the output"
    DiskFull "disk-full" Output
        "the disk is full"
        "There is no room, or a quota is used up. What was complete before stays as it was."
        "make room, and run it again"
    Dns "dns" Network
        "the name was not found"
        "No address belongs to the name, or the resolver did not answer."
        "check the spelling and the resolver; --resolve HOST:PORT:ADDRESS works without one"
    EndMarkMissing "end-mark-missing" Input
        "a file of rows has no end"
        "Numbered rows end with a mark. Without it the file was cut off, or whoever writes it is not done, and nothing tells how many rows are missing."
        "run that shard again, with --resume where its file is"
    Exists "exists" Output
        "the file already exists"
        "Nothing that exists is overwritten unasked."
        "choose another name, or allow it with --force"
    FilesNotAllowed "files-not-allowed" Input
        "a capture names a file"
        "A stored request takes its body from a file of this machine. A capture from somebody else could name any file and have it sent to others."
        "look at the capture first, then allow it with --allow-files"
    HttpMalformed "http-malformed" Input
        "the request cannot be written as HTTP"
        "A name or value has characters that would change the meaning of the message."
        "remove them"
    HttpStatus "http-status" Network
        "the server answered, but not with the file"
        "The answer had a status other than 200."
        "open the address in a browser, and use the final one"
    InputChanged "input-changed" Input
        "the input changed in the meantime"
        "What one run, or one of several over the same input, looked at is not what another did: their rows do not belong together."
        "let nobody change it, and run all of it again"
    JournalInUse "journal-in-use" Input
        "another run is using the journal"
        "Two runs that write into the same journal would send twice."
        "wait for the other one, or use a journal of its own"
    JournalMismatch "journal-mismatch" Input
        "the journal belongs to something else"
        "It is about another destination, or about requests that are not those of the capture."
        "use a new journal for a new capture or destination"
    KeyMismatch "key-mismatch" Input
        "private key belongs to another certificate"
        "The key and the certificate do not form a pair, so no handshake can be made with them."
        "find the key that was made with the certificate request; inspect shows which belong together"
    KeyMissing "key-missing" Input
        "there is no private key"
        "An identity needs its private key; only certificates are here."
        "export again, with the key, or give it with --key"
    Malformed "malformed" Input
        "the file is damaged"
        "The format was recognised, but the bytes at that place do not follow it: the file was cut off, converted as text, or edited."
        "fetch the file again, in binary"
    NotFound "not-found" Input
        "there is no such file"
        "Nothing of that name exists."
        "check the spelling and the folder"
    NotKnown "not-known" Input
        "nothing in it is known"
        "No code, alert, number or message of the tables stands in the text, or it is about something else than TLS, certificates and signatures."
        "paste more of it, also what stands before; explain --list shows what is known"
    NotTls "not-tls" Network
        "the peer does not speak TLS"
        "What came back is something else; the message says what, where it can tell. Often it is the port of plain HTTP, or of a protocol that switches to TLS first."
        "check the port, or name the protocol with --starttls"
    NothingChecked "nothing-checked" Input
        "nothing was looked at"
        "No check was chosen, or a command found nothing to look at. That nothing is wrong with nothing is no good news, so it is not reported as one."
        "check --list shows what there is to choose"
    Offline "offline" Network
        "network access was forbidden"
        "--offline was given, and this needs the network."
        "leave out --offline"
    OutcomeUnknown "outcome-unknown" Network
        "nobody knows whether it arrived"
        "An earlier run sent it and ended before it had read an answer."
        "look at the receiver; --resend-unknown sends it again"
    OwnLimit "own-limit" Network
        "a limit of this process was reached"
        "It may use no more memory, or open no more files; the peer has nothing to do with it."
        "let fewer run at once, or allow more: --max-memory, --jobs, ulimit -n"
    PasswordRequired "password-required" Input
        "a password is needed"
        "The file is encrypted, and none was given."
        "give it with --password file:PATH, env:NAME or prompt"
    PasswordWrong "password-wrong" Input
        "wrong password"
        "The file is intact, and none of the passwords that were given opens it."
        "give the right one; a final newline or a blank in its file counts"
    Permission "permission" Input
        "no permission to read it"
        "The file exists, but this user may not read it."
        "run as a user who may, or give the file to a group that both users are in"
    Proxy "proxy" Network
        "the proxy did not connect"
        "The proxy could not be used, or refused to connect to the target."
        "check the address, the password and the rules of the proxy"
    Refused "refused" Network
        "the connection was refused"
        "The machine answered that nothing listens on that port, or a firewall said so in its place."
        "check the port, and whether the server runs"
    Reset "reset" Network
        "the peer broke the connection"
        "It ended abruptly; the message says in which phase. Crashed servers and firewalls do so."
        "look at the peer's log for that moment"
    ResumeMismatch "resume-mismatch" Usage
        "the file belongs to something else"
        "A run can only go on with rows of the same part of the same input, looked at in the same way. These are of other ones, or of an input that has changed since, or nothing says of what they are."
        "give another file, or remove this one to begin again"
    SecretEmpty "secret-empty" Usage
        "the secret is empty"
        "Anyone can sign with an empty key."
        "check the variable or file that it comes from"
    SecretMalformed "secret-malformed" Input
        "the secret is not of the form that the scheme needs"
        "It is not in the encoding that the scheme prescribes, or it is a public key, which everybody has."
        "copy it again from the provider's page, whole, with its prefix"
    SecretPublished "secret-published" Input
        "a published key set holds a secret key"
        "A set of public keys holds a shared secret: whoever reads it could sign."
        "tell the issuer, who has to withdraw it"
    ShardDouble "shard-double" Input
        "a shard is there twice"
        "Two files say that they are the same part of the input, or hold the same record."
        "give one file for each shard"
    ShardMissing "shard-missing" Input
        "a shard is not there"
        "Not all parts of the input were looked at to the end, so the rows are not those of a whole run."
        "run what is missing, and merge again"
    SignatureIncomplete "signature-incomplete" Input
        "something that is to be signed is missing"
        "The signature covers a part that the request does not have."
        "add the part, or leave out its component"
    SignedBodyUnknown "signed-body-unknown" Input
        "the signed body was not found"
        "No change of the body that was tried makes the signature match, so there is none to write."
        "compare the secret first, then search longer with --diagnose-time"
    StarttlsRefused "starttls-refused" Network
        "the server did not switch to TLS"
        "It was asked for TLS in its own protocol and said no, or said something else."
        "check that it speaks this protocol and offers TLS on this port"
    StateInUse "state-in-use" Input
        "another run is using the state"
        "Two runs that keep their state in the same file would each undo what the other one says."
        "wait for the other one, or give each policy a state of its own"
    StoppedEarly "stopped-early" Network
        "the run was stopped"
        "The first requests were all refused for the same reason, so the others would have been, too."
        "fix the cause, then run again with the same journal"
    Timeout "timeout" Network
        "it took too long"
        "Nothing arrived in time; the message says in which phase."
        "allow more time with --timeout, or check whether a firewall drops packets"
    TlsAlert "tls-alert" Network
        "the peer ended TLS with an alert"
        "The alert says what it did not like, in the words of RFC 8446 section 6."
        "read the message: it explains the alert"
    TlsError "tls-error" Network
        "the TLS handshake failed"
        "The peer broke the protocol, or both have no version or algorithm in common."
        "check which versions and algorithms the peer allows"
    TooLarge "too-large" Input
        "too large"
        "It is larger than the limit for its kind, which the message gives. That keeps memory bounded."
        "check that it is the right file"
    Unclear "unclear" Network
        "whether it was let in cannot be told"
        "The server answered, or kept silent, in a way that fits both: a status that may be about the certificate or about the request, and nothing to compare it with; or it has stopped to let good requests in, and may refuse whoever asks so often."
        "give an identity that must get in with --accept, and a request that is answered 2xx with --method, --payload or --resign"
    Unreachable "unreachable" Network
        "the address cannot be reached"
        "No route leads there from this machine."
        "check the network, and whether the address is of the right family with -4 or -6"
    Unreadable "unreadable" Input
        "it cannot be read"
        "The system refused to read it; the message quotes it."
        "check the file and the disk"
    Unrecognised "unrecognised" Input
        "its format is not known"
        "No format that is read here begins like that."
        "check that it is the right file; the help of the command lists the formats"
    Unsupported "unsupported" Input
        "an algorithm or feature is not supported"
        "The file is intact, but uses something that is not read here; the message names it."
        "convert it with the program that wrote it"
    Untrusted "untrusted" Network
        "the server is not trusted"
        "Its certificate does not lead to a trust anchor, is for another name, or has expired. Nothing was sent."
        "name its authority with --ca FILE, or its certificate with --pin"
    Usage "usage" Usage
        "the command line is wrong"
        "Nothing was done."
        "read the help of the command"
    VariableUnknown "variable-unknown" Input
        "a variable has no value"
        "A stored request names a variable that neither the command line nor the file sets."
        "give it with --var NAME=VALUE"
    Write "write" Output
        "it cannot be written"
        "The system refused to write it; the message quotes it."
        "check the folder and its permissions"
}

impl Failure {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &FAILURES[self as usize]
    }

    /// As it is written.
    pub fn id(self) -> &'static str {
        self.row().id
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Failure {
    type Err = ();

    /// The failure of that code.
    fn from_str(id: &str) -> Result<Self, ()> {
        FAILURES.iter().find(|row| row.id == id).map(|row| row.failure).ok_or(())
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Cow::<str>::deserialize(deserializer)?;
        id.parse().map_err(|()| de::Error::custom(format!("no failure is called {id}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_in_order_and_rows_are_found() {
        let ids: Vec<_> = FAILURES.iter().map(|row| row.id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        for row in FAILURES {
            let id = row.id;
            assert!(id.chars().all(|char| char.is_ascii_lowercase() || char == '-'), "{id}");
            assert_eq!((row.failure.row().id, id.parse()), (id, Ok(row.failure)));
            assert!(row.explanation.ends_with('.') && !row.remedy.ends_with('.'), "{id}");
        }
    }
}
