//! The viewer's files as browsers get them, on the real binary. What the page does is tested in a
//! browser (`viewer/tests`).

use std::io::Read;

use crate::support::server::{Server, demo};

/// The page, and what it names: scripts, styles, the guide.
fn paths(demo: &Server) -> Vec<String> {
    let page = String::from_utf8(demo.get("/").body).unwrap();
    let named = page.split('"').filter_map(|part| part.strip_prefix("./"));
    let named: Vec<_> = named.map(|path| format!("/{path}")).collect();
    for kind in [".js", ".css"] {
        assert!(named.iter().any(|path| path.ends_with(kind)), "no {kind} in {page}");
    }
    [vec!["/".to_owned()], named].concat()
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "br" => _ = brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).unwrap(),
        "gzip" => {
            // The last four bytes of a gzip file are the length of what is in it (RFC 1952).
            let length = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
            plain.resize(length as usize, 0);
            libdeflater::Decompressor::new().gzip_decompress(bytes, &mut plain).unwrap();
        }
        other => panic!("no copy is packed as {other:?}"),
    }
    plain
}

#[test]
fn scripts_and_styles_are_sent_as_small_as_the_browser_takes_them() {
    let demo = demo();
    for path in paths(&demo) {
        let plain = demo.get(&path);
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""), "{path}");
        for (accepted, sent) in [
            ("gzip, deflate", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("br;q=0.5, gzip", "gzip"),
            ("gzip;q=0, br;q=0", ""),
            ("zstd", ""),
        ] {
            let answer = demo.get_with(&path, &[("Accept-Encoding", accepted)]);
            if plain.header("vary").is_empty() {
                assert_eq!(answer.header("content-encoding"), "", "{path}: one form only");
                continue;
            }
            assert_eq!(answer.header("content-encoding"), sent, "{path} for {accepted}");
            assert_eq!(answer.header("vary"), "accept-encoding", "{path}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"));
            if !sent.is_empty() {
                assert!(answer.body.len() * 10 < plain.body.len() * 9, "{path} as {sent}");
                assert!(unpacked(sent, &answer.body) == plain.body, "{path} as {sent}");
            }
        }
        let is_code = path.ends_with(".js") || path.ends_with(".css");
        assert!(!is_code || plain.header("vary") == "accept-encoding", "{path} has no copies");
    }
}

#[test]
fn what_a_browser_has_of_the_viewer_is_not_sent_again() {
    let demo = demo();
    for path in paths(&demo) {
        let first = demo.get_with(&path, &[("Accept-Encoding", "gzip")]);
        let is_page = ["/", "/aide"].contains(&path.as_str());
        let kept = if is_page { "no-cache" } else { "public, max-age=31536000, immutable" };
        assert_eq!(first.header("cache-control"), kept, "{path}");
        let etag = first.header("etag");
        assert_eq!(demo.get(&path).header("etag"), etag, "one ETag in every encoding");
        let again = demo.get_with(&path, &[("If-None-Match", etag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let other = demo.get_with(&path, &[("If-None-Match", "W/\"0\"")]);
        assert_eq!(other.status, 200, "{path}");
    }
}

#[test]
fn the_page_may_run_and_load_nothing_but_the_server_s_own() {
    let demo = demo();
    for path in paths(&demo) {
        let answer = demo.get(&path);
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        assert!(!policy.contains("http"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn an_asset_s_name_is_looked_up_and_never_a_path() {
    let demo = demo();
    let script = paths(&demo).into_iter().find(|path| path.ends_with(".js")).unwrap();
    for path in [
        format!("{script}.gz"),
        format!("{script}/"),
        script.replace("/assets/", "/assets/%2e%2e/assets/"),
        "/assets/..%2findex.html".to_owned(),
        "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd".to_owned(),
        "/assets/%2fetc%2fpasswd".to_owned(),
        "/assets/%00".to_owned(),
        "/assets/%ff".to_owned(),
        "/assets/".to_owned(),
    ] {
        let answer = demo.get(&path);
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(answer.json()["code"].is_string(), "{path}");
    }
}
