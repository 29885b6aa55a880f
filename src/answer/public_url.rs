//! The address that clients use, for the absolute addresses in answers: `public_url` when it is
//! configured, else the request's Host if it has the form of one. Forwarded headers are not
//! believed: anyone can send them.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The most layers in one address: a style has a dozen sources' worth, an attacker a thousand.
pub const MAX_LAYERS: usize = 64;

/// The one sprite that all shipped styles share.
pub const SPRITE: &str = "tuilerie";

/// An address without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// What a layer's name needs encoded to stand in a path between commas and slashes. Braces and
/// percent signs too: clients put numbers into a template.
pub const NAME: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b',')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl PublicUrl {
    /// The configured one, checked when it was read.
    pub fn configured(url: String) -> PublicUrl {
        PublicUrl(url)
    }

    /// The one that a request came to, by its `Host`.
    pub fn of_host(host: Option<&str>) -> PublicUrl {
        let host = host.filter(|host| is_host(host)).unwrap_or("localhost");
        PublicUrl(format!("http://{host}"))
    }

    /// As a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tile address template of some layers, with an extension.
    pub fn tiles(&self, layers: &[String], extension: &str) -> String {
        let list: Vec<_> =
            layers.iter().map(|id| utf8_percent_encode(id, NAME).to_string()).collect();
        format!("{}/tiles/{}/{{z}}/{{x}}/{{y}}.{extension}", self.0, list.join(","))
    }

    /// The address template of a style's drawn tiles, of so many pixels along a side.
    pub fn drawn_tiles(&self, style: &str, side: u32) -> String {
        let style = utf8_percent_encode(style, NAME);
        format!("{}/styles/{style}/{side}/{{z}}/{{x}}/{{y}}.png", self.0)
    }

    /// The address of the TileJSON of a style's drawn tiles.
    pub fn drawn_tilejson(&self, style: &str) -> String {
        format!("{}/styles/{}.json", self.0, utf8_percent_encode(style, NAME))
    }

    /// The glyph address template of a style.
    pub fn glyphs(&self) -> String {
        format!("{}/fonts/{{fontstack}}/{{range}}.pbf", self.0)
    }

    /// The address of a sprite, without scale and extension, as styles have it.
    pub fn sprite(&self, id: &str) -> String {
        format!("{}/sprites/{id}", self.0)
    }
}

/// Whether a text has the form of a host with an optional port.
fn is_host(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    !text.is_empty() && text.len() <= 255 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_host_does_not_get_into_answers() {
        let url = |host: &str| PublicUrl::of_host(Some(host)).0;
        assert_eq!(url("tuiles.example.org:8080"), "http://tuiles.example.org:8080");
        assert_eq!(url("[::1]:3000"), "http://[::1]:3000");
        assert_eq!(url("a/b"), "http://localhost");
        assert_eq!(url("a\"><script>"), "http://localhost");
    }

    #[test]
    fn names_are_encoded_in_addresses() {
        let url = PublicUrl::configured("https://a.example/carte".into());
        let layers = ["été, a/b".to_owned(), "c".to_owned()];
        assert_eq!(
            url.tiles(&layers, "mvt"),
            "https://a.example/carte/tiles/%C3%A9t%C3%A9%2C%20a%2Fb,c/{z}/{x}/{y}.mvt"
        );
    }
}
