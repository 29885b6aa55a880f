//! Which layer stands for each role that a style names. Not what roles there are: that is
//! [`crate::config::role`]'s matter; a style of a configured folder may name a layer by its id alone.

use std::collections::BTreeMap;

/// Roles → the ids of layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Binding<'a> {
    /// Of layers, each with its id and the role that is written for it, if one is: without it, it
    /// has that of its id, unless that is another's. The first of two with one role has it.
    pub fn new(layers: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Binding<'a> {
        let (mut binding, mut without) = (BTreeMap::new(), Vec::new());
        for (id, role) in layers {
            match role {
                Some(role) => _ = binding.entry(role).or_insert(id),
                None => without.push(id),
            }
        }
        for id in without {
            binding.entry(id).or_insert(id);
        }
        Binding(binding)
    }

    /// The layer of a role.
    pub fn layer(&self, role: &str) -> Option<&'a str> {
        self.0.get(role).copied()
    }

    /// All roles and their layers.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(role, id)| (*role, *id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_role_comes_before_an_id_and_hides_its_own() {
        let layers = [("ocs", None), ("sol_2021", Some("ocs")), ("voies", Some("rail"))];
        let binding = Binding::new(layers.into_iter());
        assert_eq!(binding.layer("ocs"), Some("sol_2021"));
        assert_eq!(binding.layer("rail"), Some("voies"));
        assert_eq!(binding.layer("voies"), None, "it is something else");
    }
}
