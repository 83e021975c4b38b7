//! The URL that a signed request was sent to, in the parts that can be covered.

use crate::http::Url;
use crate::signature::message::Message;

impl<'a> Message<'a> {
    /// The URL as the sender saw it, where it is a whole one.
    fn called(&self) -> Option<Url<'a>> {
        self.url.map(Url::of).filter(|url| url.is_absolute())
    }

    /// The scheme of the target URI: https unless it is known.
    pub(super) fn scheme(&self) -> &'a str {
        self.called().and_then(|url| url.scheme).unwrap_or("https")
    }

    /// Host and port, in lower case, without a port that is the scheme's own. A target in absolute form
    /// has no say: whoever sends the request writes it, and the receiver is who its Host says.
    pub(super) fn authority(&self) -> Option<String> {
        let authority = match self.called() {
            Some(url) => url.host_and_port().to_ascii_lowercase(),
            None => {
                let mut hosts = self.all("host");
                let host = std::str::from_utf8(hosts.next()?).ok()?;
                // Two hosts contradict each other (RFC 9112 section 3.2).
                if hosts.next().is_some() {
                    return None;
                }
                host.trim().to_ascii_lowercase()
            }
        };
        let usual = match self.scheme().to_ascii_lowercase().as_str() {
            "https" => ":443",
            _ => ":80",
        };
        let authority = authority.strip_suffix(usual).map_or(authority.clone(), str::to_owned);
        (!authority.is_empty()).then_some(authority)
    }

    /// Path (may be empty) and query (without its question mark); `None` where they are not known.
    pub(super) fn path_and_query(&self) -> Option<(&'a str, Option<&'a str>)> {
        let target = self.url.unwrap_or(self.target);
        if target.is_empty() {
            return None;
        }
        let url = Url::of(target);
        Some((url.path(), url.query()))
    }

    /// The whole URL without a fragment, its empty path as `/` (RFC 9421 section 2.2.2).
    pub(super) fn target_uri(&self) -> Option<String> {
        let (path, query) = self.path_and_query()?;
        let path = if path.is_empty() { "/" } else { path };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let start = match self.called() {
            Some(url) => url.origin().to_owned(),
            None => format!("{}://{}", self.scheme(), self.authority()?),
        };
        Some(format!("{start}{path}{query}"))
    }
}
