//! What a file is that is none of those that are read, where its first bytes tell: what people have in the
//! place of their data, and what to do about it.

use super::BYTE_ORDER_MARK;

/// What starts a file, what it then is, and what to do.
const KNOWN: [(&[u8], &str); 9] = [
    (
        b"version https://git-lfs.github.com/spec/",
        "is a Git LFS pointer, not the file itself: fetch that with `git lfs pull`",
    ),
    (b"\xFF\xFE", "is in UTF-16: save it as UTF-8, which GeoJSON demands"),
    (b"\xFE\xFF", "is in UTF-16: save it as UTF-8, which GeoJSON demands"),
    (b"PK\x03\x04", "is a ZIP archive: unpack it, and name the file in it"),
    (b"\x1F\x8B", "is packed by gzip: unpack it with `gunzip`"),
    (b"\x28\xB5\x2F\xFD", "is packed by zstd: unpack it with `unzstd`"),
    (b"\x00\x00\x27\x0A", "is a shapefile: convert it with `ogr2ogr layer.gpkg FILE`"),
    (b"%PDF", "is a PDF, and has no features that can be read"),
    (b"PAR1", "is GeoParquet: convert it with `ogr2ogr layer.fgb FILE`"),
];

/// Likewise of text, after white space, in lower case.
const TEXTS: [(&str, &str); 5] = [
    ("<!doctype html", HTML),
    ("<html", HTML),
    ("<?xml", XML),
    ("<error", XML),
    (
        "[",
        "is a JSON list, and no GeoJSON: put its features into {\"type\": \"FeatureCollection\", \
         \"features\": […]}",
    ),
];
const HTML: &str = "is an HTML page, perhaps a server's error message in the place of a download: download it again";
const XML: &str = "is XML, perhaps a server's error message in the place of a download: download it \
     again, or convert it with `ogr2ogr layer.fgb FILE`";

/// What is wrong with a file that starts so, and is none of those that are read.
pub(super) fn problem(start: &[u8]) -> &'static str {
    if let Some((_, problem)) = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return problem;
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    let is_start = |word: &str| {
        text.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
    };
    match TEXTS.iter().find(|(word, _)| is_start(word)) {
        Some((_, problem)) => problem,
        None => {
            "is no GeoJSON, FlatGeobuf, GeoPackage, PMTiles or MBTiles: convert it, for example with \
             `ogr2ogr layer.fgb FILE`"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_the_place_of_data_is_called_what_it_is() {
        let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        for (start, called) in [
            (lfs.as_bytes(), "Git LFS pointer"),
            (b"<!DOCTYPE html><html>", "HTML page"),
            (b"\n <HTML lang=fr>", "HTML page"),
            (b"\xEF\xBB\xBF<html>", "HTML page"),
            (b"<?xml version=\"1.0\"?><Error>", "XML"),
            (b" []", "JSON list"),
            (b"PK\x03\x04", "ZIP"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"\xFF\xFE{\0", "UTF-16"),
            (b"hello", "is no GeoJSON"),
            (b"<", "is no GeoJSON"),
        ] {
            assert!(problem(start).contains(called), "{called}: {}", problem(start));
        }
    }
}
