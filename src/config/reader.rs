//! Values out of a TOML document. A mistake does not end the reading: it is kept, with file, line,
//! key, value and what was allowed, and the value counts as absent.
//!
//! A reader of our own on the spanned document of the `toml` crate, not serde: serde stops at the
//! first mistake, and a configuration is mended faster when all of them are known.

use std::fmt;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::connection::redact;
use super::environment;
use super::mistake::{Mistake, Mistakes};

/// Reads one document and keeps its mistakes.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    environment: &'a dyn Fn(&str) -> Option<String>,
    mistakes: Vec<Mistake>,
}

/// A table of the document, the keys of which are known.
pub(super) struct Section<'d> {
    /// What the file calls it: the last part of its key.
    pub name: &'d str,
    path: String,
    line: usize,
    table: &'d DeTable<'d>,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, and its document. All syntax errors are told at once; beyond them
    /// nothing is read, because what the parser makes of the rest is a guess.
    pub fn new(
        file: &'a str,
        text: &'a str,
        environment: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<(Reader<'a>, DeTable<'a>), Mistakes> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader { file, text, environment, mistakes: Vec::new() };
        for error in &errors {
            let at = error.span().map(|span| span.start);
            reader.mistakes.push(Mistake {
                file: file.to_owned(),
                line: at.map(|at| reader.line(at)),
                column: at.map(|at| reader.column(at)),
                key: String::new(),
                value: None,
                problem: format!("not TOML: {}", error.message().replace('\n', ", ")),
            });
        }
        reader.finish(())?;
        let reader = Reader { file, text, environment, mistakes: Vec::new() };
        Ok((reader, document.into_inner()))
    }

    /// What was read, unless there was a mistake.
    pub fn finish<T>(&mut self, read: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() {
            return Ok(read);
        }
        self.mistakes.sort_by_key(|mistake| mistake.line);
        Err(Mistakes(std::mem::take(&mut self.mistakes)))
    }

    /// The document as a section.
    pub fn root<'d>(&mut self, document: &'d DeTable<'d>, keys: &[&str]) -> Section<'d> {
        let root = Section { name: "", path: String::new(), line: 1, table: document };
        self.refuse_unknown_keys(&root, keys);
        root
    }

    /// The section `[name]`.
    pub fn section<'d>(
        &mut self,
        parent: &Section<'d>,
        name: &'static str,
        keys: &[&str],
    ) -> Option<Section<'d>> {
        let (key, value) = parent.table.get_key_value(name)?;
        self.open(parent, key, value, keys)
    }

    /// The sections `[name.*]`, in the order of the file.
    pub fn sections<'d>(
        &mut self,
        root: &Section<'d>,
        name: &'static str,
        keys: &[&str],
    ) -> Vec<Section<'d>> {
        let Some((key, value)) = root.table.get_key_value(name) else {
            return Vec::new();
        };
        let Some(parent) = self.open_any(root, key, value) else {
            return Vec::new();
        };
        let mut entries: Vec<_> = parent.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .filter_map(|(key, value)| self.open(&parent, key, value, keys))
            .collect()
    }

    fn open<'d>(
        &mut self,
        parent: &Section<'d>,
        key: &'d Spanned<DeString<'d>>,
        value: &'d Spanned<DeValue<'d>>,
        keys: &[&str],
    ) -> Option<Section<'d>> {
        let section = self.open_any(parent, key, value)?;
        self.refuse_unknown_keys(&section, keys);
        Some(section)
    }

    fn open_any<'d>(
        &mut self,
        parent: &Section<'d>,
        key: &'d Spanned<DeString<'d>>,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Option<Section<'d>> {
        let name: &str = key.get_ref();
        let DeValue::Table(table) = value.get_ref() else {
            return self.value_mistake(parent, name, value, "allowed is a table");
        };
        let line = self.line(key.span().start);
        Some(Section { name, path: parent.path_of(name), line, table })
    }

    fn refuse_unknown_keys(&mut self, section: &Section<'_>, known: &[&str]) {
        for key in section.table.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let problem = match did_you_mean(name, known) {
                Some(hint) => format!("unknown key; {hint}"),
                None => format!("unknown key; allowed here are {}", known.join(", ")),
            };
            self.mistakes.push(Mistake {
                file: self.file.to_owned(),
                line: Some(self.line(key.span().start)),
                column: None,
                key: section.path_of(name),
                value: None,
                problem,
            });
        }
    }

    /// A text that `check` understands; `allowed` says what that is.
    pub fn text<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        allowed: &str,
        check: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = section.table.get(key)?;
        let problem = format!("allowed is {allowed}");
        let DeValue::String(text) = value.get_ref() else {
            return self.value_mistake(section, key, value, &problem);
        };
        let text = self.expanded(section, key, value, text)?;
        check(&text).or_else(|| self.text_mistake(section, key, value, &text, &problem))
    }

    /// One of some names.
    pub fn name(
        &mut self,
        section: &Section<'_>,
        key: &str,
        names: &[&'static str],
    ) -> Option<&'static str> {
        let mut allowed = format!("one of {}", names.join(", "));
        if let Some(DeValue::String(text)) = section.table.get(key).map(Spanned::get_ref)
            && let Some(hint) = did_you_mean(text, names)
        {
            allowed = format!("{allowed}; {hint}");
        }
        self.text(section, key, &allowed, |text| names.iter().copied().find(|name| *name == text))
    }

    /// A text with a number and its unit that `check` understands, or a plain number (0).
    pub fn quantity<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        allowed: &str,
        check: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = section.table.get(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            return self.text(section, key, allowed, check);
        };
        check(&number.to_string())
            .or_else(|| self.value_mistake(section, key, value, &format!("allowed is {allowed}")))
    }

    /// Several texts, each of which `check` understands.
    pub fn texts<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        allowed: &str,
        check: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = section.table.get(key)?;
        let problem = format!("allowed is a list: {allowed}");
        let DeValue::Array(items) = value.get_ref() else {
            return self.value_mistake(section, key, value, &problem);
        };
        let mut checked = Vec::new();
        for item in items {
            let DeValue::String(text) = item.get_ref() else {
                self.value_mistake::<()>(section, key, item, &problem);
                continue;
            };
            let Some(text) = self.expanded(section, key, item, text) else {
                continue;
            };
            let value = check(&text);
            checked
                .extend(value.or_else(|| self.text_mistake(section, key, item, &text, &problem)));
        }
        (checked.len() == items.len()).then_some(checked)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, section: &Section<'_>, key: &str) -> Option<bool> {
        let value = section.table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(boolean) => Some(*boolean),
            _ => self.value_mistake(section, key, value, "allowed is true or false"),
        }
    }

    /// A whole number from `min` to `max`.
    pub fn integer<T>(&mut self, section: &Section<'_>, key: &str, min: T, max: T) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + fmt::Display,
    {
        let value = section.table.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) if number >= min && number <= max => Some(number),
            _ => {
                let problem = format!("allowed is a whole number from {min} to {max}");
                self.value_mistake(section, key, value, &problem)
            }
        }
    }

    /// Keeps a mistake about a value that is allowed by itself, and not where it stands.
    pub fn mistake_at(&mut self, section: &Section<'_>, key: &str, problem: &str) {
        if let Some(value) = section.table.get(key) {
            self.value_mistake::<()>(section, key, value, problem);
        }
    }

    /// Keeps a mistake about a variable of the environment. Its value is not shown.
    pub fn environment_mistake(&mut self, variable: &str, problem: &str) {
        self.mistakes.push(Mistake {
            file: "environment".to_owned(),
            line: None,
            column: None,
            key: variable.to_owned(),
            value: None,
            problem: problem.to_owned(),
        });
    }

    /// Keeps a mistake about a section as a whole.
    pub fn mistake(&mut self, section: &Section<'_>, problem: impl Into<String>) {
        self.mistakes.push(Mistake {
            file: self.file.to_owned(),
            line: Some(section.line),
            column: None,
            key: section.path.clone(),
            value: None,
            problem: problem.into(),
        });
    }

    fn expanded(
        &mut self,
        section: &Section<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        text: &str,
    ) -> Option<String> {
        match environment::expand(text, self.environment) {
            Ok(text) => Some(text),
            Err(problem) => self.text_mistake(section, key, value, text, &problem),
        }
    }

    /// Keeps a mistake about a value as it is written. `None`, so that a reading can end with it.
    fn value_mistake<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        problem: &str,
    ) -> Option<T> {
        let shown = match value.get_ref() {
            DeValue::String(text) => return self.text_mistake(section, key, value, text, problem),
            DeValue::Array(_) => "[…]".to_owned(),
            DeValue::Table(_) => "{…}".to_owned(),
            _ => self.text.get(value.span()).unwrap_or_default().to_owned(),
        };
        self.keep(section, key, value, shown, problem)
    }

    /// Keeps a mistake about a text.
    fn text_mistake<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        text: &str,
        problem: &str,
    ) -> Option<T> {
        // What stands for a connection and has not its form may be a bare password.
        let may_be_bare = key == "connection" && !text.contains("://") && !text.contains('=');
        let shown = if may_be_bare { "***".to_owned() } else { format!("{:?}", redact(text)) };
        self.keep(section, key, value, shown, problem)
    }

    fn keep<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        shown: String,
        problem: &str,
    ) -> Option<T> {
        self.mistakes.push(Mistake {
            file: self.file.to_owned(),
            line: Some(self.line(value.span().start)),
            column: None,
            key: section.path_of(key),
            value: Some(shown),
            problem: problem.to_owned(),
        });
        None
    }

    fn before(&self, offset: usize) -> &str {
        self.text.get(..offset).unwrap_or(self.text)
    }

    fn line(&self, offset: usize) -> usize {
        self.before(offset).matches('\n').count() + 1
    }

    fn column(&self, offset: usize) -> usize {
        self.before(offset).rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1
    }
}

impl Section<'_> {
    /// Whether the key is written, right or wrong.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn path_of(&self, key: &str) -> String {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let key = if key.chars().all(bare) && !key.is_empty() {
            key.to_owned()
        } else {
            format!("{key:?}")
        };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }
}

/// The known name that a mistyped one is nearest to, as a question.
pub fn did_you_mean(name: &str, known: &[&str]) -> Option<String> {
    // clap's threshold for its own suggestions.
    const ALIKE: f64 = 0.7;
    known
        .iter()
        .map(|candidate| (strsim::jaro(name, candidate), *candidate))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| format!("did you mean {candidate:?}?"))
}
