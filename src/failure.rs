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
        "several entries match"
        "The store contains several private keys, and nothing says which one to use."
        "choose one with --alias NAME; inspect lists the names"
    AnswersAlike "answers-alike" Network
        "good and forged calls are answered alike"
        "The good request and the same request without its signature got the same answer, byte for byte. Either nothing is checked, or the receiver answers before it checks, and its answers say nothing."
        "say which text in the body marks a refusal with --refused-body TEXT; if the status is the verdict, say --accepted 2xx"
    CaptureContradicts "capture-contradicts" Input
        "a stored request contradicts itself"
        "The capture stores each request twice, readable and byte for byte, and here the two differ: one was edited. What was signed is unknown, so nothing is checked or sent."
        "undo the edit, or delete the _raw member of that entry to use the readable half"
    CaptureTorn "capture-torn" Input
        "a line of a capture is cut off"
        "The program that wrote it was interrupted in the middle of the line, before its sender was answered. All other lines are read."
        "have it sent again, and delete the line"
    CertificateMissing "certificate-missing" Input
        "there is no certificate"
        "An identity is a certificate and its private key; only a key is here."
        "give the certificate with --cert and its key with --key"
    ClientCertificateLate "client-certificate-late" Network
        "the server asked for a certificate after the handshake"
        "After reading the request it wanted a second handshake, which TLS 1.3 forbids and no current TLS library performs."
        "make the server ask in the first handshake: give what needs a certificate its own host name or port"
    Closed "closed" Network
        "the peer closed the connection"
        "It closed the connection before it answered; the message says when. Proxies, and servers without a matching host, do this."
        "check the peer's log for that moment"
    ClosedPipe "closed-pipe" Output
        "nothing reads the output anymore"
        "The program reading the output has exited, as head does. This is not an error."
        "nothing to do"
    ControlRefused "control-refused" Network
        "the good request itself was refused"
        "Before anything is forged, the good request must be let in. It was not, so the secret, the certificate, the request or the definition of accepted is wrong, and refusals of forged calls would prove nothing."
        "get it accepted with `hookprint replay --resign` first"
    CountDiffers "count-differs" Input
        "the count is not as expected"
        "There are more or fewer than the command was told to expect: one was lost, or added."
        "find out which, or correct the number"
    DemoFailed "demo-failed" Input
        "a step of the demo went wrong"
        "The demo knows what each step should print; one printed something else on this machine."
        "please report it, with the output"
    DiskFull "disk-full" Output
        "the disk is full"
        "There is no space left, or a quota is exhausted. What was complete before is intact."
        "free some space, and run it again"
    Dns "dns" Network
        "the name was not found"
        "The name has no address, or the resolver did not answer."
        "check the spelling and the resolver; --resolve HOST:PORT:ADDRESS works without one"
    EndMarkMissing "end-mark-missing" Input
        "a file of rows is incomplete"
        "Numbered rows end with a mark. Without it, the file was truncated or is still being written, and the number of missing rows is unknown."
        "run that shard again with --resume on its file"
    Exists "exists" Output
        "the file already exists"
        "Existing files are not overwritten by default."
        "choose another name, or allow it with --force"
    FilesNotAllowed "files-not-allowed" Input
        "a capture names a file"
        "A stored request takes its body from a local file. A capture from someone else could name any file and have it sent elsewhere."
        "review the capture, then allow it with --allow-files"
    HttpMalformed "http-malformed" Input
        "the request cannot be written as HTTP"
        "A name or value contains characters that would change the meaning of the message."
        "remove them"
    HttpStatus "http-status" Network
        "the server answered, but not with the file"
        "The status of the answer was not 200."
        "open the URL in a browser, and use the final one"
    InputChanged "input-changed" Input
        "the input changed during the run"
        "One run, or one of several over the same input, read something different from another: their rows do not belong together."
        "make sure nothing changes it, and run everything again"
    Interrupted "interrupted" Network
        "the run was interrupted"
        "It was told to end before everything was tried. What was tried is reported; of the rest nothing is known."
        "run it again, to its end"
    JournalInUse "journal-in-use" Input
        "another run is using the journal"
        "Two runs that write to the same journal would send twice."
        "wait for the other run, or use a separate journal"
    JournalMismatch "journal-mismatch" Input
        "the journal belongs to something else"
        "It was written for another destination, or for requests that are not in this capture."
        "use a new journal for a new capture or destination"
    KeyMismatch "key-mismatch" Input
        "private key belongs to another certificate"
        "The key and the certificate are not a pair, so they cannot complete a handshake."
        "find the key that was created with the certificate request; inspect shows which belong together"
    KeyMissing "key-missing" Input
        "there is no private key"
        "An identity needs its private key, and only certificates were found."
        "export it again with the key, or give the key with --key"
    Malformed "malformed" Input
        "the file is damaged"
        "The format was recognised, but the bytes at that position violate it: the file was truncated, converted as text, or edited."
        "fetch the file again, in binary"
    NotFound "not-found" Input
        "there is no such file"
        "Nothing with that name exists."
        "check the spelling and the folder"
    NotKnown "not-known" Input
        "nothing in the text is known"
        "The text contains no known code, alert, number or message, or is not about TLS, certificates and signatures."
        "paste more of it, including what comes before; explain --list shows what is known"
    NotTls "not-tls" Network
        "the peer does not speak TLS"
        "It answered in another protocol; the message says which, if it can tell. Often this is a plain HTTP port, or a protocol that switches to TLS later."
        "check the port, or name the protocol with --starttls"
    NothingChecked "nothing-checked" Input
        "nothing was checked"
        "No check was selected, or a command found nothing to check. That is not a success, so it is not reported as one."
        "check --list shows what can be selected"
    Offline "offline" Network
        "network access was forbidden"
        "--offline was given, and this needs the network."
        "leave out --offline"
    OutcomeUnknown "outcome-unknown" Network
        "it is unknown whether it arrived"
        "An earlier run sent it, and ended before it read an answer."
        "check the receiver; --resend-unknown sends it again"
    OwnLimit "own-limit" Network
        "a limit of this process was reached"
        "It may not use more memory or open more files. This is not the peer's fault."
        "run fewer at once, or allow more: --max-memory, --jobs, ulimit -n"
    PasswordRequired "password-required" Input
        "a password is needed"
        "The file is encrypted, and none was given."
        "give it with --password file:PATH, env:NAME or prompt"
    PasswordWrong "password-wrong" Input
        "wrong password"
        "The file is intact, and none of the given passwords opens it."
        "give the right one; a final newline or space in its file counts"
    Permission "permission" Input
        "no permission to read it"
        "The file exists, but this user may not read it."
        "run as a user who may read it, or share the file with a common group"
    Proxy "proxy" Network
        "the proxy did not connect"
        "The proxy could not be used, or refused to connect to the target."
        "check the proxy's address, password and rules"
    Refused "refused" Network
        "the connection was refused"
        "The machine answered that nothing listens on that port, or a firewall answered for it."
        "check the port, and whether the server runs"
    Reset "reset" Network
        "the peer reset the connection"
        "It ended abruptly; the message says when. Crashed servers and firewalls do this."
        "check the peer's log for that moment"
    ResumeMismatch "resume-mismatch" Usage
        "the file belongs to something else"
        "A run can only continue rows of the same part of the same input, with the same options. These are from something else, from an input that has changed, or do not say where they come from."
        "give another file, or remove this one to start over"
    SecretEmpty "secret-empty" Usage
        "the secret is empty"
        "Anyone can sign with an empty key."
        "check the variable or file it comes from"
    SecretMalformed "secret-malformed" Input
        "the secret does not have the form that the scheme needs"
        "It is not in the encoding that the scheme prescribes, or it is a public key, which anyone can have."
        "copy it again from the provider's page, in full and with its prefix"
    SecretPublished "secret-published" Input
        "a published key set contains a secret key"
        "A set of public keys contains a shared secret: anyone who reads it could sign."
        "tell the issuer to withdraw it"
    ShardDouble "shard-double" Input
        "a shard appears twice"
        "Two files claim to be the same part of the input, or contain the same record."
        "give one file per shard"
    ShardMissing "shard-missing" Input
        "a shard is missing"
        "Not all parts of the input were completed, so these are not the rows of a whole run."
        "run the missing shards, and merge again"
    SignatureIncomplete "signature-incomplete" Input
        "something to be signed is missing"
        "The signature covers something that the request does not have."
        "add it, or leave out its component"
    SignedBodyUnknown "signed-body-unknown" Input
        "the signed body was not found"
        "No change tried on the body makes the signature match, so there is nothing to write."
        "compare the secret first, then search longer with --diagnose-time"
    StarttlsRefused "starttls-refused" Network
        "the server did not switch to TLS"
        "It was asked for TLS in its own protocol, and refused or said something else."
        "check that it speaks this protocol and offers TLS on this port"
    StateInUse "state-in-use" Input
        "another run is using the state file"
        "Two runs that keep their state in the same file would overwrite each other."
        "wait for the other run, or give each policy its own state file"
    StoppedEarly "stopped-early" Network
        "the run was stopped"
        "The first requests were all refused for the same reason, so the rest would be too."
        "fix the cause, then run again with the same journal"
    Timeout "timeout" Network
        "it took too long"
        "Nothing arrived in time; the message says when."
        "allow more time with --timeout, or check whether a firewall drops packets"
    TlsAlert "tls-alert" Network
        "the peer ended TLS with an alert"
        "The alert says why, in the words of RFC 8446 section 6."
        "read the message: it explains the alert"
    TlsError "tls-error" Network
        "the TLS handshake failed"
        "The peer violated the protocol, or there is no common version or algorithm."
        "check which versions and algorithms the peer allows"
    TooLarge "too-large" Input
        "too large"
        "It is larger than the limit given in the message, which keeps memory bounded."
        "check that it is the right file"
    Unclear "unclear" Network
        "it is unclear whether it was let in"
        "The answer, or silence, of the server fits both: a status that may be about the certificate or about the request, with nothing to compare it with; or it has stopped letting good requests in, and may be limiting their rate. Of a trust file: what is known of a provider does not say which authority it presents."
        "give an identity that must be accepted with --accept, and a request that is answered 2xx with --method, --payload or --resign"
    Unreachable "unreachable" Network
        "the address cannot be reached"
        "There is no route to it from this machine."
        "check the network, and the address family with -4 or -6"
    Unreadable "unreadable" Input
        "it cannot be read"
        "The operating system refused to read it; the message quotes its error."
        "check the file and the disk"
    Unrecognised "unrecognised" Input
        "its format is not known"
        "No supported format starts like this."
        "check that it is the right file; the command's --help lists the formats"
    Unsupported "unsupported" Input
        "an algorithm or feature is not supported"
        "The file is intact, but uses something that is not supported; the message names it."
        "convert it with the program that created it"
    Untrusted "untrusted" Network
        "the server is not trusted"
        "Its certificate does not lead to a trust anchor, is for another name, or has expired. Nothing was sent."
        "give its authority with --ca FILE, or its certificate with --pin"
    Usage "usage" Usage
        "the command line is wrong"
        "Nothing was done."
        "see the command's --help"
    VariableUnknown "variable-unknown" Input
        "a variable has no value"
        "A stored request uses a variable that neither the command line nor the file sets."
        "give it with --var NAME=VALUE"
    Write "write" Output
        "it cannot be written"
        "The operating system refused to write it; the message quotes its error."
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
