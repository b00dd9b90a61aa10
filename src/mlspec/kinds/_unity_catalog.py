"""What specs say of models in Unity Catalog. A preview: see its page of the documentation."""

from __future__ import annotations

from typing import Any, Final, Literal

from mlspec.schema import FieldClass, SpecModel, declare

__all__ = ["UnityCatalogEnvironment", "UnityCatalogRegistry"]

_NAME: Final[dict[str, Any]] = {
    "pattern": r"^[a-z0-9_-]{1,255}$",
    "form": "at most 255 small letters, digits, `_` or `-`",
}
_HOST: Final[dict[str, Any]] = {
    "pattern": r"^https?://[^ /@?#]+$",
    "form": "an address such as `https://dbc-a1b2c3d4-e5f6.cloud.databricks.com`",
    "examples": ["https://dbc-a1b2c3d4-e5f6.cloud.databricks.com"],
}


class UnityCatalogRegistry(SpecModel):
    """Catalog and schema of registered models, and where the records are (preview)."""

    host: str | None = declare(
        "Address of the workspace; absent means `DATABRICKS_HOST`. The token is sent only where "
        "that names the same one.",
        FieldClass.POLICY,
        default=None,
        **_HOST,
    )
    catalog: str | None = declare(
        "Catalog of the models.", FieldClass.POLICY, default=None, examples=["ml"], **_NAME
    )
    schema_name: str | None = declare(
        "Schema of the models, in the catalog.",
        FieldClass.POLICY,
        default=None,
        alias="schema",
        examples=["growth"],
        **_NAME,
    )
    records: Literal["embedded", "git"] = declare(
        "Backend that keeps the records, such as approvals and events: the catalog has no place.",
        FieldClass.POLICY,
        default="embedded",
    )
    name_prefix: str = declare(
        "How the names of registered models begin, where several workspaces share a schema.",
        FieldClass.POLICY,
        default="",
        pattern=r"^[a-z0-9_-]{0,64}$",
        form="at most 64 small letters, digits, `_` or `-`",
        examples=["growth-"],
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know."""
        return {
            "host": self.host or "",
            "catalog": self.catalog or "",
            "schema": self.schema_name or "",
            "prefix": self.name_prefix,
        }


class UnityCatalogEnvironment(SpecModel):
    """What an environment is in Unity Catalog (preview)."""

    catalog: str | None = declare(
        "Its own catalog; absent means `registry.unityCatalog.catalog`.",
        FieldClass.POLICY,
        default=None,
        examples=["prod"],
        **_NAME,
    )
    schema_name: str | None = declare(
        "Its own schema; absent means `registry.unityCatalog.schema`.",
        FieldClass.POLICY,
        default=None,
        alias="schema",
        **_NAME,
    )
    alias: str | None = declare(
        "Alias that leads to the version of this environment; absent means its name.",
        FieldClass.POLICY,
        default=None,
        examples=["champion"],
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know of this environment alone."""
        told = {"catalog": self.catalog, "schema": self.schema_name, "alias": self.alias}
        return {key: value for key, value in told.items() if value}
