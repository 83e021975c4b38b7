//! The page: its head, the verdict, and the sections in their order.

use crate::cert::rfc3339;
use crate::digest::{base64, sha256};
use crate::render::html::card::{Card, mark};
use crate::render::html::markup::Markup;
use crate::render::html::{Html, MOST, bars};
use crate::render::remark::counts;
use crate::report::Closing;

const STYLE: &str = include_str!("style.css");

/// Bytes of a page with an ordinary number of items. Items that no longer fit have a row, and no more.
const PAGE: usize = 200 << 10;
/// Bytes of items in full, whatever else there is on the page.
const ITEMS: usize = 40 << 10;
/// More bytes than the headings and sentences between them take.
const SMALL: usize = 1 << 10;

/// All of it.
pub fn page(html: &Html, closing: &Closing) -> Markup {
    let mut page = head(html, closing);
    page.part(&html.matrix).part(&html.timeline.section());
    page.part(&bars::latencies(&closing.summary)).part(&bars::used(&closing.summary));
    let codes = html.codes.section();
    let room = PAGE.saturating_sub(page.len() + codes.len() + rows(&html.cards, usize::MAX).len());
    let shown = fitting(&html.cards, room.saturating_sub(SMALL).max(ITEMS));
    if html.cards.len() > 1 {
        page.part(&overview(html, shown));
    }
    page.part(&in_full(&html.cards, shown)).part(&codes);
    page.raw("<footer><p>Checked as of <time>")
        .text(&rfc3339(html.header.at))
        .raw("</time>, exit code ");
    page.number(closing.exit_code.into()).raw(". Made by hookprint ");
    page.text(env!("CARGO_PKG_VERSION")).raw(".</footer>\n");
    page
}

/// What the browser is told: that the page needs nothing, and is refused whatever else it should ask for.
fn head(html: &Html, closing: &Closing) -> Markup {
    let mut head = Markup::default();
    let said = counts(&closing.tally);
    head.raw("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n");
    head.raw("<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; ");
    head.raw("style-src 'sha256-").text(&base64(&sha256(STYLE.as_bytes())));
    head.raw("'; base-uri 'none'; form-action 'none'\">\n");
    head.raw("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n");
    head.raw("<meta name=color-scheme content=\"light dark\">\n<title>hookprint ");
    head.text(html.header.command).raw(": ").text(&said).raw("</title>\n<style>");
    head.raw(STYLE).raw("</style>\n<h1>hookprint ").text(html.header.command).raw("</h1>\n");
    let status = html.worst.name();
    head.raw("<p class=\"verdict ").raw(status).raw("\">");
    match &html.sentence {
        Some(sentence) => head.raw("<b>").raw(status).raw("</b> ").text(sentence),
        None => head.raw("<b>").text(&said).raw("</b>"),
    };
    head.raw("\n").part(&bars::looked_at(&closing.summary));
    if !closing.reach.complete {
        head.raw("<p>The run ended before everything was checked.\n");
    }
    head
}

/// How many items can be shown in full, the first one in any case.
fn fitting(cards: &[Card], room: usize) -> usize {
    let mut length = 0;
    let fits = |card: &&Card| {
        length += card.full.len();
        length <= room
    };
    cards.iter().take_while(fits).count().max(1).min(cards.len())
}

/// Every item as a row, which leads to more where there is more.
fn overview(html: &Html, shown: usize) -> Markup {
    let mut section = Markup::default();
    section.raw("<h2>Items</h2>\n<table class=rows><thead><tr><th scope=col>item");
    section.raw("<th scope=col>verdict<th scope=col>ends first<th scope=col>what</thead>\n");
    section.part(&rows(&html.cards, shown)).raw("</table>\n");
    if html.has_let_go {
        section.raw("<p>The worst ").number(MOST as u64);
        section.raw(" are shown; others are counted only.\n");
    }
    section
}

fn rows(cards: &[Card], shown: usize) -> Markup {
    let mut rows = Markup::default();
    for (place, card) in cards.iter().enumerate() {
        rows.raw("<tr class=").raw(card.status.name()).raw("><th scope=row>");
        match place < shown {
            true => {
                rows.raw("<a href=#i").number(card.number).raw(">").text(&card.subject).raw("</a>")
            }
            false => rows.text(&card.subject),
        };
        if !card.note.is_empty() {
            rows.raw("<small>").text(&card.note).raw("</small>");
        }
        rows.raw("<td>");
        mark(&mut rows, card.status);
        rows.raw("<td class=\"wide date\">").text(&card.ends_in);
        rows.raw("<td class=wide>").part(&card.what).raw("\n");
    }
    rows
}

/// Items in full, as many as fit: the worst come first.
fn in_full(cards: &[Card], shown: usize) -> Markup {
    let mut section = Markup::default();
    if cards.is_empty() {
        return section;
    }
    section.raw("<h2>In full</h2>\n");
    for card in &cards[..shown] {
        section.part(&card.full);
    }
    if shown < cards.len() {
        section.raw("<p>").number((cards.len() - shown) as u64);
        section.raw(" more, of which nothing worse is known, do not fit on this page; ");
        section.raw("<code>--report json=FILE</code> has all of them.\n");
    }
    section
}
