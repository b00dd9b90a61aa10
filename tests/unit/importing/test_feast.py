"""Feature services become specs of what a model reads, from definitions that are never run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.importing.dumps import workspace

from mlspec.api.adopting import adopt
from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import FoundModel, Lost, Outcome, Request, Unread, find_importer
from mlspec.reporting.imports import render_import_json

REGISTRY = Path(__file__).parents[2] / "fixtures" / "feast" / "registry.json"
"""What `feast registry-dump` of Feast 0.67 said of `SHOP`, less the code of its transformation."""

SETTINGS = "project: shop\nprovider: local\nregistry: postgresql://me:secret@db/feast\n"
ENTITIES = """\
from feast import Entity

reader = Entity(name="reader", join_keys=["reader_id"])
"""
VIEWS = """\
from datetime import timedelta

import pandas as pd

from feast import FeatureView, Field, FileSource, PushSource, RequestSource
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64

from entities import *

DAY = 24 * 60 * 60
HABITS = [Field(name="loans", dtype=Int64)]
loans = FileSource(name="loans", path="data/loans.parquet", timestamp_field="seen_at")
pushed = PushSource(name="pushed", batch_source=loans)
habits = FeatureView(
    name="reader_" + "habits",
    entities=[reader],
    schema=[Field(name="reader_id", dtype=Int64), *HABITS, Field(name="late", dtype=Float64)],
    source=pushed,
    ttl=timedelta(seconds=2 * DAY),
)
asked = RequestSource(name="asked", schema=[Field(name="now", dtype=Int64)])


@on_demand_feature_view(sources=[habits, asked], schema=[Field(name="risk", dtype=Float64)])
def risk(inputs):
    return pd.DataFrame({"risk": inputs["loans"] * 1.0})
"""
SERVICES = """\
import views
from feast import FeatureService
from views import habits, risk

