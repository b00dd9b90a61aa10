"""Write the generated files of a checkout, or check that they are up to date.

`python -m mlspec.cli.generate` writes, `--check` compares: the JSON Schemas, the pages of all
codes, and the reference of commands, expressions, gates, kinds, packs and policies.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mlspec.api.reference import explanations
from mlspec.cli._expression_page import expression_page
from mlspec.cli._gate_pages import gate_page
from mlspec.cli._pack_page import pack_page
from mlspec.cli._pages import pages
from mlspec.cli._policy_page import policy_page
from mlspec.cli._reference import command_page, kind_page
from mlspec.workspace import json_schemas

__all__ = ["generated", "main"]


def generated() -> dict[str, str]:
    """Return the text of every generated file, by its path in the checkout."""
    return {
        **{f"schemas/v1/{name}": text for name, text in json_schemas().items()},
        **{f"docs/rules/{name}": text for name, text in pages(explanations()).items()},
        "docs/reference/commands.md": command_page(),
        "docs/reference/expressions.md": expression_page(),
        "docs/reference/gates.md": gate_page(),
        "docs/reference/kinds.md": kind_page(),
        "docs/reference/packs.md": pack_page(),
        "docs/reference/policies.md": policy_page(),
    }


def main(arguments: list[str], root: Path) -> int:
    """Write or check the files below `root`; return 0, or 1 if one differs."""
    differing = [path for path, text in generated().items() if _content(root / path) != text]
    if "--check" in arguments:
        return _tell(differing)
    for path in differing:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(generated()[path], encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
    return 0


def _tell(differing: list[str]) -> int:
    for path in differing:
        sys.stderr.write(f"{path} is out of date\n")
    if differing:
        sys.stderr.write("\nhint: run `python -m mlspec.cli.generate` and commit\n")
    return 1 if differing else 0


def _content(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
