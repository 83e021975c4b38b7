//! TLS alerts by number and registered name (IANA "TLS Alerts" registry, RFC 8446 section 6).

use crate::error::Error;
use crate::failure::Failure;

/// Registered alerts, by number. Reserved ones stay: old servers still send them.
pub const ALERTS: &[(u8, &str)] = &[
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (21, "decryption_failed"),
    (22, "record_overflow"),
    (30, "decompression_failure"),
    (40, "handshake_failure"),
    (41, "no_certificate"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode_error"),
    (51, "decrypt_error"),
    (52, "too_many_cids_requested"),
    (60, "export_restriction"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (86, "inappropriate_fallback"),
    (90, "user_canceled"),
    (100, "no_renegotiation"),
    (109, "missing_extension"),
    (110, "unsupported_extension"),
    (111, "certificate_unobtainable"),
    (112, "unrecognized_name"),
    (113, "bad_certificate_status_response"),
    (114, "bad_certificate_hash_value"),
    (115, "unknown_psk_identity"),
    (116, "certificate_required"),
    (117, "general_error"),
    (120, "no_application_protocol"),
    (121, "ech_required"),
];

/// The registered name of an alert, `unknown` when there is none.
pub fn name(number: u8) -> &'static str {
    ALERTS.iter().find(|(known, _)| *known == number).map_or("unknown", |(_, name)| name)
}

/// The number of a registered alert name.
pub fn number(name: &str) -> Option<u8> {
    ALERTS.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}

/// The failure `tls-alert`: the peer refused, with this alert, at this point ("during the
/// handshake").
pub fn error(number: u8, when: &str) -> Error {
    let name = name(number);
    Error::new(
        Failure::TlsAlert,
        format!("the peer refused {when} with TLS alert {name} ({number})"),
    )
    .alert(name, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_names_are_unique() {
        assert!(ALERTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (known, alert) in ALERTS {
            assert_eq!(number(alert), Some(*known));
            assert_eq!(name(*known), *alert);
        }
        assert_eq!(name(200), "unknown");
    }

    #[test]
    fn agrees_with_rustls() {
        let names = [(116, "CertificateRequired"), (48, "UnknownCA"), (70, "ProtocolVersion")];
        for (number, theirs) in names {
            let ours = name(number).replace('_', "").to_lowercase();
            assert_eq!(format!("{:?}", rustls::AlertDescription::from(number)), theirs);
            assert_eq!(ours, theirs.to_lowercase());
        }
    }
}
