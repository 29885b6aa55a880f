//! Names and texts from outside as SQL. Every identifier that is put into a statement goes
//! through [`identifier`]; what can be a parameter is one.

/// An identifier, quoted: any name is safe, its case is kept.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal, whatever `standard_conforming_strings` says.
pub(super) fn text(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// A name with its schema, quoted.
pub(super) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A configured query as a FROM item. It ends with a line of its own, in case its last one is a
/// comment.
pub(super) fn subquery(sql: &str) -> String {
    let sql = sql.trim().trim_end_matches(';');
    format!("(\n{sql}\n) AS configured")
}

/// Numbers as an array literal.
pub(super) fn numbers(numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    format!("'{{{}}}'", numbers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_ends_its_quotes() {
        assert_eq!(identifier("voirie"), r#""voirie""#);
        assert_eq!(identifier("Été à 7h"), r#""Été à 7h""#);
        assert_eq!(identifier(r#""; DROP TABLE x; --"#), r#""""; DROP TABLE x; --""#);
    }

    #[test]
    fn a_text_never_ends_its_quotes() {
        assert_eq!(text(r"l'eau \'; --"), r"E'l''eau \\''; --'");
    }

    #[test]
    fn a_query_may_end_with_a_semicolon_or_a_comment() {
        assert_eq!(subquery("SELECT 1; "), "(\nSELECT 1\n) AS configured");
        assert_eq!(subquery("SELECT 1 -- one"), "(\nSELECT 1 -- one\n) AS configured");
    }
}
