//! The page of `--format html` in Chromium: what it has made of it, what it asks for, and whether people can
//! read it.

use std::fs;
use std::process::{Command, Stdio};

use hookprint::outcome::Summary;
use serde_json::Value;

use crate::formats::sample;
use crate::{needs, node};

#[path = "../library/formats/outcomes.rs"]
mod outcomes;

tests!(a_page_is_what_we_wrote_and_people_can_read_it);

/// What Chromium knows of a page.
fn seen(page: &str) -> Value {
    needs::program("chromium");
    let packages = node::folder("playwright-core");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    fs::write(&path, page).unwrap();
    let chromium = Command::new("sh").args(["-c", "command -v chromium"]).output().unwrap();
    let output = node::command()
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/page.mjs"))
        .arg(&packages)
        .arg(String::from_utf8(chromium.stdout).unwrap().trim())
        .arg(format!("file://{}", path.display()))
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn a_page_is_what_we_wrote_and_people_can_read_it() {
    let received = Summary::Received(outcomes::received());
    for page in [
        sample::render("html", &sample::items()),
        sample::render_all("html", &outcomes::items(), received, true),
    ] {
        let seen = seen(&page);
        let ours = "a b body code dd defs div dl dt footer g h1 h2 h3 h4 head html li line meta ol p pre rect \
                    section small strong style svg table tbody td text th thead time title tr ul use";
        let ours: Vec<&str> = ours.split(' ').collect();
        for element in texts(&seen["elements"]) {
            assert!(ours.contains(&element), "<{element}>");
        }
        for attribute in texts(&seen["attributes"]) {
            let (_, name) = attribute.split_once(' ').unwrap();
            assert!(!name.starts_with("on") && !["style", "src"].contains(&name), "{attribute}");
        }
        assert!(texts(&seen["links"]).iter().all(|link| link.starts_with('#')));
        // It is all there, as text, where the tags were.
        let text = seen["text"].as_str().unwrap();
        let hostile = hookprint::render::escape::escape(outcomes::HOSTILE);
        let count = text.matches(&*hostile).count();
        assert!(count > 200 || !page.contains("&lt;script"), "{count}: {text}");
        // One request for each look: the page itself; a refused one would be in the console.
        assert_eq!(texts(&seen["asked"]).len(), 4, "{seen}");
        assert_eq!(texts(&seen["said"]), [""; 0]);
        assert_eq!((&seen["lang"], &seen["firsts"]), (&"en".into(), &1.into()));
        assert!(seen["title"].as_str().unwrap().starts_with("hookprint sample: "), "{seen}");
        assert_eq!((&seen["skipped"], &seen["unscoped"]), (&0.into(), &0.into()));
        let looks = seen["looks"].as_array().unwrap();
        for look in looks {
            assert!(look["contrast"].as_f64().unwrap() >= 4.5, "{look}");
            assert_eq!(look["overflows"], false, "{look}");
        }
        assert_ne!(looks[0]["ground"], looks[1]["ground"], "light and dark");
    }
}
