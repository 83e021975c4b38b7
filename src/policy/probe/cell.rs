//! One cell judged: an identity at one address in one version. The rules stand in their order, and the
//! first that fits decides. In TLS 1.3 a handshake that ends says nothing about our certificate.

use super::{By, Moment, Outcome};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an HTTP answer of this status.
    Answer(u16),
    /// With a TLS alert.
    Alert,
    /// The server closed or reset the connection without one.
    Closed,
    /// The server said nothing for as long as it was given.
    Silence,
    /// In another way: no connection, no TLS, no HTTP.
    Failure,
}

/// What was observed.
#[derive(Clone, Copy, Debug)]
pub struct Observed {
    /// How it ended.
    pub end: End,
    /// Whether the handshake had ended for us.
    pub connected: bool,
    /// Whether it was TLS 1.3.
    pub is_13: bool,
    /// Whether the server asked for a certificate in the handshake.
    pub asked: bool,
    /// Whether the answer is one by which servers are known to refuse a certificate.
    pub is_refusal: bool,
    /// Whether the server asks for a certificate only after the request: certainly, or perhaps.
    pub late: Option<bool>,
}

/// What that comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What became of the identity.
    pub outcome: Outcome,
    /// Who refused it.
    pub by: Option<By>,
    /// When that was.
    pub when: Option<Moment>,
    /// What is to be said of it, where the outcome alone does not say it.
    pub remark: Option<String>,
}

/// Statuses by which an application refuses, where it answers another identity otherwise.
const REFUSING: [u16; 7] = [400, 401, 403, 407, 421, 495, 496];

/// Whether an answer of this status means that the application was reached, with nothing to compare
/// it with.
fn is_reached(status: u16) -> bool {
    matches!(status, 200..=399 | 404 | 405 | 415 | 422)
}

