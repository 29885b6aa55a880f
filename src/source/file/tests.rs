//! Tests of the module above.

use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

use super::{epsg_code, version};

#[test]
fn a_file_that_is_older_than_1970_has_a_version_as_any_other() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let at = |time| {
        File::options().write(true).open(file.path()).unwrap().set_modified(time).unwrap();
        version(file.path()).unwrap()
    };
    let second = Duration::from_secs(1);
    assert_eq!(at(UNIX_EPOCH + second), "0 1000000000");
    assert_eq!(at(UNIX_EPOCH - second), "0 -1000000000");
    assert_eq!(at(UNIX_EPOCH - 2 * second), "0 -2000000000");
}

#[test]
fn a_crs_name_says_its_epsg_code() {
    for (name, code) in [
        ("EPSG:2154", Some(2154)),
        ("urn:ogc:def:crs:EPSG::3943", Some(3943)),
        ("urn:ogc:def:crs:epsg:6.9:4326", Some(4326)),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", Some(3857)),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Some(4326)),
        ("OGC:CRS84", Some(4326)),
        ("IGNF:LAMB93", None),
        ("EPSG:", None),
        ("", None),
    ] {
        assert_eq!(epsg_code(name), code, "{name}");
    }
}
