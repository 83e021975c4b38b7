//! Any file as the chain of a certificate that a sender signs with: opened, named, and judged under an
//! authority of which the corpus has chains.
#![no_main]

use std::sync::LazyLock;

use hookprint::cert::Chain;
use hookprint::signature::loader::built_in;
use hookprint::store::{self, Passwords};
use hookprint::tls::Anchors;
use hookprint::tls::path::{Demand, Purpose, verdict};
use time::macros::datetime;

static AUTHORITY: LazyLock<Anchors> =
    LazyLock::new(|| Anchors::from_file(include_bytes!("../corpus/chain/authority")).unwrap());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(bundle) = store::open(bytes, &Passwords::none()) else { return };
    let chain = Chain::new(bundle.certificates().cloned().collect());
    let Some(certificate) = chain.end_entity() else { return };
    let at = datetime!(2027-06-01 0:00 UTC);
    let judged = verdict(&chain, &Demand::of_peer(&AUTHORITY, Purpose::Server, at));
    assert!(judged.text().is_none_or(|reason| !reason.is_empty()));
    for sender in ["aws-sns", "paypal", "alexa"] {
        let Some(known) = built_in(sender).ok().and_then(|scheme| scheme.certificate) else {
            continue;
        };
        for name in
            certificate.extensions.alt_names.iter().filter_map(|name| name.strip_prefix("DNS:"))
        {
            let _ = known.is_named(name);
        }
    }
});
