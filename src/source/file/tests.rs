//! Tests of the module above.

use super::epsg_code;

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
