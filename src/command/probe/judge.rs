//! From what was observed in a round to items: each cell by the rules, each column, and all of them.

use super::cell::Observation;
use super::guests::Guest;
use super::plan::{Column as Place, Plan};
use super::round::{Round, Tried};
use crate::cert::names;
use crate::command::attempt::{About, Shown};
use crate::digest::hex;
use crate::error::Error;
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::http::credential::masked;
use crate::outcome::exchange::in_millis;
use crate::outcome::probe::{Column, Shown as InTable, place};
use crate::policy::evidence;
use crate::policy::own;
use crate::policy::probe::cell::{End, Observed, judge};
use crate::policy::probe::column::{self, AGAIN, AGAIN_WITHOUT, door, findings, verdict};
use crate::policy::probe::{Asked, Kind, Outcome, Row, Verdict, Wanted};
use crate::tls::CertificateRequest;

/// The clocks of two machines may differ by so much, in seconds.
const SKEW: i64 = 120;

/// A row, with what its column needs to know of it beside.
struct Cell<'a> {
    row: Row,
    guest: &'a Guest,
    seen: &'a Observation,
    refusal: Option<Finding>,
    /// That the server asks after the request, or may do so.
    late: Option<Finding>,
    /// Whether that is certain.
    is_late: bool,
}

/// What is called in a report: the URL, the address and the version.
pub fn subject(plan: &Plan, column: &Place) -> String {
    let url = masked(&plan.url.text);
    match column.address {
        Some(address) => format!("{url} [{}] {}", address.ip(), column.version.name()),
        None => format!("{url} {}", column.version.name()),
    }
}

/// Every column of a round, as far as anything was tried there.
pub fn columns(plan: &Plan, round: &Round) -> Vec<InTable> {
    let tried = round.tried.borrow();
    let of = |number: usize| {
        let mut cells: Vec<&Tried> = tried.iter().filter(|one| one.column == number).collect();
        cells.sort_by_key(|one| one.guest);
        cells
    };
    let all: Vec<_> =
        round.columns.iter().enumerate().map(|(number, at)| (at, of(number))).collect();
    let declines = |cells: &[&Tried]| {
        let mut front = cells.iter().flat_map(|one| &one.seen).filter(|seen| seen.door.is_none());
        front.all(declines)
    };
    let speaks = |at: &Place| {
        let others = all.iter().filter(|(other, _)| other.address == at.address);
        others.into_iter().any(|(_, cells)| !cells.is_empty() && !declines(cells))
    };
    let known = all.iter().filter(|(_, cells)| !cells.is_empty());
    known
        .map(|(at, cells)| match declines(cells) && speaks(at) {
            true => not_offered(at),
            false => column(plan, at, cells),
        })
        .collect()
}

/// Whether the server ended the handshake before it had shown anything: it does not speak the version.
fn declines(seen: &Observation) -> bool {
    let Ok(Err(broken)) = &seen.attempt else { return false };
    let has_shown = seen.handshake().is_some_and(|shown| !shown.chain.is_empty());
    let is_end = matches!(
        broken.error.code,
        Failure::TlsAlert | Failure::TlsError | Failure::Closed | Failure::Reset
    );
    !broken.connected && !has_shown && seen.asked().is_none() && is_end
}

fn not_offered(at: &Place) -> InTable {
    let column = Column {
        address: at.address,
        protocol: at.version.name(),
        verdict: Verdict::NotOffered,
        asked: None,
        accepted_issuers: Vec::new(),
        signature_schemes: Vec::new(),
        control_status: None,
        clock_skew_seconds: None,
        tickets: 0,
        trust_problem: None,
        rows: Vec::new(),
    };
    InTable { column, findings: Vec::new(), failure: None }
}

