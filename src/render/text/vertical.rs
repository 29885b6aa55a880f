//! Punctuation of vertical texts: between what stands upright it takes its vertical form, which is a
//! character of its own.

use super::character::is_rotated;

/// Characters and their vertical forms, in the order of the characters.
const FORMS: [(char, char); 84] = [
    ('!', '︕'),
    ('#', '＃'),
    ('$', '＄'),
    ('%', '％'),
    ('&', '＆'),
    ('(', '︵'),
    (')', '︶'),
    ('*', '＊'),
    ('+', '＋'),
    (',', '︐'),
    ('-', '︲'),
    ('.', '・'),
    ('/', '／'),
    (':', '︓'),
    (';', '︔'),
    ('<', '︿'),
    ('=', '＝'),
    ('>', '﹀'),
    ('?', '︖'),
    ('@', '＠'),
    ('[', '﹇'),
    ('\\', '＼'),
    (']', '﹈'),
    ('^', '＾'),
    ('_', '︳'),
    ('`', '｀'),
    ('{', '︷'),
    ('|', '―'),
    ('}', '︸'),
    ('~', '～'),
    ('¢', '￠'),
    ('£', '￡'),
    ('¥', '￥'),
    ('¦', '￤'),
    ('¬', '￢'),
    ('¯', '￣'),
    ('–', '︲'),
    ('—', '︱'),
    ('‘', '﹃'),
    ('’', '﹄'),
    ('“', '﹁'),
    ('”', '﹂'),
    ('…', '︙'),
    ('‧', '・'),
    ('₩', '￦'),
    ('⋯', '︙'),
    ('、', '︑'),
    ('。', '︒'),
    ('〈', '︿'),
    ('〉', '﹀'),
    ('《', '︽'),
    ('》', '︾'),
    ('「', '﹁'),
    ('」', '﹂'),
    ('『', '﹃'),
    ('』', '﹄'),
    ('【', '︻'),
    ('】', '︼'),
    ('〔', '︹'),
    ('〕', '︺'),
    ('〖', '︗'),
    ('〗', '︘'),
    ('！', '︕'),
    ('（', '︵'),
    ('）', '︶'),
    ('，', '︐'),
    ('－', '︲'),
    ('．', '・'),
    ('：', '︓'),
    ('；', '︔'),
    ('＜', '︿'),
    ('＞', '﹀'),
    ('？', '︖'),
    ('［', '﹇'),
    ('］', '﹈'),
    ('＿', '︳'),
    ('｛', '︷'),
    ('｜', '―'),
    ('｝', '︸'),
    ('｟', '︵'),
    ('｠', '︶'),
    ('｡', '︒'),
    ('｢', '﹁'),
    ('｣', '﹂'),
];

/// The vertical form of a character.
pub fn form(character: char) -> Option<char> {
    let row = FORMS.iter().find(|(flat, _)| *flat == character);
    row.map(|(_, form)| *form)
}

/// Puts punctuation into its vertical form where nothing beside it lies on its side.
pub fn punctuate(characters: &mut [char]) {
    let allows = |beside: Option<&char>| {
        beside.is_none_or(|beside| !is_rotated(*beside) || form(*beside).is_some())
    };
    let forms: Vec<Option<char>> = (0..characters.len())
        .map(|i| {
            let before = i.checked_sub(1).and_then(|before| characters.get(before));
            let found = form(characters[i])?;
            (allows(before) && allows(characters.get(i + 1))).then_some(found)
        })
        .collect();
    for (character, form) in characters.iter_mut().zip(forms) {
        *character = form.unwrap_or(*character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn punctuated(text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        punctuate(&mut characters);
        characters.into_iter().collect()
    }

    #[test]
    fn punctuation_is_turned_among_ideographs_and_left_among_letters() {
        assert_eq!(punctuated("中（国）"), "中︵国︶");
        assert_eq!(punctuated("a-b"), "a-b");
        assert_eq!(punctuated("中-b"), "中-b");
    }
}