/// Judges. `control` is the status that an identity which was let in got in the same column.
pub fn judge(observed: &Observed, control: Option<u16>) -> Judged {
    let Observed { end, connected, is_13, asked, is_refusal, late } = *observed;
    let refused = |by, when| Judged {
        outcome: Outcome::Refused,
        by: Some(by),
        when: Some(when),
        remark: None,
    };
    let told = |outcome, remark: Option<String>| Judged { outcome, by: None, when: None, remark };
    let unclear = |remark: &str| told(Outcome::Unclear, Some(remark.to_owned()));
    match (end, control) {
        _ if late == Some(true) => unclear("it asks for a certificate after the request"),
        (End::Failure, _) => unclear("it could not be reached"),
        (End::Silence, _) => unclear("it said nothing"),
        (End::Alert | End::Closed, _) if !connected && asked => refused(By::Tls, Moment::Handshake),
        (End::Alert | End::Closed, _) if !connected => {
            unclear("the handshake failed before a certificate was asked for")
        }
        (End::Alert, _) if asked => refused(By::Tls, Moment::AfterHandshake),
        // In TLS 1.2 the handshake ends once the certificate was looked at: something else may be why.
        (End::Closed, _) if asked && (is_13 || control.is_some()) => {
            refused(By::Tls, Moment::AfterHandshake)
        }
        (End::Alert | End::Closed, _) => {
            unclear("it ended the connection after the request, for a reason that it did not say")
        }
        (End::Answer(_), _) if is_refusal => refused(By::Terminator, Moment::Answer),
        (End::Answer(status), Some(control)) if status == control => told(Outcome::Accepted, None),
        (End::Answer(status), Some(_)) if REFUSING.contains(&status) => {
            refused(By::Application, Moment::Answer)
        }
        (End::Answer(status), Some(control)) => told(
            Outcome::Accepted,
            Some(format!("the status differs: {status}, and {control} for callers who are let in")),
        ),
        (End::Answer(status), None) if is_reached(status) => told(Outcome::Accepted, None),
        (End::Answer(status), None) => told(
            Outcome::Unclear,
            Some(format!(
                "{status}, and no accepted identity to compare with; give --accept, or a request \
                 that is answered differently (--method, --payload, --resign)"
            )),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (Observed, End, Option<u16>, Outcome, Option<(By, Moment)>);

    const SEEN: Observed = Observed {
        end: End::Answer(200),
        connected: true,
        is_13: true,
        asked: true,
        is_refusal: false,
        late: None,
    };

    #[test]
    fn the_rules_in_their_order() {
        use By::{Application, Terminator, Tls};
        use End::{Alert, Answer, Closed, Failure, Silence};
        use Moment::{AfterHandshake, Answer as WithAnswer, Handshake};
        use Outcome::{Accepted, Refused, Unclear};
        let early = Observed { connected: false, ..SEEN };
        let unasked = Observed { asked: false, ..SEEN };
        let old = Observed { is_13: false, ..SEEN };
        let page = Observed { is_refusal: true, ..SEEN };
        let late = Observed { late: Some(true), asked: false, ..SEEN };
        let rows: &[Row] = &[
            // 1. In the handshake, once the certificate was asked for.
            (early, Alert, None, Refused, Some((Tls, Handshake))),
            (early, Closed, None, Refused, Some((Tls, Handshake))),
            (
                Observed { is_13: false, ..early },
                Closed,
                Some(200),
                Refused,
                Some((Tls, Handshake)),
            ),
            (Observed { asked: false, ..early }, Alert, None, Unclear, None),
            (Observed { asked: false, ..early }, Closed, None, Unclear, None),
            // 2. After it: that it ended says nothing.
            (SEEN, Alert, None, Refused, Some((Tls, AfterHandshake))),
            (SEEN, Closed, None, Refused, Some((Tls, AfterHandshake))),
            (SEEN, Silence, None, Unclear, None),
            (SEEN, Silence, Some(200), Unclear, None),
            (old, Alert, None, Refused, Some((Tls, AfterHandshake))),
            (old, Closed, None, Unclear, None),
            (old, Closed, Some(200), Refused, Some((Tls, AfterHandshake))),
            (unasked, Closed, Some(200), Unclear, None),
            (unasked, Alert, None, Unclear, None),
            // 3. Pages of refusal, whatever the control got.
            (page, Answer(400), None, Refused, Some((Terminator, WithAnswer))),
            (page, Answer(400), Some(400), Refused, Some((Terminator, WithAnswer))),
            (page, Answer(403), Some(200), Refused, Some((Terminator, WithAnswer))),
            // 4. With a control.
            (SEEN, Answer(405), Some(405), Accepted, None),
            (SEEN, Answer(400), Some(400), Accepted, None),
            (SEEN, Answer(400), Some(200), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(401), Some(204), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(403), Some(405), Refused, Some((Application, WithAnswer))),
            (unasked, Answer(407), Some(200), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(421), Some(200), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(495), Some(200), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(496), Some(200), Refused, Some((Application, WithAnswer))),
            (SEEN, Answer(500), Some(200), Accepted, None),
            (SEEN, Answer(302), Some(200), Accepted, None),
            // 5. Without one.
            (SEEN, Answer(200), None, Accepted, None),
            (SEEN, Answer(301), None, Accepted, None),
            (unasked, Answer(404), None, Accepted, None),
            (SEEN, Answer(405), None, Accepted, None),
            (SEEN, Answer(415), None, Accepted, None),
            (SEEN, Answer(422), None, Accepted, None),
            (SEEN, Answer(401), None, Unclear, None),
            (SEEN, Answer(403), None, Unclear, None),
            (SEEN, Answer(400), None, Unclear, None),
            (SEEN, Answer(503), None, Unclear, None),
            // 6. Asked late: never "not requested", whatever came.
            (late, Closed, None, Unclear, None),
            (late, Answer(403), None, Unclear, None),
            (late, Answer(403), Some(200), Unclear, None),
            // 7. Everything else.
            (early, Failure, None, Unclear, None),
            (SEEN, Failure, Some(200), Unclear, None),
        ];
        for (observed, end, control, outcome, refused) in rows {
            let observed = Observed { end: *end, ..*observed };
            let judged = judge(&observed, *control);
            let by = judged.by.zip(judged.when);
            assert_eq!((judged.outcome, by), (*outcome, *refused), "{observed:?}, {control:?}");
            assert!(*outcome != Unclear || judged.remark.is_some(), "{observed:?}");
        }
    }

    #[test]
    fn another_status_is_remarked_and_the_way_out_is_said() {
        let said = |status, control| {
            let observed = Observed { end: End::Answer(status), ..SEEN };
            judge(&observed, control).remark.unwrap_or_default()
        };
        assert_eq!(
            said(500, Some(200)),
            "the status differs: 500, and 200 for callers who are let in"
        );
        assert!(said(403, None).starts_with("403, and no accepted identity to compare with; give"));
        assert_eq!(said(200, None), "");
    }
}
