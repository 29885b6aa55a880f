//! Roles: what a layer is to the shipped styles, whatever it is called in a database. A style names
//! its layers by role; a layer has the role that is written for it, or else that of its own id. Not
//! what a style draws of a role: that stands in the style, and a test there holds the two equal.

/// Every role that a shipped style names.
pub const ROLES: [&str; 17] = [
    "adresses",
    "batiments",
    "communes",
    "hydrographie",
    "lieux_dits",
    "ocs",
    "ocs_avant",
    "ocs_evolution",
    "parcelles",
    "pcrs_affleurants",
    "pcrs_lignes",
    "pcrs_points",
    "pcrs_surfaces",
    "pcrs_textes",
    "sections",
    "toponymes",
    "voies",
];

/// The role of a name, if there is one of that name.
pub fn named(name: &str) -> Option<&'static str> {
    ROLES.into_iter().find(|role| *role == name)
}
