"""`gate profile`: the distribution of each column of a table, as counts in bins."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._looks import looks_like
from mlspec.api._profile_request import (
    ProfileRequest,
    is_remote,
    like_reference,
    require_columns,
    sound,
)
from mlspec.api._signers import signers_text
from mlspec.api.files import read_text, write_text
from mlspec.canonical import digest_bytes, digest_file
from mlspec.errors import (
    EvidenceMissingError,
    PolicyDeniedError,
    TamperedPlanError,
    UsageError,
)
from mlspec.evidence import (
    AGGREGATES_TYPE,
    MAX_BYTES,
    PROFILE_TYPE,
    FileContent,
    Frame,
    Material,
    Profile,
    Provenance,
    Reason,
    ValueCounts,
    Wanted,
    count_features,
    load_readers,
    locate,
    memory_table,
    read_profile,
    reader_of,
    reference_features,
    write_profile,
)
from mlspec.ledger import signing
from mlspec.planning import SIGNERS_FILE
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import FeatureProfile, Source
    from mlspec.gates import EvaluationInputs
    from mlspec.stats.engines._table import Table

__all__ = [
    "PROFILE_NAMESPACE",
    "ProfileRequest",
    "make_profile",
    "profile_file",
    "require_signatures",
    "signature_path",
    "unsigned_profiles",
    "write_signed",
]

PROFILE_NAMESPACE = "mlspec.profile"
"""What a signature of a profile is for."""


def make_profile(request: ProfileRequest) -> Profile:
    """Return the profile of a table; the engine `auto` takes DuckDB for what memory can't hold.

    Raises:
        UsageError: there is no such file or column, or the request makes no sense.
        EvidenceMissingError: a column can't be counted.
        MissingExtraError: the engine is not installed.
    """
    request = sound(request)
    try:
        return _profile(request)
    except EvidenceMissingError as error:
        if request.engine != "auto" or error.details != ("too-large",):
            raise
        return _profile(replace(request, engine="duckdb"))


def _profile(request: ProfileRequest) -> Profile:
    digest = _digest(request)
    reference = None if request.reference is None else profile_file(request.reference)
    request = request if reference is None else like_reference(request, reference)
    with _opened(request) as (engine, table):
        if isinstance(table, Reason):
            raise _refused(request.data, table)
        rows, features = table.rows, _features(table, request, reference)
    if isinstance(features, Reason):
        raise _refused(request.data, features)
    if not rows:
        raise _refused(request.data, Reason("empty-file", "the table has no rows"))
    if digest != _digest(request):
        raise _refused(request.data, Reason("unreadable-file", "it changed while it was read"))
    return Profile(
        Material("data", Path(request.data).name, digest, rows),
        rows,
        features,
        (digest,) if digest else (),
        Provenance("mlspec", __version__, request.collected_at),
        engine,
    )


def profile_file(path: Path) -> Profile:
    """Return a profile that was written to a file.

    Raises:
        UsageError: the file is not there, or is no profile.
        TamperedPlanError: it was edited.
    """
    text = read_text(path)
    content = FileContent("profile", path.name, text.encode(), digest_bytes(text.encode()))
    found = read_profile(content, Wanted())
    if isinstance(found, Profile):
        return found
    if found.code == "profile-edited":
        raise TamperedPlanError(f"`{path}` was edited: {found.sentence}")
    if found.code == "malformed-report" and PROFILE_TYPE not in text:
        raise UsageError(
            f"`{path}` is no profile, but {looks_like(content.content)}",
            hint="`mlspec gate profile DATA --out FILE` makes one",
        )
    raise UsageError(f"`{path}` is no profile: {found.sentence}")


def write_signed(path: Path, profile: Profile, key: Path | None) -> tuple[Path, ...]:
    """Write a profile, and its signature beside it where there is a key; return the files.

    Raises:
        OutputError: a file can't be written.
        UsageError: the key can't sign.
    """
    text = write_profile(replace(profile, signed=key is not None))
    beside = signature_path(path)
    signature = None if key is None else signing.sign(text.encode(), key, PROFILE_NAMESPACE)
    write_text(path, text)
    if signature is None:
        beside.unlink(missing_ok=True)  # it would be for what the file said before
        return (path,)
    write_text(beside, signature)
    return (path, beside)


def signature_path(path: Path) -> Path:
    """Return where the signature of a profile lies."""
    return path.with_name(f"{path.name}.sig")


def signature_doubt(path: Path) -> str:
    """Return why the signature of a profile will not count; "" where it does, or nobody can tell.

    Asked are the allowed signers of the workspace that the profile lies in.
    """
    folder = next((e for e in path.absolute().parents if (e / WORKSPACE_FILE).is_file()), None)
    signers = signers_text(folder) if folder else ""
    if not signers or not signature_path(path).is_file():
        return ""
    return _wrong_beside(path, signers) or ""


def require_signatures(root: Path, signers: str, inputs: EvaluationInputs | None) -> None:
    """Refuse a profile beside which there is a signature that does not hold, or no longer one.

    Raises:
        PolicyDeniedError: the signature is whole, but its key may not sign profiles.
        TamperedPlanError: the signature is not one of this text by an allowed signer, or the
            profile was signed and its signature is gone.
    """
    sources = () if inputs is None else inputs.sources
    for stated in sources:
        path = locate(root, stated.file)
        if stated.format != "profile" or isinstance(path, Reason):
            continue  # what is not there has no verdict
        wrong = _wrong_beside(path, signers)
        if wrong == signing.not_admitted(PROFILE_NAMESPACE):
            raise PolicyDeniedError(
                f"the signature of `{stated.file}` does not count: {wrong}",
                hint=f"add `{PROFILE_NAMESPACE}` to `namespaces` of the key in `{SIGNERS_FILE}`, "
                "or sign with another key: `mlspec gate profile DATA --out FILE --sign KEY`",
            )
        if wrong:
            raise TamperedPlanError(
                f"the signature of `{stated.file}` does not hold: {wrong}",
                hint="make the profile again with `mlspec gate profile --sign`",
            )


def unsigned_profiles(root: Path, signers: str, inputs: EvaluationInputs | None) -> tuple[str, ...]:
    """Return the files of reference profiles that no allowed signer signed, in order of name.

    A profile that is not there has no signature either.
    """
    sources = () if inputs is None else inputs.sources
    stated = sorted({each.file for each in sources if each.format == "profile"})
    return tuple(each for each in stated if not _is_signed(locate(root, each), signers))


def _is_signed(path: Path | Reason, signers: str) -> bool:
    if isinstance(path, Reason) or not signature_path(path).is_file():
        return False
    try:
        return _wrong(path.read_bytes(), read_text(signature_path(path)), signers) is None
    except (OSError, UsageError):
        return False


def _wrong_beside(path: Path, signers: str) -> str | None:
    beside, content = signature_path(path), path.read_bytes()
    if beside.is_file():
        return _wrong(content, read_text(beside), signers)
    found = read_profile(FileContent("profile", path.name, content, ""), Wanted())
    if isinstance(found, Profile) and found.signed:
        return f"the profile was signed, and `{beside.name}` is gone"
    return None


def _wrong(content: bytes, signature: str, signers: str) -> str | None:
    principals = signing.principals_of(signature, signers)
    if not principals:
        return "its key is not among the allowed signers"
    found = [
        signing.verify(content, signature, signers, each, PROFILE_NAMESPACE, None)
        for each in principals
    ]
    return None if None in found else found[0]


def _digest(request: ProfileRequest) -> str:
    """Return the digest of a file; a folder or a table of a catalogue has none."""
    path = Path(request.data)
    is_table = request.engine == "spark" and not path.is_file()
    if is_table or is_remote(request):
        return ""
    try:
        return digest_file(path)
    except OSError as error:
        raise UsageError(f"`{request.data}` can't be read: {error.strerror}") from error


@contextmanager
def _opened(request: ProfileRequest) -> Iterator[tuple[str, Table | Reason]]:
    """Yield the name of the engine and the table, or why it can't be opened."""
    from mlspec.stats.engines._table import ColumnError

    engine = _engine(request)
    with TemporaryDirectory(prefix="mlspec-") as spill:
        try:
            if engine == "numpy":
                yield engine, _in_memory(request)
            elif engine == "spark":
                from mlspec.stats.engines._spark import open_spark

                with open_spark(request.data) as table:
                    require_columns(request, table.names)
                    yield engine, table
            else:
                from mlspec.stats.engines._duckdb import open_duckdb

                with open_duckdb(request.data, spill, memory=request.memory) as table:
                    require_columns(request, table.names)
                    yield engine, table
        except ColumnError as error:
            raise _refused(request.data, Reason(error.code, str(error))) from error


