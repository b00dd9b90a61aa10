"""Two hundred models as a company has them after some years, made at a real MLflow server.

Names have spaces, other scripts, two hundred characters, or differ from another one in case alone;
some models have no version, some no owner, and which version is live is said in every way that
people use. `seed` makes all of them by our own client, over a few connections at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from mlspec.mlflow import Client, connection_to
from mlspec.mlflow.writing import create_model, create_version, set_alias

COUNT = 200
CHOSEN = "Churn EU"
"""The model that the session adopts."""

_MARK = "seeded"
_THREADS = 8
_LIVE = ("champion", "Champion", "prod", "production", "live", "challenger", "", "")
_OWNERS = ("owner", "team", "owned_by", "maintainer", "")
_STORES = ("s3://lake/models", "gs://lake-eu/models", "s3://lake-us/models")
_NAMES = (
    "Lead score {:03}",
    "fraud-{:03}",
    "Fraud-{:03}",
    "prévision de la demande {:03}",
    "\N{CJK UNIFIED IDEOGRAPH-4FA1}\N{CJK UNIFIED IDEOGRAPH-683C} {:03}",
    "pricing_v2.{:03}",
    "{:03}-basket (do not use!)",
    "o'hare-delay-{:03}",
    "team growth, uplift of the spring campaign {:03} " + "x" * 150,
    "risk #{:03} 100%",
)
_DESCRIPTIONS = ("", "Who leaves: yes or no\n# see the wiki", "ask Mo", "token: ghp_" + "a1B2" * 9)


@dataclass(frozen=True)
class Seed:
    """One model; `sources` are those of its versions."""

    name: str
    tags: dict[str, str] = field(default_factory=dict)
    description: str = ""
    sources: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)


def seeds(count=COUNT):
    """Yield so many models; the same ones every time."""
    yield Seed(
        CHOSEN,
        {"owner": "growth", "task": "binary-classification"},
        "Who will leave within a month.",
        ("s3://lake/models/churn-eu/1/model.onnx", "s3://lake/models/churn-eu/2/model.onnx"),
        {"champion": "2"},
    )
    for number in range(1, count):
        yield _seed(number)


def _seed(number):
    name = _NAMES[number % 10].format(number - number % 10 if number % 10 in {1, 2} else number)
    store = _STORES[number % 3]
    versions = number // 7 % 4
    alias = _LIVE[number % 8]
    aliases = {alias: str(versions)} if alias and versions else {}
    if number % 23 == 0 and versions > 1:  # two say different things
        aliases |= {"prod": "1"}
    owner = _OWNERS[number % 5]
    return Seed(
        name,
        ({owner: f"team-{number % 9}"} if owner else {}) | {"note": f"{number}: yes"},
        _DESCRIPTIONS[number % 4],
        tuple(f"{store}/{number:03}/{each}/model.onnx" for each in range(1, versions + 1)),
        aliases,
    )


def seed(address, count=COUNT):
    """Make all of them at a server, and return them by name."""
    found = {each.name: each for each in seeds(count)}
    assert count == len(found)
    with Client(connection_to(address, {})) as client, ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(lambda each: _make(client, each), found.values()))
    return found


def _make(client, each):
    create_model(client, each.name, each.tags, each.description)
    for number, source in enumerate(each.sources, 1):
        create_version(client, each.name, source, {_MARK: str(number)}, _MARK)
    for alias, number in each.aliases.items():
        set_alias(client, each.name, alias, number)