PREFIX = "late"
late = FeatureService(
    name=f"{PREFIX}_return",
    features=[habits[["loans"]], risk],
    owner="lending",
    description="Who is late \U0001f4d5.",
    tags={"team": "x", "tier": "high"},
)
demand = FeatureService(name="demand", features=[views.habits.with_name("h")])
"""
SHOP = {
    "feature_store.yaml": SETTINGS,
    "entities.py": ENTITIES,
    "views.py": VIEWS,
    "services.py": SERVICES,
}
FEAST = "from feast import Entity, FeatureService, FeatureView, Field\n"
VIEW = f'{FEAST}v = FeatureView(name="v", schema=[Field(name="a"), Field(name="b")])\n'
BRANCHES = "if x:\n    w = v\nelse:\n    w = v[['a']]\n"
COMPUTED = 'FeatureView(name="w", schema=[Field(name=str(i)) for i in "ab"])'
KEYED = """\
e = Entity(name="user", join_keys=["user_id"])
w = FeatureView(name="w", entities=["user"], features=[Field("user_id"), Field("x")])
"""
NAMED = """\
e = Entity(name="user")
w = FeatureView(name="w", entities=[e], schema=[Field(name="user"), Field(name="x")])
"""


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


def repository(folder, texts):
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def imported(shop, where):
    return import_models(ImportOptions("feast", str(where)), shop)


def files(shop):
    found = (path for path in shop.rglob("*") if path.is_file())
    return {path.relative_to(shop).as_posix(): path.read_bytes() for path in found}


def specs(shop):
    found = (shop / "specs" / "imported").glob("*.yaml")
    return {path.stem: yaml.safe_load(path.read_text())["spec"] for path in found}


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def read(where):
    return list(find_importer("feast").read(Request(str(where))))


def only(where, kind):
    return [each for each in read(where) if isinstance(each, kind)]


def told(report):
    """Return the views that a report tells, part by part."""
    return [part for each in report.lost for part in f"{each.source}: {each.why}".split("; ")]


def features(tmp_path, definitions):
    """Return what the one service of a file reads, after it was read."""
    (found,) = only(repository(tmp_path / "r", {"f.py": definitions}), FoundModel)
    return found.features


def test_a_service_is_written_as_a_model_that_reads_its_features(shop, tmp_path):
    report = imported(shop, repository(tmp_path / "r", SHOP))

    found = specs(shop)
    assert {"demand", "late-return"} == set(found)
    late = found["late-return"]
    assert [
        {
            "id": "feast-late-return",
            "system": "feast",
            "location": "shop",
            "name": "late_return",
        }
    ] == late["origins"]
    assert ["reader_habits:loans", "risk:risk"] == late["features"]
    assert ["h:loans", "h:late"] == found["demand"]["features"]
    assert ["loans"] == late["data"] == found["demand"]["data"]
    assert ("lending", "unknown", "unknown") == (late["owner"], late["purpose"], late["task"])
    assert {"team": "x", "tier": "high"} == late["tags"]
    (demand, each) = report.models
    assert {
        "data[0]": "mapped",
        "description": "mapped",
        "features[0]": "mapped",
        "features[1]": "mapped",
        "origins.name": "guessed",
        "owner": "guessed",
        "tags.team": "mapped",
        "tags.tier": "mapped",
    } == {field: fact.certainty.value for field, fact in each.found.facts.items()}
    assert {"services.py:6"} == {fact.source for fact in each.found.facts.values()}
    assert {"services.py:13"} == {fact.source for fact in demand.found.facts.values()}
    assert "secret" not in render_import_json(report)
    assert [] == errors(shop)


def test_views_are_told_once_with_what_a_spec_of_them_would_need(shop, tmp_path):
    report = imported(shop, repository(tmp_path / "r", SHOP))

    assert [
        "views.py:15: the feature view `reader_habits`, read by `late_return`, `demand`",
        "keys reader_id",
        "data loans",
        "lives 48 hours",
        "columns reader_id Int64, loans Int64, late Float64",
        "views.py:25: the on-demand feature view `risk`, read by `late_return`",
        "data loans",
        "columns risk Float64",
    ] == told(report)


def test_a_registry_says_the_same_as_the_definitions_that_were_applied_to_it(shop, tmp_path):
    imported(shop, repository(tmp_path / "r", SHOP))
    before = files(shop)

    report = imported(shop, REGISTRY)

    assert before == files(shop)
    assert {Outcome.UNCHANGED} == {each.outcome for each in report.models}
    assert [
        "registry.json:165: the feature view `reader_habits`, read by `demand`, `late_return`",
        "keys reader_id",
        "data loans",
        "lives 48 hours",
        "online",
        "columns loans INT64, late DOUBLE",
        "registry.json:233: the on-demand feature view `risk`, read by `late_return`",
        "data loans",
        "columns risk DOUBLE",
    ] == told(report)
    lines = REGISTRY.read_text().splitlines()
    places = [int(each.source.rpartition(":")[2]) for each in report.lost]
    assert all(lines[line - 1].strip() == "{" for line in places)


def test_the_plan_after_an_import_has_nothing_to_do_for_it(shop, tmp_path):
    before = [each.address for each in plan(shop).operations]

    imported(shop, repository(tmp_path / "r", SHOP))

    assert before == [each.address for each in plan(shop).operations]


def test_a_second_import_changes_no_byte(shop, tmp_path):
    folder = repository(tmp_path / "r", SHOP)
    first = imported(shop, folder)
    before = files(shop)

    again = imported(shop, folder)

    assert before == files(shop)
    assert {Outcome.UNCHANGED} == {each.outcome for each in again.models}
    assert [each.found for each in first.models] == [each.found for each in again.models]


def test_secrets_of_a_repository_go_into_no_spec_and_no_report(shop, tmp_path):
    token = "ghp_" + "a" * 36
    sources = f'w = FeatureView(name="w", source=FileSource(path="s3://me:{token}@m/x?sig=1"))\n'
    service = (
        f'o = FeatureService(name="m", features=[w], tags={{"a": "{token}"}}, owner=f({token!r}))'
    )
    settings = f"project: {{{token}: 1}}\n"
    text = FEAST + "from feast import FileSource\n" + sources + service + f"\nv({token!r}"
    folder = repository(tmp_path / "r", {"f.py": text, "feature_store.yaml": settings})
    (folder / "g.py").write_text(
        text.removesuffix(f"v({token!r}") + f'x = FeatureView("{token}")\n'
    )

    report = imported(shop, folder)

    assert 1 == len(report.models)
    assert 2 == len(report.lost)
    assert token not in render_import_json(report)
    assert all(token.encode() not in content for content in files(shop).values())


def test_features_are_kept_as_a_note_when_the_model_is_adopted(shop, tmp_path):
    imported(shop, repository(tmp_path / "r", SHOP))

    adopt(["late-return"], shop)

    adopted = yaml.safe_load((shop / "specs" / "imported" / "late-return.yaml").read_text())
    assert "Model" == adopted["kind"]
    assert "reader_habits:loans, risk:risk" == adopted["metadata"]["annotations"]["features"]


def test_nothing_of_a_repository_is_run(shop, tmp_path):
    mark = tmp_path / "was-run"
    evil = f"open({str(mark)!r}, 'w')\nimport os; os._exit(3)\n"
    texts = {name: evil + text if name.endswith(".py") else text for name, text in SHOP.items()}
    texts["feast/__init__.py"] = texts["conftest.py"] = evil

    imported(shop, repository(tmp_path / "r", texts))

    assert not mark.exists()


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ('s = FeatureService("m", [v])', ("v:a", "v:b")),
        ('s = FeatureService(name="m", features=[v[["b"]]])', ("v:b",)),
        ('C = ["a"]\ns = FeatureService(name="m", features=[v[C + ["b"]]])', ("v:a", "v:b")),
        ('V = [v]\ns = FeatureService(name="m", features=[*V])', ("v:a", "v:b")),
        ('K = dict\nA = {"features": [v]}\ns = FeatureService(name="m", **A)', ("v:a", "v:b")),
        ('B = {**{"f": [v]}}\ns = FeatureService(name="m", features=B["f"])', ("v:a", "v:b")),
        ('V = (v, 1)\ns = FeatureService(name="m", features=[V[0], V[0]])', ("v:a", "v:b")),
        ('s = FeatureService(name="m", features=[v.with_name("w")[["a"]]])', ("w:a",)),
        ('s = FeatureService(name="m", features=[v.with_join_key_map({})])', ("v:a", "v:b")),
        ('s: FeatureService = FeatureService(name="m", features=[v])', ("v:a", "v:b")),
        ('s = t = FeatureService(name="m", features=[v])', ("v:a", "v:b")),
        ('w = v\nv = 1\ns = FeatureService(name="m", features=[w])', ("v:a", "v:b")),
        ('v = v[["a"]]\ns = FeatureService(name="m", features=[v])', ("v:a",)),
        ('v.online = True\ns = FeatureService(name="m", features=[v])', ("v:a", "v:b")),
        ('if x:\n    w = v\ns = FeatureService(name="m", features=[w])', ("v:a", "v:b")),
        (f"{BRANCHES}s = FeatureService(name='m', features=[w])", ("w:*",)),
        ('s = FeatureService(name="m", features=[])', ()),
        ('s = FeatureService(name="m")', ()),
        ('w = FeatureView(name="w")\ns = FeatureService(name="m", features=[w])', ("w:*",)),
        (f"w = {COMPUTED}\ns = FeatureService(name='m', features=[w])", ("w:*",)),
        (f"{KEYED}\ns = FeatureService(name='m', features=[w])", ("w:x",)),
        (f"{NAMED}\ns = FeatureService(name='m', features=[w])", ("w:x",)),
        ("from feast import *\ns = FeatureService(name='m', features=[v])", ("v:a", "v:b")),
        ("import feast\ns = feast.FeatureService(name='m', features=[v])", ("v:a", "v:b")),
        ("import feast as f\ns = f.FeatureService(name='m', features=[v])", ("v:a", "v:b")),
        ("from feast import FeatureService as S\ns = S(name='m', features=[v])", ("v:a", "v:b")),
    ],
)
def test_what_is_told_without_running_it_is_followed(tmp_path, definitions, expected):
    assert expected == features(tmp_path, VIEW + definitions)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("[views_of(1)]", "views_of(1):*"),
        ("[elsewhere]", "elsewhere:*"),
        ("[v[columns()]]", "v:columns()"),
        ("[each for each in V]", "[each for each in V]:*"),
        ("[\n    views_of(\n        1)\n]", "views_of( ...:*"),
        ("[None if x else v]", "None if x else v:*"),
        (f"[{'x' * 300}()]", f"{'x' * 120} ...:*"),
    ],
)
def test_what_only_running_it_can_tell_is_its_text_and_a_guess(tmp_path, chosen, expected):
    text = f'{VIEW}from other import elsewhere\ns = FeatureService(name="m", features={chosen})\n'

    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    assert (expected,) == found.features
    assert "guessed" == found.facts["features[0]"].certainty.value
    assert "can't be told without running it" in found.lost[0].why


def test_arguments_that_only_running_it_can_tell_are_guesses(tmp_path):
    text = f'{FEAST}s = FeatureService(name="m", owner=OWNER, tags={{"a": b()}}, **more)\n'

    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    owner = found.facts["owner"]
    assert ("OWNER", "guessed") == (owner.value, owner.certainty.value)
    assert {"a": "b()"} == found.tags
    assert ["it has arguments that can't be told without running it"] == [
        each.why for each in found.lost
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("s = FeatureService(name=NAME, features=[])", 2),
        ("for n in 'ab':\n    s = FeatureService(name=n)", 3),
        ("def make():\n    return FeatureService(name='m')", 3),
        ("services = [FeatureService(name='m')]", 2),
        ("store.apply(FeatureService(name='m'))", 2),
        ("if x:\n    s = FeatureService(name='a')\nelse:\n    s = 1", 3),
    ],
)
def test_services_that_code_makes_are_told_with_their_line(tmp_path, text, line):
    folder = repository(tmp_path / "r", {"f.py": FEAST + text})

    assert [] == only(folder, FoundModel)
    assert [f"f.py:{line}"] == [each.source for each in only(folder, Unread)]


def test_a_service_in_a_branch_is_taken_and_told(tmp_path):
    text = f"{FEAST}try:\n    s = FeatureService(name='m')\nexcept Exception:\n    pass\n"

    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    assert ["it stands in a branch: whether it is there nobody can tell"] == [
        each.why for each in found.lost
    ]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("repo/views.py", "from views import v"),
        ("repo/views.py", "import views\nv = views.v"),
        ("repo/views/__init__.py", "from views import v"),
        ("repo/views/deep.py", "from views.deep import v"),
        ("repo/views/deep.py", "import views.deep as d\nv = d.v"),
        ("repo/svc/views.py", "from .views import v"),
        ("repo/svc/views.py", "from . import views\nv = views.v"),
        ("repo/views.py", "from ..views import v"),
        ("repo/views.py", "from views import *"),
        ("common/views.py", "from common.views import v"),
        ("feast/__init__.py", "v = FeatureView(name='v', schema=[Field('a'), Field('b')])"),
    ],
)
def test_names_are_followed_from_file_to_file_as_python_does(tmp_path, place, line):
    service = f'{FEAST}{line}\ns = FeatureService(name="m", features=[v])\n'
    texts = {"repo/feature_store.yaml": SETTINGS, "repo/svc/s.py": service, place: VIEW}

    (found,) = only(repository(tmp_path / "r", texts), FoundModel)

    assert (("v:a", "v:b"), "shop") == (found.features, found.location)


def test_two_projects_of_one_folder_are_apart(shop, tmp_path):
    text = f'{FEAST}s = FeatureService(name="m", features=[])\n'
    texts = {f"{name}/f.py": text for name in "ab"} | {"c/f.py": text, "c/d/f.py": text}
    texts |= {f"{name}/feature_store.yaml": f"project: p{name}\n" for name in "ab"}

    report = imported(shop, repository(tmp_path / "r", texts))

    assert ["feast", "pa", "pb"] == [each.found.location for each in report.models]
    assert 3 == len({each.address for each in report.models})
    assert [("c/f.py:2", "`m` is in c/d/f.py:2, too")] == [
        (each.source, each.why) for each in report.unread
    ]
    assert [] == errors(shop)


def test_what_mlspec_wrote_is_no_model_of_others(tmp_path):
    header = "# Generated by mlspec 0.1.0 for the environment prod; do not edit.\n"
    service = f'{FEAST}s = FeatureService(name="m", tags={{"mlspec.dev/version": "v1"}})\n'

    folder = repository(tmp_path / "r", {"a.py": header + VIEW + SERVICES, "b.py": service})

    assert [] == only(folder, FoundModel)
    assert [
        ("b.py:2", "`m` was written by mlspec for its model"),
        ("a.py:1", "these features were written by mlspec"),
    ] == [(each.source, each.why) for each in only(folder, Lost)]


@pytest.mark.parametrize(
    ("texts", "source"),
    [
        ({"f.py": FEAST + "v = FeatureView(\n"}, "f.py:2"),
        ({"f.py": FEAST + "v = FeatureView" + "(" * 500}, "f.py:2"),
        ({"f.py": FEAST + "v = FeatureView()" + ".a" * 50_000}, "f.py:1"),
        ({"f.py": FEAST + "v = " + "-" * 50_000 + "FeatureView"}, "f.py:1"),
        ({"f.py": FEAST + "{{ cookiecutter.x }} = FeatureView()"}, "f.py:2"),
        ({"f.py": FEAST.encode() + b"FeatureView \xff"}, "f.py"),
        ({"f.py": FEAST.encode() + b"FeatureView \x00"}, "f.py:1"),
        ({"f.py": FEAST + "FeatureView" + "\n" * (1 << 20)}, "f.py"),
        ({"feature_store.yaml": "a: 1\n"}, "feature_store.yaml:1"),
        ({"feature_store.yaml": "a: 1\nproject: %X%\n"}, "feature_store.yaml:2"),
        ({"x.json": '{"featureServices": [}'}, "x.json:1"),
        ({"x.json": '["featureServices"]'}, "x.json:1"),
        ({"x.json": '{"featureServices": 1, "featureServices": 2}'}, "x.json:1"),
    ],
)
def test_what_can_not_be_read_is_told_and_the_rest_is_read(tmp_path, texts, source):
    folder = repository(tmp_path / "r", {**texts, "ok/s.py": VIEW + "s = FeatureService('ok')\n"})

    assert ["ok"] == [each.name for each in only(folder, FoundModel)]
    assert [source] == [each.source for each in only(folder, Unread)]


@pytest.mark.parametrize(
    "trick",
    [
        "a = [v]\n" + "".join(f"a = a + a  # {n}\n" for n in range(40)) + "x = a",
        "a = 'ab'\n" + "".join(f"a = a + a  # {n}\n" for n in range(40)) + "x = a",
        "a = [v]\n" + "".join(f"a = [a, a]  # {n}\n" for n in range(40)) + "x = a",
        "a = [v, v]\n" + "".join(f"a = [*a, *a]  # {n}\n" for n in range(40)) + "x = a",
        "a = {'a': 1}\n" + "".join(f"a = {{**a, 'x{n}': a}}\n" for n in range(40)) + "x = a",
        "a = 9\n" + "a = a * a\n" * 40 + "x = a",
        "a0 = v\n" + "".join(f"a{n + 1} = a{n}\n" for n in range(3_000)) + "x = a3000",
        "x = y\ny = x\nx = y",
        "from f import x",
        "from f import *",
        "import f\nx = f.f.f.x",
        f"x = {'9' * 4000}",
        "x = v" + "[0]" * 500,
        "x = " + "+".join(["'a'"] * 900),
        "x = f'{v!r:>{w}}'",
        "def x(): pass",
        "class x(FeatureView): pass",
        "with open(1) as x: pass",
        "x, y = v, v",
        "x = lambda: (yield)",
    ],
)
def test_tricks_with_names_come_to_an_end(tmp_path, trick):
    text = f'{VIEW}{trick}\ns = FeatureService(name="m", features=[x])\n'

    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    assert "m" == found.name


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("from m{} import v", "v = 1"),
        ("from m{} import *", ""),
        ("from m{0} import *\nfrom m{0} import *", ""),
        ("import m{0}\nv = [m{0}.v, m{0}.v]", "v = 1"),
    ],
)
def test_modules_that_lead_from_one_to_the_next_come_to_an_end(tmp_path, line, last):
    texts = {f"m{n}.py": line.format(n + 1) for n in range(400)} | {"m400.py": last}
    service = f"{FEAST}from m0 import *\ns = FeatureService('m', [v, w])\n"

    (found,) = only(repository(tmp_path / "r", {**texts, "f.py": service}), FoundModel)

    assert "w:*" == found.features[-1]


def test_names_that_are_bound_again_and_again_are_read_in_time(tmp_path):
    text = VIEW + "a = v\n" + "a = a\n" * 20_000 + "s = FeatureService('m', [v])\n"

    assert ("v:a", "v:b") == features(tmp_path, text)


def test_names_that_lead_too_far_are_told(tmp_path):
    many = ", ".join(f"'k{n}': {n}" for n in range(5_000))
    text = f"{VIEW}a = {{{many}}}\n"
    text += "s = FeatureService('m', [v], **{" + "**a, " * 500 + "})\n"
    folder = repository(tmp_path / "r", {"f.py": text})

    told = only(folder, Unread)
    assert Unread(".", "names of its Python lead too far to follow all of them") == told[-1]


def test_more_features_than_a_spec_holds_are_told(tmp_path):
    listed = ", ".join(f"Field('c{n}')" for n in range(1000))
    text = f"{FEAST}v = FeatureView('v', schema=[{listed}])\n"

    chosen = ", ".join(f"v.with_name('w{n}')" for n in range(1000))
    (found,) = only(
        repository(tmp_path / "r", {"f.py": f"{text}s = FeatureService('m', [{chosen}])\n"}),
        FoundModel,
    )

    assert 5_000 == len(found.features)
    assert ["only 5,000 features are read"] == [each.why for each in found.lost]


@pytest.mark.parametrize(
    ("first", "again"), [("[v]", "a + a"), ("[v]", "[*a, *a]"), ("'ab'", "a + a"), ("9", "a * a")]
)
def test_what_grows_too_large_is_not_told(tmp_path, first, again):
    text = f"{VIEW}a = {first}\n" + f"a = {again}\n" * 14

    text += "s = FeatureService('m', features=a)\n"
    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    assert ("a:*",) == found.features


def test_modules_that_hold_each_other_come_to_an_end(tmp_path):
    texts = {
        "f.py": f"{VIEW}from g import y\nx = [y, y, y]\ns = FeatureService('m', [v, *x])\n",
        "g.py": "from f import x\ny = [x, x, x]\n",
    }

    told = read(repository(tmp_path / "r", texts))

    assert [] == [each for each in told if isinstance(each, Unread)]
    assert ("v:a", "v:b") == next(e for e in told if isinstance(e, FoundModel)).features[:2]


def test_a_list_of_too_many_names_is_read_in_time(tmp_path):
    text = f"{VIEW}x = [{'y,' * 100_000}]\ns = FeatureService(name='m', features=x)\n"

    (found,) = only(repository(tmp_path / "r", {"f.py": text}), FoundModel)

    assert 1 == len(found.features)


def test_files_outside_of_the_folder_and_of_packages_are_not_read(tmp_path):
    text = VIEW + "s = FeatureService('out')\n"
    outside = repository(tmp_path / "o", {"f.py": text})
    folder = repository(tmp_path / "r", {"venv/f.py": text, "a/site-packages/x.py": text, "b": ""})
    (folder / "link.py").symlink_to(outside / "f.py")
    (folder / "linked").symlink_to(outside)

    assert ["link.py"] == [each.source for each in read(folder)]


def test_one_file_is_read_by_itself_and_a_source_that_is_not_there_is_told(shop, tmp_path):
    folder = repository(
        tmp_path / "r", {"f.py": VIEW + "s = FeatureService('m')\n", "x.json": "{}"}
    )
    dump = shutil.copy(REGISTRY, folder / "dump.txt")

    assert ["m"] == [each.name for each in only(folder / "f.py", FoundModel)]
    assert ["demand", "late_return"] == [each.name for each in only(dump, FoundModel)]
    assert [Unread("x.json:1", "it is no registry of Feast")] == read(folder / "x.json")
    with pytest.raises(UsageError, match="there is no"):
        imported(shop, tmp_path / "nowhere")


def test_a_dump_comes_before_definitions_and_says_what_views_infer(tmp_path):
    text = f"{FEAST}w = FeatureView(name='w')\ns = FeatureService('m', [w])\n"
    chosen = {"featureViewName": "w", "featureColumns": [{"name": "x", "valueType": 5}]}
    dump = {"project": "feast", "featureServices": [{"spec": {"name": "m", "features": [chosen]}}]}
    folder = repository(tmp_path / "r", {"f.py": text, "registry.json": json.dumps(dump)})

    (found,) = only(folder, FoundModel)

    assert ("w:x",) == found.features
    assert ["`m` is in registry.json:1, too"] == [each.why for each in only(folder, Unread)]


NAMES = st.sampled_from(["v", "x", "y", "FeatureView", "Field", "FeatureService", "f", "g"])
WORDS = st.text(max_size=8) | st.sampled_from(["a: b", "\u202e", "no", "{{ x }}", "é" * 30])
EXPRESSIONS = st.recursive(
    NAMES | WORDS.map(repr) | st.integers().map(str) | st.sampled_from(["None", "x.y", "1e999"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.dictionaries(WORDS.map(repr), inner, max_size=2).map(
            lambda each: "{" + ", ".join(f"{key}: {value}" for key, value in each.items()) + "}"
        ),
        st.tuples(inner, inner).map(lambda each: f"{each[0]}[{each[1]}]"),
        st.tuples(inner, inner).map(lambda each: f"{each[0]} + {each[1]}"),
        st.tuples(NAMES, inner, inner).map(
            lambda each: f"{each[0]}(name={each[1]}, features={each[2]}, tags={each[2]})"
        ),
        st.tuples(inner, inner).map(
            lambda each: f"FeatureView({each[0]}, schema={each[1]}, entities={each[1]})"
        ),
    ),
    max_leaves=8,
)
STATEMENTS = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(" = ".join),
    st.tuples(NAMES, WORDS, EXPRESSIONS, EXPRESSIONS).map(
        lambda each: (
            f"{each[0]} = FeatureService(name={each[1]!r}, features=[{each[2]}], "
            f"owner={each[3]}, description={each[3]}, tags={{{each[1]!r}: {each[3]}}})"
        )
    ),
    st.sampled_from(["from f import *", "from g import v", "import g", "if x:\n    v = 1"]),
    st.text(max_size=20),
)
MODULES = st.lists(STATEMENTS, max_size=6).map(lambda each: "\n".join([FEAST, *each]))
JSON = st.recursive(
    st.none() | st.integers(-9, 9) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["spec", "name", "features", "tags", "owner"]), inner)
        | st.builds(lambda name, chosen: {"spec": {"name": name, "features": chosen}}, WORDS, inner)
    ),
    max_leaves=8,
)
DUMPS = st.fixed_dictionaries(
    {"featureServices": st.lists(JSON, max_size=3) | JSON, "featureViews": JSON, "project": JSON}
)
QUICK = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def made_sound(tmp_path, texts):
    """Import a repository twice, and tell whether its specs are sound and stay as they are."""
    shutil.rmtree(tmp_path / "any", ignore_errors=True)
    shop = workspace(tmp_path / "any" / "shop")
    where = repository(tmp_path / "any" / "r", texts)

    report = imported(shop, where)

    assert [] == errors(shop)
    before = files(shop)
    again = imported(shop, where)
    assert before == files(shop)
    assert {Outcome.UNCHANGED} >= {each.outcome for each in again.models}
    assert render_import_json(again) == render_import_json(imported(shop, where))
    assert len(report.models) == len({each.address for each in report.models})


@QUICK
@given(st.lists(MODULES, min_size=1, max_size=2), st.text(max_size=20))
def test_any_definitions_become_sound_specs_that_a_second_import_leaves_alone(
    tmp_path, modules, project
):
    texts = dict(zip(("f.py", "g.py"), modules, strict=False))
    made_sound(tmp_path, {"feature_store.yaml": f"project: {json.dumps(project)}\n", **texts})


@QUICK
@given(DUMPS)
def test_any_registry_becomes_sound_specs_that_a_second_import_leaves_alone(tmp_path, dump):
    made_sound(tmp_path, {"registry.json": json.dumps(dump)})


@settings(QUICK, max_examples=50)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_told(tmp_path, content):
    texts = {
        "f.py": FEAST.encode() + content,
        "feature_store.yaml": content,
        "x.json": b'{"featureServices":' + content,
    }

    assert all(
        isinstance(each, FoundModel | Lost | Unread)
        for each in read(repository(tmp_path / "r", texts))
    )
