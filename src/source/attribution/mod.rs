//! Who must be named on a map. What was written is read once, where it enters, as text and links; markup of others
//! goes no further.
//!
//! - `markup`: HTML → pieces of text, some of them links
//! - `entities`: `&eacute;`, `&#233;`
//!
//! Web maps insert attributions as HTML, TileJSON 3.0.0 warns of it, and many are written as links: so they cannot be
//! escaped as a whole. An own reader and no crate: `ammonia` brings a whole HTML parser (html5ever, some thirty crates)
//! to keep what a page may hold, and here nothing is kept. The markup is never repaired or filtered: what goes out is
//! written anew, from text and addresses alone, so that a mistake of the reader shows as odd text and not as a hole.

mod entities;
mod markup;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use markup::Piece;

/// Text and links of http and https.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Attribution(Arc<Forms>);

/// It, in both ways that it goes out.
#[derive(Default, PartialEq, Eq)]
struct Forms {
    html: String,
    text: String,
}

impl Attribution {
    /// What somebody wrote, plain or as HTML.
    pub fn of_html(written: &str) -> Attribution {
        let pieces = markup::read(written);
        Attribution(Arc::new(Forms {
            html: pieces.iter().map(html).collect(),
            text: pieces.iter().map(|piece| piece.text.as_str()).collect(),
        }))
    }

    /// Several as one, each named once.
    pub fn together<'a>(several: impl IntoIterator<Item = &'a Attribution>) -> Attribution {
        let mut each: Vec<&Attribution> = Vec::new();
        for one in several {
            if !one.is_empty() && !each.contains(&one) {
                each.push(one);
            }
        }
        let joined = |part: fn(&Attribution) -> &str| {
            each.iter().map(|one| part(one)).collect::<Vec<_>>().join(" · ")
        };
        let (html, text) = (joined(Attribution::html), joined(Attribution::text));
        Attribution(Arc::new(Forms { html, text }))
    }

    /// As HTML that any page may insert: text, and `<a href="https://…">`.
    pub fn html(&self) -> &str {
        &self.0.html
    }

    /// As text to be drawn or printed.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.0.text.is_empty()
    }
}

impl From<String> for Attribution {
    fn from(written: String) -> Attribution {
        Attribution::of_html(&written)
    }
}

impl From<Attribution> for String {
    fn from(attribution: Attribution) -> String {
        attribution.html().to_owned()
    }
}

/// As the text that it was before it had a type: what segments are told apart by is made of it.
impl fmt::Debug for Attribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.html().fmt(f)
    }
}

/// The text of what somebody wrote as HTML, such as the title of an archive.
pub fn plain(written: &str) -> String {
    markup::read(written).into_iter().map(|piece| piece.text).collect()
}

/// A text as HTML shows it, in an element or in a quoted attribute.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

