//! Lines with the same text that touch at their ends become one: labels stand better on one long line
//! than on many short ones.

use std::collections::VecDeque;
use std::sync::Arc;

use hashbrown::HashMap;

use super::cut::Point;

/// The end of a line with a text; points are compared by their bits.
type End = (Arc<str>, [u64; 2]);

fn end(text: &Arc<str>, point: Point) -> End {
    (text.clone(), point.map(f64::to_bits))
}

/// Merges lines, each with its text and whose it is; a line without a text stays alone. The merged
/// line is whose the first of it is.
pub fn merge<T>(lines: Vec<(Option<Arc<str>>, Vec<Point>, T)>) -> Vec<(Vec<Point>, T)> {
    let mut merged: Vec<Option<(VecDeque<Point>, T)>> = Vec::new();
    // Which of them begin there, and which end.
    let mut begins: HashMap<End, usize> = HashMap::new();
    let mut ends: HashMap<End, usize> = HashMap::new();
    for (text, points, whose) in lines {
        let (Some(text), Some(first), Some(last)) = (text, points.first(), points.last()) else {
            merged.push(Some((points.into(), whose)));
            continue;
        };
        let (left, right) = (end(&text, *first), end(&text, *last));
        let before = ends.get(&left).copied();
        let after = begins.get(&right).copied();
        match (before, after) {
            (Some(before), Some(after)) if before != after => {
                ends.remove(&left);
                begins.remove(&right);
                let tail = merged[after].take();
                if let (Some((line, _)), Some((tail, _))) = (&mut merged[before], tail) {
                    line.extend(points.into_iter().skip(1));
                    line.extend(tail.into_iter().skip(1));
                    if let Some(last) = line.back() {
                        ends.insert(end(&text, *last), before);
                    }
                }
            }
            (Some(before), _) => {
                ends.remove(&left);
                ends.insert(right, before);
                if let Some((line, _)) = &mut merged[before] {
                    line.extend(points.into_iter().skip(1));
                }
            }
            (None, Some(after)) => {
                begins.remove(&right);
                begins.insert(left, after);
                if let Some((line, _)) = &mut merged[after] {
                    points.into_iter().rev().skip(1).for_each(|point| line.push_front(point));
                }
            }
            (None, None) => {
                begins.insert(left, merged.len());
                ends.insert(right, merged.len());
                merged.push(Some((points.into(), whose)));
            }
        }
    }
    merged.into_iter().flatten().map(|(line, whose)| (line.into(), whose)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(lines: &[(&str, [f64; 2])]) -> Vec<(Vec<f64>, usize)> {
        let lines = lines.iter().enumerate().map(|(i, (text, [from, to]))| {
            let text = (!text.is_empty()).then(|| Arc::from(*text));
            (text, vec![[*from, 0.0], [*to, 0.0]], i)
        });
        let merged = merge(lines.collect());
        merged
            .into_iter()
            .map(|(line, whose)| (line.into_iter().map(|[x, _]| x).collect(), whose))
            .collect()
    }

    #[test]
    fn lines_that_touch_become_one_in_whatever_order_they_come() {
        let expected = [(vec![0.0, 1.0, 2.0, 3.0], 0)];
        assert_eq!(merged(&[("a", [0.0, 1.0]), ("a", [1.0, 2.0]), ("a", [2.0, 3.0])]), expected);
        assert_eq!(merged(&[("a", [0.0, 1.0]), ("a", [2.0, 3.0]), ("a", [1.0, 2.0])]), expected);
        let expected = [(vec![0.0, 1.0, 2.0, 3.0], 0)];
        assert_eq!(merged(&[("a", [2.0, 3.0]), ("a", [1.0, 2.0]), ("a", [0.0, 1.0])]), expected);
    }

    #[test]
    fn other_texts_and_none_stay_apart() {
        let lines = [("a", [0.0, 1.0]), ("b", [1.0, 2.0]), ("", [2.0, 3.0]), ("", [3.0, 4.0])];
        assert_eq!(merged(&lines).len(), 4);
    }

    #[test]
    fn a_ring_is_closed_once() {
        let ring = [("a", [0.0, 1.0]), ("a", [1.0, 0.0]), ("a", [0.0, 5.0])];
        let merged = merged(&ring);
        assert_eq!(merged[0].0, [0.0, 1.0, 0.0, 5.0]);
    }
}
