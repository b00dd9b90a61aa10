"""Compiled tests are what is compared here, not tests of this project."""

collect_ignore_glob = ["compile/*", "county-contracts/*"]
