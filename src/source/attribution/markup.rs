//! HTML that anybody wrote → pieces of text, some of them links. Tags end where browsers end them; what is no tag is
//! text. Each character is looked at once.

use super::entities::entity;

/// A text, or one that leads somewhere.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// An address of http or https, with nothing in it that HTML could take for something else.
    pub(super) href: Option<String>,
}

/// Elements whose content is no text.
const UNSEEN: [&str; 2] = ["script", "style"];
/// Elements that stand apart from the text around them.
const APART: [&str; 12] =
    ["br", "p", "div", "li", "ul", "ol", "table", "tr", "td", "th", "hr", "dd"];

/// The pieces of a text.
pub(super) fn read(written: &str) -> Vec<Piece> {
    let mut writer = Writer::default();
    let (mut rest, mut has_tags) = (written, true);
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '<' if has_tags => match found(after) {
                Found::Tag(tag, after) => writer.take(&tag, after),
                Found::Text => writer.push(first, after),
                // Nor does any tag behind it, as far as a browser would see.
                Found::Unclosed => {
                    has_tags = false;
                    writer.push(first, after)
                }
            },
            '&' => match entity(rest) {
                Some((character, length)) => writer.push(character, &rest[length..]),
                None => writer.push(first, after),
            },
            _ => writer.push(first, after),
        };
    }
    writer.end()
}

#[derive(Default)]
struct Writer {
    pieces: Vec<Piece>,
    /// Where the text at hand leads.
    href: Option<String>,
}

impl Writer {
    /// Writes a character, and goes on behind it. White space is one space, as in a browser; control characters are
    /// nothing.
    fn push<'t>(&mut self, character: char, after: &'t str) -> &'t str {
        let is_space = character.is_ascii_whitespace();
        let is_nothing = match self.pieces.last() {
            _ if !is_space => character.is_control(),
            None => true,
            Some(last) => last.text.ends_with(' '),
        };
        let character = if is_space { ' ' } else { character };
        match self.pieces.last_mut() {
            _ if is_nothing => {}
            Some(last) if last.href == self.href => last.text.push(character),
            _ => {
                let (text, href) = (character.to_string(), self.href.clone());
                self.pieces.push(Piece { text, href });
            }
        }
        after
    }

    /// Does what a tag means, and goes on behind it.
    fn take<'t>(&mut self, tag: &Tag<'_>, after: &'t str) -> &'t str {
        let is = |name: &&str| tag.name.eq_ignore_ascii_case(name);
        if is(&"a") {
            self.href = tag.href.filter(|_| !tag.is_end).and_then(address);
        }
        if APART.iter().any(is) {
            self.push(' ', "");
        }
        match UNSEEN.iter().find(|name| is(name)) {
            Some(name) if !tag.is_end => behind(after, name),
            _ => after,
        }
    }

    fn end(mut self) -> Vec<Piece> {
        while let Some(last) = self.pieces.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                break;
            }
            self.pieces.pop();
        }
        // A link that nobody sees.
        for piece in self.pieces.iter_mut().filter(|piece| piece.text == " ") {
            piece.href = None;
        }
        self.pieces
    }
}

/// What a `<` begins.
enum Found<'m> {
    Tag(Tag<'m>, &'m str),
    Text,
    Unclosed,
}

#[derive(Default)]
struct Tag<'m> {
    /// Nothing for a comment and the like.
    name: &'m str,
    is_end: bool,
    /// As it is written.
    href: Option<&'m str>,
}

fn found(text: &str) -> Found<'_> {
    let comment = match text.strip_prefix("!--") {
        Some(comment) => Some((comment, "-->")),
        None => text.strip_prefix(['!', '?']).map(|text| (text, ">")),
    };
    if let Some((comment, end)) = comment {
        let behind = comment.split_once(end).map(|(_, after)| after);
        return behind.map_or(Found::Unclosed, |after| Found::Tag(Tag::default(), after));
    }
    let (is_end, text) = text.strip_prefix('/').map_or((false, text), |text| (true, text));
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let (name, attributes) = text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()));
    // `<https://…>` and `<me@example.org>` are meant to be read.
    let is_name = name.split(':').all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()))
        && attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
    if !is_name {
        return Found::Text;
    }
    match href(attributes) {
        Some((href, after)) => Found::Tag(Tag { name, is_end, href }, after),
        None => Found::Unclosed,
    }
}

/// The `href` among attributes, and what follows their tag, if it ends. Of two the first counts.
fn href(attributes: &str) -> Option<(Option<&str>, &str)> {
    let (mut found, mut rest) = (None, attributes);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((found, after));
        }
        let (name, value, after) = attribute(rest)?;
        if found.is_none() && name.eq_ignore_ascii_case("href") {
            found = Some(value);
        }
        rest = after;
    }
}

/// An attribute's name and value, and what follows.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let ends_name = |c: char| c.is_ascii_whitespace() || "/>=".contains(c);
    let (end, _) = text.char_indices().skip(1).find(|(_, c)| ends_name(*c))?;
    let (name, rest) = text.split_at(end);
    let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
        return Some((name, "", rest));
    };
    let value = value.trim_ascii_start();
    let (value, after) = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote)?,
        _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
    };
    Some((name, value, after))
}

/// What stands behind the end of an element without text; nothing where it does not end.
fn behind<'t>(text: &'t str, name: &str) -> &'t str {
    let ends = |(at, _): &(usize, &str)| {
        let of_name = text.get(at + 2..at + 2 + name.len());
        of_name.is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    text.match_indices("</").find(ends).map_or("", |(at, _)| &text[at..])
}

/// An address of http or https, as a browser would read it; none for any other.
fn address(written: &str) -> Option<String> {
    let decoded = decoded(written);
    let mut address = String::new();
    for character in decoded.trim_matches(|c: char| c <= ' ').chars() {
        match character {
            '\t' | '\n' | '\r' => {}
            c if c.is_control() => return None,
            ' ' | '"' | '<' | '>' | '`' | '\\' => {
                address.push_str(&format!("%{:02X}", u32::from(character)));
            }
            c => address.push(c),
        }
    }
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next()?;
    // A name in front of the host looks like one.
    let is_host = !host.is_empty() && !host.contains(['@', '%']);
    (is_host && matches!(&*scheme, "http" | "https")).then(|| format!("{scheme}://{rest}"))
}

fn decoded(text: &str) -> String {
    let (mut decoded, mut rest) = (String::new(), text);
    while let Some((before, _)) = rest.split_once('&') {
        decoded.push_str(before);
        rest = &rest[before.len()..];
        let (character, length) = entity(rest).unwrap_or(('&', 1));
        decoded.push(character);
        rest = &rest[length..];
    }
    decoded + rest
}