fn column(plan: &Plan, at: &Place, tried: &[&Tried]) -> InTable {
    let seen = || tried.iter().flat_map(|one| one.seen.iter().map(|seen| (one.guest, seen)));
    let request = seen().find_map(|(_, seen)| seen.asked());
    // Whoever of ours is let in first is what the others are compared with.
    let control = seen()
        .filter(|(guest, seen)| {
            let guest = &plan.guests[*guest];
            guest.kind == Kind::File && guest.wanted == Wanted::Accept && seen.door.is_none()
        })
        .find_map(|(guest, seen)| {
            let row = row(plan, at, &plan.guests[guest], seen, request, None).row;
            row.status.filter(|_| row.outcome == Outcome::Accepted)
        });
    let cells: Vec<Cell<'_>> = seen()
        .map(|(guest, seen)| row(plan, at, &plan.guests[guest], seen, request, control))
        .collect();
    let is_late = cells.iter().any(|cell| cell.is_late);
    let has_shaken =
        cells.iter().any(|cell| cell.seen.handshake().is_some_and(|shown| !shown.chain.is_empty()));
    let asked = match (request, is_late) {
        (Some(_), _) => Some(Asked::Handshake),
        (None, true) => Some(Asked::Later),
        (None, false) => has_shaken.then_some(Asked::No),
    };
    let rows: Vec<Row> = cells.iter().map(|cell| cell.row.clone()).collect();
    let is_13 = at.version.name() == "TLSv1.3";
    let verdict = verdict(&rows, asked, is_13);
    let (subject, place) = (subject(plan, at), place(at.address, at.version.name()));
    let accepted_issuers = request.map(issuers).unwrap_or_default();
    let refusals: Vec<_> = cells.iter().map(|cell| cell.refusal.clone()).collect();
    let signers: Vec<_> = cells
        .iter()
        .map(|cell| evidence::last_issuer(&cell.guest.identity.as_ref()?.chain))
        .collect();
    let mut findings = findings(
        &column::Column {
            subject: &subject,
            place: &place,
            rows: &rows,
            refusals: &refusals,
            issuers: &signers,
            asked,
            accepted_issuers: &accepted_issuers,
            expect: plan.expect,
        },
        verdict,
    );
    findings.extend(cells.iter().find_map(|cell| cell.late.clone()));
    findings.extend(unlisted(plan, &cells, request, &subject));
    let skew = cells.iter().find_map(|cell| cell.seen.skew);
    findings.extend(skewed(skew, &place, &subject));
    let untrusted = at.untrusted.borrow().clone();
    findings.extend(withheld(plan, untrusted.as_ref(), &place, &subject));
    let tickets = cells
        .iter()
        .filter_map(|cell| Some(cell.seen.attempt.as_ref().ok()?.as_ref().ok()?.tickets));
    let column = Column {
        address: at.address,
        protocol: at.version.name(),
        verdict,
        asked,
        accepted_issuers,
        signature_schemes: request.map(schemes).unwrap_or_default(),
        control_status: control,
        clock_skew_seconds: skew,
        tickets: tickets.max().unwrap_or(0),
        trust_problem: untrusted.map(|error| error.message),
        rows,
    };
    InTable { column, findings, failure: failure(&cells) }
}

/// What one observation comes to.
fn row<'a>(
    plan: &'a Plan,
    at: &Place,
    guest: &'a Guest,
    seen: &'a Observation,
    request: Option<&CertificateRequest>,
    control: Option<u16>,
) -> Cell<'a> {
    let handshake = seen.handshake();
    let resumed = handshake.is_some_and(|shown| shown.resumed);
    // A session that is resumed was asked for when it was made.
    let asked = seen.asked().or(request.filter(|_| resumed));
    let peer = plan.whom.endpoint.to_string();
    let identity = guest.identity.as_ref().filter(|_| seen.door.as_deref() != Some(AGAIN_WITHOUT));
    let about = About { peer: &peer, identity, asked, now: plan.now };
    let shown = match &seen.attempt {
        Ok(Ok(exchange)) => about.answered(exchange),
        Ok(Err(broken)) => about.broken(broken),
        Err(_) => Shown::default(),
    };
    let (end, connected) = match &seen.attempt {
        Ok(Ok(exchange)) => (End::Answer(exchange.response.status), true),
        Ok(Err(broken)) => (end(&broken.error), broken.connected),
        Err(_) => (End::Failure, false),
    };
    let observed = Observed {
        end,
        connected,
        is_13: at.version.name() == "TLSv1.3",
        asked: asked.is_some(),
        is_refusal: matches!(end, End::Answer(_)) && shown.refusal.is_some(),
        late: shown.late.as_ref().map(|late| late.is_certain),
    };
    let is_side = seen.door.as_deref().is_some_and(|way| ![AGAIN, AGAIN_WITHOUT].contains(&way));
    let judged = match is_side {
        true => door(&observed, control),
        false => judge(&observed, control),
    };
    let alert = match &seen.attempt {
        Ok(Err(broken)) => broken.error.alert.clone(),
        _ => None,
    };
    let status = match end {
        End::Answer(status) => Some(status),
        _ => None,
    };
    let said = match &seen.attempt {
        Ok(Err(broken)) if shown.refusal.is_none() => Some(broken.error.message.clone()),
        Err(error) => Some(format!("not shown: {}", error.message)),
        _ => None,
    };
    let refusal = shown.refusal.map(|explained| explained.finding);
    let explained = refusal.as_ref().map(|finding| finding.message.clone());
    let sentence = [judged.remark.clone(), said, explained];
    let sentence: Vec<String> = sentence.into_iter().flatten().collect();
    let row = Row {
        identity: guest.name.clone(),
        kind: guest.kind,
        sha256: guest.sha256.clone(),
        expected: if is_side { Wanted::Reject } else { guest.wanted },
        outcome: judged.outcome,
        by: judged.by,
        when: judged.when,
        alert: alert.as_ref().map(|alert| alert.name.clone()),
        alert_number: alert.map(|alert| alert.number),
        status,
        sent: !resumed
            && identity.zip(seen.asked()).is_some_and(|(own, request)| own.can_sign(request)),
        resumed,
        door: seen.door.clone(),
        sentence: sentence.join("; "),
        elapsed_ms: in_millis(seen.elapsed),
    };
    let is_late = observed.late == Some(true);
    let is_open = row.outcome == Outcome::Unclear;
    let late = shown.late.filter(|_| is_open).map(|late| late.finding);
    Cell { row, guest, seen, refusal, late, is_late }
}

