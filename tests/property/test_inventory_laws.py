"""Laws of an inventory: every live object is in one row, and the order of sources is no matter."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.inventory.models import applied, awaited, document, dump, registry, server

from mlspec.inventory import CodeOwners, Inventory, Origin, Sight, Standing, rows_of
from mlspec.reporting.inventory import render_inventory, render_inventory_json
from mlspec.reporting.inventory_csv import render_inventory_csv
from mlspec.reporting.inventory_html import render_inventory_html

DAY = "2026-11-22"
NAMES = st.sampled_from(["a", "b", "c", "churn", "=1+1", "größe x"])
BYTES = st.sampled_from(["", "s3://m/1", "s3://m/2", "s3://m/3"])
MOMENTS = st.sampled_from([0, 7, 8])


@st.composite
def documents(draw):
    found = {}
    for _ in range(draw(st.integers(0, 5))):
        name, place = draw(NAMES), draw(st.sampled_from(["cluster", "http://mlflow"]))
        system = "kserve" if place == "cluster" else "mlflow"
        each = document(
            name,
            draw(st.sampled_from(["Model", "ObservedModel"])),
            storage=(draw(BYTES),),
            implied=(draw(NAMES),),
            registered=((draw(NAMES), draw(MOMENTS)),),
            origins=(Origin(system, place, draw(NAMES), draw(MOMENTS)),),
            expected=(awaited(system),),
        )
        found[each.address] = each
    return [*found.values()]


SIGHTS = st.lists(
    st.builds(
        Sight,
        system=st.sampled_from(["kserve", "kubernetes", "mlflow"]),
        source=st.sampled_from(["live.yaml", "http://mlflow"]),
        name=NAMES,
        is_live=st.booleans(),
        labelled=st.one_of(st.just(""), NAMES),
        part_of=st.one_of(st.just(""), NAMES),
        is_registered=st.booleans(),
        created_ms=MOMENTS,
        storage=BYTES,
    ),
    max_size=12,
    unique_by=lambda each: each.key,
)
RECORDS = st.dictionaries(
    NAMES.map("model/{}".format), st.sampled_from([(applied(),), (applied(lifecycle="retired"),)])
)
SOURCES = (registry(), dump("kserve"), server())


@settings(max_examples=150)
@given(documents(), RECORDS, SIGHTS)
def test_every_live_object_is_in_one_row_and_every_document_has_one(models, records, sights):
    found = rows_of(models, records, sights, SOURCES, DAY)

    assert sorted(sights) == sorted(each for row in found for each in row.sights)
    addresses = [row.address for row in found if row.address]
    assert sorted({*records, *(each.address for each in models)}) == addresses
    assert all(row.sights for row in found if not row.address)


@settings(max_examples=150)
@given(documents(), RECORDS, SIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_read_is_no_matter(models, records, sights, chance):
    expected = rows_of(models, records, sights, SOURCES, DAY)
    for each in (models, sights):
        chance.shuffle(each)

    assert expected == rows_of(models, records, sights, SOURCES, DAY)


@settings(max_examples=100)
@given(documents(), RECORDS, SIGHTS, st.lists(st.sampled_from(SOURCES), unique=True))
def test_nothing_is_dead_that_nobody_looked_for(models, records, sights, sources):
    found = {row.address: row for row in rows_of(models, records, sights, sources, DAY)}

    live = {name for each in sources if each.is_live for name in each.systems}
    for each in models:
        row = found[each.address]
        if row.standing is Standing.DEAD:
            assert {expected.system for expected in each.expected} <= live
            assert row.looked
            assert not row.sights


@settings(max_examples=30)
@given(documents(), SIGHTS)
def test_every_format_tells_every_row(models, sights):
    rows = rows_of(models, {}, sights, SOURCES, DAY)
    found = Inventory(DAY, "", rows, SOURCES)

    assert len(rows) == render_inventory_csv(found).count('\n"model",')
    assert len(rows) == render_inventory_json(found).count('"whereLive"')
    assert len(rows) == render_inventory_html(found).count('<th scope="row">')
    text = render_inventory(found, colour=False)
    assert all(row.address in text for row in rows if row.address)


@settings(max_examples=200)
@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_of_a_codeowners_file_raises(text, path):
    owners = CodeOwners.read(text).of(path)

    assert all(each and each in text for each in owners)


def test_thousands_of_models_take_time_by_their_number_alone():
    def taken(count):
        from time import process_time

        models = [
            document(f"m{n}", storage=(f"s3://m/{n}",), implied=(f"m{n}",)) for n in range(count)
        ]
        sights = [Sight("kserve", "d", f"ns/{n}", storage=f"s3://m/{n * 2}") for n in range(count)]
        sights += [Sight("mlflow", "s", f"m{n}", is_registered=True) for n in range(count)]
        sights += [Sight("kubernetes", "d", f"d/{n}", part_of=f"ns/{n}") for n in range(count)]
        sights += [Sight("kserve", "d", f"x/{n}", storage=f"s3://x/{n % 9}") for n in range(count)]
        start = process_time()
        rows_of(models, {}, sights, SOURCES, DAY)
        return process_time() - start

    few, many = min(taken(500) for _ in range(3)), taken(4000)

    assert many < 8 * few * 4  # a quadratic join takes 64 times as long
