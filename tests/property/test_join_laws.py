"""Laws of systems that speak of the same models: whichever is read first, the specs are the same,
they are valid, and reading any of them again changes nothing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.unit.importing.dumps import workspace
from tests.unit.importing.joins import bundle, cluster, files, registry, take

from mlspec.api.check import validate
from mlspec.importing import Outcome

URIS = st.sampled_from(
    ["", "s3://m/a", "s3://m/b", "s3a://m//a/", f"mlflow-artifacts:/1/{'a' * 32}"]
)
LABELS = st.sampled_from(["", "", "alpha", "beta", "nobody"])
NAMED = URIS | st.sampled_from(["models:/alpha/1", "models:/beta@live"])


def named(*names):
    return st.lists(st.sampled_from(names), unique=True, max_size=len(names))


def services(*names):
    each = named(*names).flatmap(
        lambda chosen: st.tuples(*(st.tuples(st.just(e), NAMED, LABELS) for e in chosen))
    )
    return each.filter(bool)


SERVED = st.lists(
    st.tuples(st.sampled_from(["e1", "e2"]), st.sampled_from(["alpha", "gamma"]), st.just("3")),
    min_size=1,
    max_size=2,
    unique_by=lambda each: each[0],
)


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.dictionaries(st.sampled_from(["alpha", "beta"]), URIS, min_size=1),
    services("s1", "s2"),
    services("r1"),
    st.none() | SERVED,
    st.randoms(use_true_random=False),
)
def test_the_specs_are_the_same_whichever_system_is_read_first(models, live, rolled, ends, order):
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        sources = [
            registry(folder / "registry", models),
            cluster(folder / "kserve", "kserve", live),
            cluster(folder / "rollouts", "argo-rollouts", rolled),
        ]
        if ends is not None:
            sources.append(bundle(folder / "bundle", ends))
        order.shuffle(sources)
        orders = [sources, sources[::-1]]
        ends_as = []
        for index, each in enumerate(orders):
            shop = workspace(folder / f"shop{index}")
            for source in each:
                take(shop, source)
            ends_as.append(files(shop))
        assert ends_as[0] == ends_as[1]
        assert [] == [e for e in validate(directory=shop).diagnostics if e.severity == "error"]
        for source in sources:
            assert {Outcome.UNCHANGED} >= {each.outcome for each in take(shop, source).models}
        assert ends_as[1] == files(shop)
