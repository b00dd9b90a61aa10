"""Files that are filled in are those that are made, whatever the words of models are."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.ir import Backend, Scope
from mlspec.targets import gateway_api, kubernetes, prometheus
from mlspec.targets._stencils import Stencils

NAMES = st.from_regex(r"[a-z][a-z0-9-]{4,40}[a-z0-9]", fullmatch=True)
PLAIN = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{4,61}[A-Za-z0-9]", fullmatch=True)
ADDRESSES = st.from_regex(
    r"[A-Za-z/][A-Za-z0-9_.+-]{0,40}[/:@][A-Za-z0-9_./@+-]{0,40}z", fullmatch=True
)
KNOWN = st.sampled_from(
    ["default", "ml-gateway", "infrastructure", "champion", "challenger", "kube-system", "screen"]
)
"""Words that the files hold anyway: whoever compared with one of them would be found out."""
FILLED_IN = st.sampled_from([NAMES, PLAIN, ADDRESSES, KNOWN])
ANY = (
    st.sampled_from(
        ["", "yes", "No", "~", "7", "0x1f", "1e3", "a b", "-a", "a-", "a::b", "a:", "$(a)"]
    )
    | st.from_regex(r"[A-Za-z/][A-Za-z0-9_./:@+-]{0,80}", fullmatch=True)
    | st.lists(
        st.sampled_from(["{{", "}}", "{", '"', "\\", "\n", ": ", " #", "%s", "%", "$", "\u2028"])
        | st.characters(exclude_categories=["Cs"]),
        max_size=4,
    ).map("".join)
)
FIELDS = (
    "champion_image",
    "champion_version",
    "owner",
    "receiver",
    "runbook",
    "cluster",
    "version",
    "image",
    "artifact_uri",
    "artifact_digest",
    "digest",
)

WATCHED = (
    sample.monitor("drift", above=0.2),
    sample.monitor("failing", statistic="share", total="all_total", above=0.02, receiver="crew-7"),
    sample.monitor("age", statistic="psi", feature="age", reference=sample.AGES, above=0.25),
)


@st.composite
def models(draw):
    """Draw models that are alike: each value is of one sort in all of them, or the same one."""
    sorts = {each: draw(FILLED_IN | ANY.map(st.just)) for each in FIELDS}
    rollout = sample.rollouts()[draw(st.sampled_from(sorted(sample.rollouts())))]
    backend = draw(st.sampled_from(Backend))
    drawn = st.tuples(NAMES, NAMES | KNOWN, NAMES, st.fixed_dictionaries(sorts))
    found = draw(st.lists(drawn, min_size=3, max_size=6))
    return [model(*each, rollout, backend) for each in found]


def model(name, namespace, source, words, rollout, backend):
    if rollout.is_staged:
        rollout = dataclasses.replace(
            rollout,
            champion_image=words["champion_image"] or "image",
            champion_version=words["champion_version"],
        )
    own = {each: words[each] for each in ("owner", "receiver", "runbook")}
    own["source"] = f"specs/{source}.yaml"
    own["scope"] = Scope("prod", (("cluster", words["cluster"]), ("namespace", namespace)))
    of_service = ("version", "image", "artifact_uri", "artifact_digest")
    service = sample.service(
        name,
        rollout=rollout,
        backend=backend,
        namespace=namespace,
        availability=0.99,
        p99_ms=50.0,
        **{each: words[each] for each in of_service},
        **own,
    )
    watched = [dataclasses.replace(each, model=name, **own) for each in WATCHED]
    return sample.bundle(service, watched=watched, sources=[(own["source"], words["digest"])])


@settings(max_examples=20)
@given(models())
def test_what_is_filled_in_is_what_is_made(bundles):
    for make in (kubernetes.model_files, gateway_api.model_files, prometheus.model_files):
        stencils = Stencils(make)
        for bundle in bundles:
            found = stencils.artifacts(bundle, bundle.monitors, bundle.services)

            made = [*make(bundle, bundle.monitors, bundle.services)]
            assert made
            assert found == made
            assert [each.claims for each in found] == [each.claims for each in made]
