//! Findings: what is wrong with a thing that was looked at. Each code is one row of the table below.

mod code;
mod found;
mod severity;
mod status;

pub use found::Finding;
pub use severity::Severity;
pub use status::Status;

/// One row of the table of findings.
#[derive(Debug)]
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The code as it is written.
    pub id: &'static str,
    /// Severity unless the situation says otherwise.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// What it means and what to do, for people who meet it at night.
    pub explanation: &'static str,
}

macro_rules! rules {
    ($($code:ident $id:literal $severity:ident $title:literal $explanation:literal)*) => {
        /// What can be wrong. The code is stable; `--allow` and `explain` take it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        /// Every finding there is, in the order of the codes.
        pub const RULES: &[Rule] = &[$(Rule {
            code: Code::$code,
            id: $id,
            severity: Severity::$severity,
            title: $title,
            explanation: $explanation,
        },)*];
    };
}

rules! {
    CertificateExpired "certificate-expired" Critical
        "certificate has expired"
        "Its validity has ended. Peers that check will refuse it. Install the renewed certificate and remove this one."
    CertificateForeign "certificate-foreign" Critical
        "the signing certificate is not the sender's"
        "Some senders sign with a certificate and give its URL in each request. This request gives a URL at which the sender publishes none, so anyone could have published that certificate. Nothing is fetched from there."
    CertificateExpiresSoon "certificate-expires-soon" Warning
        "certificate expires soon"
        "Its validity ends within --warn (or --crit, which makes it critical). The defaults are 30 and 7 days, but at most a third and a tenth of the certificate's lifetime. Renew it, and tell anyone who pins it."
    RenewalBreaksPin "renewal-breaks-pin" Warning
        "peers that pin the old certificate refuse the new one"
        "A thumbprint identifies one certificate: a peer that pins it refuses the next one until its thumbprint is added. Critical if pins were given and none matches the new certificate. Add the new thumbprint next to the old one, switch, then remove the old one."
    RenewalLosesName "renewal-loses-name" Critical
        "the new certificate lacks a name of the old one"
        "Peers that ask for this name, or compare it, refuse the new certificate. Have it reissued with all names."
    RenewalLosesPurpose "renewal-loses-purpose" Critical
        "the new certificate lacks a purpose of the old one"
        "Usually clientAuth: public authorities are ceasing to issue it, and a peer that asks for a client certificate then refuses the new one. Get it from an authority that still issues it."
    RenewalIssuerNew "renewal-issuer-new" Warning
        "a different authority issued the new certificate"
        "Peers that trust only the old authority, or compare the issuer's name, refuse the new certificate until they trust the new authority too."
    RenewalWeaker "renewal-weaker" Warning
        "the new key or signature is weaker than the old one"
        "A renewal should not be weaker than what it replaces. An old template may have been used."
    RenewalGap "renewal-gap" Critical
        "the new certificate starts after the old one ends"
        "In between, neither certificate is valid and no peer accepts either. Have it reissued with an earlier start date."
    RenewalUnreadable "renewal-unreadable" Critical
        "the provider does not accept the new file"
        "Its upload form wants another format, exactly one key, or a password; the message says which, and where that is documented."
    RenewalMissing "renewal-missing" Warning
        "a certificate has no replacement"
        "OLD contains it, and NEW contains nothing with its name, subject or key. Either it is no longer needed, or it was forgotten."
    TrustMissing "trust-missing" Critical
        "the trust file does not accept what the provider presents"
        "The authority of the provider's client certificate is not in this file. Wherever the file is in use, the provider's calls are refused. Add the authority to the others."
    TrustMissingNext "trust-missing-next" Warning
        "the trust file will not accept what the provider announced"
        "The provider has announced the day from which it presents a certificate from another authority, which is not in this file. Critical 14 days before. Add the new authority now, and remove the old one after that day."
    AnchorExpired "anchor-expired" Warning
        "a trust anchor has expired"
        "OpenSSL and most other libraries refuse chains that lead to it. Replace it with its successor."
    AnchorNotCa "anchor-not-ca" Warning
        "a certificate in a trust file is not an authority"
        "By its own extensions it may not issue certificates. At most it vouches for itself, and only with libraries that accept partial chains. Often a peer's certificate was put where its authority's belongs."
    CertificateNotYetValid "certificate-not-yet-valid" Critical
        "certificate is not valid yet"
        "Its validity starts later. It was issued ahead of time, or this machine's clock is slow."
    KeyMismatch "key-mismatch" Critical
        "private key belongs to another certificate"
        "The key and the certificate are not a pair. Usually a renewal created a new key, or two files were mixed up. No peer will accept the handshake."
    PinMismatch "pin-mismatch" Critical
        "no certificate matches a pin"
        "No accepted thumbprint belongs to the certificate, its key or an intermediate. Either the certificate was renewed and the new thumbprint must be added, or someone else is answering."
    SignatureMismatch "signature-mismatch" Critical
        "signature does not match"
        "The payload, secret or scheme differs from what the sender used. The diagnosis says which change makes it match, if one does."
    ChallengeRefused "challenge-refused" Critical
        "a check of the URL was refused"
        "Providers check a URL before they send the first webhook; the check is signed, or names a token that both sides know. This one did not name it, or wants something signed that is not a token and could be a forged delivery: the caller is not the provider, or a different token is registered there."
    SignatureMissing "signature-missing" Critical
        "no signature"
        "The header that carries the signature is missing, or contains nothing of the expected form. Some senders leave it out when no secret is set."
    SignatureMalformed "signature-malformed" Critical
        "signature cannot be read"
        "The value does not have the encoding or length that the scheme uses."
    SignatureStale "signature-stale" Critical
        "signature is right but too old"
        "The signed time is further in the past than --tolerance allows: a late delivery, a replay attack, or a captured request checked without --at."
    SignatureInFuture "signature-in-future" Critical
        "signature is right but from the future"
        "The signed time is ahead of this machine's clock by more than --tolerance. One of the two clocks is wrong."
    AlgorithmMismatch "algorithm-mismatch" Critical
        "the algorithm header is missing or wrong"
        "The scheme requires a header that names the algorithm, and it is missing or says something else. The signature must not be compared then."
    TokenInvalid "token-invalid" Critical
        "bearer token is not valid"
        "The token's signature, audience, issuer, address or time is wrong; the message says which."
    StatusUnexpected "status-unexpected" Critical
        "unexpected HTTP status"
        "The receiver answered with a status that is not in --expect."
    ClientCertificateRefused "client-certificate-refused" Critical
        "the client certificate was refused"
        "The TLS peer ended the connection because of the client certificate, or because there was none. The message says who refused, when, and the likely causes in order."
    ClientCertificateNotEnforced "client-certificate-not-enforced" Critical
        "callers without a client certificate are let in"
        "The endpoint treats a caller without a client certificate like one with: it does not ask, or asks and does not insist. Anyone who knows the URL can post to it, unless the application checks the caller itself."
    ClientCertificateNotVerified "client-certificate-not-verified" Critical
        "a client certificate that must be refused is let in"
        "A certificate made a moment ago, or one named with --reject, was let in: the server wants a certificate, but does not check its owner, issuer, dates or purpose. openssl s_server -Verify without -verify_return_error, nginx with optional_no_ca and Node with rejectUnauthorized: false behave like this."
    EnforcementDiffers "enforcement-differs" Critical
        "client certificates are not handled as they should be everywhere"
        "Addresses or TLS versions disagree on whether a client certificate is required, all of them differ from --expect, or what --until waits for did not happen. The weakest one counts, because callers choose the address and the version. Often one node has an old configuration, or only one of two servers on a port was changed."
    ResumptionDiffers "resumption-differs" Critical
        "a resumed session is treated differently"
        "TLS sessions can be resumed without checking the certificate again. Here that lets in, or keeps out, a caller whom a full handshake treats differently: sessions created at one server are accepted by another that asks for more."
    RotationGap "rotation-gap" Critical
        "one certificate of a rotation is accepted and the other is not"
        "Both should be accepted, and at this address one is not: callers that have switched, or callers that have not yet, are turned away. Load the authority, or the pin, of both on every node before anyone switches."
    ForgedAccepted "forged-accepted" Critical
        "a call that must be refused was let in"
        "It differed from the good request in one thing, which the message names, and got the same answer. Anyone who knows this can send such calls. Info for what a receiver may let in by design, such as a compressed body."
    GoodRefused "good-refused" Critical
        "a valid call was refused"
        "It was signed as the sender signs, in a form that senders use: with two signatures while the secret is being changed, or in chunks. When the sender does that, calls are lost."
    SecretEchoed "secret-echoed" Critical
        "an answer contains the secret"
        "An answer to a forged call contained the secret, or the signature that would have been right for the call: any caller can sign from then on."
    RotationImpossible "rotation-impossible" Critical
        "the dates of a rotation cannot work"
        "The old certificate expires before the new one may be used, or the new one expires before the rotation is over: on some day no certificate is accepted. Change the dates of the phases, or have another certificate issued."
    OldStillAccepted "old-still-accepted" Warning
        "the old certificate is still accepted"
        "The rotation is over, and the old certificate, or its pin, is still accepted here: anyone who has its key gets in until it expires. Critical 14 days after the day it should have been dropped. Remove it there."
    RenewedNotServed "renewed-not-served" Critical
        "the renewed certificate is not being served"
        "The file has contained a certificate other than the one being served for longer than the grace period. Usually it was renewed and the server was not reloaded."
    SideDoorOpen "side-door-open" Critical
        "there is a way in without a client certificate"
        "The main entrance demands one, but another way to the same application does not: another name, no name, the bare address, or plain HTTP."
    ClientCertificateMissing "client-certificate-missing" Critical
        "the caller sent no client certificate"
        "One was required. Many clients silently send none when the receiver does not list their issuer or their key's signature scheme; others were not given one, or a proxy in between terminated TLS."
    PurposeMissing "purpose-missing" Critical
        "certificate is not valid for this purpose"
        "The extended key usage does not list the purpose it is used for (clientAuth for a client, serverAuth for a server). Public CAs no longer issue clientAuth: order client certificates from a private CA."
    ChainIncomplete "chain-incomplete" Warning
        "an intermediate certificate is missing"
        "The issuer of a certificate is neither in the chain nor a trust anchor. Browsers fetch it; webhook senders and receivers do not. Add the intermediate to the file."
    ChainInvalid "chain-invalid" Critical
        "a certificate in the chain breaks a rule"
        "A certificate breaks a rule of RFC 5280; the message says which. Some TLS libraries accept it anyway and others refuse it, so it works with one peer and not with the next. Have the certificate reissued."
    IssuerUnknown "issuer-unknown" Warning
        "the issuer is not trusted"
        "The chain ends at a certificate authority that is not among the trust anchors. Give a private CA with --ca."
    NameMismatch "name-mismatch" Warning
        "certificate is for another name"
        "The requested name is not among the subject alternative names. The common name does not count (RFC 9525)."
    KeyMissing "key-missing" Critical
        "there is no private key"
        "An identity needs its private key, and only certificates were found. Export it again, with the key."
    ProviderRefuses "provider-refuses" Critical
        "the provider will not accept it"
        "This file does not fit what the provider documents about its upload form, or about the certificate it presents. The message says what, and the help says where that is written and when it was read."
    ChainOutOfOrder "chain-out-of-order" Warning
        "certificates are in the wrong order"
        "Each certificate should be followed by its issuer. Some webhook senders refuse anything else."
    SelfSigned "self-signed" Warning
        "certificate is self-signed"
        "It vouches only for itself; a peer accepts it only if it already trusts this very certificate."
    KeyWeak "key-weak" Warning
        "key is weak"
        "The key is below today's minimum (2048 bits for RSA and DSA, 224 bits for elliptic curves), or of a type no longer used."
    SignatureWeak "signature-weak" Warning
        "certificate is signed with a broken digest"
        "MD2, MD5 and SHA-1 signatures can be forged, and current TLS libraries refuse them."
    ProtocolObsolete "protocol-obsolete" Warning
        "the server speaks only obsolete TLS"
        "The server speaks TLS 1.0 or 1.1 (RFC 8996), or only key exchanges without forward secrecy or cipher suites that current clients no longer offer."
    SignatureReplayUnbounded "signature-replay-unbounded" Warning
        "the same call was accepted twice"
        "A call sent again, byte for byte, got the same answer as the first. Without a signed time it can be sent again forever; with one, for as long as the tolerance. Info with --replay-allowed, for receivers that deduplicate after they answer."
    ToleranceWide "tolerance-wide" Warning
        "calls that are too old are accepted"
        "A call signed longer ago than the tolerance was let in. The message says which ages were tried: twice the tolerance, an hour and a day. A call accepted after a day is forged-accepted."
    ServerError "server-error" Warning
        "a forged call made the server fail"
        "It was refused, but by accident: with a server error (5xx) instead of a refusal. What crashes today may pass in the next version."
    ChallengeReflected "challenge-reflected" Warning
        "a challenge is echoed as a web page"
        "The check of a URL was answered with its own text, as HTML or without a content type: anyone can craft a link that runs a script under the endpoint's name. Answer as text/plain or JSON, and only to callers who may ask."
    BaselineStale "baseline-stale" Warning
        "an entry of the baseline is out of date"
        "An entry of the file has expired, or names something that is no longer found. Review what is accepted from time to time."
    ThumbprintDiffers "thumbprint-differs" Warning
        "not every address serves the same certificate"
        "Different addresses or attempts returned different certificates: one node was not renewed, or several certificates are in use. Pin all of them until they agree."
    PossessionUnproven "possession-unproven" Warning
        "the peer did not prove that it holds the key"
        "Anyone can copy a certificate. Without a valid handshake signature, the thumbprint says nothing about who answered."
    PolicyWritable "policy-writable" Warning
        "other users can change the policy"
        "Anyone who can change the policy can make it accept any certificate, unnoticed. Make it writable only for those who decide that."
    PinOld "pin-old" Warning
        "the certificate matches an older pin"
        "The certificate in use is the older of those accepted. The renewal has not reached this address yet."
    Flapping "flapping" Warning
        "the result keeps changing"
        "Recent runs alternated between results, or between certificates. Usually there are several nodes behind a name, and one of them is configured differently."
    Overdue "overdue" Warning
        "the last success is too long ago"
        "The check should run at an interval, and has not succeeded for twice that long: it fails, or nothing runs it."
    StateLost "state-lost" Warning
        "the state of earlier runs is lost"
        "The file that keeps the state between runs is missing or cannot be read. Every check counts as new, and when things last changed is unknown."
    PinInvisibleCharacter "pin-invisible-character" Warning
        "the pin contains an invisible character"
        "It was ignored here, but programs that compare text will never find a match. Typical of thumbprints copied from the Windows certificate dialog. Type the value again, or clean the file."
    SignatureOldSecret "signature-old-secret" Warning
        "signature matches an older secret"
        "The signature was made with a secret other than the first one given: the sender has not switched yet."
    SignatureSpelling "signature-spelling" Warning
        "signature is right but written differently"
        "The bytes of the signature are right, but case, padding, alphabet, spaces, items or their order are not what the sender writes. The sender's own library compares text and refuses it: something on the way rewrote the header, or other code made the request. A receiver that enforces signatures refuses it too."
    SignatureUntimed "signature-untimed" Warning
        "signature has no signed time"
        "No time is signed, so a copy sent again later cannot be told from the original. Critical if --tolerance was given."
    SecretWeak "secret-weak" Warning
        "secret is short"
        "A signing secret under 16 bytes can be guessed. Have the platform generate a new one."
    SecretFileReadable "secret-file-readable" Warning
        "others can read the secret file"
        "Its permissions let other users of this machine read it: chmod 600."
    SecretPasted "secret-pasted" Warning
        "a secret was pasted"
        "The text given to explain contains a credential: an Authorization header, a password, a signing secret or a private key. It is not repeated here, but it is still wherever the text was copied from: logs, tickets, the shell history."
    CaptureReadable "capture-readable" Warning
        "others can read the capture"
        "Its requests can carry credentials (Authorization, Cookie, tokens), and its permissions let other users of this machine read it: chmod 600. A capture created by listen is readable by its owner only."
    KeyReadable "key-readable" Warning
        "others can read the private key"
        "The file contains a private key without a password, and its permissions let other users of this machine read it: chmod 600."
    KeyUnlisted "key-unlisted" Critical
        "a private key is where none belongs"
        "--no-keys says that private keys do not belong here, encrypted or not: what is in a repository is in every clone and backup, even after it is deleted. Consider the key compromised: have a new key certified, and remove this one. Exclude keys meant for tests by name."
    AliasAmbiguous "alias-ambiguous" Warning
        "it is unclear which of several keys is used"
        "The store contains several private keys. Java clients send the first that fits; after a rotation that is often the old one. Keep one key per store, or specify the alias."
    ProtectionWeak "protection-weak" Warning
        "the store is weakly protected"
        "The store's cipher, MAC or iteration count can be broken with little effort, or current software cannot open it. Export it again with today's defaults."
    PemNotStandard "pem-not-standard" Warning
        "other programs cannot read this file"
        "It can be read here, but not by the programs named, whose parsers are strict: every BEGIN and END on its own line, base64 in lines between them, nothing invisible. `hookprint inspect FILE --pem` writes the certificates in a form that all programs read; private keys are never printed, so export those again."
    PurposeEnds "purpose-ends" Warning
        "public CAs are ending this purpose"
        "The certificate has the clientAuth purpose from a public CA. Public CAs no longer issue it, or soon will not; the message says since or until when. The next renewal will not work as a client certificate."
    LifetimeTooLong "lifetime-too-long" Warning
        "validity is longer than public CAs may issue"
        "Public TLS certificates are limited to 200, 100 and 47 days (from March 2026, 2027, 2029). Clients may refuse a longer one."
    Redirected "redirected" Warning
        "the receiver redirects"
        "The answer is a redirect. It is not followed: a webhook sender would not either, and the payload would go to a different URL."
    ResponseMalformed "response-malformed" Warning
        "the answer violates HTTP"
        "Its status was read and counts, but not where it ends or what its headers say: two lengths, a length and chunks, folded lines, or a truncated body. Other clients may read something else, or nothing. Fix the receiver, or the proxy in front of it."
    ClientCertificateNotRequested "client-certificate-not-requested" Warning
        "no client certificate was asked for"
        "A client certificate was given, but the server did not ask for one: mutual TLS is not enabled there."
    ClientCertificateLate "client-certificate-late" Warning
        "the client certificate is requested after the request"
        "The server completes the handshake and asks for a certificate once it has read the request: Apache with SSLVerifyClient inside a <Location> or <Directory>, IIS unless it negotiates in the handshake. That is a second handshake in TLS 1.2 and post-handshake authentication in TLS 1.3; senders written in Go, Rust or Node can do neither, curl can. Make the server ask in the handshake, for the whole host."
    ClockSkew "clock-skew" Warning
        "the server's clock differs from this one"
        "By more than two minutes, according to its Date header. Freshly issued certificates look not yet valid to it, signatures with a time look stale, and expired ones live on."
    IdentityNotOffered "identity-not-offered" Warning
        "the client certificate was not offered to this server"
        "Either the server lists the issuers it accepts and that of the certificate is not among them, in which case many clients silently send none. Or it was withheld, because no --pin matches the server and no trust anchor vouches for it. --pin or --ca says which servers may see it; --insecure shows it to any."
    CheckSkipped "check-skipped" Info
        "a check was skipped"
        "It needs the network, which --offline forbids. Its result is unknown; other checks are not affected."
    ChainSuperfluous "chain-superfluous" Info
        "the chain has superfluous certificates"
        "The chain contains the root, or certificates of another chain. Harmless, but sent with every handshake."
    IntegrityUnverified "integrity-unverified" Info
        "read without checking integrity"
        "The certificates are stored unencrypted and were read without the password, so tampering would go unnoticed. Give the password to check."
    CertificateChanged "certificate-changed" Info
        "the certificate changed since the last run"
        "The certificate was replaced since the last run. Critical if pins are given and the new one matches none of them: it was replaced without notice, or someone else is answering."
    PinUnused "pin-unused" Info
        "a pin that nothing matches anymore"
        "The old certificate has not been seen for a while, at any address. A pin that stays lets it in forever: remove it."
    PinDigestUnlikely "pin-digest-unlikely" Info
        "this pin is the digest of nothing"
        "The value is the SHA-1 or SHA-256 of empty input, or all zeros: the command that produced it had no input."
    BodyLengthDiffers "body-length-differs" Warning
        "the body length differs from Content-Length"
        "The Content-Length of the stored request does not match its body. If by one or two bytes, an editor added a final newline, and the sender signed the body without it."
    CoverageThin "coverage-thin" Warning
        "the signature covers too little of the request"
        "An HTTP Message Signature that does not cover the method, host and path can be moved from one request to another. Critical if --require-component names what is not covered. Ask the sender to sign @method, @authority and @path too."
    TokenWithoutExpiry "token-without-expiry" Warning
        "bearer token never expires"
        "The token is valid, but has no exp: anyone who gets hold of it can use it forever. Ask the issuer for tokens that expire within the hour."
    TokenSubjectUnchecked "token-subject-unchecked" Warning
        "the token may be anyone's"
        "Google signs tokens for all its customers, for any audience they ask for: a token for your audience does not say who is calling. Say who may with --email or --subject. Critical with listen --enforce."
    KeysStale "keys-stale" Critical
        "the issuer's keys are too old to be trusted"
        "Published keys are used for an hour at most, or for as long as their Cache-Control says. They could not be fetched again, and one of them may have been withdrawn."
    BodyUncovered "body-uncovered" Warning
        "the signature does not cover the body"
        "The signature is right, but the body may still have been changed in transit. Bearer tokens, schemes with a shared token and some others never cover it; an HTTP Message Signature does if a sha-256 or sha-512 digest in Content-Digest is among its components. Fetch what matters from the sender's API before acting on it."
    CredentialsCarried "credentials-carried" Info
        "credentials captured for one host go to another"
        "The captured request carries credentials (Authorization, Cookie, an API key, a token in the query) and is sent to a host other than the one it was captured for, whose owner can use them. replay --strip-credentials leaves them out."
    ProviderFactOld "provider-fact-old" Info
        "the facts about the provider are old"
        "The facts behind --provider were read more than 120 days ago, or were valid until a day that has passed. Check the source again; --providers-file takes newer facts."
    ProtectionFactOld "protection-fact-old" Info
        "the facts about what opens the store are old"
        "Which programs open a store is known from tests or from their makers, as of more than 120 days ago. Newer versions may open more or fewer: try the one it is for."
    CalendarFactOld "calendar-fact-old" Info
        "the rule behind a finding is old"
        "A finding rests on a date of public certificate authorities that was read more than 120 days ago, or was valid until a day that has passed. Such dates have moved before: check the source again; --calendar takes a newer rule."
    SchemeFactOld "scheme-fact-old" Info
        "the facts about the signature scheme are old"
        "How the sender signs was read in its documentation more than 120 days ago, and senders change it. A signature that verifies is still right; if none does, check the source again. --scheme-file takes a newer definition."
    SchemeWithoutTime "scheme-without-time" Info
        "the scheme signs no time"
        "No call has a signed time, so a captured one stays valid until the secret changes. Only the receiver can tell that it has seen it before."
    ToleranceTwoSided "tolerance-two-sided" Info
        "a call from the future was accepted"
        "A signed time ahead of the clock by more than the tolerance was accepted. Such a call stays valid longer than the tolerance: twice as long, or forever if nothing bounds it."
    RefusalTellsWhy "refusal-tells-why" Info
        "refusals reveal which check failed"
        "The answers to forged calls give different reasons. That helps those who set up a receiver, and also those who try until a call passes."
    BodyRebuilt "body-rebuilt" Info
        "the body is not the original bytes"
        "This capture keeps a parsed body, or text derived from it; the message says which. The body was serialised again, so a signature over the original bytes may not match."
    HeadRebuilt "head-rebuilt" Info
        "the request line or a header is not the original"
        "This capture does not keep the method, the path or all the headers that were sent; the message says what is used instead. A signature that covers them may not match."
    EntriesPassedOver "entries-passed-over" Info
        "some entries of the capture are not HTTP requests"
        "Browsers record everything a page loads: data: and blob: URLs, files, extensions, WebSockets and proxy tunnels. These are counted, but not sent."
}

#[cfg(test)]
mod tests;
