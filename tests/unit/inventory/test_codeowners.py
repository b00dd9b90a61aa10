"""Who owns a file: the last pattern that matches, by the rules of GitHub."""

from __future__ import annotations

from time import process_time

import pytest

from mlspec.inventory import CodeOwners

MATCHES = [
    ("*", "specs/a.yaml", True),
    ("*.yaml", "specs/deep/a.yaml", True),
    ("*.yaml", "specs/a.yml", False),
    ("*.yaml", "a.yaml/inside", True),  # a folder of that name
    ("/specs/", "specs/a.yaml", True),
    ("/specs/", "deep/specs/a.yaml", False),
    ("specs/", "specs/a.yaml", True),
    ("specs/", "deep/specs/a.yaml", True),
    ("specs/", "specs", False),
    ("/specs", "specs/deep/a.yaml", True),
    ("/specs", "specsx/a.yaml", False),
    ("specs/*", "specs/a.yaml", True),
    ("specs/*", "specs/deep/a.yaml", False),
    ("specs/*", "deep/specs/a.yaml", False),
    ("specs/**", "specs/deep/er/a.yaml", True),
    ("/specs/**/churn.yaml", "specs/churn.yaml", True),
    ("/specs/**/churn.yaml", "specs/a/b/churn.yaml", True),
    ("/specs/**/churn.yaml", "specs/a/b/not-churn.yaml", False),
    ("**/churn.yaml", "churn.yaml", True),
    ("**/churn.yaml", "a/b/churn.yaml", True),
    ("**/churn.yaml", "a/b/xchurn.yaml", False),
    ("specs/a?.yaml", "specs/ab.yaml", True),
    ("specs/a?.yaml", "specs/a/.yaml", False),
    ("specs/a.yaml", "specs/aXyaml", False),
    ("specs/a.yaml", "specs/A.yaml", False),
    (r"my\ specs/", "my specs/a.yaml", True),
    ("/", "specs/a.yaml", True),
    ("specs/a*b*c", "specs/abbxc", True),
    ("specs/a*b*c", "specs/acb", False),
    ("specs/a*ab", "specs/aab", True),
    ("specs/a*ab", "specs/ab", False),
    (r"specs/\*", "specs/*", True),
    (r"specs/\*", "specs/a", False),
    ("specs/(a)+", "specs/(a)+", True),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), MATCHES)
def test_a_pattern_is_one_of_gitignore(pattern, path, expected):
    owners = CodeOwners.read(f"{pattern} @own\n")

    assert (("@own",) if expected else ()) == owners.of(path)
    assert 0 == owners.skipped


def test_the_last_pattern_that_matches_counts_and_no_other():
    owners = CodeOwners.read("* @all\nspecs/ @specs ana@example.org\nspecs/free.yaml\n*.md @docs\n")

    assert ("@all",) == owners.of("mlspec.yaml")
    assert ("@specs", "ana@example.org") == owners.of("specs/a.yaml")
    assert () == owners.of("specs/free.yaml")
    assert ("@docs",) == owners.of("specs/README.md")


def test_comments_and_empty_lines_are_no_rules():
    owners = CodeOwners.read("# * @no\n\n   \n* @all # of us\r\n")

    assert ("@all",) == owners.of("a")
    assert 1 == len(owners.rules)


@pytest.mark.parametrize(
    "line",
    [
        "!specs/ @a",
        "[Section] @a",
        "^[Optional] @a",
        "a[bc].yaml @a",
        "*x" * 17 + " @a",
        "**/" * 4 + "a @a",
        "a" * 2001,
    ],
)
def test_what_github_does_not_read_is_skipped_and_counted(line):
    owners = CodeOwners.read(f"* @all\n{line}\n")

    assert (("@all",), 1) == (owners.of("specs/a.yaml"), owners.skipped)


def test_a_file_without_end_is_read_up_to_its_limit():
    owners = CodeOwners.read("a @a\n" * 30_000)

    assert (20_000, 10_000) == (len(owners.rules), owners.skipped)


@pytest.mark.parametrize(
    "pattern", ["*a" * 15 + "b", "**/**/**/b", "/**/a*a*a*a/**/b*b/**/c", "/" + "?*" * 15 + "!"]
)
def test_a_hostile_pattern_takes_no_time(pattern):
    owners = CodeOwners.read(f"{pattern} @x\n" * 20)
    path = "/".join(["a" * 100] * 20)

    start = process_time()
    assert () == owners.of(path)
    assert process_time() - start < 1