/// How an attempt without an answer ended.
fn end(error: &Error) -> End {
    match error.code {
        Failure::TlsAlert => End::Alert,
        Failure::Closed | Failure::Reset | Failure::ClientCertificateLate => End::Closed,
        Failure::Timeout if error.message.contains("while waiting for the answer") => End::Silence,
        _ => End::Failure,
    }
}

/// Why a column could not be told: what came in place of the outcome that was asked for.
fn failure(cells: &[Cell<'_>]) -> Option<Error> {
    let unclear = cells
        .iter()
        .find(|cell| cell.row.door.is_none() && cell.row.outcome == Outcome::Unclear)?;
    let name = &unclear.row.identity;
    if unclear.is_late {
        let message = format!(
            "`{name}`: it asks for a certificate after the request, which is not supported"
        );
        return Some(Error::new(Failure::ClientCertificateLate, message));
    }
    Some(match &unclear.seen.attempt {
        Err(error) => error.clone().about(format!("`{name}` was not shown")),
        Ok(Err(broken)) => broken.error.clone().about(format!("`{name}`")),
        Ok(Ok(_)) => Error::new(Failure::Unclear, format!("`{name}`: {}", unclear.row.sentence)),
    })
}

/// `identity-not-offered`: what of ours other senders would not even show there.
fn unlisted(
    plan: &Plan,
    cells: &[Cell<'_>],
    request: Option<&CertificateRequest>,
    subject: &str,
) -> Vec<Finding> {
    let peer = plan.whom.endpoint.to_string();
    let ours = cells.iter().filter(|cell| {
        cell.row.is_plain() && cell.guest.kind == Kind::File && cell.row.expected == Wanted::Accept
    });
    let told = ours.filter_map(|cell| {
        let identity = cell.guest.identity.as_ref()?;
        let name = format!("`{}`", cell.row.identity);
        let finding = own::unlisted(request?, &identity.chain, &name, &peer)?;
        Some(Finding { subject: subject.to_owned(), ..finding })
    });
    told.collect()
}

/// `clock-skew`.
fn skewed(skew: Option<i64>, place: &str, subject: &str) -> Option<Finding> {
    let skew = skew.filter(|skew| skew.abs() > SKEW)?;
    let way = if skew > 0 { "ahead of" } else { "behind" };
    let message = format!("the clock at {place} is {} s {way} ours", skew.abs());
    Some(
        Finding::new(Code::ClockSkew, subject, message)
            .help("synchronise both; until then, freshly issued certificates look not yet valid"),
    )
}

/// That certificates of ours were not shown to a server that is not trusted.
fn withheld(plan: &Plan, untrusted: Option<&Error>, place: &str, subject: &str) -> Option<Finding> {
    let error = untrusted?;
    let names: Vec<String> = plan
        .guests
        .iter()
        .filter(|guest| guest.kind == Kind::File)
        .map(|guest| format!("`{}`", guest.name))
        .collect();
    let message = match names.is_empty() {
        true => {
            format!("{place} is not trusted, and got a request without a body: {}", error.message)
        }
        false => format!("{place} was not shown {}: {}", names.join(" and "), error.message),
    };
    Some(
        Finding::new(Code::IdentityNotOffered, subject, message).help(
            "say which servers may see it with --pin or --ca; --insecure shows it to any server",
        ),
    )
}

/// The names of the authorities that a server lists.
fn issuers(request: &CertificateRequest) -> Vec<String> {
    let name = |der: &Vec<u8>| names::distinguished_name(der).unwrap_or_else(|| hex(der));
    request.issuers.iter().map(name).collect()
}

fn schemes(request: &CertificateRequest) -> Vec<String> {
    let name = |scheme: &rustls::SignatureScheme| {
        scheme.as_str().map_or_else(|| format!("0x{:04x}", u16::from(*scheme)), str::to_owned)
    };
    request.schemes.iter().map(name).collect()
}
