//! Where lines end: of all ways to break a text at the places where it may be broken, the one whose
//! lines differ least from the width that they would have if all were equal.
//!
//! Badness is MapLibre's: the square of what a line lacks or exceeds, half of that for a last line
//! that is short and twice for one that is long, and a penalty for what had better stand elsewhere.

use super::character::{is_ideographic, is_whitespace};
use super::marked::Marked;

/// A place where a line may end.
#[derive(Clone, Copy, Debug)]
struct Break {
    /// Before which character.
    index: usize,
    /// How far along the text.
    x: f64,
    /// The break before it.
    prior: Option<usize>,
    /// Of all lines up to here.
    badness: f64,
}

/// More places to break than a text has that somebody reads: what is weighed grows with their square.
const MOST: usize = 1_000;

/// The indices before which lines end, the last being the text's end. `advance` says how far a
/// character moves the pen.
pub fn lines(text: &Marked, width: f64, advance: impl Fn(usize) -> f64) -> Vec<usize> {
    let total: f64 = (0..text.len()).map(&advance).sum();
    let count = if width > 0.0 { (total / width).ceil() } else { f64::INFINITY };
    let target = total / count.max(1.0);
    let is_hinted = text.characters.contains(&'\u{200b}');
    let mut breaks: Vec<Break> = Vec::new();
    let mut x = 0.0;
    for (i, character) in text.characters.iter().copied().enumerate() {
        if !is_whitespace(character) {
            x += advance(i);
        }
        let Some(next) = text.characters.get(i + 1).copied() else { break };
        let ideographic = is_ideographic(character);
        let opens = next == '(' && i + 2 < text.len();
        let may_end = may_end_after(character) || ideographic || text.is_image(i) || opens;
        if may_end && breaks.len() < MOST {
            let penalty = penalty(character, next, ideographic && is_hinted);
            let found = best(i + 1, x, target, &breaks, penalty, false);
            breaks.push(found);
        }
    }
    let last = best(text.len(), x, target, &breaks, 0.0, true);
    let mut ends = vec![last.index];
    let mut prior = last.prior;
    while let Some(at) = prior {
        ends.push(breaks[at].index);
        prior = breaks[at].prior;
    }
    ends.reverse();
    ends
}

/// Besides ideographs, which all may.
fn may_end_after(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r'
            | ' '
            | '&'
            | ')'
            | '+'
            | '-'
            | '/'
            | '\u{ad}'
            | '\u{b7}'
            | '\u{200b}'
            | '\u{2010}'
            | '\u{2013}'
            | '\u{2027}'
    )
}

fn penalty(character: char, next: char, hinted_elsewhere: bool) -> f64 {
    let mut penalty = 0.0;
    if matches!(character, '\n' | '\r') {
        penalty -= 10_000.0;
    }
    if hinted_elsewhere {
        penalty += 150.0;
    }
    if matches!(character, '(' | '（') {
        penalty += 50.0;
    }
    if matches!(next, ')' | '）') {
        penalty += 50.0;
    }
    penalty
}

fn badness(width: f64, target: f64, penalty: f64, is_last: bool) -> f64 {
    let raggedness = (width - target).powi(2);
    match is_last {
        true if width < target => raggedness / 2.0,
        true => raggedness * 2.0,
        false => raggedness + penalty.abs() * penalty,
    }
}

/// A break with the best one before it.
fn best(index: usize, x: f64, target: f64, breaks: &[Break], penalty: f64, is_last: bool) -> Break {
    let mut best = Break { index, x, prior: None, badness: badness(x, target, penalty, is_last) };
    for (at, before) in breaks.iter().enumerate() {
        let badness = badness(x - before.x, target, penalty, is_last) + before.badness;
        if badness <= best.badness {
            best = Break { prior: Some(at), badness, ..best };
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::expression::value::Formatted;

    /// The lines of a text in letters of width 1.
    fn broken(text: &str, width: f64) -> Vec<String> {
        let marked = Marked::new(&Formatted::plain(text.into()), &"Noto".into());
        let mut start = 0;
        let line = |end: usize| {
            let line = marked.part(start..end).trimmed().characters.iter().collect();
            start = end;
            line
        };
        lines(&marked, width, |_| 1.0).into_iter().map(line).collect()
    }

    #[test]
    fn lines_are_as_equal_as_words_allow() {
        assert_eq!(broken("La Bastide-de-Bousignac", 12.0), ["La Bastide-", "de-Bousignac"]);
        assert_eq!(broken("a b", 10.0), ["a b"]);
    }

    #[test]
    fn a_word_is_never_broken_and_a_newline_always() {
        assert_eq!(broken("Castelnaudary", 4.0), ["Castelnaudary"]);
        assert_eq!(broken("a\nb", 100.0), ["a", "b"]);
        assert_eq!(broken("a\n\nb", 100.0), ["a", "", "b"]);
    }

    #[test]
    fn ideographs_are_broken_anywhere_but_rather_where_it_is_hinted() {
        assert_eq!(broken("中国北京", 2.0), ["中国", "北京"]);
        assert_eq!(broken("中国北\u{200b}京市天津", 4.0), ["中国北\u{200b}", "京市天津"]);
    }

    #[test]
    fn a_bracket_stays_with_what_it_holds() {
        assert_eq!(broken("mairie (annexe)", 8.0), ["mairie", "(annexe)"]);
    }

    #[test]
    fn no_width_breaks_wherever_it_may() {
        assert_eq!(broken("a b c", 0.0), ["a", "b", "c"]);
    }
}
