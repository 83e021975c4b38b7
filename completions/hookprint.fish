# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_hookprint_global_optspecs
    string join \n format= json report= output= fail-on= exit= end-mark allow= at= color= offline show-secrets q/quiet v/verbose h/help V/version
end

function __fish_hookprint_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_hookprint_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_hookprint_using_subcommand
    set -l cmd (__fish_hookprint_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c hookprint -n "__fish_hookprint_needs_command" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_needs_command" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_needs_command" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_needs_command" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_needs_command" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_needs_command" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_needs_command" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_needs_command" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_needs_command" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_needs_command" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_needs_command" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_needs_command" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_needs_command" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_needs_command" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_needs_command" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "thumbprint" -d 'Which certificates does this host serve, and are they the pinned ones?'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "inspect" -d 'Show what is in certificate files and keystores, and when it stops working'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "sign" -d 'Sign a payload: the headers it carries under a scheme and secret'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "verify" -d 'Verify a signature, and say exactly why it does not match'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "replay" -d 'Send stored requests again, with a client certificate, freshly signed if asked'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "send" -d 'Post any payload as that provider would: signed, and with its headers'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "listen" -d 'Receive webhooks over (m)TLS: who calls, with which certificate, and every byte'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "probe" -d 'Is the client certificate really enforced, and which of mine gets in?'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "audit" -d 'Does this endpoint refuse unsigned, tampered, stale, replayed and uncertified calls?'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "check" -d 'Run a policy file: endpoints, bundles, signatures and pins, old and new, for CI and cron'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "diff" -d 'What changes for my peers when one certificate takes the place of another?'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "explain" -d 'What does this code, TLS alert, number or pasted error mean, and what to do?'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "schemes" -d 'List the signature schemes, or show the definition of one'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "merge" -d 'Put the rows of several runs over parts of one input together, as one run would have them'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "mint" -d 'Make a throw-away authority, a server and client identities for tests'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "demo" -d 'Tell the whole story on loopback, with no network and no set-up'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c hookprint -n "__fish_hookprint_needs_command" -f -a "man" -d 'Print the man pages'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l targets -d 'Targets from a file, one a line; - is stdin (can be repeated)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l only -d 'Print nothing but this thumbprint' -r -f -a "sha1\t'SHA-1 of the certificate, in hex'
sha256\t'SHA-256 of the certificate, in hex'
spki\t'SHA-256 of the public key (SPKI), in base64'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l as -d 'Print the thumbprint as this product spells it, or as all of them do' -r -f -a "openssl\t''
openssl-sha1\t''
dotnet\t''
node\t''
nginx\t''
haproxy\t''
envoy\t''
envoy-spki\t''
cloudflare\t''
curl\t''
x5t\t''
x5t#S256\t''
tlsa\t''
all\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l tries -d 'Ask each address this many times, to catch several nodes behind it' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l shard -d 'Look at part I of N alone, from 1 (0-based:I/N from 0): of a file of lines at that range of its bytes, a line where its first byte is; of anything else at each record whose number k, from 0, has k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range are counted for that, which takes 0.1 s of a processor for each GB' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l shard-by -d 'How records are dealt out: by where they stand, or by the SHA-256 of their subject, which stays when the list grows' -r -f -a "place\t'By where they stand'
hash\t'By the SHA-256 of their subject'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l origin -d 'What standard input is called in the report' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l first-line -d 'Number of the first line of standard input in the file that it is a piece of' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l jobs -d 'How many targets at once' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s w -l warn -d 'Warn when a certificate ends within this time [default: 30d, or a third of its lifetime if that is less]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s c -l crit -d 'Critical when a certificate ends within this time [default: 7d, or a tenth of its lifetime if that is less]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l timeout -d 'Time for everything about one target' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l retries -d 'Try again this many times when a connection fails' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l servername -l sni -d 'Name to ask for (SNI) and to match, instead of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l starttls -d 'Speak this protocol first, then ask for TLS' -r -f -a "smtp\t''
imap\t''
pop3\t''
lmtp\t''
sieve\t''
ftp\t''
ldap\t''
postgres\t''
mysql\t''
xmpp\t''
xmpp-server\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l ca -l cafile -l cacert -d 'Trust anchors instead of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l cert -d 'Client certificate: .p12, .pfx, .pem or .jks, told from the bytes' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l password -d 'Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or prompt. Opens --cert, --key, --pin @FILE and files that are looked at' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l chain -d 'Every certificate served, not only the end-entity one'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l all-ips -d 'Ask every address of the host'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l both-keys -d 'Ask for the RSA and for the ECDSA certificate'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l resume -d 'Go on where an earlier run with the same --output ended, however it ended: what is in the file stays, and only what is missing is done. Needs --format ndjson, and numbers rows as with --end-mark; a further --report is about the rest alone. With -q, a run that was killed is begun again: what was fine has left no row'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l no-servername -d 'Do not say which name is asked for (no SNI)'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l insecure -d 'Show the client certificate to a server that no trust anchor vouches for, too; a --pin holds all the same'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand thumbprint" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l password -l passin -d 'Where a password is: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated; each is tried; the report says by its label which one opened a store)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s w -l warn -d 'Warn this long before the end [default: 30d, or a third of the certificate\'s lifetime if that is less]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s c -l crit -d 'Critical this long before the end [default: 7d, or a tenth of the certificate\'s lifetime if that is less]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l for -d 'Judge it as the identity of a client or a server: key, purpose, chain, validity' -r -f -a "client\t'It calls'
server\t'It is called'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l servername -l sni -d 'The name that clients will ask for, with --for server' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l ca -l cafile -l cacert -l roots -d 'Trust anchors instead of those of the system; alone: does the chain end there?' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l verify-depth -d 'At most this many intermediates, as the peer has it (ssl_verify_depth of nginx)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l alias -d 'Only entries of this name' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l key -d 'Does the key in this file belong to a certificate?' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l provider -d 'Hold it against what this provider takes or presents' -r -f -a "webex-connect\t'Webex Connect'
dialogflow-cx\t'Dialogflow CX'
dialogflow-es\t'Dialogflow ES'
adobe-sign\t'Adobe Acrobat Sign'
svix\t'Svix'
gitlab\t'GitLab, self-managed'
fireblocks\t'Fireblocks'
upvest\t'Upvest'
minio\t'MinIO bucket webhooks'
servicenow\t'ServiceNow, outbound REST and SOAP'
salesforce-callouts\t'Salesforce callouts and Named Credentials'
kibana\t'Elastic, webhook connector of Kibana'
camunda\t'Camunda connectors'
convoy\t'Convoy'
checkly\t'Checkly'
cm-com\t'CM.com Conversational AI Cloud'
pagerduty\t'PagerDuty'
docusign\t'DocuSign Connect'
meta\t'Meta: Instagram, Messenger, WhatsApp, Graph'
slack\t'Slack, events and slash commands'
klarna\t'Klarna Payments callbacks'
shopify-payments\t'Shopify payments apps'
mastercard\t'Mastercard'
salesforce-messages\t'Salesforce outbound messages'
worldpay\t'Worldpay, Access Worldpay Events'
wise\t'Wise Platform'
plain\t'Plain'
kindly\t'Kindly'
okta\t'Okta event and inline hooks'
event-grid\t'Azure Event Grid'
eventbridge\t'AWS EventBridge API destinations'
adyen\t'Adyen'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l providers-file -d 'Providers of your own over the built-in ones: TOML with [[provider]] tables, each with name, title, role, source, read_on and grade, and if known formats, one_key, password, ca_signed, notes, holds_until and [[provider.presents]]' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l trusts -d 'Does this trust file accept what a provider presents and has announced, or the chain in a file?' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l chain -d 'The chain that the provider of --trusts presents, where its pages do not show it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l calendar -d 'Rules of public authorities over the built-in ones: TOML with [[lifetime]] tables (from, days) and [[purpose]] tables (issuer, purpose, ends, note), each with source, read_on, grade and, if known, holds_until' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l expect-count -d 'Exactly this many certificates must be found' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l password-key -d 'The key beside a store, in a Kubernetes secret or a file of settings, that holds its password' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l exclude -d 'In folders: leave out what matches, a pattern as in .gitignore (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l shard -d 'Look at part I of N alone, from 1 (0-based:I/N from 0): of a file of lines at that range of its bytes, a line where its first byte is; of anything else at each record whose number k, from 0, has k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range are counted for that, which takes 0.1 s of a processor for each GB' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l shard-by -d 'How records are dealt out: by where they stand, or by the SHA-256 of their subject, which stays when the list grows' -r -f -a "place\t'By where they stand'
hash\t'By the SHA-256 of their subject'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l origin -d 'What standard input is called in the report' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l first-line -d 'Number of the first line of standard input in the file that it is a piece of' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l no-keys -d 'No private key belongs here: each is a finding (key-unlisted), encrypted or not'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l no-ignore -d 'In folders: look also at what .gitignore leaves out'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l resume -d 'Go on where an earlier run with the same --output ended, however it ended: what is in the file stays, and only what is missing is done. Needs --format ndjson, and numbers rows as with --end-mark; a further --report is about the rest alone. With -q, a run that was killed is begun again: what was fine has left no row'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l pem -d 'Print the certificates (never a key) as PEM instead'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l secret -d 'Where the secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt; for schemes with key pairs a private key in PEM' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l id -d 'Id of the delivery, where the scheme has one [default: a random one]; for jwt and http-message-signature the id of the key' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l timestamp -d 'Time of signing, RFC 3339 or seconds since 1970 [default: --at, or now]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l url -d 'URL that will be called, where the scheme signs it' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l method -d 'Method of the request, where the scheme signs it' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l header -d 'Header of the request, where the scheme signs it (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l only -d 'Print nothing but this' -r -f -a "value\t'The value of the signature header; of a bearer token, the token alone'
signature\t'The signature without what stands around it'"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l scheme -d 'Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256, hmac-sha512) or of --scheme-file [default: hmac-sha256]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l audience -d 'Whom the token is for (aud)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l issuer -d 'Who issues it (iss)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l email -d 'E-mail address of whom it is about, as a verified one' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l subject -d 'Whom it is about (sub)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l body-claim -d 'Claim that says the SHA-256 of the payload, in hex, base64 or base64url [default: hex]; without it the payload is the claims' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand sign" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l secret -d 'Where a secret is read from (can be repeated: the current one first, then old ones)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l header -d 'Header that came with the payload (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l signature -d 'Short for the header of the scheme that carries the signature' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l tolerance -d 'Greatest distance of the time of signing from now, both ways [default: the scheme\'s]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l url -d 'URL that the sender called, where the scheme signs it [default: what a capture keeps and its Host say]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l method -d 'Method of the request, where the scheme signs it' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l diagnose-time -d 'Look for the cause of a mismatch this long at most, for each request [default: 1.9 s, and 1 s for each MiB of a payload]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l diagnose-first -d 'Look for the cause of the first so many mismatches, and count the others' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l write-signed-body -d 'Write the body that was signed: the payload when it matches, else the one that the diagnosis found; nothing when it found none' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l shard -d 'Look at part I of N alone, from 1 (0-based:I/N from 0): of a file of lines at that range of its bytes, a line where its first byte is; of anything else at each record whose number k, from 0, has k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range are counted for that, which takes 0.1 s of a processor for each GB' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l shard-by -d 'How records are dealt out: by where they stand, or by the SHA-256 of their subject, which stays when the list grows' -r -f -a "place\t'By where they stand'
hash\t'By the SHA-256 of their subject'"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l origin -d 'What standard input is called in the report' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l first-line -d 'Number of the first line of standard input in the file that it is a piece of' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l scheme -d 'Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256, hmac-sha512), of --scheme-file, or auto: whichever the headers speak of and the secret verifies [default: auto; hmac-sha256 with --signature or what is different from it]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l var -d 'Value of a {{variable}} of a .http file (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l env -d 'Environment of .http files: a name in http-client.env.json or http-client.private.env.json beside them, or a JSON file of environments or values (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l jwks -d 'Keys of the issuer, for HTTP Message Signatures too: a JSON Web Key Set, or public keys in PEM or DER; `listen` fetches those of a URL again when they are old (Cache-Control, an hour at most), and when a token names one that it does not know' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l audience -d 'Whom the token must be for; google-id-token needs it, and is usually for the URL of the webhook' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l issuer -d 'Who must have issued it (can be repeated: any of them)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l email -d 'Whose e-mail address it must carry, which the issuer has verified: the service account that calls' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l subject -d 'Whom it must be about (sub), where that is known better than an address' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l body-claim -d 'Claim that must have the SHA-256 of the body, in hex, base64 or base64url [default: hex]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l signing-cert -d 'The certificate that the sender signs with, and its issuers (aws-sns, paypal, alexa): a file, or an address of the sender; it must lead to a trust anchor and be for a name of the sender' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l signing-ca -d 'Authorities that it must lead to, in place of those of the system; the root for tokens that bring their certificate (app-store)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l require-component -d 'Component that must be covered, for example @query, content-digest (the body) or \'@query-param;name="id"\' (can be repeated); @method, @authority and @path always should be' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l trust-forwarded -d 'Take the URL from Forwarded or X-Forwarded-Proto and -Host, which a proxy of yours has set'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l show-expected -d 'Print the signature that would be right'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l no-diagnose -d 'Do not look for the cause of a mismatch'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l resume -d 'Go on where an earlier run with the same --output ended, however it ended: what is in the file stays, and only what is missing is done. Needs --format ndjson, and numbers rows as with --end-mark; a further --report is about the rest alone. With -q, a run that was killed is begun again: what was fine has left no row'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l allow-files -d 'Read the files that a curl command or .http file names: look at it first'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand verify" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l payload -d 'Send this bare payload instead of a capture' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l method -d 'Method of --payload' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l resign -d 'Sign anew under this scheme, right before each attempt; ids, and the claims of a token, are kept' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l secret -d 'Where the signing secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l id -d 'Id of the key, for jwt and http-message-signature [default: the captured one]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l filter -d 'Send only what fits; see below' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l limit -d 'Send this many requests at most' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l journal -d 'Write down what becomes of each request; run again, it goes on where it was' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l to -d 'Destination; path and query of the capture are kept unless the URL has its own' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l audience -d 'Whom the token is for (aud)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l issuer -d 'Who issues it (iss)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l email -d 'E-mail address of whom it is about, as a verified one' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l subject -d 'Whom it is about (sub)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l body-claim -d 'Claim that says the SHA-256 of the payload, in hex, base64 or base64url [default: hex]; without it the payload is the claims' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s H -l header -d 'Set a header, or remove it with an empty value (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l repeat -d 'Send everything this many times' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l jobs -d 'How many at once; with 1 the order is kept' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l rate -d 'No faster than this: 10/s, 90/m' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l expect -d 'Wanted statuses: 2xx, or 200,204' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l tls -d 'Only this version of TLS' -r -f -a "1.2\t'TLS 1.2'
1.3\t'TLS 1.3'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l connect-timeout -d 'Time for connecting [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l handshake-timeout -d 'Time for the TLS handshake [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l answer-timeout -d 'Time from the request\'s last byte to the answer\'s first [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l cert -d 'Client certificate: .p12, .pfx, .pem or .jks, told from the bytes' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l password -d 'Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or prompt. Opens --cert, --key, --pin @FILE and files that are looked at' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l ca -l cafile -l cacert -d 'Trust anchors instead of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l timeout -d 'Time for one attempt, connection and all' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l retries -d 'Try again this many times after a connection that failed, or 408, 429 or 5xx; with growing pauses, honouring Retry-After' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l var -d 'Value of a {{variable}} of a .http file (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l env -d 'Environment of .http files: a name in http-client.env.json or http-client.private.env.json beside them, or a JSON file of environments or values (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l shard -d 'Look at part I of N alone, from 1 (0-based:I/N from 0): of a file of lines at that range of its bytes, a line where its first byte is; of anything else at each record whose number k, from 0, has k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range are counted for that, which takes 0.1 s of a processor for each GB' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l shard-by -d 'How records are dealt out: by where they stand, or by the SHA-256 of their subject, which stays when the list grows' -r -f -a "place\t'By where they stand'
hash\t'By the SHA-256 of their subject'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l origin -d 'What standard input is called in the report' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l first-line -d 'Number of the first line of standard input in the file that it is a piece of' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l strip-credentials -d 'Leave out credentials that were captured: Authorization, Cookie, API keys, tokens in headers and query'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l resend-unknown -d 'Also send what was sent before without reading an answer'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l dry-run -d 'Print exactly what would be sent, and send nothing'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l insecure -d 'Send even to a server that no trust anchor vouches for; a --pin holds all the same'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l allow-files -d 'Read the files that a curl command or .http file names: look at it first'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand replay" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l payload -d 'The body: a file, or - for standard input; its bytes are sent as they are' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l secret -d 'Where the signing secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l event -d 'Name of the event, in the header or the member of the payload where this provider names it [default: what the payload says, or a usual one]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l id -d 'Id of the event or delivery [default: a random one]; for jwt and http-message-signature the id of the key' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l set -d 'Another value in the JSON payload, in the place of this JSON Pointer; all other bytes stay. VALUE is JSON, and text where it is none (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l audience -d 'Whom the token is for (aud)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l issuer -d 'Who issues it (iss)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l email -d 'E-mail address of whom it is about, as a verified one' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l subject -d 'Whom it is about (sub)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l body-claim -d 'Claim that says the SHA-256 of the payload, in hex, base64 or base64url [default: hex]; without it the payload is the claims' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s H -l header -d 'Set a header, or remove it with an empty value (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l jobs -d 'How many at once; with 1 the order is kept' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l rate -d 'No faster than this: 10/s, 90/m' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l expect -d 'Wanted statuses: 2xx, or 200,204' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l tls -d 'Only this version of TLS' -r -f -a "1.2\t'TLS 1.2'
1.3\t'TLS 1.3'"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l connect-timeout -d 'Time for connecting [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l handshake-timeout -d 'Time for the TLS handshake [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l answer-timeout -d 'Time from the request\'s last byte to the answer\'s first [default: --timeout]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l cert -d 'Client certificate: .p12, .pfx, .pem or .jks, told from the bytes' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l password -d 'Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or prompt. Opens --cert, --key, --pin @FILE and files that are looked at' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l ca -l cafile -l cacert -d 'Trust anchors instead of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l timeout -d 'Time for one attempt, connection and all' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l retries -d 'Try again this many times after a connection that failed, or 408, 429 or 5xx; with growing pauses, honouring Retry-After' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l repeat -d 'Send it this many times, with the same id: as it is sent again' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l to -d 'Destination' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l resend-unknown -d 'Also send what was sent before without reading an answer'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l insecure -d 'Send even to a server that no trust anchor vouches for; a --pin holds all the same'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l dry-run -d 'Print exactly what would be sent, and send nothing'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand send" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l addr -d 'Address and port; :0 picks a free port' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l cert -d 'Our certificate: .p12, .pfx, .pem or .jks, told from the bytes [default: a throw-away one]' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l password -d 'Password of a store or key (can be repeated; each is tried)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l client-cert -d 'Whether to ask callers for a certificate; who is then not let in is answered 403 [default: require with --enforce and --client-ca or --client-pin, else request]' -r -f -a "off\t'They are not asked'
request\t'They are asked, and may send none'
require\t'They are asked, and one must be sent and pass'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l client-ca -d 'Authorities that callers\' certificates must come from' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l client-pin -d 'Accepted thumbprint of callers, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l verify -d 'Check the signature of each delivery under this scheme (`hookprint schemes`)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l secret -d 'Where a secret is read from (can be repeated: the current one first)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l url -d 'URL that senders call, where the scheme signs it; without a query it takes that of each request [default: what Host says]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l tolerance -d 'How far the time of signing may be from now, both ways [default: the scheme\'s]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l diagnose-time -d 'Look for the cause of a mismatch this long at most [default: 1.9 s]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l jwks -d 'Keys of the issuer, for HTTP Message Signatures too: a JSON Web Key Set, or public keys in PEM or DER; `listen` fetches those of a URL again when they are old (Cache-Control, an hour at most), and when a token names one that it does not know' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l audience -d 'Whom the token must be for; google-id-token needs it, and is usually for the URL of the webhook' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l issuer -d 'Who must have issued it (can be repeated: any of them)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l email -d 'Whose e-mail address it must carry, which the issuer has verified: the service account that calls' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l subject -d 'Whom it must be about (sub), where that is known better than an address' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l body-claim -d 'Claim that must have the SHA-256 of the body, in hex, base64 or base64url [default: hex]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l signing-cert -d 'The certificate that the sender signs with, and its issuers (aws-sns, paypal, alexa): a file, or an address of the sender; it must lead to a trust anchor and be for a name of the sender' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l signing-ca -d 'Authorities that it must lead to, in place of those of the system; the root for tokens that bring their certificate (app-store)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l require-component -d 'Component that must be covered, for example @query, content-digest (the body) or \'@query-param;name="id"\' (can be repeated); @method, @authority and @path always should be' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l capture -d 'Append every delivery to this file, exact bytes included (.har.ndjson); it holds what senders let themselves in with, so it is made for its owner only' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l prometheus-file -d 'Write here how much was received, and when each pin and secret was used last, every few seconds: for the textfile collector of Prometheus\' node exporter' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l forward -d 'Pass each delivery on to this application, with its original bytes, and answer as it does; its path stands before that of each request' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l forward-ca -d 'Authorities that an application at https:// must come from, in place of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l forward-client-cert -d 'Tell the application which certificate of the caller passed its check, in Client-Cert and Client-Cert-Chain (RFC 9440) or in X-Forwarded-Client-Cert as Envoy does' -r -f -a "rfc9440\t'`Client-Cert` and `Client-Cert-Chain`'
xfcc\t'`X-Forwarded-Client-Cert`'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l challenge -d 'Answer this provider when it checks the address, before it sends the first webhook; with --secret where it signs, with --verify-token where it names one, with --url where that is hashed' -r -f -a "meta\t''
zoom\t''
slack\t''
ebay\t''
microsoft-graph\t''
event-grid\t''
twitch\t''
dropbox\t''
x\t''
xero\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l verify-token -d 'Where the token is read from that is registered with the provider' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l respond -d 'Answer with this status, and perhaps this body, or with `none` at all; given several times, each answers one delivery and the last all others (503, none, 200: does the sender try again?)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l respond-header -d 'Header line of these answers, beside or in the place of ours (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l delay -d 'Wait this long before each answer' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l max-body -d 'Longest body; a longer one is answered 413 and not kept' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l max-memory -d 'Memory for all connections and their bodies; a body that finds no room waits, for --timeout at most, and is answered 503 then [default: 256MB, or more where --max-body needs it]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l timeout -d 'Time for a handshake, and for a request from its first byte to its last' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l count -d 'End after this many deliveries' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l for -d 'End after this time' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l plain -d 'Plain HTTP instead of TLS'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l allow-remote -d 'Allow an address that other machines can reach, and a --forward to another machine'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l trust-forwarded -d 'A proxy of yours sets Forwarded or X-Forwarded-Proto and -Host, from which the URL is taken, and the headers that pass client certificates on, which --forward keeps then'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l no-diagnose -d 'Do not look for the cause of a mismatch'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l enforce -d 'Answer 401 or 403 when a check fails, or a certificate that --client-ca or --client-pin ask for is missing, instead of only reporting it'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l sync -d 'Answer when the delivery is on the disk, so that a power cut loses none that was answered'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l redact -d 'Put placeholders for values into the capture; digests and verdicts stay'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l close -d 'Close the connection after each answer'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand listen" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l accept -d 'This identity must be let in (can be repeated: old and new): .p12, .pfx, .pem or .jks, told from the bytes' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l reject -d 'This one must be refused (can be repeated): a file, none, or one that is made in memory: stranger, same-subject, same-issuer; with --test-ca also expired, not-yet, serverauth, lookalike [default: none and stranger]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l key -d 'Private key of the last --accept or --reject FILE before it, where that does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l alias -d 'Which key of the last --accept or --reject FILE before it, where that has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l password -d 'Password of the identity of that label, or of any (can be repeated): file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l test-ca -d 'Certificate and key of an authority that the server trusts: makes the identities that need one' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l expect -d 'What is wanted of the server' -r -f -a "required\t'Nobody gets in without a certificate that it trusts'
optional\t'It asks, and lets in who has none'
not-requested\t'It does not ask'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l tls -d 'Versions of TLS to try, each by itself' -r -f -a "1.2\t'TLS 1.2'
1.3\t'TLS 1.3'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l all-ips -d 'Try every address that the name has' -r -f -a "true\t''
false\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l servername -d 'Ask for this name instead of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l method -d 'Method of the request' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l payload -d 'Send the bytes of this file' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s H -l header -d 'Set a header (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l resign -d 'Sign each request under this scheme' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l secret -d 'Where the signing secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l patience -d 'How long the server may be silent after the handshake' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l also -d 'A further name of the same server, for --side-doors (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l until -d 'Repeat until everything is as wanted: pass' -r -f -a "pass\t'Everything is as wanted'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l every -d 'How often, with --until' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l for -d 'How long at most, with --until' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l stay -d 'In how many rounds running it must be so, with --until' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l rate -d 'No faster than this: 5/s, 90/m' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l jobs -d 'How many at once' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l ca -l cafile -l cacert -d 'Trust anchors instead of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l retries -d 'Try again this many times when a connection fails' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l timeout -d 'Time for connecting and shaking hands, each time' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l insecure -d 'Show our certificates even to a server that no trust anchor vouches for; a --pin holds all the same'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l resume -d 'Try each identity again in a resumed session, and in one whose certificate is held back'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l side-doors -d 'Try other ways in without a certificate: the address as host, no server name, plain http'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l dry-run -d 'Print what would be tried, and try nothing'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand probe" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l explain -d 'Say what a test is about: what goes wrong in real receivers, and how it is written right; nothing is called' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l request -d 'The good request: the first of this capture, of any format, that carries the header of the scheme' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l payload -d 'The good request is a POST of the bytes of this file' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l method -d 'Method of --payload' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s H -l header -d 'Set a header, or remove it with an empty value (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l scheme -d 'How it is signed, freshly each time: a scheme of `hookprint schemes`' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l secret -d 'Where the signing secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l token -d 'A bearer token that somebody else has signed, sent as it is: file:PATH, env:NAME, fd:N, stdin or prompt' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l id -d 'Id of the key, for jwt and http-message-signature [default: the captured one]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l signature-header -d 'Header that carries the signature [default of the generic schemes: X-Signature]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l encoding -d 'How the signature is written [default of the generic schemes: hex]' -r -f -a "hex\t''
base64\t''
base64url\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l prefix -d 'Text before the signature, for example sha256=' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l signed -d 'What is signed, for example \'{header:X-Timestamp}.{body}\'' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l param -d 'What the scheme needs besides the secret (can be repeated): `hookprint schemes NAME` says which' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l audience -d 'Whom the token is for (aud)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l issuer -d 'Who issues it (iss)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l email -d 'E-mail address of whom it is about, as a verified one' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l subject -d 'Whom it is about (sub)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l body-claim -d 'Claim that says the SHA-256 of the payload, in hex, base64 or base64url [default: hex]; without it the payload is the claims' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l test-ca -d 'Certificate and key of an authority that the server trusts: makes lookalikes, expired ones and ones for servers, in memory' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l allowed-thumbprint -d 'Thumbprint that forged headers claim [default: that of --cert]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l allowed-name -d 'Name that is let in: forged headers claim it, and lookalikes resemble it [default: that of --cert]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l also -d 'Another name of the same server, for a name in TLS that is not that of the request' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l only -d 'Only tests of these groups' -r -f -a "signature\t'Is the signature computed, of the right bytes, and compared as a whole?'
time\t'Is a call that is too old refused?'
replay\t'Is the same call refused the second time?'
certificate\t'Is the client certificate demanded, and looked at?'
headers\t'Can a header take the place of the certificate?'
doors\t'Is there another way in?'
robustness\t'Does it stand what is no call of its sender?'"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l skip -d 'Not these tests' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l tolerance -d 'How old a call may be, as the receiver says [default: the scheme\'s, else 5m]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l baseline -d 'Findings that are accepted for a while: [[accepted]] with id, until and why (TOML)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l accepted -d 'Statuses by which a call is let in: 2xx, or 200,204 [default: 2xx]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l refused-body -d 'What stands in the body of a refusal, whatever its status' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l accepted-body -d 'What stands in the body where a call is let in' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l patience -d 'How long the server may be silent after the handshake' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l rate -d 'No faster than this: 1/s, 30/m; at most 2/s, on loopback 20/s' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l max-requests -d 'Send this many requests at most' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l evidence -d 'Keep the forged calls that were let in, ready for replay (.har.ndjson)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l cert -d 'Client certificate: .p12, .pfx, .pem or .jks, told from the bytes' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l password -d 'Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or prompt. Opens --cert, --key, --pin @FILE and files that are looked at' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l var -d 'Value of a {{variable}} of a .http file (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l env -d 'Environment of .http files: a name in http-client.env.json or http-client.private.env.json beside them, or a JSON file of environments or values (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l ca -l cafile -l cacert -d 'Trust anchors instead of those of the system' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l retries -d 'Try again this many times when a connection fails' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l timeout -d 'Time for connecting and shaking hands, each time' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l override-scheme -d 'Let schemes of --scheme-file stand in the place of built-in ones of the same name'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l allow-token-scheme -d 'Let the scheme of --scheme-file be a token: the secret itself then travels in a header'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l replay-allowed -d 'The receiver does a thing once behind its answer: a call that is taken twice is fine'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l i-own-this-host -d 'The endpoint is yours: needed for anything but this machine'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l dry-run -d 'Print what would be tried, and open no connection'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l insecure -d 'Show our certificate and the good request even to a server that no trust anchor vouches for'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l allow-files -d 'Read the files that a curl command or .http file names: look at it first'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand audit" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l name -d 'Only checks of such a name, a pattern (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l tag -d 'Only checks with this tag (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l only -d 'Only checks of this kind (can be repeated)' -r -f -a "endpoint\t''
bundle\t''
signature\t''
probe\t''
audit\t''
trust\t''
rotation\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l jobs -d 'How many checks at once' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l shard -d 'Look at part I of N alone, from 1 (0-based:I/N from 0): of a file of lines at that range of its bytes, a line where its first byte is; of anything else at each record whose number k, from 0, has k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range are counted for that, which takes 0.1 s of a processor for each GB' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l shard-by -d 'How records are dealt out: by where they stand, or by the SHA-256 of their subject, which stays when the list grows' -r -f -a "place\t'By where they stand'
hash\t'By the SHA-256 of their subject'"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l origin -d 'What standard input is called in the report' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l first-line -d 'Number of the first line of standard input in the file that it is a piece of' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l init -d 'Write hookprint.toml from what is found here: keystores, certificates, what nginx trusts, and hosts that are given instead of files; nothing is overwritten'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l validate -d 'Read the policy, and look at nothing'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l list -d 'Show the checks, and the command lines that they are'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand check" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l password -l passin -d 'Where a password is: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated; each is tried for both)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l ca -l cafile -l cacert -d 'Authorities that the peers trust [default: what OLD brings along]' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l pin -d 'Accepted thumbprint in any spelling, or @FILE for the certificates of a file (can be repeated: old and new)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l pin-file -d 'Accepted thumbprints, one a line' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l provider -d 'Hold it against what this provider takes or presents' -r -f -a "webex-connect\t'Webex Connect'
dialogflow-cx\t'Dialogflow CX'
dialogflow-es\t'Dialogflow ES'
adobe-sign\t'Adobe Acrobat Sign'
svix\t'Svix'
gitlab\t'GitLab, self-managed'
fireblocks\t'Fireblocks'
upvest\t'Upvest'
minio\t'MinIO bucket webhooks'
servicenow\t'ServiceNow, outbound REST and SOAP'
salesforce-callouts\t'Salesforce callouts and Named Credentials'
kibana\t'Elastic, webhook connector of Kibana'
camunda\t'Camunda connectors'
convoy\t'Convoy'
checkly\t'Checkly'
cm-com\t'CM.com Conversational AI Cloud'
pagerduty\t'PagerDuty'
docusign\t'DocuSign Connect'
meta\t'Meta: Instagram, Messenger, WhatsApp, Graph'
slack\t'Slack, events and slash commands'
klarna\t'Klarna Payments callbacks'
shopify-payments\t'Shopify payments apps'
mastercard\t'Mastercard'
salesforce-messages\t'Salesforce outbound messages'
worldpay\t'Worldpay, Access Worldpay Events'
wise\t'Wise Platform'
plain\t'Plain'
kindly\t'Kindly'
okta\t'Okta event and inline hooks'
event-grid\t'Azure Event Grid'
eventbridge\t'AWS EventBridge API destinations'
adyen\t'Adyen'"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l providers-file -d 'Providers of your own over the built-in ones: TOML with [[provider]] tables, each with name, title, role, source, read_on and grade, and if known formats, one_key, password, ca_signed, notes, holds_until and [[provider.presents]]' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l servername -l sni -d 'Name to ask hosts for (SNI), instead of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l starttls -d 'Speak this protocol first, then ask for TLS' -r -f -a "smtp\t''
imap\t''
pop3\t''
lmtp\t''
sieve\t''
ftp\t''
ldap\t''
postgres\t''
mysql\t''
xmpp\t''
xmpp-server\t''"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l connect -d 'Dial this instead of the host; names and certificates stay those of the host' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l resolve -d 'This host and port are at that address, or at one of those between commas (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l proxy -d 'Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l timeout -d 'Time for everything about one target' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l retries -d 'Try again this many times when a connection fails' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s 4 -l ipv4 -d 'IPv4 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s 6 -l ipv6 -d 'IPv6 only'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand diff" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l from -d 'Only what this program says, for example java, nginx or curl' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l list -d 'List everything of a kind, or all of it' -r -f -a "codes\t'Codes of findings and failures'
alerts\t'TLS alerts'
audit\t'Tests of audit'
messages\t'Messages and numbers of programs'"
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l cert -d 'Client certificate: .p12, .pfx, .pem or .jks, told from the bytes' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l key -d 'Its private key, where --cert does not hold it' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l password -d 'Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or prompt. Opens --cert, --key, --pin @FILE and files that are looked at' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l alias -d 'Which key, where the store has several' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand explain" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l filter -d 'Only schemes with this text in name, sender, header or algorithm' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l scheme-file -d 'TOML file with schemes of your own' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l init -d 'Write a file for schemes of your own, with a comment for each key (hookprint-schemes(5)); nothing is overwritten' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l toml -d 'Print the table to copy from'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand schemes" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l expect -d 'So many shards there must be' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l max-ratio -d 'Read no more of a compressed file than so many times its size' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand merge" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l password -d 'Password of the .p12 files [default: hookprint]' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l name -d 'Host name of the server' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l days -d 'How many days the good certificates are valid' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand mint" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand demo" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand completions" -s V -l version -d 'Print version'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l dir -d 'Write every page into this folder instead, which is made where it is not there' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l format -d 'What stdout carries' -r -f -a "human\t'for people: the verdict, the evidence, the next step'
json\t'one object with all items and a summary'
ndjson\t'one item object a line, as soon as it is known'
csv\t'for spreadsheets: a row for each item, certificate, finding and failure'
junit\t'for CI: a test case for each item'
sarif\t'for code scanning: SARIF 2.1.0'
github\t'for GitHub Actions: an annotation for each finding and failure'
prometheus\t'for the text file collector of Prometheus\' node exporter'
nagios\t'for Nagios, Icinga and their kin: one line, performance data, their exit codes'
markdown\t'a table, for job summaries and pull requests'
html\t'one page that needs nothing else: what ends when, each item, what each code means'
ics\t'for calendars: an event for the end of each certificate'"
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l report -d 'A further report into a file, or - for stdout, and then people read stderr (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l output -d 'The main report into a file instead of stdout (-)' -r -F
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l fail-on -d 'From where a finding makes the exit code 1' -r -f -a "warning\t'From a warning on'
critical\t'From a critical finding on'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l exit -d 'What the exit code says: what was found, or only whether everything was looked at (0, else 3)' -r -f -a "verdict\t'What was found'
complete\t'Whether everything was looked at, whatever was found: what a scheduler asks'"
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l allow -d 'Count this finding code as info (can be repeated)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l at -d 'Judge as of this moment (RFC 3339)' -r
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l color -d 'When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l json -d 'Short for --format json'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l end-mark -d 'With --format ndjson: number the rows, leave out the time that they took, and say at the end that it is the end'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l offline -d 'Refuse every network access'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -l show-secrets -d 'Show people the credentials in URLs and headers, too'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -s q -l quiet -d 'Only what is wrong; twice: nothing but the exit code'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -s v -l verbose -d 'More detail: full chains, handshake parameters, every attempt'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hookprint -n "__fish_hookprint_using_subcommand man" -s V -l version -d 'Print version'
