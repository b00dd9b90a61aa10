"""A dossier: what is there, what is missing, and proof of both without mlspec."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from tests.unit.ledger.ssh import line, make_key

from mlspec.api.add_evidence import NewItem, add_item
from mlspec.api.dossier import dossier, write_dossier
from mlspec.api.execute import apply_now
from mlspec.api.judge import run_gates
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.errors import OutputError, SpecInvalidError, TamperedPlanError, UsageError
from mlspec.policy import read_pack, read_pack_folder, shipped_folder

STAGING, DAY = "staging", "2026-11-21"
BLOCK = re.compile(r"## (\d)\. .*?```bash\n(.*?)```", re.DOTALL)
BARE = {"PATH": "/usr/bin:/bin"}
BINDING = (
    "apiVersion: mlspec.dev/v1\nkind: PolicyBinding\n"
    "metadata: {{name: {pack}, owner: growth}}\nspec: {{pack: {pack}, version: 2026.11.0}}\n"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A workspace with signed evidence, a paper, packs in force, and a first apply."""
    root = tmp_path_factory.mktemp("whole") / "shop"
    init(root)
    apply_now(STAGING, root)
    key = make_key(tmp_path_factory.mktemp("keys"), "ana")
    (root / ".mlspec").mkdir(exist_ok=True)
    signers = root / ".mlspec" / "allowed_signers"
    signers.write_text(line("ana@example.org", key) + "\n", encoding="utf-8")
    text = "---\n".join(BINDING.format(pack=each) for each in ("core", "eu-ai-act"))
    (root / "specs" / "policy.yaml").write_text(text, encoding="utf-8")
    lock_packs(root)
    left = [number % 2 for number in range(4_000)]
    rows = [f"c{n},{each},{(n % 97) / 200 + 0.3 * each:.3f}" for n, each in enumerate(left)]
    (root / "evaluation").mkdir()
    lines = "\n".join(["customer_id,left,score", *rows])
    (root / "evaluation" / "churn.csv").write_text(lines + "\n", encoding="utf-8")
    run_gates(directory=root, environment=STAGING, key=key)
    report = root / "report.txt"
    report.write_text("Tested on 4,000 customers.\n", encoding="utf-8")
    add_item("churn", root, STAGING, NewItem("test-report", report, day=DAY, key=key))
    absent = NewItem(
        "product-pictures", not_applicable="It is no part of any product.", by="ana", day=DAY
    )
    add_item("churn", root, STAGING, absent)
    report.unlink()
    return root


@pytest.fixture
def shop(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "shop")


@pytest.fixture(scope="module")
def made(whole):
    return dossier("churn", whole, STAGING, DAY)


@pytest.fixture
def folder(made, tmp_path):
    write_dossier(tmp_path / "dossier", made)
    return tmp_path / "dossier"


def index(made):
    return json.loads(made.files["index.json"])


def parts(made):
    (listed,) = index(made)["lists"]
    return {part["id"]: part for point in listed["points"] for part in point["parts"]}


def values(made, part):
    return {each["label"]: each for each in parts(made)[part]["values"]}


def verdicts(folder, guide="VERIFY.md"):
    """Run the blocks of a guide where it lies, with nothing but small tools; return what failed."""
    place = (folder / guide).parent
    blocks = dict(BLOCK.findall((folder / guide).read_text(encoding="utf-8")))
    assert [*blocks] == [*("123456" if guide == "VERIFY.md" else "12345")]
    done = {
        int(number): subprocess.run(
            ["bash", "-c", block], cwd=place, env=BARE, capture_output=True, text=True, check=False
        )
        for number, block in blocks.items()
    }
    return {number: each.stdout + each.stderr for number, each in done.items() if each.returncode}


