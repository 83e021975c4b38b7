//! The page of `--format html`, read tag by tag: nothing but our own markup is in it, and it has its size.

use std::collections::HashSet;

use hookprint::finding::{Code, Finding};
use hookprint::outcome::{Outcome, Summary};
use hookprint::report::Item;
use time::{Duration, OffsetDateTime};

use super::outcomes;
use super::sample::{self, render, render_all};

const ELEMENTS: &[&str] = &[
    "a", "b", "code", "dd", "defs", "div", "dl", "dt", "footer", "g", "h1", "h2", "h3", "h4",
    "html", "li", "line", "meta", "ol", "p", "pre", "rect", "section", "small", "strong", "style",
    "svg", "table", "td", "text", "th", "thead", "time", "title", "tr", "ul", "use",
];
const ATTRIBUTES: &[&str] = &[
    "aria-hidden",
    "charset",
    "class",
    "content",
    "height",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "scope",
    "text-anchor",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// A start tag: its name, and its attributes with their values.
type Tag<'a> = (&'a str, Vec<(&'a str, &'a str)>);

/// Every start tag, as the tokenizer of HTML sees them (WHATWG HTML, section 13.2.5).
fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>").unwrap();
    while let Some((_, after)) = rest.split_once('<') {
        let is_end = after.starts_with('/');
        let after = after.strip_prefix('/').unwrap_or(after);
        let (name, mut inside) = after.split_at(after.find([' ', '>']).unwrap());
        let mut attributes = Vec::new();
        loop {
            inside = inside.trim_start_matches([' ', '/']);
            if let Some(after) = inside.strip_prefix('>') {
                rest = after;
                break;
            }
            let (attribute, value) = inside.split_once('=').unwrap();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap(),
                None => value.split_at(value.find([' ', '>']).unwrap()),
            };
            attributes.push((attribute, value));
            inside = after;
        }
        if !is_end {
            tags.push((name, attributes));
        }
    }
    tags
}

#[test]
fn whatever_stands_in_files_and_answers_becomes_no_element_and_no_attribute() {
    for verbose in [false, true] {
        let summary = Summary::Received(outcomes::received());
        let page = render_all("html", &outcomes::items(), summary, verbose);
        for (name, attributes) in tags(&page) {
            assert!(ELEMENTS.contains(&name), "<{name}>");
            for (attribute, value) in attributes {
                assert!(ATTRIBUTES.contains(&attribute), "<{name} {attribute}={value}>");
                assert!(attribute != "href" || value.starts_with('#'), "<{name} href={value}>");
            }
        }
        let shown = page.matches("&lt;script src=https://x.example&gt;1&lt;/script&gt;").count();
        assert!(shown > 200, "{shown}");
        assert!(!page.contains(['\u{1b}', '\u{0}', '\u{202e}', '\u{200b}']));
    }
}

#[test]
fn a_page_asks_for_nothing_and_forbids_it() {
    let page = render("html", &sample::items());
    let (_, rest) = page.split_once("<style>").unwrap();
    let (style, _) = rest.split_once("</style>").unwrap();
    let hash = hookprint::digest::base64(&hookprint::digest::sha256(style.as_bytes()));
    let policy = format!(
        "http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'\">"
    );
    assert!(page.contains(&policy), "{page}");
    assert!(!style.contains("url(") && !style.contains("@import"));
}

/// An item as people have them: a host with two certificates, or an expired one, or none.
fn ordinary(number: u64) -> Item {
    let mut item = Item::new(format!("partner-{number}.hooks.example.com:443"));
    let after = Duration::days(number as i64 * 2 - 12);
    let named = |name: &str, ends: OffsetDateTime| sample::certificate(name, ends);
    let chain = vec![
        named(&format!("partner-{number}.hooks.example.com"), sample::AT + after),
        named("Example Trust Services AS - Issuing CA 3", sample::AT + Duration::days(2_000)),
    ];
    let subject = format!("CN=partner-{number}.hooks.example.com");
    item.outcome = sample::seen(&item.subject, chain);
    if number < 20 {
        let text = format!("partner-{number}.hooks.example.com expires soon, or has, at some time");
        item.findings.push(
            Finding::new(Code::CertificateExpiresSoon, &subject, text)
                .help("renew it, and tell anyone who pins it about the new one"),
        );
        item.findings.push(Finding::new(Code::ChainSuperfluous, subject, "not needed"));
    }
    item
}

#[test]
fn a_page_of_200_items_is_200_kib_at_most_and_has_all_of_them() {
    let items: Vec<Item> = (0..200).map(ordinary).collect();
    let page = render("html", &items);
    assert!(page.len() <= 200 << 10, "{} bytes", page.len());
    assert_eq!(page.matches("<section class=\"card ").count(), 200, "{}", page.len());
    for item in &items {
        assert!(page.contains(&format!(">{}</a>", item.subject)), "{}", item.subject);
    }
}

#[test]
fn every_link_leads_somewhere_and_a_page_ends_however_much_was_looked_at() {
    let items: Vec<Item> = (0..2_600).map(ordinary).collect();
    let page = render("html", &items);
    assert!(page.len() <= 600 << 10, "{} bytes", page.len());
    assert!(page.contains("The worst 1000 are shown; others are counted only."), "it says so");
    assert!(page.contains(" more, of which nothing worse is known, do not fit on this page"));
    let tags = tags(&page);
    let values = |wanted: &str| {
        let all = tags.iter().flat_map(|(_, attributes)| attributes);
        all.filter(|(name, _)| *name == wanted).map(|(_, value)| *value).collect::<Vec<_>>()
    };
    let ids = values("id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id stands once");
    for link in values("href") {
        assert!(known.contains(link.strip_prefix('#').unwrap()), "{link}");
    }
}

#[test]
fn a_file_with_many_certificates_is_a_table_of_those_that_end_first() {
    let one = sample::certificate("hooks.example", sample::AT + Duration::days(9));
    let outcome = Outcome::Inspection(Box::new(outcomes::inspection(vec![one; 5_000])));
    let page = render("html", &[Item { outcome, ..Item::new("a.pem") }]);
    assert!(page.len() < 80 << 10, "{} bytes", page.len());
    assert!(page.contains("<p>4850 more end later."), "it says so");
}
