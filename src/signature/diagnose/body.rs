//! The table of changes of a body: line ends, encodings, what gateways wrap around it.

use super::cause::{Advice, RAW_BODY};
use super::{charset, form_dialect, forms, wrapping};

/// One change of the body.
pub struct Row {
    /// Its words.
    pub advice: Advice,
    /// The changed body; `None` where it does not apply.
    pub apply: fn(&[u8]) -> Option<Vec<u8>>,
    /// Whether it is tried together with other changes too.
    pub common: bool,
    /// Whether the file is right, and the sender signs something else than what it sends.
    pub is_senders: bool,
}

const fn row(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    help: &'static str,
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> Row {
    Row {
        advice: Advice { name, message, why, help, code: RAW_BODY },
        apply,
        common: true,
        is_senders: false,
    }
}

const fn rare(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    help: &'static str,
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> Row {
    Row { common: false, ..row(name, message, why, help, apply) }
}

/// A change that the sender makes before it signs: there is nothing to repair in the file.
const fn senders(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    help: &'static str,
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> Row {
    Row { is_senders: true, ..rare(name, message, why, help, apply) }
}

/// What to do when the file cannot simply be turned back.
const CAPTURE: &str =
    "capture requests unchanged: hookprint listen --capture deliveries.har.ndjson";
const GIT: &str = "stop git from changing line endings (git config core.autocrlf false)";
pub(super) const RAW: &str = "hash the raw request bytes in your receiver";

/// All changes that are no re-writing of JSON, in the order they are tried.
pub const ROWS: &[Row] = &[
    row(
        "body-final-newline-removed",
        "remove the final newline of the body (byte {before}, 0x0A)",
        "an editor or echo added it; the sender signed {after} bytes",
        RAW,
        |body| body.strip_suffix(b"\n").filter(|rest| !rest.ends_with(b"\r")).map(<[u8]>::to_vec),
    ),
    row(
        "body-final-crlf-removed",
        "remove the final CR LF of the body (0x0D 0x0A)",
        "a Windows editor added it; the sender signed {after} bytes",
        RAW,
        |body| body.strip_suffix(b"\r\n").map(<[u8]>::to_vec),
    ),
    row(
        "body-final-newline-added",
        "add a final newline to the body (0x0A)",
        "it is part of the body and was cut off; the sender signed {after} bytes",
        "do not trim the body in your receiver",
        |body| Some([body, b"\n"].concat()),
    ),
    row(
        "body-final-crlf-added",
        "add a final CR LF to the body (0x0D 0x0A)",
        "it is part of the body and was cut off; the sender signed {after} bytes",
        "do not trim the body in your receiver",
        |body| Some([body, b"\r\n"].concat()),
    ),
    row(
        "body-blanks-trimmed",
        "remove the whitespace around the body",
        "it was added when the body was copied; the sender signed {after} bytes",
        RAW,
        |body| Some(body.trim_ascii().to_vec()),
    ),
    row(
        "body-nul-removed",
        "remove the zero bytes at the end of the body",
        "a whole buffer or C string was kept; the sender signed {after} bytes",
        "hash exactly as many bytes as were received in your receiver",
        |body| {
            let end = body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            body.ends_with(b"\0").then(|| body[..end].to_vec())
        },
    ),
    rare(
        "body-leading-blank-added",
        "put a space before the body",
        "it is part of the body and was trimmed; the sender signed {after} bytes",
        "do not trim the body in your receiver",
        |body| Some([b" ", body].concat()),
    ),
    rare(
        "body-leading-newline-added",
        "put a line feed before the body",
        "it is part of the body and was trimmed; the sender signed {after} bytes",
        "do not trim the body in your receiver",
        |body| Some([b"\n", body].concat()),
    ),
    row(
        "body-line-ends-lf",
        "convert CR LF to LF",
        "git or a Windows editor changed the line endings; the sender signed {after} bytes",
        GIT,
        |body| Some(charset::joined(body, b"\r\n", b"\n")),
    ),
    row(
        "body-line-ends-crlf",
        "convert LF to CR LF",
        "git or an editor changed the line endings; the sender signed {after} bytes",
        GIT,
        |body| Some(charset::joined(&charset::joined(body, b"\r\n", b"\n"), b"\n", b"\r\n")),
    ),
    row(
        "body-byte-order-mark-removed",
        "remove the byte order mark before the body (EF BB BF)",
        "a Windows editor added it; the sender signed {after} bytes",
        RAW,
        |body| body.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec),
    ),
    rare(
        "body-byte-order-mark-added",
        "put a byte order mark before the body (EF BB BF)",
        "it is part of the body and was cut off by a decoder",
        RAW,
        |body| Some([b"\xef\xbb\xbf", body].concat()),
    ),
    row(
        "body-utf16-decoded",
        "convert the body from UTF-16 to UTF-8",
        "PowerShell's > or another Windows program wrote the file; the sender signed {after} bytes",
        RAW,
        charset::utf16_decoded,
    ),
    row(
        "body-html-unescaped",
        "unescape &quot; &amp; &lt; &gt; and &#39;",
        "an XSS filter or a template escaped the body; the sender signed {after} bytes",
        RAW,
        wrapping::html_unescaped,
    ),
    rare(
        "body-unicode-backslashes-restored",
        "put the backslash back before uXXXX",
        "a filter removed it, as PHP's stripslashes() does; the sender signed {after} bytes",
        RAW,
        charset::unicode_backslashes,
    ),
    rare(
        "body-backslashes-restored",
        "put the backslash back before uXXXX and /",
        "a filter removed it, as PHP's stripslashes() does; the sender signed {after} bytes",
        RAW,
        |body| charset::slashes_escaped(&charset::unicode_backslashes(body)?),
    ),
    row(
        "body-quoted-printable-decoded",
        "decode the body from quoted-printable (=XX)",
        "a mail gateway encoded it; the sender signed {after} bytes",
        RAW,
        wrapping::quoted_printable_decoded,
    ),
    row(
        "body-base64-decoded",
        "decode the body from base64",
        "an API gateway or Lambda proxy encoded it; the sender signed {after} bytes",
        "decode it in your receiver when isBase64Encoded is set",
        wrapping::base64_decoded,
    ),
    row(
        "body-gateway-event",
        "extract the body from the gateway's event",
        "the file is the event that wraps the request; the sender signed {after} bytes",
        "hash event.body in your receiver",
        wrapping::gateway_event,
    ),
    row(
        "body-json-string-decoded",
        "decode the body, which is one JSON string",
        "it was encoded as JSON once more on the way; the sender signed {after} bytes",
        RAW,
        wrapping::json_string_decoded,
    ),
    row(
        "body-decompressed",
        "decompress the body",
        "Content-Encoding was not undone; the sender signed {after} bytes",
        "decompress before hashing in your receiver",
        wrapping::inflated,
    ),
    row(
        "body-http-head-removed",
        "remove the HTTP head before the body",
        "the file is a whole HTTP message; the sender signed {after} bytes",
        "verify reads a whole HTTP message as such when --header is not given",
        wrapping::head_removed,
    ),
    row(
        "body-chunks-joined",
        "remove the chunked framing of the body",
        "the capture kept Transfer-Encoding: chunked; the sender signed {after} bytes",
        CAPTURE,
        wrapping::chunks_joined,
    ),
    row(
        "body-form-payload",
        "extract the payload field from the form",
        "the sender signs the JSON inside the form; {after} bytes",
        "verify the decoded payload field, or choose JSON as the content type at the sender",
        wrapping::form_payload,
    ),
    row(
        "body-payload-form",
        "put the JSON back into a form as its payload field",
        "the sender signs the whole form, not the field that a form parser takes out",
        RAW,
        wrapping::payload_form,
    ),
    rare(
        "body-form-plus-is-percent-20",
        "replace + with %20 in the form",
        "the form was parsed and encoded again",
        RAW,
        wrapping::plus_as_percent,
    ),
    rare(
        "body-form-percent-20-is-plus",
        "replace %20 with + in the form",
        "the form was parsed and encoded again",
        RAW,
        wrapping::percent_as_plus,
    ),
    rare(
        "body-form-sorted",
        "sort the fields of the form by name",
        "the sender signs them sorted, or they were reordered on the way",
        RAW,
        forms::fields_sorted,
    ),
    rare(
        "body-form-line-ends-crlf",
        "encode the line ends inside the form as %0D%0A",
        "the form was parsed and encoded again; browsers send CR LF",
        RAW,
        |body| form_dialect::line_ends(body, true),
    ),
    rare(
        "body-form-line-ends-lf",
        "encode the line ends inside the form as %0A",
        "the form was parsed and encoded again by a program that writes CR LF",
        RAW,
        |body| form_dialect::line_ends(body, false),
    ),
    row(
        "body-latin1",
        "convert the body from UTF-8 to ISO 8859-1",
        "the body was taken for ISO 8859-1 and written as UTF-8 on the way, or the sender signs one byte for each character",
        RAW,
        charset::latin1,
    ),
    row(
        "body-mojibake-undone",
        "undo a misreading as Windows-1252",
        "UTF-8 was taken for Windows-1252 and written as UTF-8 again; the sender signed {after} bytes",
        RAW,
        charset::mojibake_undone,
    ),
    row(
        "body-utf8-of-latin1",
        "treat each byte of the body as a character and encode it as UTF-8",
        "the body was written in ISO 8859-1 on the way, or the sender encodes it once more before it signs",
        RAW,
        charset::utf8_of_latin1,
    ),
    row(
        "body-unicode-escaped",
        "write non-ASCII characters as \\uXXXX",
        "the sender signs escapes; a parser turned them into characters",
        RAW,
        charset::escaped,
    ),
    row(
        "body-unicode-escaped-in-capitals",
        "write non-ASCII characters as \\uXXXX, in capitals",
        "the sender signs escapes; a parser turned them into characters",
        RAW,
        charset::escaped_in_capitals,
    ),
    row(
        "body-unicode-unescaped",
        "write \\uXXXX as characters",
        "the sender signs UTF-8; a serialiser turned it into escapes",
        RAW,
        charset::unescaped,
    ),
    row(
        "body-slashes-escaped",
        "write \\/ instead of /",
        "the sender writes JSON as PHP does; a parser removed the backslashes",
        RAW,
        charset::slashes_escaped,
    ),
    row(
        "body-slashes-unescaped",
        "write / instead of \\/",
        "a PHP program serialised the JSON again",
        RAW,
        charset::slashes_unescaped,
    ),
    row(
        "body-backslashes-removed",
        "remove the backslash before each quote and backslash",
        "the body was escaped once more, as by PHP's addslashes(); the sender signed {after} bytes",
        RAW,
        wrapping::backslashes_removed,
    ),
    senders(
        "body-question-marks",
        "replace each non-ASCII character with a question mark",
        "the sender hashes the body as ASCII, so these characters are not protected",
        "tell the sender; until then hash the body as ASCII too",
        charset::question_marks,
    ),
    senders(
        "body-question-marks-by-unit",
        "replace each non-ASCII UTF-16 unit with a question mark",
        "the sender hashes the body as ASCII (.NET), so these characters are not protected",
        "tell the sender; until then hash the body as ASCII too",
        charset::question_marks_by_unit,
    ),
    senders(
        "body-replacement-characters",
        "replace bytes that are not UTF-8 with U+FFFD",
        "the sender turned binary data into text before it signed",
        "tell the sender; until then decode the body as UTF-8 with replacement",
        charset::replacement_characters,
    ),
    rare(
        "body-composed",
        "compose the characters (normal form C)",
        "they were decomposed on the way, as macOS does",
        RAW,
        charset::composed,
    ),
    rare(
        "body-decomposed",
        "decompose the characters (normal form D)",
        "they were composed on the way",
        RAW,
        charset::decomposed,
    ),
    senders(
        "body-base64-encoded",
        "encode the body as base64",
        "the sender signs the base64 of it",
        "encode the body before hashing it",
        wrapping::base64_encoded,
    ),
    senders(
        "body-utf16-encoded",
        "encode the body as UTF-16 (little endian)",
        "the sender hashes the text as .NET keeps it (Encoding.Unicode)",
        "tell the sender; until then encode the body so before hashing it",
        charset::utf16_encoded,
    ),
    senders(
        "body-empty",
        "sign nothing in place of the body",
        "the sender signs no body at all, or its body was empty",
        "check that this body belongs to these headers",
        |_| Some(Vec::new()),
    ),
];
