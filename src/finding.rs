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
        "Its validity has ended. Peers that check will refuse it. Install the renewed certificate; where both are accepted for a while, remove this one."
    CertificateForeign "certificate-foreign" Critical
        "the signing certificate is somebody else's"
        "Some senders sign with a certificate, and name its address in each request. This one names an address at which its sender publishes none: whoever made the request may have published a certificate of their own. Nothing is fetched from there."
    CertificateExpiresSoon "certificate-expires-soon" Warning
        "certificate expires soon"
        "Its validity ends within --warn (or --crit; then it is critical). Both are used as given; without them they are 30 and 7 days, and never more than a third and a tenth of the certificate's own lifetime. Renew it, and tell whoever pins it."
    RenewalBreaksPin "renewal-breaks-pin" Warning
        "peers that pin the old certificate refuse the new one"
        "A thumbprint is of one certificate: whoever compares it refuses the next one until its thumbprint is added. Critical where pins were given and none of them is one of the new certificate. Add the new thumbprint beside the old one, then switch, then remove the old one."
    RenewalLosesName "renewal-loses-name" Critical
        "the new certificate is not for a name of the old one"
        "Peers that ask for this name, or compare it, refuse the new certificate. Have it issued again with all names."
    RenewalLosesPurpose "renewal-loses-purpose" Critical
        "the new certificate may not be used for a purpose of the old one"
        "Most often it is clientAuth: public authorities stop issuing it, and a peer that asks for a client certificate then refuses the new one. Have it issued by an authority that does."
    RenewalIssuerNew "renewal-issuer-new" Warning
        "another authority issued the new certificate"
        "Peers that trust one authority only, or compare the issuer's name, refuse the new certificate until they trust the new authority as well."
    RenewalWeaker "renewal-weaker" Warning
        "the new key or signature is weaker than the old one"
        "A renewal should not lose strength. Somebody may have taken an old template."
    RenewalGap "renewal-gap" Critical
        "the new certificate begins after the old one has ended"
        "In between no certificate is valid, and no peer accepts either. Have it issued again with an earlier beginning."
    RenewalUnreadable "renewal-unreadable" Critical
        "the provider does not take the new file"
        "Its upload form takes other formats, one key, or a password; the message says which, and where that stands."
    RenewalMissing "renewal-missing" Warning
        "nothing takes the place of a certificate"
        "OLD holds it, and NEW holds nothing of its name, subject or key. Either it is not needed any more, or it was forgotten."
    TrustMissing "trust-missing" Critical
        "the trust file does not accept what the provider presents"
        "The authority of the provider's client certificate is not in this file. Every call of it is refused where the file is in use. Add the authority beside the others."
    TrustMissingNext "trust-missing-next" Warning
        "the trust file will not accept what the provider announced"
        "The provider has named a day from which it presents a certificate of another authority, which is not in this file. Critical 14 days before. Add the new authority beside the old one until that day, and then remove the old one."
    AnchorExpired "anchor-expired" Warning
        "a trust anchor has expired"
        "OpenSSL and most other libraries refuse chains that lead to it. Put its successor there."
    AnchorNotCa "anchor-not-ca" Warning
        "a certificate in a trust file is not an authority"
        "It says of itself that it may not issue certificates. It vouches for itself at most, and only where the library takes partial chains. Often the certificate of a peer was put where that of its authority belongs."
    CertificateNotYetValid "certificate-not-yet-valid" Critical
        "certificate is not valid yet"
        "Its validity begins later. It was issued ahead of time, or the clock of this machine is slow."
    KeyMismatch "key-mismatch" Critical
        "private key belongs to another certificate"
        "The key and the certificate do not form a pair. Usually a renewal made a new key, or two files were mixed up. No peer will accept the handshake."
    PinMismatch "pin-mismatch" Critical
        "no certificate matches a pin"
        "None of the accepted thumbprints is that of the certificate, its key or an intermediate. Either the certificate was renewed and the new thumbprint must be added, or somebody else answers."
    SignatureMismatch "signature-mismatch" Critical
        "signature does not match"
        "Payload, secret or scheme differ from what the sender used. The diagnosis says which change makes it match, where one does."
    ChallengeRefused "challenge-refused" Critical
        "a check of the address was not answered"
        "Providers check an address before they send the first webhook, and name a token that both know or are signed. This one did not name it, or wants something else answered than a token, which could be a forged delivery to be signed: whoever called is not the provider, or another token is registered there."
    SignatureMissing "signature-missing" Critical
        "no signature"
        "The header that carries the signature is not there, or holds no item of the expected form. Some senders leave it out when no secret is set."
    SignatureMalformed "signature-malformed" Critical
        "signature cannot be read"
        "The value is not of the encoding or length that the scheme uses."
    SignatureStale "signature-stale" Critical
        "signature is right but too old"
        "The time inside the signature is further in the past than --tolerance allows. A late delivery, a replay attack, or a captured request without --at."
    SignatureInFuture "signature-in-future" Critical
        "signature is right but from the future"
        "The time inside the signature is ahead of this clock by more than --tolerance. One of the two clocks is wrong."
    AlgorithmMismatch "algorithm-mismatch" Critical
        "the algorithm header names something else"
        "The scheme fixes a header that names the algorithm, and it is missing or says something else. The value may not be compared then."
    TokenInvalid "token-invalid" Critical
        "bearer token is not valid"
        "The token's signature, audience, issuer, address or time is wrong; the message says which."
    StatusUnexpected "status-unexpected" Critical
        "unexpected HTTP status"
        "The receiver answered with a status that --expect does not list."
    ClientCertificateRefused "client-certificate-refused" Critical
        "the client certificate was refused"
        "The TLS peer ended the connection because of our certificate, or because there was none. The message says who refused, when, and the likely causes in order."
    ClientCertificateNotEnforced "client-certificate-not-enforced" Critical
        "who has no client certificate gets in"
        "The endpoint answers a caller without any client certificate as it answers one with: it does not ask, or asks and does not insist. Whoever knows the address can post to it, unless the application checks the caller itself."
    ClientCertificateNotVerified "client-certificate-not-verified" Critical
        "a client certificate gets in that must not"
        "A certificate that was made a moment ago, or one named with --reject, was let in: the server wants a certificate, and does not check whose it is, by whom, until when, or for what. openssl s_server -Verify without -verify_return_error, nginx with optional_no_ca and Node with rejectUnauthorized: false do so."
    EnforcementDiffers "enforcement-differs" Critical
        "client certificates are not treated everywhere as they should be"
        "Addresses or versions of TLS disagree on whether a client certificate is required, all of them do otherwise than --expect says, or what --until waits for did not come. The weakest decides: callers choose the address and the version. Often one node has an old configuration, or only one of two servers on a port was changed."
    ResumptionDiffers "resumption-differs" Critical
        "a resumed session is treated otherwise"
        "TLS sessions can be resumed without a new look at the certificate. Here that lets somebody in, or keeps somebody out, whom a full handshake treats otherwise: sessions made at one server are taken by another that asks for more."
    RotationGap "rotation-gap" Critical
        "one certificate of a rotation gets in and the other does not"
        "Both were to be accepted, and at this address one is not: a caller that has switched, or one that has not yet, is turned away. Load the authority, or the pin, of both before anybody switches, on every node."
    ForgedAccepted "forged-accepted" Critical
        "a call that must be refused was let in"
        "It differed from the good request in one thing, which the message names, and was answered as the good one. Whoever knows that can send such calls, too. Info for what is let in by design of the receiver, such as a compressed body."
    GoodRefused "good-refused" Critical
        "a call that is right was refused"
        "It was signed as its sender signs, in a form that senders use: with two signatures while the secret changes, or in chunks. When the sender does so, calls are lost."
    SecretEchoed "secret-echoed" Critical
        "an answer has the secret in it"
        "An answer to a forged call had the secret in it, or the signature that would have been right for the call: whoever asks can sign from then on."
    RotationImpossible "rotation-impossible" Critical
        "the dates of a rotation cannot be kept"
        "The old certificate ends before the new one may be used, or the new one does not live through the rotation: on some day no certificate gets in. Move the dates of the phases, or have another certificate issued."
    OldStillAccepted "old-still-accepted" Warning
        "the old certificate still gets in"
        "The rotation is over, and at this place the old certificate, or its pin, is still accepted: whoever has its key gets in until it ends. Critical 14 days after the day on which it was to be dropped. Remove it there."
    RenewedNotServed "renewed-not-served" Critical
        "the renewed certificate is not the one that is served"
        "The file holds a certificate that is not the one which is served, and has done so for longer than the grace period. Most often it was renewed and the server was not reloaded."
    SideDoorOpen "side-door-open" Critical
        "there is a way in without a client certificate"
        "The front door demands one, and another way to the same application does not: another name, no name, the address itself, or plain HTTP."
    ClientCertificateMissing "client-certificate-missing" Critical
        "the caller sent no client certificate"
        "One was required. Many clients send none, silently, when the receiver does not list their issuer or the signature scheme of their key; others were not given one, or a proxy in between ended TLS."
    PurposeMissing "purpose-missing" Critical
        "certificate is not for this purpose"
        "Extended key usage lists purposes, and the needed one (clientAuth for a client, serverAuth for a server) is not among them. Public CAs no longer issue clientAuth: order client certificates from a private CA."
    ChainIncomplete "chain-incomplete" Warning
        "an intermediate certificate is missing"
        "The issuer of a certificate is neither in the chain nor a known anchor. Browsers fetch it, webhook senders and receivers do not. Add the intermediate to the file."
    ChainInvalid "chain-invalid" Critical
        "a certificate in the chain breaks a rule"
        "A rule of RFC 5280 is broken; the message says by which certificate and which rule. Some TLS libraries take it all the same, others refuse it: it works with one peer and not with the next. Have the certificate issued again."
    IssuerUnknown "issuer-unknown" Warning
        "the issuer is not trusted"
        "The chain ends at a certificate authority that is not among the trust anchors. Give a private CA with --ca."
    NameMismatch "name-mismatch" Warning
        "certificate is for another name"
        "The name that was asked for is not among the subject alternative names. The common name does not count (RFC 9525)."
    KeyMissing "key-missing" Critical
        "there is no private key"
        "An identity needs its private key; only certificates are here. Export again, with the key."
    ProviderRefuses "provider-refuses" Critical
        "the provider will not take it"
        "What the provider's page says about its upload form, or about the certificate it presents, does not fit this file. The message says what, the help where that is written and when it was read."
    ChainOutOfOrder "chain-out-of-order" Warning
        "certificates are in the wrong order"
        "Each certificate should be followed by its issuer. Some webhook senders refuse anything else."
    SelfSigned "self-signed" Warning
        "certificate is self-signed"
        "It vouches for itself only; a peer accepts it if it knows this very certificate."
    KeyWeak "key-weak" Warning
        "key is weak"
        "The key is smaller than today's minimum (RSA and DSA 2048 bits, elliptic curves 224 bits), or of a kind that is no longer used."
    SignatureWeak "signature-weak" Warning
        "certificate is signed with a broken digest"
        "MD2, MD5 and SHA-1 signatures can be forged; current TLS libraries refuse them."
    ProtocolObsolete "protocol-obsolete" Warning
        "only obsolete TLS is spoken"
        "The server speaks TLS 1.0 or 1.1 (RFC 8996), or only key exchanges without forward secrecy or cipher suites that current clients no longer offer."
    SignatureReplayUnbounded "signature-replay-unbounded" Warning
        "the same call was taken twice"
        "A call that was sent again, byte for byte, was answered as the first one. Without a signed time it may be sent again for ever, with one for as long as the tolerance. Info with --replay-allowed, where the receiver does a thing once behind its answer."
    ToleranceWide "tolerance-wide" Warning
        "older calls are taken than should be"
        "A call that was signed longer ago than the tolerance was let in. The message says up to which age that was tried: twice the tolerance, an hour and a day. What is taken after a day is forged-accepted."
    ServerError "server-error" Warning
        "a forged call made the server fail"
        "It was refused, but by accident: an error (5xx) came in place of a no. What fails there was not meant, and may pass with the next version."
    ChallengeReflected "challenge-reflected" Warning
        "a challenge comes back as a page"
        "The check of an address was answered with its own text, as HTML or without a type: whoever makes a link has a script of their own run under the name of the endpoint. Answer it as text/plain or JSON, and only to who may ask."
    BaselineStale "baseline-stale" Warning
        "the baseline accepts what it should not any more"
        "An entry of the file has ended, or names what is not found any more. What is accepted is looked at again from time to time, or it is forgotten."
    ThumbprintDiffers "thumbprint-differs" Warning
        "not everyone serves the same certificate"
        "Addresses or tries gave different certificates: one node was not renewed, or several certificates are in use. Pin all of them until they agree."
    PossessionUnproven "possession-unproven" Warning
        "the peer did not prove that it has the key"
        "Anybody can copy a certificate. Without a valid handshake signature the thumbprint says nothing about who answered."
    PolicyWritable "policy-writable" Warning
        "other users may write the policy"
        "Who can change the policy can make it accept any certificate, and nobody is told. Let only those write it who decide that."
    PinOld "pin-old" Warning
        "the certificate matches the pin that is not the newest"
        "The certificate in use is the older of the accepted ones. The renewal has not reached this address yet."
    Flapping "flapping" Warning
        "it comes out in turns"
        "The last runs came out now one way and now the other, or saw now one certificate and now another. Most often there are several nodes behind a name, and one of them has another configuration."
    Overdue "overdue" Warning
        "it has not been well for too long"
        "The check is to be run from time to time, and has not come out well for twice that long: it fails, or it is not run."
    StateLost "state-lost" Warning
        "what earlier runs knew is lost"
        "The file that keeps the state between runs is gone or cannot be read. Nothing is known of since when things are as they are, and every check counts as new."
    PinInvisibleCharacter "pin-invisible-character" Warning
        "there is an invisible character in the pin"
        "It was removed here, but programs that compare text will never find a match. Typical of thumbprints copied from the certificate dialog of Windows. Type the value again or clean the file."
    SignatureOldSecret "signature-old-secret" Warning
        "signature matches an older secret"
        "The signature was made with a secret that is not the first given: the sender has not switched yet."
    SignatureSpelling "signature-spelling" Warning
        "signature is right but written in another way"
        "The bytes of the signature are right, but capitals, padding, alphabet, blanks, items or their order are not those that the sender writes. The sender's own library compares text and refuses it: something on the way rewrote the header, or the request was made by somebody else's code. An enforcing receiver refuses it too."
    SignatureUntimed "signature-untimed" Warning
        "signature says nothing of its time"
        "There is no signed time of signing, so a copy that is sent again later cannot be told from the original. Critical when --tolerance asks for a time."
    SecretWeak "secret-weak" Warning
        "secret is short"
        "A signing secret under 16 bytes can be guessed. Let the platform make a new one."
    SecretFileReadable "secret-file-readable" Warning
        "others can read the secret file"
        "The permission bits let other users of this machine read it: chmod 600."
    SecretPasted "secret-pasted" Warning
        "a secret was pasted"
        "The text that was given to explain holds what lets its holder in: an Authorization header, a password, a signing secret or a private key. It is not repeated, but it stands wherever the text was copied from: logs, tickets, the history of the shell."
    CaptureReadable "capture-readable" Warning
        "others can read the capture"
        "The requests in it can carry credentials (Authorization, Cookie, tokens), and the permission bits let other users of this machine read it: chmod 600. A capture that listen begins is its owner's."
    KeyReadable "key-readable" Warning
        "others can read the private key"
        "The file holds a private key without a password, and its permission bits let other users of this machine read it: chmod 600."
    KeyUnlisted "key-unlisted" Critical
        "a private key lies where none belongs"
        "--no-keys says that private keys do not belong here, encrypted or not: what is in a repository is in every clone and backup of it, also after it was deleted. Take it for known to others: have a new key certified, and take this one out. One that is meant to be here, for tests, is left out by name."
    AliasAmbiguous "alias-ambiguous" Warning
        "several keys: which one is sent?"
        "The store holds several private keys. Java clients send the first that fits; after a rotation that is often the old one. Keep one key in each store, or name the alias."
    ProtectionWeak "protection-weak" Warning
        "the store is protected weakly"
        "The cipher, MAC or iteration count of the store can be broken with little effort, or the store cannot be opened by current software. Export it again with today's defaults."
    PemNotStandard "pem-not-standard" Warning
        "other programs do not read this file"
        "It could be read here, but not by the programs that are named, whose readers are strict: every BEGIN and END line by itself, base64 in lines between them, nothing invisible. `hookprint inspect FILE --pem` writes the certificates as all programs read them; a private key is never printed, so export that again."
    PurposeEnds "purpose-ends" Warning
        "public CAs end this purpose"
        "The certificate has the clientAuth purpose from a public CA. Those no longer issue it, or soon will not; the message says since or until when. The next renewal will not work as a client certificate."
    LifetimeTooLong "lifetime-too-long" Warning
        "validity is longer than public CAs may issue"
        "Public TLS certificates are limited to 200, 100 and 47 days (from March 2026, 2027, 2029). Clients may refuse a longer one."
    Redirected "redirected" Warning
        "the receiver redirects"
        "The answer is a redirect. It is not followed: a webhook sender would not either, and the payload would go to another address."
    ResponseMalformed "response-malformed" Warning
        "the answer breaks the rules of HTTP"
        "Its status was read and counts; where it ends, or what its header lines say, could not be told: two lengths, a length and chunks, folded lines, or a body that is cut off. Other clients read another answer, or none. Fix the receiver, or the proxy in front of it."
    ClientCertificateNotRequested "client-certificate-not-requested" Warning
        "no client certificate was asked for"
        "An identity was given but the server did not ask for one: mutual TLS is not switched on there."
    ClientCertificateLate "client-certificate-late" Warning
        "the client certificate is asked for after the request"
        "The server lets the handshake end and asks for a certificate once it has read the request: Apache with SSLVerifyClient inside a <Location> or <Directory>, IIS unless it negotiates in the handshake. It is a second handshake in TLS 1.2 and post-handshake authentication in TLS 1.3; senders written in Go, Rust or Node can do neither, curl can. Let the server ask in the handshake, for the whole host."
    ClockSkew "clock-skew" Warning
        "the clocks of server and caller differ"
        "By more than two minutes, as its Date says. Certificates that were issued just now look not yet valid to it, signatures with a time look stale, and expired ones live on."
    IdentityNotOffered "identity-not-offered" Warning
        "our certificate is not offered to this server"
        "Either the server names the issuers it accepts and ours is not among them: many clients then send no certificate at all, silently. Or we showed it none, because no --pin matches it and no trust anchor vouches for it: an identity is for those we know. --pin or --ca names them, --insecure shows it to anybody."
    CheckSkipped "check-skipped" Info
        "a check was not looked at"
        "It needs the network, and --offline forbids that. Nothing is known of it; the other checks are not concerned."
    ChainSuperfluous "chain-superfluous" Info
        "certificates that nothing needs"
        "The chain holds the root or certificates of another chain. Harmless, but sent with every handshake."
    IntegrityUnverified "integrity-unverified" Info
        "read without checking integrity"
        "The certificates are stored in clear and were read without the password, so an alteration would not be noticed. Give the password to check."
    CertificateChanged "certificate-changed" Info
        "another certificate than in the run before"
        "The certificate was replaced since the last run. Critical where pins are given and the new one matches none of them: then it was replaced without notice, or somebody else answers."
    PinUnused "pin-unused" Info
        "a pin that nothing matches any more"
        "The old certificate has not been seen for a while, on any address. A pin that stays lets it in for ever: remove it."
    PinDigestUnlikely "pin-digest-unlikely" Info
        "this pin is the digest of nothing"
        "The value is the SHA-1 or SHA-256 of empty input, or all zeros: the command that made it was given nothing."
    BodyLengthDiffers "body-length-differs" Warning
        "the body has another length than its header says"
        "Content-Length of the stored request differs from the bytes that follow its head. By one or two bytes: an editor added a final newline, and the sender signed the body without it."
    CoverageThin "coverage-thin" Warning
        "the signature covers too little of the request"
        "An HTTP Message Signature that does not cover the method, the host and the path can be taken from one request to another. Critical where --require-component names what is not covered. Ask the sender to sign @method, @authority and @path, too."
    TokenWithoutExpiry "token-without-expiry" Warning
        "bearer token never ends"
        "The token is right, and whoever gets hold of it may use it for ever: it has no exp. Ask the issuer for tokens that end within the hour."
    TokenSubjectUnchecked "token-subject-unchecked" Warning
        "the token may be anybody's"
        "Google signs tokens for every one of its customers, for any audience they ask for: one of your audience says nothing of who calls. Say who may with --email or --subject. Critical under listen --enforce."
    KeysStale "keys-stale" Critical
        "the issuer's keys are too old to be trusted"
        "Keys that an issuer publishes are good for an hour at most, or for as long as its Cache-Control says. They could not be fetched again since, and one of them may have been withdrawn."
    BodyUncovered "body-uncovered" Warning
        "the signature does not cover the body"
        "The signature is right, and anybody on the way may still have changed the body. Bearer tokens, schemes with a shared token and some others never cover it; an HTTP Message Signature does when a sha-256 or sha-512 digest in Content-Digest is among its components. Fetch what matters from the sender's API before you act on it."
    CredentialsCarried "credentials-carried" Info
        "credentials captured for one host go to another"
        "The captured request carries what lets its holder in (Authorization, Cookie, an API key, a token in the query), and it is sent to another host than it was captured for. Whoever runs that host can use it. replay --strip-credentials leaves it out."
    ProviderFactOld "provider-fact-old" Info
        "what is known of the provider is old"
        "What --provider was judged by was read more than 120 days ago, or held until a day that has passed. Look again at its source; --providers-file takes a newer fact."
    ProtectionFactOld "protection-fact-old" Info
        "what is known of who opens the store is old"
        "Which programs open a store is known from trying them, or from their makers, and was tried or read more than 120 days ago. Newer ones may open more of them, or less: try the one it is for."
    CalendarFactOld "calendar-fact-old" Info
        "the rule behind a finding is old"
        "A date of public certificate authorities on which a finding rests was read more than 120 days ago, or held until a day that has passed. Such dates were moved before: look again at the source; --calendar takes a newer rule."
    SchemeFactOld "scheme-fact-old" Info
        "what is known of the signature scheme is old"
        "How a sender signs was read at its documentation more than 120 days ago, and senders change that. What verifies is right all the same; where nothing does, look again at the source. --scheme-file takes a newer definition."
    SchemeWithoutTime "scheme-without-time" Info
        "the scheme signs no time"
        "Nothing in a call says, under its signature, when it was made: one that somebody has captured stays valid until the secret changes. Only the receiver can tell that it was there before."
    ToleranceTwoSided "tolerance-two-sided" Info
        "a call from the future was taken"
        "A time ahead of the clock by more than the tolerance was taken. Such a call lives longer than the tolerance: as long again, or for ever where nothing bounds it."
    RefusalTellsWhy "refusal-tells-why" Info
        "refusals tell which check failed"
        "The answers to forged calls name different reasons. That helps people who set a receiver up, and those who try calls out until one passes."
    BodyRebuilt "body-rebuilt" Info
        "the body is not the original bytes"
        "This capture keeps a parsed body, or a text that was made of it in another way; the message says which. It was written again, so a signature over the original bytes may not match."
    HeadRebuilt "head-rebuilt" Info
        "the request line or a header line is not the original one"
        "This capture does not keep the method, the path or all header lines that were sent; the message says what stands in their place. A signature that covers them may not match."
    EntriesPassedOver "entries-passed-over" Info
        "entries of the capture are no HTTP requests"
        "A browser lists all that a page loads: data: and blob: URLs, files, its extensions, WebSockets, and the tunnels of a proxy. They are counted here, and not sent."
}

#[cfg(test)]
mod tests;
