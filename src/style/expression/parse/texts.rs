//! Texts: `format`, `image`, `number-format`, `collator`.

use serde_json::{Map, Value as Json};

use super::Parser;
use crate::style::expression::checked::{Expr, Kind, NumberFormat, Section};
use crate::style::expression::types::Type;

/// How a section may lie in its line.
const ALIGNMENTS: [&str; 3] = ["bottom", "center", "top"];

impl Parser {
    pub(super) fn collator(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, options] = list else { return self.error("Expected one argument.") };
        let Json::Object(options) = options else {
            return self.error("Collator options argument must be an object.");
        };
        let case = self.flag(options, "case-sensitive")?;
        let diacritic = self.flag(options, "diacritic-sensitive")?;
        let locale = self.option(options, "locale", &Type::String)?.map(Box::new);
        Some(self.made(Kind::Collator { case, diacritic, locale }, Type::Collator))
    }

    fn flag(&mut self, options: &Map<String, Json>, name: &str) -> Option<Box<Expr>> {
        let flag = options.get(name).unwrap_or(&Json::Bool(false));
        self.argument(flag, 1, Some(Type::Boolean)).map(Box::new)
    }

    pub(super) fn number_format(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, number, options] = list else { return self.error("Expected two arguments.") };
        let number = self.argument(number, 1, Some(Type::Number))?;
        let Json::Object(options) = options else {
            return self.error("NumberFormat options argument must be an object.");
        };
        let locale = self.option(options, "locale", &Type::String)?;
        let currency = self.option(options, "currency", &Type::String)?;
        let unit = self.option(options, "unit", &Type::String)?;
        if currency.is_some() && unit.is_some() {
            return self.error("NumberFormat options `currency` and `unit` are mutually exclusive");
        }
        let least_digits = self.option(options, "min-fraction-digits", &Type::Number)?;
        let most_digits = self.option(options, "max-fraction-digits", &Type::Number)?;
        let format = NumberFormat { number, locale, currency, unit, least_digits, most_digits };
        Some(self.made(Kind::NumberFormat(Box::new(format)), Type::String))
    }

    pub(super) fn format(&mut self, list: &[Json]) -> Option<Expr> {
        let Some(first) = list.get(1) else {
            return self.error("Expected at least one argument.");
        };
        if matches!(first, Json::Object(_) | Json::Null) {
            return self.error("First argument must be an image or text section.");
        }
        let mut sections: Vec<Section> = Vec::new();
        let mut may_be_options = false;
        for argument in &list[1..] {
            match argument {
                Json::Object(options) if may_be_options => {
                    may_be_options = false;
                    let scale = self.option(options, "font-scale", &Type::Number)?;
                    let fonts =
                        self.option(options, "text-font", &Type::array(Type::String, None))?;
                    let color = self.option(options, "text-color", &Type::Color)?;
                    if let Some(Json::String(align)) = options.get("vertical-align")
                        && !align.is_empty()
                        && !ALIGNMENTS.contains(&align.as_str())
                    {
                        return self.error(format!(
                            "'vertical-align' must be one of: 'bottom', 'center', 'top' but found \
                             '{align}' instead."
                        ));
                    }
                    let align = self.option(options, "vertical-align", &Type::String)?;
                    if let Some(last) = sections.last_mut() {
                        last.scale = scale;
                        last.fonts = fonts;
                        last.color = color;
                        last.align = align;
                    }
                }
                content => {
                    may_be_options = true;
                    let content = self.argument(content, 1, Some(Type::Value))?;
                    let is_text =
                        matches!(content.ty, Type::String | Type::Value | Type::Null | Type::Image);
                    if !is_text {
                        return self.error(
                            "Formatted text type must be 'string', 'value', 'image' or 'null'.",
                        );
                    }
                    sections.push(Section {
                        content,
                        scale: None,
                        fonts: None,
                        color: None,
                        align: None,
                    });
                }
            }
        }
        Some(self.made(Kind::Format(sections), Type::Formatted))
    }

    pub(super) fn image(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, name] = list else { return self.error("Expected two arguments.") };
        match self.argument(name, 1, Some(Type::String)) {
            Some(name) => Some(self.made(Kind::Image(Box::new(name)), Type::Image)),
            None => self.error("No image name provided."),
        }
    }

    /// An option, unless it is left out or passes for false.
    #[allow(clippy::option_option, reason = "a mistake, or none given")]
    fn option(
        &mut self,
        options: &Map<String, Json>,
        name: &str,
        ty: &Type,
    ) -> Option<Option<Expr>> {
        match options.get(name) {
            None | Some(Json::Null | Json::Bool(false)) => Some(None),
            Some(Json::String(text)) if text.is_empty() => Some(None),
            Some(Json::Number(number)) if number.as_f64() == Some(0.0) => Some(None),
            Some(json) => self.argument(json, 1, Some(ty.clone())).map(Some),
        }
    }
}
