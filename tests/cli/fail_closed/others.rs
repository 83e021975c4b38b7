//! Options that let nobody in and send nothing to anybody else, and why.

use super::Other;

const ALL: &[&str] =
    &["listen", "verify", "replay", "send", "thumbprint", "probe", "audit", "check"];
const LISTEN: &[&str] = &["listen"];
const VERIFY: &[&str] = &["verify"];
const REPLAY: &[&str] = &["replay"];
const THUMBPRINT: &[&str] = &["thumbprint"];
const SENDERS: &[&str] = &["replay", "send"];
const PEERS: &[&str] = &["replay", "send", "thumbprint", "probe", "audit"];
const AUDIT: &[&str] = &["audit"];
const CHECK: &[&str] = &["check"];
const PROBE: &[&str] = &["probe"];

pub const OTHERS: &[Other] = &[
    Other {
        names: &[
            "format", "json", "report", "output", "color", "quiet", "verbose", "help", "version",
        ],
        of: ALL,
        why: "say what is printed, and where",
    },
    Other {
        names: &["show-secrets"],
        of: ALL,
        why: "shows people what is masked otherwise (hidden.rs, listen/credentials.rs)",
    },
    Other {
        names: &["end-mark", "exit"],
        of: ALL,
        why: "say whether the run was complete, beside what it found (shards.rs)",
    },
    Other {
        names: &["shard", "shard-by", "origin", "first-line"],
        of: &["verify", "replay", "thumbprint", "check"],
        why: "say which part is looked at; what no part looked at is missing when they are merged (shards.rs)",
    },
    Other {
        names: &["name", "tag", "only"],
        of: CHECK,
        why: "say which checks are looked at; that none is left is a failure (check/misuse.rs)",
    },
    Other {
        names: &["files", "jobs", "offline"],
        of: CHECK,
        why: "a policy that is not there or cannot be read is refused (check/broken.rs), what needs the network is skipped and said (check/kinds.rs)",
    },
    Other {
        names: &["state", "changes-only", "unused-after"],
        of: CHECK,
        why: "say what changed, and what of it is shown: every check is looked at and counts all the same (check_state.rs)",
    },
    Other {
        names: &["init", "validate", "list"],
        of: CHECK,
        why: "look at nothing, and say so: of each check they know what it is, not how it is",
    },
    Other {
        names: &["resume"],
        of: &["verify", "thumbprint"],
        why: "does what an earlier run of the same command did not; another one is refused (shards/resume.rs)",
    },
    Other {
        names: &["max-memory"],
        of: LISTEN,
        why: "a limit, which holds for everybody (listen/memory.rs)",
    },
    Other {
        names: &["challenge", "verify-token"],
        of: LISTEN,
        why: "answer a provider that proves who it is; what it needs and was not given is refused (listen/challenges.rs)",
    },
    Other {
        names: &["forward-ca", "forward-client-cert"],
        of: LISTEN,
        why: "whom the application has to be, and what it is told of who is let in (listen/forwarded.rs)",
    },
    Other {
        names: &["prometheus-file"],
        of: LISTEN,
        why: "counts what came; that it cannot be written is an error before anybody calls (listen/usage.rs)",
    },
    Other {
        names: &["sync"],
        of: LISTEN,
        why: "when a line is on the disk; beside no --capture it is refused (listen/synced.rs)",
    },
    Other {
        names: &["diagnose-first"],
        of: VERIFY,
        why: "says how many explanations are looked for, which comes after the answer",
    },
    Other {
        names: &["fail-on", "allow"],
        of: ALL,
        why: "say what the exit code makes of a finding; the door does not ask them (listen/enforced.rs)",
    },
    Other {
        names: &["at"],
        of: ALL,
        why: "the moment of files and signatures, never of peers: see the row of --ca with an expired server",
    },
    Other {
        names: &["no-diagnose", "diagnose-time"],
        of: &["listen", "verify"],
        why: "say whether and how long an explanation is looked for, which comes after the answer",
    },
    Other {
        names: &["write-signed-body"],
        of: VERIFY,
        why: "where the body goes that matches; where none does nothing is written, and said",
    },
    Other {
        names: &["addr", "allow-remote"],
        of: LISTEN,
        why: "where it listens; another address than loopback is refused without --allow-remote (listen.rs)",
    },
    Other {
        names: &["capture", "redact", "forward", "respond", "respond-header", "delay", "close"],
        of: LISTEN,
        why: "what becomes of who is let in; who is refused gets to none of it (listen/enforced.rs)",
    },
    Other {
        names: &["max-body", "timeout", "count", "for"],
        of: LISTEN,
        why: "limits, which hold for everybody (listen/limits.rs)",
    },
    Other {
        names: &["payload", "header", "signature", "method"],
        of: VERIFY,
        why: "are the evidence that controls are held against",
    },
    Other { names: &["show-expected"], of: VERIFY, why: "prints one fact more" },
    Other {
        names: &["allow-files", "var", "env"],
        of: &["verify", "replay", "audit"],
        why: "fill in what a capture leaves open; without them it is refused (replay_captures.rs)",
    },
    Other {
        names: &["max-ratio"],
        of: &["thumbprint", "verify", "replay", "audit"],
        why: "bounds what a compressed file may become; what goes beyond is a failure (packed.rs)",
    },
    Other {
        names: &["captures", "method", "filter", "limit"],
        of: REPLAY,
        why: "say what is sent; whether it may be is up to the controls of the peer",
    },
    Other {
        names: &["event", "set"],
        of: &["send"],
        why: "say what is sent; what has no place for it is refused (send.rs)",
    },
    Other {
        names: &["payload", "header", "repeat"],
        of: SENDERS,
        why: "say what is sent; whether it may be is up to the controls of the peer",
    },
    Other {
        names: &["audience", "issuer", "email", "subject", "id", "body-claim", "param"],
        of: &["replay", "send", "audit"],
        why: "say what is signed anew; beside a scheme that cannot say it they are refused (resign.rs)",
    },
    Other {
        names: &["to"],
        of: SENDERS,
        why: "says where to; plain http beyond loopback is refused (replay_ways.rs)",
    },
    Other {
        names: &["journal"],
        of: REPLAY,
        why: "say what is not sent a second time (replay_journal.rs)",
    },
    Other {
        names: &["jobs", "rate", "resend-unknown", "expect", "dry-run"],
        of: SENDERS,
        why: "say how fast, how often and what is expected back",
    },
    Other {
        names: &["connect-timeout", "handshake-timeout", "answer-timeout"],
        of: SENDERS,
        why: "times to wait: what is late has failed",
    },
    Other {
        names: &["timeout", "retries", "ipv4", "ipv6"],
        of: PEERS,
        why: "how long, how often and over what a peer is tried; who it is counts all the same",
    },
    Other {
        names: &["target", "targets", "starttls", "all-ips", "both-keys", "tries", "jobs"],
        of: THUMBPRINT,
        why: "say who is looked at, and how often",
    },
    Other {
        names: &["only", "as", "chain"],
        of: THUMBPRINT,
        why: "say which of the thumbprints are printed",
    },
    Other {
        names: &["warn", "crit"],
        of: THUMBPRINT,
        why: "limits of a finding about time that is left",
    },
    Other {
        names: &["override-scheme", "allow-token-scheme"],
        of: &["listen", "verify", "replay", "send", "probe", "audit"],
        why: "let pass what the rows of --scheme-file show to be refused without them",
    },
    Other {
        names: &["trust-forwarded"],
        of: &["listen", "verify"],
        why: "lets pass what the rows of --url show to be refused without it",
    },
    Other {
        names: &["strip-credentials"],
        of: REPLAY,
        why: "takes something out of what is sent (peers.rs)",
    },
    Other {
        names: &["no-servername"],
        of: THUMBPRINT,
        why: "the name is not sent; beside --servername it is an error, in its rows",
    },
    Other {
        names: &[
            "url",
            "method",
            "payload",
            "header",
            "param",
            "all-ips",
            "also",
            "side-doors",
            "resume",
        ],
        of: PROBE,
        why: "say what is sent and to which addresses; an untrusted server gets none of it (probe/safety.rs)",
    },
    Other {
        names: &["reject", "test-ca", "expect"],
        of: PROBE,
        why: "say what must not get in; what contradicts itself is refused (probe/safety.rs)",
    },
    Other {
        names: &["until", "every", "for", "stay", "patience", "rate", "jobs", "dry-run"],
        of: PROBE,
        why: "say how long, how often and how fast; what never holds is a finding (probe/waiting.rs)",
    },
    Other {
        names: &["url", "request", "payload", "method", "header", "token", "dry-run", "evidence"],
        of: AUDIT,
        why: "say what is sent and where to; a machine that nobody owns gets none of it (audit/bounds.rs)",
    },
    Other { names: &["explain"], of: AUDIT, why: "a word that is looked up; nobody is called" },
    Other {
        names: &["i-own-this-host", "rate", "max-requests", "patience"],
        of: AUDIT,
        why: "bounds; beyond them nothing is sent (audit/bounds.rs)",
    },
    Other {
        names: &[
            "only",
            "skip",
            "test-ca",
            "allowed-name",
            "allowed-thumbprint",
            "also",
            "tolerance",
        ],
        of: AUDIT,
        why: "say what is tried; what is not is told as such (audit/certificates.rs)",
    },
    Other {
        names: &["accepted", "refused-body", "accepted-body", "replay-allowed", "baseline"],
        of: AUDIT,
        why: "say what counts as let in; what tells nothing apart ends the run (audit/bounds.rs)",
    },
];
