//! The bill of materials of a release, which jq writes: what is compiled in, and nothing else.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::needs;

tests!(the_bill_of_materials_lists_what_is_compiled_in);

fn the_bill_of_materials_lists_what_is_compiled_in() {
    needs::programs(&["bash", "jq"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bill = || {
        let mut script = Command::new("bash");
        script.arg(root.join("packaging/sbom.sh")).env("CARGO_NET_OFFLINE", "true");
        let output = script.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let bytes = bill();
    assert_eq!(bytes, bill(), "made twice");
    let bill: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let own = &bill["metadata"]["component"];
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(own["purl"], format!("pkg:cargo/hookprint@{version}"));

    let lock: toml::Table = fs::read_to_string(root.join("Cargo.lock")).unwrap().parse().unwrap();
    let locked = lock["package"].as_array().unwrap().iter().map(|package| {
        let text = |key: &str| package[key].as_str().unwrap();
        format!("pkg:cargo/{}@{}", text("name"), text("version"))
    });
    let locked: HashSet<String> = locked.collect();
    let components = bill["components"].as_array().unwrap();
    for component in components {
        let purl = component["purl"].as_str().unwrap();
        assert!(locked.contains(purl), "{purl}");
        assert!(component["licenses"][0]["expression"].is_string(), "{purl}");
    }
    let has = |name: &str| components.iter().any(|component| component["name"] == name);
    assert!(has("aws-lc-sys") && has("rustls") && has("clap"));
    assert!(!has("proptest") && !has("divan") && !has("cc") && !has("serde_derive"));
}
