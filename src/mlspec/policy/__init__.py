"""Policy as data: packs of rules, bindings, waivers, tests of rules."""
