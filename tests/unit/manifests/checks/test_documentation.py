"""The example of a check in the documentation works as it stands."""

from pathlib import Path

from mlspec.manifests._semantic import find_problems

PAGE = Path(__file__).parents[4] / "docs" / "pages" / "manifest-checks.md"


def test_the_check_of_the_page_finds_what_it_says(read):
    code = PAGE.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    defined = {}
    exec(compile(code, "page", "exec"), defined)
    check, entry = defined["CHECK"], defined["TEAM"]

    bad, good = (find_problems(read(text), [check]) for text in (entry.bad, entry.good))

    assert ["the namespace has no label `team`"] == [each.message for each in bad]
    assert [] == good
