"""`folder`: a registry as a folder of files, where every call lasts and nothing is atomic.

It stands for any system that takes one object at a time: a journal says what is meant to be done,
and every object carries the key of the operation that wrote it.
"""

import json
import os
import secrets
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from mlspec.canonical import canonical_json
from mlspec.errors import (
    OperationFailedError,
    RegistryLockedError,
    RegistryUnavailableError,
    UsageError,
)
from mlspec.ledger import renamed_head
from mlspec.registry import BackendType
from mlspec.state import (
    BreakGlass,
    Checkpoint,
    Event,
    Head,
    Journal,
    LackingApprovals,
    Lifecycle,
    ObjectRecord,
    PassedOver,
    RunOperation,
    RunOutcome,
    RunRecord,
    Snapshot,
    Statement,
    StepStatus,
)


def _write(path, value):
    """Write a file whole or not at all, and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(canonical_json(value))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(path):
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise RegistryUnavailableError(f"`{path}` is damaged") from error


@contextmanager
def _guarded(path):
    try:
        yield
    except OSError as error:
        raise RegistryUnavailableError(f"`{path}` can't be used: {error.strerror}") from error


def _record(value):
    return ObjectRecord(**value | {"lifecycle": Lifecycle(value["lifecycle"])})


def _run(value):
    operations = tuple(
        RunOperation(**each | {"status": StepStatus(each["status"])})
        for each in value["operations"]
    )
    glass = _glass(value["break_glass"]) if value["break_glass"] else None
    outcome = RunOutcome(value["outcome"])
    return RunRecord(**value | {"operations": operations, "outcome": outcome, "break_glass": glass})


def _glass(value):
    told = value["passed_over"]
    lacking = tuple(LackingApprovals(**each) for each in told["approvals"])
    listed = {each: tuple(told[each]) for each in ("freezes", "rules")}
    passed_over = PassedOver(**told | listed | {"approvals": lacking})
    return BreakGlass(**value | {"passed_over": passed_over})


class FolderRegistry:
    """One environment in a folder of its own."""

    def __init__(self, place, environment):
        self.root = place.path.with_name("folder")
        self.folder = self.root / environment
        self.environment = environment

    def observe(self, *, bodies=True):
        """Return the objects; what another run is writing may be among them."""
        with _guarded(self.folder):
            lineage = self.root / "lineage"
            if not lineage.exists():
                return Snapshot(self.environment, "", 0, "")
            return self.snapshot(_read(lineage), bodies=bodies)

    def snapshot(self, lineage, *, bodies):
        """Return the state as the files say it."""
        files = sorted((self.folder / "objects").glob("*/*.json"))
        found = [_record(_read(file)) for file in files if file.is_file()]
        if bodies:
            texts = self.bodies({each.digest for each in found})
            found = [replace(each, body=texts.get(each.digest)) for each in found]
        objects = {each.address: each for each in sorted(found, key=lambda each: each.address)}
        runs = self._numbered("runs")
        sealed = self._numbered("checkpoints")
        head = _read(sealed[-1])["digest"] if sealed else ""
        return Snapshot(self.environment, lineage, len(runs), head, objects, len(sealed))

    def bodies(self, digests):
        """Return bodies by digest."""
        files = {each: self.root / "bodies" / f"{each.replace(':', '-')}.json" for each in digests}
        return {each: _read(file) for each, file in sorted(files.items()) if file.exists()}

    @contextmanager
    def transaction(self, owner=""):
        """Hold the lock, which dies with the process."""
        with _guarded(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except OSError as error:
                holder = os.pread(lock, 1000, 0).decode(errors="replace")
                raise RegistryLockedError(f"another run holds the registry: {holder}") from error
            with _guarded(self.folder):
                os.ftruncate(lock, 0)
                os.pwrite(lock, owner.encode(), 0)
                yield _Transaction(self)
        finally:
            os.close(lock)

    def runs(self):
        """Yield the runs in order."""
        return iter([_run(_read(each)) for each in self._numbered("runs")])

    def events(self, address=None):
        """Yield the events in order of address and number."""
        chains = self.folder / "events"
        folders = [chains / address] if address else sorted(chains.glob("*/*"))
        return (
            Event(**_read(file))
            for folder in sorted(folders, key=lambda each: each.parts)
            for file in self._files(folder)
        )

    def heads(self):
        """Return the newest event of each chain: no head is kept apart from them."""
        newest = {each.address: each for each in self.events()}
        return {address: Head(each.sequence, each.digest) for address, each in newest.items()}

    def checkpoints(self):
        """Yield the checkpoints in order."""
        return iter([Checkpoint(**_read(each)) for each in self._numbered("checkpoints")])

    def statements(self, digests=None):
        """Return the kept documents."""
        kept = [Statement(**_read(file)) for file in (self.folder / "statements").glob("*.json")]
        return {each.digest: each for each in kept if digests is None or each.digest in digests}

    def published(self, _branch):
        """Nothing is ever published from here."""

    def _numbered(self, name):
        return self._files(self.folder / name)

    @staticmethod
    def _files(folder):
        return sorted(folder.glob("*.json"), key=lambda file: int(file.stem))


class _Transaction:
    is_atomic = False

    def __init__(self, registry):
        self._registry, self._folder = registry, registry.folder
        lineage = registry.root / "lineage"
        self._lineage = _read(lineage) if lineage.exists() else secrets.token_hex(16)
        self._journal = self._folder / "journal.jsonl"
        self._put_in_place()

    def snapshot(self):
        return self._registry.snapshot(self._lineage, bodies=False)

    def bodies(self, digests):
        return self._registry.bodies(digests)

    def heads(self):
        return self._registry.heads()

    def restore_heads(self, _heads):
        """Nothing: the events are the heads."""

    def runs_of(self, plan_digest):
        return tuple(each for each in self._registry.runs() if each.plan_digest == plan_digest)

    def journal(self):
        with suppress(FileNotFoundError):
            return self._open_run(self._journal.read_text("utf-8"))
        return None

    def _open_run(self, text):
        """Return the journal; a line that a kill cut off says nothing."""
        lines = []
        for line in text.splitlines():
            with suppress(ValueError):
                lines.append(json.loads(line))
        begun, marks = lines[0], lines[1:]
        steps = begun["steps"] | {each["op_id"]: each["status"] for each in marks}
        if begun["run_id"] in {each.run_id for each in self._registry.runs()}:
            return None  # it was recorded, and killed before the journal was taken away
        statuses = {op_id: StepStatus(status) for op_id, status in steps.items()}
        return Journal(**begun | {"steps": statuses})

    def begin(self, journal):
        _write(self._registry.root / "lineage", self._lineage)
        _write(self._journal, asdict(journal))

    def mark(self, op_id, status):
        content = self._journal.read_bytes()
        start = b"" if content.endswith(b"\n") else b"\n"
        with self._journal.open("ab") as stream:
            stream.write(start + canonical_json({"op_id": op_id, "status": status}) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def probe(self, op_id):
        gone = self._folder / "gone" / op_id
        if gone.exists():
            return not self._object(_read(gone)).exists()
        return any(each.op_id == op_id for each in self.snapshot().objects.values())

    def put(self, record):
        self._keep_body(record)
        try:
            _write(self._object(record.address), asdict(replace(record, body=None)))
        except (IsADirectoryError, NotADirectoryError, PermissionError) as error:
            why = f"`{record.address}` can't be written: {error.strerror}"
            raise OperationFailedError(why) from error

    def rename(self, previous, record):
        """Move the object by writing its new address; the file follows, now or in the next run."""
        self._keep_body(record)
        _write(self._object(previous), asdict(replace(record, body=None)))
        self._put_in_place()

    def remove(self, address, op_id):
        _write(self._folder / "gone" / op_id, address)
        self._object(address).unlink(missing_ok=True)

    def append(self, events):
        heads = self.heads()
        for event in events:
            former = event.body.get("predicate", {}).get("previousAddress", "")
            head = heads.get(event.address, Head())
            if former:
                head = renamed_head(heads.get(former, Head()), head)
            if (event.sequence, event.previous) != (head.sequence + 1, head.digest):
                raise ValueError(f"event {event.sequence} of {event.address} does not follow")
            path = self._folder / "events" / event.address / f"{event.sequence}.json"
            _write(path, asdict(event))
            heads[event.address] = Head(event.sequence, event.digest)

    def keep(self, statements):
        for each in statements:
            path = self._folder / "statements" / f"{each.digest.replace(':', '-')}.json"
            if not path.exists():
                _write(path, asdict(each))

    def seal(self, checkpoint):
        state = self.snapshot()
        if (checkpoint.sequence, checkpoint.previous) != (state.sequence + 1, state.head):
            raise ValueError(f"checkpoint {checkpoint.sequence} does not follow")
        _write(self._folder / "checkpoints" / f"{checkpoint.sequence}.json", asdict(checkpoint))

    def publish(self, _publication):
        raise UsageError("the `folder` registry has no branch to publish to")

    def finish(self, run):
        serial = self.snapshot().serial
        if not 1 <= run.serial <= serial + 1:
            raise ValueError(f"serial {run.serial} does not follow serial {serial}")
        _write(self._folder / "runs" / f"{run.serial}.json", asdict(run))
        self._journal.unlink(missing_ok=True)

    def _keep_body(self, record):
        if record.body is not None:
            name = f"{record.digest.replace(':', '-')}.json"
            _write(self._registry.root / "bodies" / name, record.body)

    def _put_in_place(self):
        for file in (self._folder / "objects").glob("*/*.json"):
            if file.is_file():
                belongs = self._object(_read(file)["address"])
                belongs.parent.mkdir(exist_ok=True)
                file.rename(belongs)

    def _object(self, address):
        return self._folder / "objects" / f"{address}.json"


BACKEND = BackendType("folder", "A folder of files, one object at a time.", FolderRegistry)
