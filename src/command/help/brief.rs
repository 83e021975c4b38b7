//! What `-h` says of each command: the arguments that matter, in this order, a line each.

/// The arguments of a command with what is said of them.
type Row = (&'static str, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    (
        "thumbprint",
        &[
            ("target", "host, host:port, https://..., [::1]:443, or a certificate file"),
            ("targets", "Targets from a file, one per line"),
            ("pin", "Accepted thumbprint, or @FILE: old, new"),
            ("only", "Print only sha1, sha256 or spki"),
            ("product", "As nginx, node, cloudflare... write it"),
            ("all_ips", "Check every address of the host"),
            ("tries", "Attempts, for several nodes at one address"),
            ("warn", "Warn this long before it expires (30d)"),
            ("ca", "Trust anchors instead of the system's"),
            ("starttls", "smtp, imap, ldap, postgres... before TLS"),
        ],
    ),
    (
        "inspect",
        &[
            ("paths", "Files, folders, or - for standard input"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("warn", "Warn this long before it expires (30d)"),
            ("crit", "Critical this long before (7d)"),
            ("purpose", "Check it as an identity: client or server"),
            ("provider", "Does this provider accept it?"),
            ("trusts", "Does this file accept what they present?"),
            ("ca", "Trust anchors: does the chain lead there?"),
            ("key", "Does the key in this file belong to it?"),
            ("pin", "Accepted thumbprint, or @FILE"),
        ],
    ),
    (
        "sign",
        &[
            ("payload", "A file, or - for standard input"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("scheme", "One of `hookprint schemes`, or hmac-sha256"),
            ("header", "A header that the scheme signs"),
            ("url", "The URL, if the scheme signs it"),
            ("id", "Id of the delivery, not a random one"),
            ("timestamp", "Signing time, if not now"),
            ("only", "Print only value or signature"),
        ],
    ),
    (
        "verify",
        &[
            ("payload", "A payload, or a capture with its headers; - for standard input"),
            ("secret", "file:PATH, env:NAME... (repeat: new, old)"),
            ("scheme", "One of `hookprint schemes`, or auto"),
            ("header", "A header that came with the payload"),
            ("signature", "The signature, as short for its header"),
            ("tolerance", "How far the signed time may be from now"),
            ("url", "The URL that the sender called"),
            ("jwks", "Keys of the issuer of a bearer token"),
            ("audience", "Audience of the bearer token"),
            ("show_expected", "Print the signature that would be right"),
        ],
    ),
    (
        "replay",
        &[
            ("captures", "HAR, .http, curl, raw HTTP, exports...; - for standard input"),
            ("to", "Destination"),
            ("cert", "Client certificate: .p12, .pem, .jks"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("resign", "Sign again, right before sending"),
            ("secret", "The signing secret: file:PATH, env:NAME..."),
            ("filter", "Only matches: status=5xx (see --help)"),
            ("journal", "Run again to continue where it stopped"),
            ("jobs", "How many at once; 1 keeps the order"),
            ("dry_run", "Print what would be sent, without sending"),
        ],
    ),
    (
        "send",
        &[
            ("scheme", "Whose signature it gets: one of `hookprint schemes`"),
            ("payload", "The body: a file, or - for standard input"),
            ("to", "Destination"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("event", "Name of the event"),
            ("set", "Replace a value in the JSON payload"),
            ("cert", "Client certificate: .p12, .pem, .jks"),
            ("password", "Its password: file:PATH, env:NAME..."),
            ("dry_run", "Print what would be sent, without sending"),
        ],
    ),
    (
        "listen",
        &[
            ("addr", "Address; port 0 picks a free one"),
            ("cert", "Our certificate [a temporary one]"),
            ("client_cert", "From callers: off, request or require"),
            ("client_ca", "Authorities it must come from"),
            ("client_pin", "Accepted thumbprint, or @FILE"),
            ("verify", "Check signatures under this scheme"),
            ("secret", "file:PATH, env:NAME... (repeat it)"),
            ("enforce", "401 or 403 when a check fails"),
            ("capture", "Append every delivery, byte for byte"),
            ("forward", "Forward them to this application"),
            ("challenge", "Answer a provider's check of the URL"),
            ("count", "Stop after this many deliveries"),
        ],
    ),
    (
        "probe",
        &[
            ("url", "The endpoint, with the path"),
            ("accept", "Must get in: .p12, .pem, .jks (repeat)"),
            ("reject", "Must be refused: FILE, none, stranger..."),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("test_ca", "Its authority with key, for bad ones"),
            ("ca", "Trust anchors instead of the system's"),
            ("method", "Method of the request, usually GET"),
            ("payload", "Send the bytes of this file"),
            ("side_doors", "By address, without name, on plain http"),
            ("resume", "Again in resumed sessions"),
            ("until", "Repeat until all is as expected: pass"),
        ],
    ),
    (
        "audit",
        &[
            ("url", "The endpoint, with the path"),
            ("request", "The good request: a capture that gets in"),
            ("payload", "Its body alone, instead of a capture"),
            ("scheme", "How it is signed, each time again"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("cert", "Our client certificate, which gets in"),
            ("only", "These groups of tests"),
            ("skip", "All tests but this one"),
            ("i_own_this_host", "Required beyond this machine"),
            ("dry_run", "Show what would be sent, without sending"),
        ],
    ),
    (
        "check",
        &[
            ("files", "Policies [hookprint.toml, here or in a parent folder]"),
            ("name", "Checks with this name or pattern"),
            ("tag", "Checks with this tag"),
            ("only", "Checks of this kind"),
            ("list", "Show the checks as command lines"),
            ("validate", "Read the policy without running checks"),
            ("jobs", "How many at once"),
        ],
    ),
    (
        "diff",
        &[
            ("old", "What peers know today: a file, keystore, capture, or host:port"),
            ("new", "What will replace it, in any of these forms"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("ca", "Authorities that the peers trust"),
            ("pin", "Thumbprint that peers accept, or @FILE"),
            ("provider", "Does this provider accept the new one?"),
            ("servername", "Server name to send (SNI)"),
            ("starttls", "smtp, imap, ldap, postgres... before TLS"),
        ],
    ),
    (
        "explain",
        &[
            ("words", "A code, an alert, a number, a message, or a file with one"),
            ("from", "Only messages of java, nginx, curl..."),
            ("list", "List codes, alerts, messages, or all"),
            ("cert", "Our certificate: what does it prove?"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
        ],
    ),
    (
        "schemes",
        &[
            ("name", "Show this one in full"),
            ("filter", "Only those with this text in name or header"),
            ("scheme_file", "Your own schemes, in TOML"),
            ("toml", "Print its table, to copy from"),
            ("init", "Write a commented file to start from"),
        ],
    ),
    (
        "merge",
        &[
            ("files", "Output of --format ndjson with --shard, --end-mark or --resume"),
            ("expect", "Required number of shards"),
        ],
    ),
    (
        "mint",
        &[
            ("dir", "The folder; created if missing"),
            ("name", "Host name of the server [localhost]"),
            ("days", "Validity of the good certificates, in days [30]"),
            ("password", "Password of the .p12 files [hookprint]"),
        ],
    ),
    ("demo", &[]),
    (
        "completions",
        &[
            ("shell", "bash, zsh, fish, elvish or powershell [that of $SHELL]"),
            ("install", "Write them where the shell looks for them"),
        ],
    ),
    (
        "man",
        &[
            ("command", "The command, or schemes.5 for scheme files"),
            ("dir", "Write all pages to this folder instead"),
        ],
    ),
];

/// What is said of the arguments of a command.
pub fn of(command: &str) -> &'static [(&'static str, &'static str)] {
    ROWS.iter().find(|(name, _)| *name == command).map_or(&[], |(_, arguments)| arguments)
}