def _engine(request: ProfileRequest) -> str:
    if request.engine != "auto":
        return request.engine
    is_far = is_remote(request) or Path(request.data).stat().st_size > MAX_BYTES
    return "duckdb" if is_far else "numpy"


def _in_memory(request: ProfileRequest) -> Table | Reason:
    path = Path(request.data)
    content = path.read_bytes()
    file = FileContent("data", path.name, content, digest_bytes(content))
    if file.suffix == ".json":
        return _answered(request, load_readers()["aggregates"].read(file, Wanted()), content)
    reader = reader_of(None, file.suffix)
    if reader is None or reader.gives != "Frame":
        return Reason("unknown-format", "no reader of tables knows the suffix")
    frame = reader.read(file, Wanted(request.columns))
    if isinstance(frame, Frame) and not request.columns:
        frame = reader.read(file, Wanted(frame.names))
    if isinstance(frame, Reason):
        return frame
    if not isinstance(frame, Frame):
        return Reason("unknown-format", "the file is no table")
    require_columns(request, frame.names)
    names = _kept(request.columns or frame.names, request)
    return memory_table(frame, names, request.categorical)


def _answered(request: ProfileRequest, found: Source | Reason, content: bytes) -> Table | Reason:
    """Return what an engine answered to a query of `gate sql --shape quantiles`, as a table."""
    is_answer = AGGREGATES_TYPE.encode() in content
    if isinstance(found, Reason) and found.code == "malformed-report" and not is_answer:
        sentence = f"it is {looks_like(content)}; JSON is profiled where `gate sql` asked for it"
        return Reason(found.code, sentence)
    if isinstance(found, Reason):
        return found
    if not isinstance(found, ValueCounts):
        return Reason("source-of-another-kind", "the answer counts no values")
    require_columns(request, found.table.names)
    return found.table


def _kept(names: Sequence[str], request: ProfileRequest) -> list[str]:
    return [each for each in names if each not in request.without]


def _features(
    table: Table, request: ProfileRequest, reference: Profile | None
) -> tuple[FeatureProfile, ...] | Reason:
    if reference is not None:
        bins = reference.bins()
        return count_features(table, {name: bins[name] for name in request.columns})
    names = _kept(request.columns or table.names, request)
    return reference_features(table, names, [n for n in request.categorical if n in names])


def _refused(data: str, reason: Reason) -> EvidenceMissingError:
    return EvidenceMissingError(
        f"`{data}` can't be profiled: {reason.sentence}", details=(reason.code,)
    )
