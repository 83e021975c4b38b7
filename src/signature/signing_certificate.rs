//! Certificates that senders sign with and name in each request: which names they are for, and where
//! they may come from. Nothing is fetched here, and nothing because a request says so.

use super::lookup::Lookup;
use crate::http::Url;

/// What a scheme says of the certificate that its sender signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningCertificate {
    /// DNS names that it may be for; `*` stands for one label.
    pub names: Vec<String>,
    /// Where a request says which one it is.
    pub from: Lookup,
    /// Addresses at which the sender publishes it; `*` stands for one label of the host, or for a part
    /// of the path.
    pub urls: Vec<String>,
}

/// Most `*` of a pattern.
const MOST_STARS: usize = 4;

/// Whether a pattern of an address can be held against one: `https://`, a host, a path.
pub fn is_url_pattern(text: &str) -> bool {
    let url = Url::of(text);
    url.scheme == Some("https") && url.rest.starts_with('/') && is_name_pattern(url.authority)
}

/// Whether a pattern of a name can be held against one.
pub fn is_name_pattern(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-.*".contains(&byte);
    text.contains('.')
        && text.len() <= 253
        && text.bytes().all(is_part)
        && text.matches('*').count() <= MOST_STARS
}

impl SigningCertificate {
    /// Whether the sender publishes its certificates there.
    pub fn publishes(&self, address: &str) -> bool {
        let url = Url::of(address);
        let is_plain = url.scheme == Some("https")
            && matches!(url.port(), None | Some("443"))
            && !url.authority.contains('@')
            && !["..", "%", "?", "#", "\\"].iter().any(|odd| url.rest.contains(odd));
        is_plain
            && self.urls.iter().map(|known| Url::of(known)).any(|known| {
                fits(known.authority, &url.host().to_ascii_lowercase(), is_label)
                    && fits(known.rest, url.rest, |_| true)
            })
    }

    /// Whether a certificate for this DNS name is the sender's.
    pub fn is_named(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.names.iter().any(|known| fits(known, &name, is_label))
    }
}

fn is_label(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '-'
}

/// Whether `text` has that form, where each `*` stands for one or more characters `inside`.
fn fits(pattern: &str, text: &str, inside: fn(char) -> bool) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let mut ends = rest.char_indices().take_while(|(_, char)| inside(*char));
    ends.any(|(at, char)| fits(after, &rest[at + char.len_utf8()..], inside))
}

#[cfg(test)]
mod tests {
    use super::super::loader::built_in;

    #[test]
    fn only_addresses_of_the_sender_count() {
        let published = |scheme: &str, address: &str| {
            built_in(scheme).unwrap().certificate.unwrap().publishes(address)
        };
        for (scheme, address) in [
            ("aws-sns", "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem"),
            ("aws-sns", "https://SNS.cn-north-1.amazonaws.com.cn/a.pem"),
            ("paypal", "https://api.paypal.com/v1/notifications/certs/CERT-360caa42"),
            ("paypal", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"),
            ("alexa", "https://s3.amazonaws.com/echo.api/echo-api-cert-4.pem"),
            ("alexa", "https://s3.amazonaws.com:443/echo.api/echo-api-cert-4.pem"),
        ] {
            assert!(published(scheme, address), "{address}");
        }
        for (scheme, address) in [
            ("aws-sns", "http://sns.us-east-1.amazonaws.com/a.pem"),
            ("aws-sns", "https://sns.evil.example/a.pem"),
            ("aws-sns", "https://sns.us-east-1.amazonaws.com.evil.example/a.pem"),
            ("aws-sns", "https://sns.a.b.amazonaws.com/a.pem"),
            ("aws-sns", "https://sns.us-east-1.amazonaws.com@evil.example/a.pem"),
            ("aws-sns", "https://sns.us-east-1.amazonaws.com/a.pem?x=.pem"),
            ("aws-sns", "https://sns.us-east-1.amazonaws.com:8443/a.pem"),
            ("paypal", "https://paypal.com/x"),
            ("paypal", "https://api.paypal.com.evil.example/x"),
            ("alexa", "https://s3.amazonaws.com/EcHo.aPi/cert.pem"),
            ("alexa", "https://s3.amazonaws.com/echo.api/../mine/cert.pem"),
            ("alexa", "https://s3.amazonaws.com/mine/echo-api-cert.pem"),
            ("alexa", ""),
        ] {
            assert!(!published(scheme, address), "{address}");
        }
    }

    #[test]
    fn only_names_of_the_sender_count() {
        let named = |scheme: &str, name: &str| {
            built_in(scheme).unwrap().certificate.unwrap().is_named(name)
        };
        assert!(named("aws-sns", "sns.amazonaws.com") && named("alexa", "Echo-API.amazon.com"));
        assert!(named("paypal", "messageverificationcerts.paypal.com"));
        for name in ["paypal.com", "evil-paypal.com", "a.paypal.com.evil.example", "*.paypal.com"] {
            assert!(!named("paypal", name), "{name}");
        }
    }
}
