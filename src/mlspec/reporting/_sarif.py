"""SARIF 2.1.0: one run of the tool, with the rules that its results name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.canonical import Json

__all__ = ["known_before", "render_sarif", "sarif_message", "suppression"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(identifier: str, rules: Iterable[str], results: Sequence[Json]) -> str:
    """Return the document. `identifier` tells runs of another kind apart; it ends in `/`."""
    run: Json = {
        "tool": {"driver": _driver(rules)},
        "automationDetails": {"id": identifier},
        "columnKind": "unicodeCodePoints",
        "results": list(results),
    }
    return pretty_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def sarif_message(text: str) -> str:
    """Return text that holds no link and no placeholder: SARIF reads `[a](b)` and `{0}`."""
    return text.replace("](", "] (").replace("{", "{{").replace("}", "}}")


def suppression(reason: str) -> Json:
    """Return that somebody accepted a result, and why: viewers show it as closed."""
    return {"kind": "external", "status": "accepted", "justification": reason}


def known_before(reason: str) -> Json:
    """Return that a result is passed over because it was there before; nobody accepted it."""
    return {"kind": "external", "justification": reason}


def _driver(rules: Iterable[str]) -> Json:
    return {
        "name": "mlspec",
        "rules": [
            {"id": rule, "shortDescription": {"text": sarif_message(rule)}} for rule in rules
        ],
    }