def said(folder, number, guide="VERIFY.md"):
    """Return what one block of a guide says."""
    block = dict(BLOCK.findall((folder / guide).read_text(encoding="utf-8")))[str(number)]
    done = subprocess.run(
        ["bash", "-c", block],
        cwd=(folder / guide).parent,
        env=BARE,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def seal_sums(folder):
    """Make the sums fit again, as somebody who tampers would."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    paths = [each.relative_to(folder).as_posix() for each in files]
    sums = [
        f"{digest_bytes((folder / path).read_bytes())[7:]}  {path}\n"
        for path in paths
        if path != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def test_an_outsider_verifies_it_without_mlspec(folder):
    assert verdicts(folder) == {}
    assert verdicts(folder, "audit/VERIFY.md") == {}


def test_a_change_of_any_file_is_noticed(folder):
    card = folder / "card" / "churn.regulator.json"
    card.write_text(card.read_text(encoding="utf-8") + " ", encoding="utf-8")

    assert 1 in verdicts(folder)


def test_a_file_that_was_added_is_noticed(folder):
    (folder / "evidence" / "more.txt").write_text("x", encoding="utf-8")

    assert 1 in verdicts(folder)


def test_another_paper_is_noticed_although_the_sums_fit(folder):
    (paper,) = (folder / "evidence" / "papers").iterdir()
    paper.write_text("Tested on 5,000 customers.\n", encoding="utf-8")
    seal_sums(folder)

    assert verdicts(folder).keys() == {2}


def test_a_verdict_that_was_edited_is_noticed_although_no_key_is_allowed(folder):
    (record,) = (folder / "evidence").glob("*.evidence.json")
    text = record.read_text(encoding="utf-8")
    assert '"verdict": "pass"' in text
    record.write_text(text.replace('"verdict": "pass"', '"verdict": "fail"'), encoding="utf-8")
    (folder / "allowed_signers").write_text("", encoding="utf-8")
    seal_sums(folder)

    found = verdicts(folder)
    assert found.keys() == {4}
    assert f"edited: evidence/{record.name}" in found[4]


def test_the_digest_that_the_index_names_is_that_of_a_file(made):
    sums = {digest_bytes(content): path for path, content in made.files.items()}
    told = values(made, "2(g)")
    (gates,) = [each for label, each in told.items() if label.startswith("Results of gates")]

    assert "evidence/statements/" in sums[gates["source"]]
    assert re.fullmatch(
        r"overall verdict: pass, of the required gates \([0-9]+ of [0-9]+\)", gates["text"]
    )


def test_what_a_run_rested_on_is_told_to_be_in_the_ledger(shop, tmp_path):
    (shop / "specs" / "policy.yaml").unlink()
    specs = shop / "specs" / "churn.yaml"
    text = specs.read_text(encoding="utf-8")
    specs.write_text(text.replace("metadata:\n", "metadata:\n  description: More.\n", 1), "utf-8")
    apply_now(STAGING, shop)
    made = dossier("churn", shop, STAGING, DAY)
    write_dossier(tmp_path / "dossier", made)
    (record,) = (tmp_path / "dossier" / "evidence").glob("*.evidence.json")

    told = said(tmp_path / "dossier", 4)
    assert f"in the ledger: evidence/{record.name}" in told
    sums = {digest_bytes(content): path for path, content in made.files.items()}
    assert "audit/statements/" in sums[values(made, "2(g)")["Results of gates"]["source"]]


@pytest.mark.parametrize("kind", ["evidence.json", "item.json"])
def test_a_line_of_a_record_is_told_apart_from_what_the_ledger_holds(folder, kind):
    """Who writes the line anew as well is left with what no run has rested on."""
    record = min((folder / "evidence").rglob(f"*.{kind}"))
    told = said(folder, 4)

    where = record.relative_to(folder).as_posix()
    assert f"not in the ledger, as no run has rested on it yet: {where}" in told


def test_every_file_that_is_changed_is_named_although_it_is_of_the_same_length(folder):
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    assert len(files) > 30
    for each in files:
        if each.name == "SHA256SUMS" or not each.stat().st_size:
            continue
        content = each.read_bytes()
        each.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert each.relative_to(folder).as_posix() in said(folder, 1)
        each.write_bytes(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'"source": "sha256:[0-9a-f]{64}"', f'"source": "sha256:{"0" * 64}"'),
        (r'"source": "specs/churn.yaml:5"', '"source": "specs/churn.yaml:5000"'),
        (r'"source": "specs/churn.yaml:5"', '"source": "specs/gone.yaml:5"'),
        (
            r'"source": "event 1 of model/churn, sha256:[0-9a-f]{60}',
            '"source": "sha256:' + "1" * 60,
        ),
    ],
)
def test_a_source_of_a_card_that_leads_nowhere_is_noticed_although_the_sums_fit(folder, old, new):
    card = folder / "card" / "churn.regulator.json"
    told = card.read_text(encoding="utf-8")
    edited = re.sub(old, new, told)
    assert told != edited
    card.write_text(edited, encoding="utf-8")
    seal_sums(folder)

    assert [*verdicts(folder)] == [6]
    assert "not here: " in verdicts(folder)[6]


def test_a_paper_that_no_statement_names_is_noticed(folder):
    content = b"Another one.\n"
    name = f"{digest_bytes(content)[7:]}.txt"
    (folder / "evidence" / "papers" / name).write_bytes(content)
    seal_sums(folder)

    assert verdicts(folder).keys() == {2}


@pytest.mark.parametrize(
    "pattern", ["*.evidence.json", "items/model.churn/test-report-*.item.json"]
)
def test_an_edited_record_is_noticed_although_the_sums_fit(folder, pattern):
    (record,) = (folder / "evidence").glob(pattern)
    record.write_text(record.read_text(encoding="utf-8").replace("2", "3"), encoding="utf-8")
    seal_sums(folder)

    assert {3, 4} <= verdicts(folder).keys()


def test_a_signature_that_is_gone_is_noticed(folder):
    (seal,) = (folder / "evidence").glob("*.evidence.json.sig")
    seal.unlink()
    seal_sums(folder)

    assert verdicts(folder).keys() == {3}


def test_the_key_of_a_stranger_does_not_count(folder, tmp_path):
    other = line("ana@example.org", make_key(tmp_path / "keys", "eve"))
    (folder / "allowed_signers").write_text(other + "\n", encoding="utf-8")
    seal_sums(folder)

    assert verdicts(folder).keys() == {3}


def test_an_archive_holds_the_same_bytes_and_is_itself_the_same_every_time(made, tmp_path, whole):
    for name in ("a.zip", "b.zip"):
        write_dossier(tmp_path / name, dossier("churn", whole, STAGING, DAY))

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(made.files)


def test_it_holds_card_policy_evidence_specs_and_ledger(made):
    paths = set(made.files)

    assert {
        "index.html", "index.json", "VERIFY.md", "SHA256SUMS", "allowed_signers",
        "card/churn.regulator.html", "card/churn.regulator.json", "evidence/churn.evidence.json",
        "evidence/churn.evidence.dsse.json", "evidence/churn.evidence.json.sig",
        "policy/results.json", "policy/obligations.json", "policy/assessment-results.json",
        "specs/mlspec.yaml", "specs/specs/churn.yaml", "specs/specs/policy.yaml",
        "audit/HEAD", "audit/VERIFY.md",
    } <= paths  # fmt: skip
    assert any(path.startswith("audit/ledger/model/churn/") for path in paths)
    assert index(made)["files"] == sorted(paths)


def test_the_list_has_the_nine_points_of_the_annex_with_their_parts(made):
    (listed,) = index(made)["lists"]

    assert [each["id"] for each in listed["points"]] == [str(number) for number in range(1, 10)]
    lettered = [f"{number}({letter})" for number in (1, 2) for letter in "abcdefgh"]
    assert [each for each in parts(made) if "(" in each] == lettered
    assert listed["inForce"] is True
    assert listed["pack"] == "eu-ai-act@2026.11.0"
    assert listed["packDigest"].startswith("sha256:")
    assert sum(listed["counts"].values()) == len(parts(made))


def test_a_value_names_its_line_and_links_to_the_file(made):
    purpose = values(made, "1(a)")["Purpose"]

    assert purpose["status"] == "present"
    file, number = purpose["source"].rsplit(":", 1)
    shown = made.files[purpose["link"]].decode().splitlines()[int(number) - 1]
    assert purpose["link"] == f"specs/{file}"
    assert shown.strip().startswith("purpose:")


def test_every_link_leads_to_a_file_of_the_dossier(made):
    links = [
        each["link"] for part in parts(made).values() for each in part["values"] if each["link"]
    ]

    assert links
    assert set(links) <= set(made.files)


def test_papers_records_and_the_ledger_are_told_with_who_signed(made):
    told = values(made, "2(g)")

    assert told["Test report"]["status"] == "present"
    assert "by ana@example.org, signed" in told["Test report"]["text"]
    assert told["Results of gates"]["text"].startswith("overall verdict: pass, of the")
    assert told["Signature of the results"]["text"] == "signed by ana@example.org"
    assert parts(made)["2(g)"]["status"] == "present"
    assert values(made, "6")["Ledger"]["text"].startswith("1 change, the last at ")


def test_what_does_not_apply_says_why_and_counts_as_told(made):
    pictures = values(made, "1(f)")["Pictures of the product"]

    assert pictures["status"] == "not-applicable"
    assert pictures["note"] == "It is no part of any product."
    assert pictures["how"] is None
    assert parts(made)["1(f)"]["status"] == "present"


def test_a_gap_is_listed_with_the_step_that_closes_it(made):
    (declaration,) = parts(made)["8"]["values"]

    assert parts(made)["8"]["status"] == "missing"
    assert declaration["how"] == (
        "mlspec evidence add model/churn --kind declaration-of-conformity --file FILE"
    )
    assert made.gaps == sum(
        each["status"] in ("missing", "stale", "conflict")
        for part in parts(made).values()
        for each in part["values"]
    )


def test_every_kind_of_paper_that_the_list_names_can_be_added(shop):
    read = read_pack(read_pack_folder(shipped_folder() / "eu-ai-act", "eu-ai-act"))
    kinds = {
        held.item
        for listed in read.pack.dossiers
        for point in listed.spec.points
        for part in point.parts
        for held in part.holds
        if held.item
    }

    for kind in sorted(kinds - {"test-report", "product-pictures"}):  # those are there
        add_item(
            "churn",
            shop,
            STAGING,
            NewItem(kind, not_applicable="There is none of the kind.", by="ana", day=DAY),
        )
    made = dossier("churn", shop, STAGING, DAY)
    assert not any(
        "evidence add" in (v["how"] or "") for p in parts(made).values() for v in p["values"]
    )


def test_evidence_of_another_artifact_is_stale_and_taken_along(shop):
    spec = shop / "specs" / "churn.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("sha256:" + "2" * 64, "sha256:" + "5" * 64), encoding="utf-8")

    made = dossier("churn", shop, STAGING, DAY)

    assert values(made, "2(g)")["Results of gates"]["status"] == "stale"
    assert values(made, "2(g)")["Test report"]["status"] == "stale"
    assert parts(made)["2(g)"]["status"] == "incomplete"
    assert "evidence/churn.evidence.json" in made.files


def test_without_an_apply_the_ledger_is_missing_and_said_to_be(tmp_path):
    init(tmp_path / "shop")

    made = dossier("churn", tmp_path / "shop", STAGING, DAY)

    assert not any(path.startswith("audit/") for path in made.files)
    for part, label in (("6", "Ledger"), ("1(a)", "Earlier versions")):
        found = values(made, part)[label]
        assert found["status"] == "missing"
        assert found["how"] == f"mlspec plan --env {STAGING}, then mlspec apply"
    write_dossier(tmp_path / "dossier", made)
    assert verdicts(tmp_path / "dossier") == {}


def test_versions_are_those_that_the_ledger_has_before_this_one(tmp_path):
    root = tmp_path / "shop"
    init(root)
    spec = root / "specs" / "churn.yaml"
    for version in ("v1", "v2", "v3"):
        spec.write_text(re.sub("version: v[0-9]", f"version: {version}", spec.read_text(), count=1))
        apply_now(STAGING, root)
        if version == "v1":
            first = values(dossier("churn", root, STAGING, DAY), "1(a)")["Earlier versions"]

    told = values(dossier("churn", root, STAGING, DAY), "1(a)")["Earlier versions"]
    ledger = values(dossier("churn", root, STAGING, DAY), "6")["Ledger"]

    assert ("present", "none before v1, by the ledger") == (first["status"], first["text"])
    assert re.fullmatch(r"v1 \(first applied at \S+\), v2 \(first applied at \S+\)", told["text"])
    assert 2 == len(re.findall(r"event \d of model/churn, sha256:[0-9a-f]{64}", told["source"]))
    assert ledger["text"].startswith("3 changes, the last at ")
    assert ledger["source"].startswith("event 3 of model/churn, sha256:")


def test_without_a_pack_in_force_the_list_of_the_shipped_pack_says_so(tmp_path):
    init(tmp_path / "shop")

    made = dossier("churn", tmp_path / "shop", STAGING, DAY)

    (listed,) = index(made)["lists"]
    assert listed["inForce"] is False
    assert made.notes == ("No policy pack is in force.",)
    assert not any(path.startswith("policy/") for path in made.files)
    assert values(made, "5")["Policy results"]["status"] == "missing"


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]


def test_the_page_links_to_files_of_the_dossier_and_asks_nothing_of_the_network(made):
    page = Page(made.files["index.html"].decode())

    local = {unquote(each) for each in page.links if not each.startswith("#")}
    assert local == set(made.files)
    assert not {"script", "img", "iframe", "link", "form"} & set(page.tags)


def test_words_of_a_spec_are_no_markup(shop):
    spec = shop / "specs" / "churn.yaml"
    text = spec.read_text(encoding="utf-8")
    hostile = '"<script>alert(1)</script><img src=x onerror=y>"'
    spec.write_text(
        re.sub(r"  purpose: .*", lambda _: f"  purpose: {hostile}", text), encoding="utf-8"
    )

    made = dossier("churn", shop, STAGING, DAY)

    for path in ("index.html", "card/churn.regulator.html"):
        assert not {"script", "img"} & set(Page(made.files[path].decode()).tags), path


def test_no_file_passes_a_judgement_of_law(made):
    own = [path for path in made.files if not path.startswith(("specs/", "audit/"))]

    assert not [path for path in own if b"compliant" in made.files[path].lower()]


def test_policy_results_and_the_auditor_s_form_are_of_the_same_day(made):
    results = json.loads(made.files["policy/results.json"])
    auditor = json.loads(made.files["policy/assessment-results.json"])["assessment-results"]

    assert results["day"] == DAY
    assert len(results["results"]) == len(auditor["results"][0]["observations"])
    assert {each["name"] for each in results["packs"]} == {
        "core@2026.11.0",
        "eu-ai-act@2026.11.0",
    }


SYSTEM = """\
apiVersion: mlspec.dev/v1
kind: System
metadata: {name: retention, version: v3, owner: growth}
spec:
  purpose: Calls customers who may leave.
  models: [churn@v1]
  risk: {tier: minimal, domain: marketing, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}
"""


@pytest.fixture
def system(shop):
    (shop / "specs" / "system.yaml").write_text(SYSTEM, encoding="utf-8")
    told = NewItem("instructions", not_applicable="Nobody else deploys it.", by="ana", day=DAY)
    add_item("system/retention", shop, STAGING, told)
    return dossier("retention@v3", shop, STAGING, DAY)


def test_a_system_is_told_with_its_models(system):
    assert values(system, "1(a)")["Purpose"]["text"] == "Calls customers who may leave."
    assert values(system, "1(a)")["Version"]["text"] == "v3"
    contract = values(system, "1(b)")["Output contract of churn"]
    assert contract["status"] == "present"
    assert values(system, "2(g)")["Results of gates of churn"]["status"] == "present"
    assert values(system, "2(d)")["Origin of customers-2024"]["status"] == "present"


def test_papers_of_a_system_and_of_its_models_are_told_apart(system):
    assert values(system, "1(h)")["Instructions for use"]["status"] == "not-applicable"
    assert values(system, "2(g)")["Test report of model/churn"]["status"] == "present"


def test_the_archive_of_a_system_holds_the_cards_evidence_and_specs_of_its_models(system, tmp_path):
    paths = set(system.files)

    assert any("retention" in path and path.endswith(".html") for path in paths if "card/" in path)
    assert {
        "card/churn.regulator.html",
        "evidence/churn.evidence.json",
        "specs/specs/system.yaml",
        "specs/specs/churn.yaml",
    } <= paths
    write_dossier(tmp_path / "dossier", system)
    assert verdicts(tmp_path / "dossier") == {}
    assert any(path.startswith("audit/ledger/model/churn/") for path in paths)
    assert verdicts(tmp_path / "dossier", "audit/VERIFY.md") == {}


@pytest.mark.parametrize(
    ("name", "day", "told"),
    [
        ("churn@v9", DAY, "the specs hold version `v1`"),
        ("customers-2025", DAY, "a dossier is about a model or a system"),
        ("nobody", DAY, "there is no model, system, prompt or data set `nobody`"),
        ("churn", "2026-02-30", "is no day of the calendar"),
    ],
)
def test_what_it_can_t_be_made_of_is_told(whole, name, day, told):
    with pytest.raises(UsageError, match=told):
        dossier(name, whole, STAGING, day)


def test_a_place_that_is_taken_stays_as_it_is(made, tmp_path):
    taken = tmp_path / "d.zip"
    taken.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is there already") as error:
        write_dossier(taken, made)
    assert error.value.hint
    assert taken.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "path",
    ["mlspec.lock", "evidence/staging/churn.run.json", "evidence/staging/churn.evidence.json"],
)
def test_a_link_takes_nothing_along_that_lies_elsewhere(shop, tmp_path, path):
    secret = tmp_path / "secret"
    file = shop / path
    secret.write_bytes(file.read_bytes() if file.exists() else b"packs: {}\n")
    file.unlink(missing_ok=True)
    file.symlink_to(secret)

    with pytest.raises((UsageError, TamperedPlanError)):
        dossier("churn", shop, STAGING, DAY)


def test_a_folder_of_evidence_that_leads_out_makes_no_dossier(shop, tmp_path):
    folder = shop / "evidence" / "staging"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError, match="leads out of the workspace"):
        dossier("churn", shop, STAGING, DAY)


def renamed(root, name):
    file = root / "specs" / "churn.yaml"
    file.rename(file.with_name(name))
    return dossier("churn", root, STAGING, DAY)


@pytest.mark.parametrize("name", ["ü $(id) 'q' &<b>.yaml", "-rf.yaml", "a%2Fb #1.yaml"])
def test_a_strange_name_of_a_file_is_a_name_to_verify_and_to_open(shop, tmp_path, name):
    made = renamed(shop, name)

    write_dossier(tmp_path / "dossier", made)
    assert verdicts(tmp_path / "dossier") == {}
    links = {unquote(each) for each in Page(made.files["index.html"].decode()).links}
    assert f"specs/specs/{name}" in links


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1bb.yaml", "a\\b.yaml"])
def test_a_name_that_can_t_be_shown_makes_no_dossier(shop, name):
    with pytest.raises(OutputError, match="would be called"):
        renamed(shop, name)


def test_an_edited_record_makes_no_dossier(shop):
    record = shop / "evidence" / "staging" / "churn.evidence.json"
    record.write_text(record.read_text(encoding="utf-8").replace("pass", "fail"), encoding="utf-8")

    with pytest.raises(TamperedPlanError):
        dossier("churn", shop, STAGING, DAY)


def test_an_item_whose_paper_was_changed_is_a_conflict_and_stays_behind(shop):
    (paper,) = (shop / "evidence" / "_papers").iterdir()
    paper.write_text("Tested on 9,000 customers.\n", encoding="utf-8")

    made = dossier("churn", shop, STAGING, DAY)

    assert values(made, "2(g)")["Test report"]["status"] == "conflict"
    assert "was changed" in values(made, "2(g)")["Test report"]["note"]
    assert not any(path.startswith("evidence/papers/") for path in made.files)


def test_an_invalid_spec_makes_no_dossier(shop):
    (shop / "specs" / "bad.yaml").write_text("kind: Nonsense\n", encoding="utf-8")

    with pytest.raises(SpecInvalidError):
        dossier("churn", shop, STAGING, DAY)


@pytest.mark.parametrize("name", ["out.tar", "out.tar.gz", "out.tgz", "out.7z"])
def test_another_kind_of_archive_is_refused_and_not_made_as_a_folder(made, tmp_path, name):
    with pytest.raises(UsageError, match="as an archive that mlspec does not write") as error:
        write_dossier(tmp_path / name, made)

    assert ".zip" in error.value.hint
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["d3.txt", "d.PDF", "d.html", "d.json", "d.docx"])
def test_a_name_of_one_document_is_refused_and_not_made_as_a_folder(made, tmp_path, name):
    with pytest.raises(UsageError, match="is called as a single document") as error:
        write_dossier(tmp_path / name, made)

    assert ".zip" in error.value.hint
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["d3.txt", "d.zip"])
def test_a_folder_that_is_there_and_empty_is_filled_whatever_it_is_called(made, tmp_path, name):
    (tmp_path / name).mkdir()

    write_dossier(tmp_path / name, made)

    assert (tmp_path / name / "index.html").is_file()


@pytest.mark.parametrize("name", ["v2.3", "county.prod", "churn@v1"])
def test_a_folder_can_have_a_full_stop_in_its_name(made, tmp_path, name):
    write_dossier(tmp_path / name, made)

    assert (tmp_path / name / "index.html").is_file()


def test_an_archive_is_one_in_capital_letters_too(made, tmp_path):
    write_dossier(tmp_path / "D.ZIP", made)

    assert zipfile.is_zipfile(tmp_path / "D.ZIP")