fn html(Piece { text, href }: &Piece) -> String {
    // Quotes mean nothing between tags, and some clients show this as it is.
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match href {
        Some(href) => format!("<a href=\"{}\">{text}</a>", escaped(href)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(written: &str) -> String {
        Attribution::of_html(written).html().to_owned()
    }

    /// Text without a tag but links of http(s) that have an address and nothing else.
    fn is_safe(html: &str) -> bool {
        let mut in_link = false;
        let mut parts = html.split('<');
        let is_text = |text: &str| !text.contains('>') && !text.contains('\0');
        parts.next().is_none_or(is_text)
            && parts.all(|part| {
                let after = match (in_link, part.strip_prefix("/a>")) {
                    (true, Some(after)) => after,
                    (true, None) | (false, Some(_)) => return false,
                    (false, None) => {
                        let Some((href, after)) =
                            part.strip_prefix("a href=\"").and_then(|part| part.split_once("\">"))
                        else {
                            return false;
                        };
                        let is_web = href.starts_with("http://") || href.starts_with("https://");
                        let is_plain = !href.contains(['"', '\'', '>', ' ', '`']);
                        if !(is_web && is_plain) {
                            return false;
                        }
                        after
                    }
                };
                in_link = !in_link;
                is_text(after)
            })
            && !in_link
    }

    #[test]
    fn links_and_text_stay() {
        let osm = "&copy; <a href=\"https://www.openstreetmap.org/copyright\" target=\"_blank\" \
                   onclick=\"alert(1)\">OpenStreetMap contributors</a>, <b>IGN</b>";
        let read = Attribution::of_html(osm);
        assert_eq!(
            read.html(),
            "© <a href=\"https://www.openstreetmap.org/copyright\">OpenStreetMap contributors</a>, IGN"
        );
        assert_eq!(read.text(), "© OpenStreetMap contributors, IGN");
        for (written, html_of_it, text) in [
            ("© \"Commune\" d'Aix", "© \"Commune\" d'Aix", "© \"Commune\" d'Aix"),
            ("A & B", "A &amp; B", "A & B"),
            ("A &amp; B &amp;copy;", "A &amp; B &amp;copy;", "A & B &copy;"),
            ("2 < 3 > 1", "2 &lt; 3 &gt; 1", "2 < 3 > 1"),
            ("<b", "&lt;b", "<b"),
            (" a\n\tb<br>c<p>d</p> ", "a b c d", "a b c d"),
            ("IGN <sig@ign.example>", "IGN &lt;sig@ign.example&gt;", "IGN <sig@ign.example>"),
            ("<https://a.example>", "&lt;https://a.example&gt;", "<https://a.example>"),
            ("Donn&eacute;es &#8211; &#xe9;t&#233;", "Données – été", "Données – été"),
            (
                "<A HREF='HTTPS://a.example/?a=1&copy=2&amp;b=\"'>a",
                "<a href=\"https://a.example/?a=1&amp;copy=2&amp;b=%22\">a</a>",
                "a",
            ),
            (
                "<a href=http://a.example/b>a<a href=http://b.example>b</a>c</a>",
                "<a href=\"http://a.example/b\">a</a><a href=\"http://b.example\">b</a>c",
                "abc",
            ),
        ] {
            let read = Attribution::of_html(written);
            assert_eq!((read.html(), read.text()), (html_of_it, text), "{written}");
        }
    }

    #[test]
    fn no_other_markup_comes_out_whatever_goes_in() {
        for (written, left) in [
            ("<img src=x onerror=alert(1)>", ""),
            ("<svg/onload=alert(1)>", ""),
            ("<script>alert(1)</script>x", "x"),
            ("<SCRIPT >alert('</b>')</script\n>x", "x"),
            ("<style>*{}</style>", ""),
            ("<script>alert(1)", ""),
            ("<!-- <b> -->x<!doctype html><?php ?>", "x"),
            ("<a href=javascript:alert(1)>x</a>", "x"),
            ("<a href=\" JaVaScRiPt:alert(1)\">x</a>", "x"),
            ("<a href=\"java\nscript:alert(1)\">x</a>", "x"),
            ("<a href='&#106;avascript:alert(1)'>x</a>", "x"),
            ("<a href='&#x6A;avascript&colon;alert(1)'>x</a>", "x"),
            ("<a href='javascript&#58;//https://a.example'>x</a>", "x"),
            ("<a href='data:text/html,<script>alert(1)</script>'>x</a>", "x"),
            ("<a href=//evil.example>x</a>", "x"),
            ("<a href='/relative'>x</a>", "x"),
            ("<a href='https:\\\\evil.example'>x</a>", "x"),
            ("<a href='https:///evil.example'>x</a>", "x"),
            ("<a href='https://ign.fr@evil.example'>x</a>", "x"),
            ("<a href='https://ign.fr\\@evil.example'>x</a>", "x"),
            ("<a href='https://a.example/\u{1}b'>x</a>", "x"),
            ("<a href='\u{0}https://a.example'>x</a>", "<a href=\"https://a.example\">x</a>"),
            (
                "<a href='https://a.example/\"onmouseover=\"alert(1)'>x</a>",
                "<a href=\"https://a.example/%22onmouseover=%22alert(1)\">x</a>",
            ),
            (
                "<a href='https://a.example/&quot;&gt;&lt;img src=x&gt;'>x</a>",
                "<a href=\"https://a.example/%22%3E%3Cimg%20src=x%3E\">x</a>",
            ),
            (
                "<a title='>' onclick=x href=https://a.example href=javascript:x>x</a>",
                "<a href=\"https://a.example\">x</a>",
            ),
            ("<a href=https://a.example> </a>", ""),
            ("&lt;img src=x onerror=alert(1)&gt;", "&lt;img src=x onerror=alert(1)&gt;"),
            ("<<img src=x>script>", "&lt;script&gt;"),
            ("<scr<script></script>ipt>", "&lt;script&gt;"),
            ("<im\u{0}g src=x>", "&lt;img src=x&gt;"),
            ("a\u{0}\u{1b}[31mb\u{9b}c\r\nd", "a[31mbc d"),
            ("<a href=\"https://a.example>x</a>", "&lt;a href=\"https://a.example&gt;x&lt;/a&gt;"),
        ] {
            assert_eq!(html(written), left, "{written:?}");
            assert!(is_safe(&html(written)), "{written:?}");
        }
        assert!(!is_safe("<b>") && !is_safe("<a href=\"https://a\" onclick=\"x\">a</a>"));
    }

    #[test]
    fn what_is_made_of_odd_parts_is_safe_and_reads_as_it_was_written() {
        let parts = [
            "<",
            ">",
            "\"",
            "'",
            "&",
            ";",
            "=",
            " ",
            "/",
            "a",
            "A",
            "b",
            "<a ",
            "href",
            "</a>",
            "https://a.example/",
            "http:",
            "javascript:",
            "&#106;",
            "&lt;",
            "&gt;",
            "&quot;",
            "&amp;",
            "&copy",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<img onerror=x>",
            "\0",
            "\n",
            "é",
            "`",
            "\\",
            "@",
            "<br>",
            "<p",
            "&#x;",
            "&#99999999999;",
            "&#0;",
            "&#128;",
            "<a href=\"https://b.example\">",
            "#",
            "?",
            "\u{202e}",
            "\u{a0}",
            "%",
        ];
        let mut state: u64 = 9;
        for _ in 0..20_000 {
            let mut written = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                written.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            let read = Attribution::of_html(&written);
            assert!(is_safe(read.html()), "{written:?}: {}", read.html());
            assert_eq!(Attribution::of_html(read.html()), read, "{written:?}");
        }
    }

    #[test]
    fn what_never_ends_takes_no_longer_than_its_length() {
        // A reader that looks to the end for each of them would take hours.
        for part in ["<a ", "<a href=\"", "<!--", "<!", "<script>", "&", "<", "</"] {
            let many = part.repeat(1 << 20);
            assert!(Attribution::of_html(&many).text().len() <= many.len());
        }
    }

    #[test]
    fn several_are_one_and_each_is_named_once() {
        let [a, b, none] = ["<a href='https://a.example'>A</a>", "B&nbsp;& C", "<i></i>"]
            .map(Attribution::of_html);
        let both = Attribution::together([&a, &b, &none, &a]);
        assert_eq!(both.text(), "A · B\u{a0}& C");
        assert_eq!(both.html(), "<a href=\"https://a.example\">A</a> · B\u{a0}&amp; C");
        assert!(none.is_empty() && Attribution::together([&none]).is_empty());
    }
}
