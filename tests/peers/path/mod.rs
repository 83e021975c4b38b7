//! Path validation over cases of our own making: each rule of RFC 5280 broken alone, and every pair
//! of algorithm named and used. Ours never says "trusted" where `openssl verify` or rustls refuses;
//! where we refuse and OpenSSL with `-x509_strict` does not, the case says why.

mod algorithms;
mod anchors;
mod case;
mod certificates;
mod chains;
mod make;
mod names;
mod openssl;
mod ring;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use case::{Case, Ours};
use hookprint::tls::path::Strictness;

tests!(
    no_path_is_trusted_that_rustls_refuses,
    no_path_is_trusted_that_openssl_refuses,
    case_names_are_told_apart,
);

/// The least number of cases, so that none gets lost.
const LEAST: usize = 300;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let mut cases = algorithms::cases();
    cases.extend(certificates::cases());
    cases.extend(chains::cases());
    cases.extend(names::cases());
    cases.extend(anchors::cases());
    cases
});

/// What is wrong with our answers to a case, by what it says and by rustls.
fn by_ourselves(case: &Case, _: &Path) -> Vec<String> {
    let ours = |strictness| case.problems(strictness);
    let (peer, whole) = (ours(Strictness::Shared), ours(Strictness::Whole));
    let said = match (&peer, &whole) {
        (None, None) => Ours::Accepts,
        (None, Some(_)) => Ours::OnlyAsPeer,
        (Some(_), None) => Ours::OnlyByTheWhole,
        (Some(_), Some(_)) => Ours::Refuses,
    };
    let mut wrong = Vec::new();
    if said != case.ours {
        wrong.push(format!("expected {:?}, got {said:?}: {peer:?}, {whole:?}", case.ours));
    }
    if peer.is_none() && !case.rustls_accepts() {
        wrong.push("accepted, but not by rustls".to_owned());
    }
    wrong
}

/// What is wrong with our answers to a case by what openssl says.
fn by_openssl(case: &Case, folder: &Path) -> Vec<String> {
    let ours = |strictness| case.problems(strictness);
    let (peer, whole) = (ours(Strictness::Shared), ours(Strictness::Whole));
    let mut wrong = Vec::new();
    let (strict, says) = openssl::verify(case, true, folder);
    if let Some(why) = case.beyond_openssl {
        if strict {
            wrong.push(format!("openssl can ({why})"));
        }
        return wrong;
    }
    if whole.is_none() && !strict {
        wrong.push(format!("accepted by the whole, but not by openssl -x509_strict: {says}"));
    }
    // As a peer it may break what only the strict one asks.
    if peer.is_none() && !strict {
        let (plain, says) = openssl::verify(case, false, folder);
        if !plain {
            wrong.push(format!("accepted as a peer, but not by openssl: {says}"));
        }
    }
    match (whole.is_some() && strict, case.stricter) {
        (true, None) => wrong.push(format!("openssl accepts; why not we? {whole:?}")),
        (false, Some(why)) => wrong.push(format!("no need to say why ({why}): {says}")),
        _ => {}
    }
    wrong
}

/// Holds every case against somebody's answers.
fn hold(wrong: fn(&Case, &Path) -> Vec<String>) {
    let cases = &*CASES;
    assert!(cases.len() >= LEAST, "{} cases", cases.len());
    let next = AtomicUsize::new(0);
    let all_wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = wrong(case, folder.path());
                    let found = found.into_iter().map(|text| format!("{}: {text}", case.name));
                    all_wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let all_wrong = all_wrong.into_inner().unwrap();
    let (count, of) = (all_wrong.len(), cases.len());
    assert!(all_wrong.is_empty(), "{count} of {of}:\n{}", all_wrong.join("\n"));
}

fn no_path_is_trusted_that_rustls_refuses() {
    hold(by_ourselves);
}

fn no_path_is_trusted_that_openssl_refuses() {
    openssl::demand();
    hold(by_openssl);
}

fn case_names_are_told_apart() {
    let cases = &*CASES;
    let names: std::collections::HashSet<_> = cases.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), cases.len());
}
