"""Values that pass between planning and registry backends."""

from mlspec.state._model import Event, ObjectRecord, RunRecord, Snapshot

__all__ = ["Event", "ObjectRecord", "RunRecord", "Snapshot"]
