//! XML elements, and what QGIS keeps its own values in: options and properties by expression.

use std::fmt::{self, Display, Write};

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Content>,
}

#[derive(Clone, Debug)]
enum Content {
    Element(Element),
    Text(String),
}

impl Element {
    /// Without anything in it.
    pub fn new(name: &'static str) -> Element {
        Element { name, attributes: Vec::new(), content: Vec::new() }
    }

    /// With an attribute.
    pub fn with(mut self, name: &'static str, value: &str) -> Element {
        self.attributes.push((name, value.to_owned()));
        self
    }

    /// With an element in it.
    pub fn child(mut self, child: Element) -> Element {
        self.content.push(Content::Element(child));
        self
    }

    /// With a text in it.
    pub fn text(mut self, text: &str) -> Element {
        self.content.push(Content::Text(text.to_owned()));
        self
    }
}

impl Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"{}\"", escaped(value))?;
        }
        if self.content.is_empty() {
            return f.write_str("/>");
        }
        f.write_str(">")?;
        for content in &self.content {
            match content {
                Content::Element(element) => element.fmt(f)?,
                Content::Text(text) => f.write_str(&escaped(text))?,
            }
        }
        write!(f, "</{}>", self.name)
    }
}

/// Whether XML 1.0 can hold a character.
pub fn is_in_xml(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | ' '..) && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// What XML 1.0 cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // As they are, a reader takes them for spaces.
            '\n' | '\r' | '\t' => _ = write!(escaped, "&#{};", u32::from(c)),
            c if is_in_xml(c) => escaped.push(c),
            _ => {}
        }
    }
    escaped
}

/// QGIS's map of options.
pub fn options(options: &[(&'static str, String)]) -> Element {
    let option = |(name, value): &(&'static str, String)| {
        Element::new("Option").with("type", "QString").with("name", name).with("value", value)
    };
    options.iter().map(option).fold(Element::new("Option").with("type", "Map"), Element::child)
}

/// QGIS's properties that are computed: by name, each an expression.
pub fn computed(element: &'static str, properties: &[(&'static str, String)]) -> Element {
    let value = |name: &'static str, ty: &str, value: &str| {
        Element::new("Option").with("type", ty).with("name", name).with("value", value)
    };
    let property = |(name, expression): &(&'static str, String)| {
        Element::new("Option")
            .with("type", "Map")
            .with("name", name)
            .child(value("active", "bool", "true"))
            .child(value("expression", "QString", expression))
            .child(value("type", "int", "3"))
    };
    let all = Element::new("Option").with("type", "Map").with("name", "properties");
    let collection = Element::new("Option")
        .with("type", "Map")
        .child(value("name", "QString", ""))
        .child(properties.iter().map(property).fold(all, Element::child))
        .child(value("type", "QString", "collection"));
    Element::new(element).child(collection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_markup() {
        let element =
            Element::new("a").with("b", "\"<&>\u{0}").child(Element::new("c")).text("<d/>");
        assert_eq!(element.to_string(), "<a b=\"&quot;&lt;&amp;&gt;\"><c/>&lt;d/&gt;</a>");
    }
}
