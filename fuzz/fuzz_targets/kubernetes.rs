//! Kubernetes objects and kubeconfig, as JSON, as YAML, and as elements of a list.
#![no_main]

use hookprint::store;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let yaml = [b"apiVersion: v1\nkind: Secret\ndata:\n  a: LS0tLS1CRUdJT\n", bytes].concat();
    let json = [b"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"x\":\"MII", bytes, b"\"}"].concat();
    for text in [&yaml, &json] {
        for part in store::parts(text).iter().chain(&store::object_parts(text)) {
            let _ = (part.subject(), part.sibling("password"));
        }
    }
});
