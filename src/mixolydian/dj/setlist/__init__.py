"""From a crate, a length and an energy arc to an ordered set, every step with its reason."""
