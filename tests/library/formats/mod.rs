//! Every output format renders the same items: compared with committed files, and read again by
//! somebody who did not write it. `UPDATE_GOLDEN=1 cargo test --test library formats` rewrites the files.

mod files;
mod outcomes;
mod pages;
mod readers;
mod sample;

use std::fs;
use std::path::Path;

use hookprint::render::FORMATS;

use sample::render;

#[test]
fn every_format_renders_the_same_items_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats");
    for format in FORMATS {
        let mut rendered = render(format.name, &sample::items());
        if format.name == "sarif" {
            // The rules are those of finding.rs; here only what is made of items counts.
            rendered = rendered.split_off(rendered.find("\"results\"").unwrap());
        }
        if format.name == "html" {
            // How it looks is the matter of style.css.
            rendered = rendered.split_off(rendered.find("</style>").unwrap());
        }
        let path = folder.join(format!("{}.txt", format.name));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &rendered).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            rendered == golden,
            "{} differs; UPDATE_GOLDEN=1 rewrites it:\n{rendered}",
            format.name
        );
    }
}

#[test]
fn nothing_dangerous_leaves_the_tool() {
    for format in FORMATS {
        let rendered = render(format.name, &sample::items());
        for char in ['\u{1b}', '\u{0}'] {
            assert!(!rendered.contains(char), "{} writes {char:?}", format.name);
        }
    }
}
