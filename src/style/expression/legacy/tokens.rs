//! `{name}` in a text.

use serde_json::{Value as Json, json};

/// `"String with {name} token"` → `["concat", "String with ", ["get", "name"], " token"]`.
pub fn convert(text: &str) -> Json {
    let mut parts = vec![json!("concat")];
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        if !before.is_empty() {
            parts.push(json!(before));
        }
        parts.push(json!(["get", name]));
        rest = after;
    }
    match parts.as_slice() {
        [_] => json!(text),
        [_, only] if rest.is_empty() && only.is_array() => json!(["to-string", only]),
        _ => {
            if !rest.is_empty() {
                parts.push(json!(rest));
            }
            Json::Array(parts)
        }
    }
}

/// What stands before the first token, its name, and what stands behind it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut open = None;
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('{', _) => open = Some(at),
            ('}', Some(begin)) if at > begin + 1 => {
                return Some((&text[..begin], &text[begin + 1..at], &text[at + 1..]));
            }
            ('}', _) => open = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_what_they_stand_for() {
        assert_eq!(convert("plain"), json!("plain"));
        assert_eq!(convert("{a}"), json!(["to-string", ["get", "a"]]));
        assert_eq!(
            convert("n° {a}{b}."),
            json!(["concat", "n° ", ["get", "a"], ["get", "b"], "."])
        );
        assert_eq!(convert("{}"), json!("{}"));
        assert_eq!(convert("{{a} b"), json!(["concat", "{", ["get", "a"], " b"]));
        assert_eq!(convert("a}"), json!("a}"));
    }
}
