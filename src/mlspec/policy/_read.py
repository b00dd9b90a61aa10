"""The files of a pack -> the pack, or everything that is wrong with it.

Pure: files are texts here. Nothing of a pack runs while it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from mlspec.canonical import digest_bytes
from mlspec.diagnostics import has_errors
from mlspec.policy._days import unreal_days
from mlspec.policy._documents import (
    PACK_LANGUAGE,
    PolicyPackSpec,
    RuleSpec,
    RuleTestSpec,
    TierRuleSpec,
)
from mlspec.policy._dossiers import DossierMapSpec, fields_of, held_by
from mlspec.policy._environment import environment_of, kind_of
from mlspec.policy._expressions import Faulty, condition, sentence
from mlspec.policy._model import Pack, PackDossier, PackRule, PackTest, PackTierRule, Wording
from mlspec.policy._report import report
from mlspec.schema import DocumentPlace, bind
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.cel import Environment, Program
    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.policy._documents import Delay, PolicyMetadata
    from mlspec.policy._files import PackFiles
    from mlspec.syntax import Document

__all__ = ["ReadPack", "read_pack"]

_HOME = "pack.yaml"

NamedT = TypeVar("NamedT", PackRule, PackTierRule)


@dataclass(frozen=True)
class ReadPack:
    """What came out of the files; `pack` is absent where they have errors."""

    pack: Pack | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]


@dataclass
class _Reader:
    """What reading has found so far."""

    files: PackFiles
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, SourceText] = field(default_factory=dict)
    home: tuple[PolicyMetadata, PolicyPackSpec] | None = None
    home_span: Span | None = None
    rules: dict[str, PackRule] = field(default_factory=dict)
    tiers: dict[str, PackTierRule] = field(default_factory=dict)
    tests: list[PackTest] = field(default_factory=list)
    dossiers: dict[str, PackDossier] = field(default_factory=dict)

    def read(self, name: str) -> None:
        """Read the documents of one file."""
        source = SourceText(f"{self.files.shown}/{name}", self.files.content[name])
        self.sources[source.file] = source
        parsed = parse(source)
        self.diagnostics += parsed.diagnostics
        for document in parsed.documents:
            self._bind(document, name)

    def _bind(self, document: Document, name: str) -> None:
        bound = bind(document.data, DocumentPlace(document), PACK_LANGUAGE)
        self.diagnostics += bound.diagnostics
        if bound.metadata is None or bound.spec is None:
            return
        metadata, spec = bound.metadata, bound.spec
        self.diagnostics += unreal_days(spec, document)
        if isinstance(spec, PolicyPackSpec):
            self._add_home(metadata, spec, document, name)
        elif isinstance(spec, RuleSpec):
            self._add_rule(metadata, spec, document)
        elif isinstance(spec, TierRuleSpec):
            self._add_tier(metadata, spec, document)
        elif isinstance(spec, RuleTestSpec):
            self.tests.append(PackTest(metadata.name, spec, document.span(("spec", "cases"))))
        elif isinstance(spec, DossierMapSpec):
            self._add_dossier(metadata, spec, document)

    def _add_home(
        self, metadata: PolicyMetadata, spec: PolicyPackSpec, document: Document, name: str
    ) -> None:
        if name == _HOME:
            self.home, self.home_span = (metadata, spec), document.span(("spec", "delays"))
        for index, each in enumerate(spec.delays):
            if (each.applies_from is None) == (each.applies_when is None):
                told = f"the delay `{each.id}` is to state either `appliesFrom` or `appliesWhen`"
                span = document.span(("spec", "delays", index))
                self.diagnostics.append(report("misspelt-expression", told, span))

    def _add_rule(self, metadata: PolicyMetadata, spec: RuleSpec, document: Document) -> None:
        span = document.span(("metadata", "name"))
        by_kind: dict[str, Wording] = {}
        for index, prefix in enumerate(spec.kinds):
            kind = kind_of(prefix)
            if kind is None:
                told = f"there are no resources of the kind `{prefix}`"
                place = document.span(("spec", "kinds", index))
                self.diagnostics.append(report("misspelt-expression", told, place))
            elif (wording := self._wording(spec, kind, document)) is not None:
                by_kind[kind] = wording
        rule = PackRule(metadata.name, metadata.title or metadata.name, spec, by_kind, span)
        self._keep(self.rules, rule, span)

    def _wording(self, spec: RuleSpec, kind: str, document: Document) -> Wording | None:
        environment = environment_of(kind)
        try:
            return Wording(
                condition(spec.when, environment, document.span(("spec", "when"))),
                condition(spec.require, environment, document.span(("spec", "require"))),
                sentence(spec.message, environment, document.span(("spec", "message"))),
                tuple(self._delays(spec, environment, document)),
            )
        except Faulty as error:
            self.diagnostics += error.diagnostics
            return None

    def _delays(
        self, spec: RuleSpec, environment: Environment, document: Document
    ) -> Iterator[tuple[Delay, Program]]:
        """Yield the delays of a rule; `pack.yaml`, which states them, is read before rules are."""
        known = {each.id: each for each in self.home[1].delays} if self.home else {}
        for index, name in enumerate(spec.delays):
            span = document.span(("spec", "delays", index))
            if name not in known:
                told = f"`{_HOME}` states no delay `{name}`"
                raise Faulty((report("misspelt-expression", told, span),))
            yield known[name], condition(known[name].when, environment, span)

    def _add_tier(self, metadata: PolicyMetadata, spec: TierRuleSpec, document: Document) -> None:
        environment = environment_of("Model")
        span = document.span(("metadata", "name"))
        try:
            when = condition(spec.when, environment, document.span(("spec", "when")))
            reason = sentence(spec.reason, environment, document.span(("spec", "reason")))
        except Faulty as error:
            self.diagnostics += error.diagnostics
            return
        title = metadata.title or metadata.name
        rule = PackTierRule(metadata.name, title, spec, when, reason, span)
        self._keep(self.tiers, rule, span)

    def _add_dossier(
        self, metadata: PolicyMetadata, spec: DossierMapSpec, document: Document
    ) -> None:
        """Keep a list of points whose fields are fields of a model, or of its data sets."""
        for path, kind, field_path in fields_of(spec):
            try:
                condition(f"has({field_path})", environment_of(kind), document.span(path))
            except Faulty as error:
                self.diagnostics += error.diagnostics
        for path, held in held_by(spec):
            if len(held.places) != 1:
                told = f"`{held.label}` names {len(held.places)} places, not one"
                hint = "name a `field`, a field of `data`, an `item` or a `record`"
                self.diagnostics.append(report("unsound-list", told, document.span(path), hint))
        if metadata.name in self.dossiers:
            told = f"the pack has two lists `{metadata.name}`"
            place = document.span(("metadata", "name"))
            self.diagnostics.append(report("unsound-list", told, place, "give one another name"))
        found = PackDossier(metadata.name, metadata.title or metadata.name, spec)
        self.dossiers.setdefault(metadata.name, found)

    def _keep(self, kept: dict[str, NamedT], rule: NamedT, span: Span) -> None:
        if rule.id in self.rules or rule.id in self.tiers:
            told = f"the pack has two rules `{rule.id}`"
            self.diagnostics.append(report("doubled-rule", told, span, "give one another id"))
        kept.setdefault(rule.id, rule)


def read_pack(files: PackFiles) -> ReadPack:
    """Return the pack of some files, with every diagnostic of every file."""
    reader = _Reader(files)
    for name in sorted(files.content):
        if name.endswith((".yaml", ".yml")):
            reader.read(name)
    reader.diagnostics += _strangers(reader)
    diagnostics = tuple(reader.diagnostics)
    pack = None if has_errors(diagnostics) else _pack(reader)
    return ReadPack(pack, diagnostics, reader.sources)


def _strangers(reader: _Reader) -> Iterator[Diagnostic]:
    """Yield what names a rule that is not there, and the pack that has no `PolicyPack`."""
    if reader.home is None and not has_errors(reader.diagnostics):
        told = f"`{_HOME}` of `{reader.files.shown}` declares no `PolicyPack`"
        yield report("unreadable-pack", told, None, "start it with `kind: PolicyPack`")
    yield from _of_sources(reader)
    yield from _of_lists(reader)
    yield from _of_nothing(reader)
    for test in reader.tests:
        if test.spec.rule not in {*reader.rules, *reader.tiers}:
            told = f"the test `{test.name}` is about `{test.spec.rule}`, which the pack has not"
            yield report("unknown-rule", told, test.span)


def _of_nothing(reader: _Reader) -> Iterator[Diagnostic]:
    """Yield that no rule of the pack looks at anything: then binding it would be for show."""
    judging = [each for each in reader.rules.values() if each.spec.kinds and each.spec.stages]
    if not (judging or reader.tiers or has_errors(reader.diagnostics)):
        told = f"`{reader.files.shown}` has no rule that looks at anything"
        hint = "add a file with `kind: Rule` to `rules/`, or take its `PolicyBinding` away"
        yield report("unreadable-pack", told, None, hint)


def _of_lists(reader: _Reader) -> Iterator[Diagnostic]:
    """Yield lists of a text that the pack has not."""
    known = {each.id for each in reader.home[1].sources} if reader.home else set()
    for listed in reader.dossiers.values() if reader.home else ():
        if listed.spec.source not in known:
            told = f"the list `{listed.name}` is of `{listed.spec.source}`, no source of the pack"
            yield report("unsound-list", told, None, "add the text to `sources` of `pack.yaml`")


def _of_sources(reader: _Reader) -> Iterator[Diagnostic]:
    """Yield excerpts that are not there, or are not those that were read."""
    for each in reader.home[1].sources if reader.home else ():
        content = reader.files.content.get(each.excerpts or "")
        if each.excerpts and content is None:
            told = f"the excerpts of `{each.id}` are not in the pack: `{each.excerpts}`"
            yield report("unsourced-claim", told, None, "add the file, or leave `excerpts` out")
        elif content is not None and each.digest not in (None, digest_bytes(content)):
            told = f"`{each.excerpts}` is not the text whose digest `{each.id}` states"
            yield report("unsourced-claim", told, None, "read it again, and state its digest")


def _pack(reader: _Reader) -> Pack | None:
    if reader.home is None:
        return None
    metadata, spec = reader.home
    return Pack(
        metadata.name,
        metadata.version or "",
        metadata.title or metadata.name,
        reader.files.digest,
        spec,
        tuple(reader.rules[each] for each in sorted(reader.rules)),
        tuple(reader.tiers[each] for each in sorted(reader.tiers)),
        tuple(sorted(reader.tests, key=lambda each: (each.spec.rule, each.name))),
        {
            each.id: reader.files.content[each.excerpts].decode("utf-8", "replace")
            for each in spec.sources
            if each.excerpts and each.excerpts in reader.files.content
        },
        tuple(reader.dossiers[each] for each in sorted(reader.dossiers)),
        reader.home_span,
    )
