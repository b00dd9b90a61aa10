"""An inventory as people, spreadsheets, browsers and programs read it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from tests.unit.inventory.models import (
    DAY,
    applied,
    awaited,
    document,
    dump,
    registered,
    registry,
    rows,
    served,
    server,
)

from mlspec.inventory import Class, Gates, Inventory, Owner, Review
from mlspec.reporting.inventory import render_inventory, render_inventory_json
from mlspec.reporting.inventory_csv import render_inventory_csv
from mlspec.reporting.inventory_html import render_inventory_html

CHURN = document(
    version="v2",
    review=Review("2026-01-02", "2026-07-01"),
    gates=(Gates("prod", 4, 3, 12, "present"),),
    findings=2,
    code_owners=("@growth",),
    file="specs/churn.yaml",
    expected=(awaited("kserve", "", "prod"),),
)
SOURCES = (
    registry(objects=1),
    dump(
        "kserve",
        objects=2,
        newest="2026-11-01T00:00:00Z",
        remarks=("3 workloads without a model's label were passed by",),
        unread=(("a.yaml:1", "it is a template"), ("b.yaml:1", "it is broken")),
    ),
    server(why_not="`--offline`"),
)
SIGHTS = [
    served(labelled="churn", version="v2", places=(("prod", "v2"),)),
    served("ml/fraud", owner="crm", tier="high"),
]


def inventory(*shown, documents=(CHURN,), sights=SIGHTS, sources=SOURCES):
    records = {"model/churn": (applied(version="v2"),)}
    found = rows(documents, records, sights, sources)
    return Inventory(DAY, "prod", tuple(found.values()), sources, "CODEOWNERS", shown)


HEAD = (
    "MODEL|LIVE|CLASSES|VERSION|ENVIRONMENTS|OWNER|TIER|REVIEWED|NEXT REVIEW|GATES|EVIDENCE"
    "|FINDINGS"
)
LINE = (
    "model/churn|live|review-overdue, managed|v2|prod v2|growth|limited|2026-01-02|2026-07-01"
    "|3/4|12 days|2"
)
DUMP = (
    "live.yaml: 2 objects (kserve); it carries no time of its own, its newest object is of "
    "2026-11-01T00:00:00Z; 3 workloads without a model's label were passed by; 2 parts can't "
    "be read, such as a.yaml:1: it is a template"
)


def test_text_tells_counts_models_and_what_was_looked_at():
    text = render_inventory(inventory(), colour=False)

    # Columns are two spaces apart at least; how wide they are is no matter here.
    assert [
        "Inventory of prod on 2026-11-22: 2 models and systems",
        "1 live-undocumented: a live source shows it, and no spec documents it",
        "1 review-overdue: the day of its next review is past, or it never had the first",
        "1 managed: managed by mlspec",
        "",
        HEAD,
        LINE,
        "kserve ml/churn, version v2",
        "ml/fraud|live|live-undocumented|-|-|crm (by its label)|high (by its label)|-|-|-|-|-",
        "kserve ml/fraud",
        "",
        "Looked at",
        "the specs",
        "registry of prod: 1 object",
        DUMP,
        "CODEOWNERS, for who owns the files of specs",
        "Not looked at",
        "http://mlflow: `--offline`",
    ] == [re.sub("  +", "|", line.strip()) for line in text.splitlines()]


def test_text_leaves_out_columns_that_nothing_is_known_for():
    text = render_inventory(inventory(documents=(), sights=[]), colour=False)

    (head,) = [line for line in text.splitlines() if line.startswith("MODEL")]
    assert ["MODEL", "LIVE", "CLASSES", "VERSION", "ENVIRONMENTS"] == head.split()


def test_only_the_classes_that_were_asked_for_are_shown_and_all_are_counted():
    found = inventory(Class.LIVE_UNDOCUMENTED)
    text, told = render_inventory(found, colour=False), json.loads(render_inventory_json(found))

    assert "model/churn" not in text
    assert "2 models and systems, 1 shown" in text
    assert (["ml/fraud"], 2) == ([each["name"] for each in told["models"]], told["rows"])
    assert 1 == told["counts"]["managed"]


def test_nothing_is_told_as_nothing():
    found = Inventory(DAY, "", (), ())

    assert "Inventory of all environments" in render_inventory(found, colour=False)
    assert "no models or systems" in render_inventory(found, colour=False)
    assert "No models or systems are known." in render_inventory_html(found)


def test_the_source_of_an_object_is_told_where_there_could_be_two():
    both = (*SOURCES, dump("kserve", name="test.yaml"))

    assert "ml/fraud, in live.yaml" in render_inventory(inventory(sources=both), colour=False)
    assert "in live.yaml" not in render_inventory(inventory(), colour=False)


@pytest.mark.parametrize("form", ["text", "csv", "json", "html"])
def test_every_format_tells_what_was_and_was_not_looked_at(form):
    render = {
        "text": lambda found: render_inventory(found, colour=False),
        "csv": render_inventory_csv,
        "json": render_inventory_json,
        "html": render_inventory_html,
    }[form]
    text = render(inventory())

    for word in ("http://mlflow", "--offline", "live.yaml", "2026-11-01T00:00:00Z", "template"):
        assert word in text, word
    assert form == "json" or "carries no time of its own" in text
    assert form != "json" or '"isDump": true' in text


def table(found):
    return [*csv.DictReader(io.StringIO(render_inventory_csv(found)))]


def test_csv_has_a_line_for_each_model_and_each_source():
    churn, fraud, *sources = table(inventory())

    assert ["looked-at", "looked-at", "not-looked-at"] == [each["record"] for each in sources]
    assert ("3", "4", "12", "2") == tuple(
        churn[name]
        for name in ("gates_passed", "gates_declared", "evidence_age_days", "open_findings")
    )
    assert ("growth", "team", "@growth") == (
        churn["owner"],
        churn["owner_source"],
        churn["code_owners"].lstrip("'"),
    )
    assert ("crm", "label", "") == (fraud["owner"], fraud["owner_source"], fraud["open_findings"])
    assert {DAY} == {each["as_of"] for each in (churn, fraud, *sources)}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\uff1d1", "\u2003=1", '"=1'],
)
def test_no_cell_of_csv_is_a_formula(text):
    sights = [registered(text, owner=text, provider=text, version=text)]
    unread = (replace(SOURCES[1], remarks=(text,), name=text),)
    found = inventory(documents=(), sights=sights, sources=unread)

    for line in table(found):
        for cell in line.values():
            assert not cell.strip().startswith(("=", "+", "-", "@", "\uff1d")), cell
            assert cell.isprintable()


def test_every_text_of_csv_is_quoted():
    found = inventory(sights=[served('a"b,c')])

    assert 'a""b,c' in render_inventory_csv(found)
    assert 'a"b,c' in {each["name"] for each in table(found)}


HOSTILE = "<script>alert(1)</script>&\"'{{ 7*7 }}\u202e\x1b[31m"


def test_a_page_shows_hostile_text_as_text():
    sights = [registered(HOSTILE, owner=HOSTILE, provider=HOSTILE, aliases=(HOSTILE,))]
    sources = (replace(SOURCES[1], name=HOSTILE, remarks=(HOSTILE,)),)
    page = render_inventory_html(inventory(sights=sights, sources=sources))

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert not {"\u202e", "\x1b"} & {*page}


def test_text_shows_hostile_text_in_one_line():
    sights = [registered(f"{HOSTILE}\nfake", owner=HOSTILE, provider=HOSTILE)]
    text = render_inventory(inventory(sights=sights), colour=False)

    assert not {"\u202e", "\x1b"} & {*text}
    assert not [line for line in text.splitlines() if line.startswith("fake")]


def test_a_page_asks_nothing_of_others():
    page = render_inventory_html(inventory())

    assert "default-src 'none'" in page
    assert not [word for word in ("src=", 'href="http', "@import", "url(") if word in page]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"gates": (Gates("prod", 4, 0, None, "missing"),)}, "0/4 (missing)"),
        ({"gates": (Gates("prod", 4, 0, None, "stale"),)}, "no date"),
        ({"gates": (Gates("prod", 4, 4, 1, "present"),)}, "1 day"),
        ({"owner": Owner("@ana", "codeowners")}, "@ana (CODEOWNERS)"),
        ({"review": Review(is_never=True)}, "never"),
        ({"provider": "acme"}, "run by acme"),
    ],
)
def test_what_is_odd_is_told(facts, words):
    found = inventory(documents=(replace(CHURN, **facts),))

    assert words in render_inventory(found, colour=False)


def test_a_like_name_is_a_question():
    text = render_inventory(inventory(sights=[served("ml/Churn")]), colour=False)

    assert "is it model/churn?" in text


def test_many_objects_of_a_model_are_counted():
    sights = [served(f"ml/{n}", labelled="churn") for n in range(30)]

    assert "and 26 more, see `--format json`" in render_inventory(
        inventory(sights=sights), colour=False
    )
    assert "and 10 more" in render_inventory_html(inventory(sights=sights))
    told = json.loads(render_inventory_json(inventory(sights=sights)))
    assert 30 == len(told["models"][0]["whereLive"])


def test_what_is_not_known_to_serve_says_why():
    sights = [registered(is_live=False, version=""), served(is_live=False)]
    text = render_inventory(inventory(documents=(), sights=sights), colour=False)

    assert "which version serves is not known" in text
    assert "scaled to none" in text


def test_only_what_asks_for_a_step_is_coloured():
    text = render_inventory(inventory(), colour=True)

    painted = [line for line in text.splitlines() if "\x1b[33m" in line]
    assert ["live-undocumented", "review-overdue"] == [
        line.split()[2].rstrip(":") for line in painted
    ]
