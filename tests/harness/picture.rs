//! A picture of a terminal: text with colour codes as an SVG, which looks the same on light and dark pages.

use unicode_width::UnicodeWidthStr;

/// Columns that are shown; what goes beyond is cut.
const COLUMNS: usize = 114;
/// Size of a character, and of the frame around all of them.
const CHAR: f64 = 7.8;
const LINE: usize = 18;
const FRAME: usize = 16;

/// Our own ground below our own colours, with a contrast of 4.5 and more.
const STYLE: &str = "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6edf3;\
                     white-space:pre}.b{font-weight:700}.d{fill:#9aa4af}.g{fill:#5fd07a}.y{fill:#e3b341}.r{fill:#ff8a80;\
                     font-weight:700}";

/// The lines as a picture with that title.
pub fn svg(title: &str, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let width = (COLUMNS as f64 * CHAR).ceil() as usize + 2 * FRAME;
    let height = lines.len() * LINE + 2 * FRAME;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#0d1117\" stroke=\"#30363d\"/>\n",
        escaped(title)
    );
    for (place, line) in lines.iter().enumerate() {
        svg.push_str(&row(line, FRAME + (place + 1) * LINE - 5));
    }
    svg + "</svg>\n"
}

/// A line. It says how wide it is, so that columns stand below each other in every font.
fn row(line: &str, y: usize) -> String {
    let mut parts = String::new();
    let mut shown = String::new();
    for (class, text) in spans(line) {
        let mut text: String = text.to_owned();
        let room = COLUMNS - shown.width().min(COLUMNS);
        if text.width() > room {
            text = text.chars().take(room.saturating_sub(1)).chain(['…']).collect();
        }
        shown.push_str(&text);
        let text = escaped(&text);
        match class {
            _ if text.is_empty() => {}
            "" => parts.push_str(&text),
            class => parts.push_str(&format!("<tspan class=\"{class}\">{text}</tspan>")),
        }
        if shown.width() >= COLUMNS {
            break;
        }
    }
    let indent = shown.len() - shown.trim_start().len();
    if shown.trim().is_empty() {
        return String::new();
    }
    let x = FRAME as f64 + indent as f64 * CHAR;
    let length = (shown.width() - indent) as f64 * CHAR;
    let parts = parts.trim_start();
    format!(
        "<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\" xml:space=\"preserve\">{parts}</text>\n"
    )
}

/// The parts of a line with the class of their colour.
fn spans(line: &str) -> Vec<(&'static str, &str)> {
    let mut spans = Vec::new();
    let mut parts = line.split("\u{1b}[");
    spans.extend(parts.next().map(|text| ("", text)));
    for part in parts {
        let (code, text) = part.split_once('m').unwrap();
        let class = match code {
            "0" => "",
            "1" => "b",
            "2" => "d",
            "32" => "g",
            "33" => "y",
            "1;31" => "r",
            other => panic!("no such colour: {other}"),
        };
        spans.push((class, text));
    }
    spans
}

/// A picture without the widths of its lines, which depend on what a clock measured.
pub fn unmeasured(svg: &str) -> String {
    let mut parts = svg.split(" textLength=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.filter_map(|part| Some(part.split_once('"')?.1)).collect::<String>()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
