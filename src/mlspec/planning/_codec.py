"""The plan file: a plan to JSON and back.

Reading is strict. A file whose body does not match its digest is damaged (exit 12); one that is
whole but says things this version does not know belongs to another version (exit 13). A file that
never was a plan is a mistake on the command line (exit 64).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json, strict_json
from mlspec.errors import ForeignPlanError, TamperedPlanError, UsageError
from mlspec.members import section
from mlspec.planning._fields import Fields, ShapeError
from mlspec.planning._from_json import plan_from_json
from mlspec.planning._intact import require_intact
from mlspec.planning._model import PLAN_FORMAT, Envelope

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._plan import Plan

__all__ = ["plan_to_json", "read_plan", "write_plan"]

_ANY_FORMAT = "mlspec.plan/"
_FORMAT = f"{_ANY_FORMAT}{PLAN_FORMAT}"
_PARTS = ("body", "envelope", "format")
_AGAIN = "make the plan again with `mlspec plan --out FILE`, and have it reviewed again"


def write_plan(plan: Plan) -> str:
    """Return the text of the plan file."""
    return pretty_json(plan_to_json(plan))


def plan_to_json(plan: Plan) -> dict[str, Json]:
    """Return the plan file as a JSON value."""
    return {
        "format": _FORMAT,
        "envelope": {
            "digest": plan.digest,
            "serial": plan.envelope.serial,
            "rendered_by": plan.envelope.rendered_by,
            "commit": plan.envelope.commit,
            "dirty": plan.envelope.dirty,
            "notices": list(plan.envelope.notices),
        },
        "body": plan.body,
    }


def read_plan(text: str, name: str | None = None) -> Plan:
    """Return the plan that a plan file holds; `name` is what the file is called.

    Raises:
        UsageError: the file is no plan at all.
        TamperedPlanError: the file is cut off, or its body does not match its digest.
        ForeignPlanError: the plan has another format.
    """
    file = _parsed(text)
    if file is None or not _is_plan(file):
        called = f"`{name}`" if name else "the file"
        hint = "make one with `mlspec plan --out FILE`; for a spec, `mlspec show model/churn`"
        raise UsageError(f"{called} is not a plan file", hint=hint)
    _require_known_format(file)
    written, body = section(file, "envelope").get("digest"), file.get("body")
    if not isinstance(written, str) or not isinstance(body, dict):
        raise TamperedPlanError(
            "the plan is incomplete: its digest or its body is gone", hint=_AGAIN
        )
    require_intact(body, written, "the plan was changed after it was made", _AGAIN)
    return _plan(file, body)


def _parsed(text: str) -> dict[str, Json] | None:
    """Return the object that a text holds; None for a text that is no plan, whole or in part."""
    try:
        file = strict_json(text)
    except ValueError as error:
        if not _starts_a_plan(text):
            return None
        raise TamperedPlanError(
            f"the plan can't be read, it may be cut off: {error}", hint=_AGAIN
        ) from error
    return file if isinstance(file, dict) else None


def _starts_a_plan(text: str) -> bool:
    """Tell whether a text can be a part of a plan; the format stands at the end of one."""
    start = "".join(text[:80].split())
    if start[:1] == "{" and _ANY_FORMAT in text:
        return True
    return any(f'{{"{part}":'.startswith(start[: len(part) + 4]) for part in _PARTS)


def _is_plan(file: dict[str, Json]) -> bool:
    """Tell whether an object is a plan, of any format, even one that lost a part."""
    found = file.get("format")
    if isinstance(found, str) and found.startswith(_ANY_FORMAT):
        return True
    return "body" in file and "envelope" in file


def _require_known_format(file: dict[str, Json]) -> None:
    found = file.get("format")
    if not isinstance(found, str) or not found.startswith(_ANY_FORMAT):
        raise TamperedPlanError("the plan was changed: its `format` is gone", hint=_AGAIN)
    if found != _FORMAT:
        raise ForeignPlanError(
            f"the plan has the format `{found}`, this mlspec applies `{_FORMAT}`",
            hint="apply it with the version of mlspec that made it, or " + _AGAIN,
        )


def _plan(file: dict[str, Json], body: dict[str, Json]) -> Plan:
    try:
        with Fields(file, "plan") as fields:
            fields.text("format")
            fields.take("body")
            envelope = _read_envelope(fields.child("envelope"))
        plan = replace(plan_from_json(Fields(body, "body")), envelope=envelope)
    except ShapeError as error:
        raise ForeignPlanError(
            f"the plan says something this mlspec does not know: {error}",
            hint="apply it with the version of mlspec that made it, or " + _AGAIN,
        ) from error
    if plan.body != body:  # counts and digests that do not follow from the rest
        raise ForeignPlanError("the plan contradicts itself", hint=_AGAIN)
    return plan


def _read_envelope(fields: Fields) -> Envelope:
    with fields:
        fields.text("digest")
        return Envelope(
            serial=fields.number("serial"),
            rendered_by=fields.text("rendered_by"),
            commit=fields.text_or_none("commit"),
            dirty=fields.flag("dirty"),
            notices=fields.text_list("notices"),
        )
