"""A data set as Croissant 1.0 (JSON-LD), with the fields of its vocabulary for responsible AI.

What nobody stated is not there. Columns are read from tables of CSV and Parquet; where a file of
another format holds them, Croissant would have to be told more than a spec says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._export_parts import address, hexadecimal, one_line
from mlspec.reporting._licences import spdx_id

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ir import DataColumn, DataSheet

__all__ = ["FILES", "render_croissant"]

FILES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/x-parquet",
}
"""The media type of formats that are one file; Croissant pins a file by its SHA-256."""
_TABLES = ("csv", "parquet")
_TYPES = {
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "float": "sc:Float",
    "int": "sc:Integer",
    "string": "sc:Text",
    "timestamp": "sc:DateTime",
}
_CONTEXT: dict[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def render_croissant(sheet: DataSheet) -> str:
    """Return the description of a data set whose digest is stated, and which is a file.

    Lists of columns are one record set, `rows`; without columns there is none.
    """
    found: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": sheet.name,
        "description": sheet.description or sheet.origin,
        "version": sheet.version,
        "license": _licence(sheet.licence),
        "creator": {"@type": "sc:Organization", "name": sheet.owner} if sheet.owner else {},
        "temporalCoverage": f"{sheet.start}/{sheet.end}" if sheet.start else "",
        "isBasedOn": [*sheet.derived_from],
        "distribution": [_file(sheet)],
        "recordSet": [_rows(sheet)] if sheet.columns and sheet.format in _TABLES else [],
        **_responsible(sheet),
    }
    return pretty_json({key: each for key, each in found.items() if each not in ("", [], {})})


def _licence(licence: str) -> str:
    known = spdx_id(licence)
    return f"https://spdx.org/licenses/{known}.html" if known else one_line(licence)


def _file(sheet: DataSheet) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": "file",
        "name": sheet.uri.rpartition("/")[2] or sheet.name,
        "contentUrl": address(sheet.uri),
        "encodingFormat": FILES[sheet.format],
        "sha256": hexadecimal(sheet.digest),
    }


def _rows(sheet: DataSheet) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": "rows",
        "name": "rows",
        "field": [_field(each) for each in sheet.columns],
    }


def _field(column: DataColumn) -> Json:
    found: dict[str, Json] = {
        "@type": "cr:Field",
        "@id": f"rows/{column.name}",
        "name": column.name,
        "dataType": _TYPES[column.type],
        "source": {"fileObject": {"@id": "file"}, "extract": {"column": column.name}},
    }
    return found | ({"description": column.description} if column.description else {})


def _responsible(sheet: DataSheet) -> dict[str, Json]:
    """Return what the spec says of collection, preparation, gaps and protected columns."""
    return {
        "rai:dataCollection": sheet.origin,
        "rai:dataPreprocessingProtocol": [sheet.preparation] if sheet.preparation else [],
        "rai:dataLimitations": [*sheet.gaps],
        "rai:personalSensitiveInformation": [
            each.name for each in sheet.columns if each.is_sensitive
        ],
    }
