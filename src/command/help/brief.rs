//! What `-h` says of each command: the arguments that matter, in this order, a line each.

/// The arguments of a command with what is said of them.
type Row = (&'static str, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    (
        "thumbprint",
        &[
            ("target", "host, host:port, https://..., [::1]:443, or a certificate file"),
            ("targets", "Targets from a file, one a line"),
            ("pin", "Accepted thumbprint, or @FILE: old, new"),
            ("only", "Print nothing but sha1, sha256 or spki"),
            ("product", "As nginx, node, cloudflare... spell it"),
            ("all_ips", "Ask every address of the host"),
            ("tries", "Ask so often: several nodes at one address"),
            ("warn", "Warn so long before the end (30d)"),
            ("ca", "Trust anchors instead of the system's"),
            ("starttls", "smtp, imap, ldap, postgres... before TLS"),
        ],
    ),
    (
        "inspect",
        &[
            ("paths", "Files, folders, or - for standard input"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("warn", "Warn so long before the end (30d)"),
            ("crit", "Critical so long before the end (7d)"),
            ("purpose", "Judge it as an identity: client or server"),
            ("provider", "Does this provider take it? webex-connect"),
            ("trusts", "Does this file accept what they present?"),
            ("ca", "Trust anchors: does the chain end there?"),
            ("key", "Does the key in this file belong to it?"),
            ("pin", "Accepted thumbprint, or @FILE"),
        ],
    ),
    (
        "sign",
        &[
            ("payload", "A file, or - for standard input"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("scheme", "Of `hookprint schemes`, or hmac-sha256"),
            ("header", "A header that the scheme signs"),
            ("url", "The URL, where the scheme signs it"),
            ("id", "Id of the delivery, not a random one"),
            ("timestamp", "Time of signing, if it is not now"),
            ("only", "Print nothing but value or signature"),
        ],
    ),
    (
        "verify",
        &[
            ("payload", "A payload, or a capture with its headers; - for standard input"),
            ("secret", "file:PATH, env:NAME... (repeat: new, old)"),
            ("scheme", "Of `hookprint schemes`, or auto"),
            ("header", "A header that came with the payload"),
            ("signature", "Short for the header with the signature"),
            ("tolerance", "How far signing may be from now"),
            ("url", "The URL that the sender called"),
            ("jwks", "Keys of the issuer of a bearer token"),
            ("audience", "Whom a bearer token must be for"),
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
            ("resign", "Sign anew, right before it is sent"),
            ("secret", "The signing secret: file:PATH, env:NAME..."),
            ("filter", "Only what fits: status=5xx (see --help)"),
            ("journal", "Run again, it goes on where it was"),
            ("jobs", "How many at once; with 1 the order is kept"),
            ("dry_run", "Print what would be sent, and send nothing"),
        ],
    ),
    (
        "send",
        &[
            ("scheme", "Whose signature it carries: one of `hookprint schemes`"),
            ("payload", "The body: a file, or - for standard input"),
            ("to", "Destination"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("event", "Name of the event, where it is named"),
            ("set", "Another value in the JSON payload"),
            ("cert", "Client certificate: .p12, .pem, .jks"),
            ("password", "Its password: file:PATH, env:NAME..."),
            ("dry_run", "Print what would be sent, and send nothing"),
        ],
    ),
    (
        "listen",
        &[
            ("addr", "Address; port 0 picks a free one"),
            ("cert", "Our certificate [a throw-away one]"),
            ("client_cert", "Of callers: off, request or require"),
            ("client_ca", "Authorities that it must come from"),
            ("client_pin", "Accepted thumbprint, or @FILE"),
            ("verify", "Check signatures under this scheme"),
            ("secret", "file:PATH, env:NAME... (repeat it)"),
            ("enforce", "401 or 403 when a check fails"),
            ("capture", "Append every delivery, byte by byte"),
            ("forward", "Pass them on to this application"),
            ("challenge", "Answer a provider's check of the URL"),
            ("count", "End after so many deliveries"),
        ],
    ),
    (
        "probe",
        &[
            ("url", "The endpoint, with the path"),
            ("accept", "Must be let in: .p12, .pem, .jks (repeat)"),
            ("reject", "Must be refused: FILE, none, stranger..."),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("test_ca", "Its authority with key: makes bad ones"),
            ("ca", "Trust anchors instead of the system's"),
            ("method", "Method of the request, usually GET"),
            ("payload", "Send the bytes of this file"),
            ("side_doors", "By address, without name, over plain http"),
            ("resume", "Again in resumed sessions"),
            ("until", "Repeat until all is as wanted: pass"),
        ],
    ),
    (
        "audit",
        &[
            ("url", "The endpoint, with the path"),
            ("request", "The good request: a capture that is let in"),
            ("payload", "Its body alone, instead of a capture"),
            ("scheme", "How it is signed, freshly each time"),
            ("secret", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("cert", "Our client certificate, which is let in"),
            ("only", "These groups of tests"),
            ("skip", "All tests but this one"),
            ("i_own_this_host", "Needed for anything but this machine"),
            ("dry_run", "Show what would be sent, and send nothing"),
        ],
    ),
    (
        "check",
        &[
            ("files", "Policies; without one hookprint.toml, here or above"),
            ("name", "Checks of this name, or like this pattern"),
            ("tag", "Checks of this tag"),
            ("only", "Checks of this kind"),
            ("list", "Show the checks as command lines"),
            ("validate", "Read the policy, and look at nothing"),
            ("jobs", "How many at once"),
        ],
    ),
    (
        "diff",
        &[
            ("old", "What peers know today: a file, keystore, capture, or host:port"),
            ("new", "What is to take its place, in any of these forms"),
            ("password", "file:PATH, env:NAME, fd:N, stdin, prompt"),
            ("ca", "Authorities that the peers trust"),
            ("pin", "Thumbprint that peers accept, or @FILE"),
            ("provider", "Does this provider take the new one?"),
            ("servername", "Name to ask hosts for (SNI)"),
            ("starttls", "smtp, imap, ldap, postgres... before TLS"),
        ],
    ),
    (
        "explain",
        &[
            ("words", "A code, an alert, a number, a message, or a file with one"),
            ("from", "Only what java, nginx, curl... says"),
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
            ("scheme_file", "Schemes of your own, in TOML"),
            ("toml", "Print the table to copy from"),
            ("init", "Write a commented file to start from"),
        ],
    ),
    (
        "merge",
        &[
            ("files", "What --format ndjson wrote with --shard, --end-mark or --resume"),
            ("expect", "So many shards there must be"),
        ],
    ),
    (
        "mint",
        &[
            ("dir", "The folder; made if it is not there"),
            ("name", "Host name of the server [localhost]"),
            ("days", "How long the good certificates are valid [30]"),
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
            ("command", "The command, or schemes.5 about files of schemes"),
            ("dir", "Write every page into this folder instead"),
        ],
    ),
];

/// What is said of the arguments of a command.
pub fn of(command: &str) -> &'static [(&'static str, &'static str)] {
    ROWS.iter().find(|(name, _)| *name == command).map_or(&[], |(_, arguments)| arguments)
}
