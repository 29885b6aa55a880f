//! `${NAME}` and `${NAME:-default}` in a text. Nothing else of a shell: no commands, no nesting,
//! and what a variable holds is not read again.

/// A text with its variables replaced. As in a shell, the default also stands for an empty
/// variable.
///
/// # Errors
/// What is wrong with the first variable that cannot be replaced.
pub(super) fn expand(
    text: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once("${") {
        expanded.push_str(before);
        let (reference, after) = reference
            .split_once('}')
            .ok_or_else(|| "a variable is written ${NAME} or ${NAME:-default}".to_owned())?;
        let (name, default) = match reference.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (reference, None),
        };
        if !is_name(name) {
            return Err(format!(
                "${{{name}}} is no variable: a name has letters, digits and _ only"
            ));
        }
        match (environment(name), default) {
            (Some(value), None) => expanded.push_str(&value),
            (Some(value), Some(_)) if !value.is_empty() => expanded.push_str(&value),
            (_, Some(default)) => expanded.push_str(default),
            (None, None) => {
                return Err(format!(
                    "the environment has no {name}; set it, or write ${{{name}:-default}}"
                ));
            }
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "TOWN" => Some("Argeliers".to_owned()),
            "SLY" => Some("${TOWN}".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn a_variable_or_its_default_is_put_in_place() {
        for (text, expanded) in [
            ("no variable, $TOWN and $ alike", "no variable, $TOWN and $ alike"),
            ("a ${TOWN} b ${TOWN}", "a Argeliers b Argeliers"),
            ("${TOWN:-x}", "Argeliers"),
            ("${NONE:-Ginestas}!", "Ginestas!"),
            ("${NONE:-}", ""),
            ("${EMPTY}", ""),
            ("${EMPTY:-x}", "x"),
            ("${SLY}", "${TOWN}"),
        ] {
            assert_eq!(expand(text, &environment).as_deref(), Ok(expanded), "{text}");
        }
    }

    #[test]
    fn a_variable_that_cannot_be_replaced_is_a_mistake() {
        for text in ["${NONE}", "${", "${TOWN", "${}", "${1X}", "${A B}", "${TOWN} ${NONE}"] {
            assert!(expand(text, &environment).is_err(), "{text}");
        }
    }
}
