"""The one place that knows jinja2: templates to text.

Templates are shipped in `templates/`; a workspace may replace one by a file of the same name in a
folder of its own. Both are sandboxed and checked alike when they are loaded: every output ends in
a filter that quotes for the format of the file. A template sees the values it is given and
`data(name)`, the content of a JSON file beside it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlspec.errors import MlspecError, OutputError, UsageError
from mlspec.resources import data_path
from mlspec.targets._quoting import FORMATS, QUOTING
from mlspec.targets._sandbox import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from types import TracebackType

    from jinja2 import BaseLoader, Environment, Template, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from mlspec.canonical import Json
    from mlspec.targets._port import Renderer

__all__ = ["template_renderer", "unquoted_outputs"]

_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_HINT = "correct the template; `{{ value | yaml }}` quotes for YAML, `html`, `markdown` likewise"


def template_renderer(overrides: Path | None = None) -> Renderer:
    """Return a function that fills templates; files in `overrides` replace shipped ones.

    The function raises UsageError for a template of the workspace that can't be used, with its
    file and line, and OutputError for one of ours. jinja2 is imported on the first call.
    """
    return _Templates(overrides)


class _Templates:
    """A renderer; it finds, checks and caches templates."""

    def __init__(self, overrides: Path | None) -> None:
        self._shipped = data_path("templates")
        self._overrides = overrides
        self._environment: ImmutableSandboxedEnvironment | None = None
        self._replaced: dict[str, bool] = {}

    def replaces(self, template: str) -> bool:
        """Tell whether the workspace has a template of its own in place of a shipped one."""
        known = self._replaced.get(template)
        if known is None:  # looked for once, as a template is read once
            folder = self._overrides
            known = self._replaced[template] = folder is not None and (folder / template).is_file()
        return known

    def __call__(self, template: str, values: Mapping[str, object]) -> str:
        """Return the text of `<target>/<file>.j2` filled with values."""
        from jinja2 import TemplateError, TemplateSyntaxError

        environment = self._environment = self._environment or self._open()
        try:
            return environment.get_template(template).render(values)
        except TemplateSyntaxError as error:
            raise self._failure(Path(error.filename or template), error.lineno, error) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            raise self._failure(*_place(error.__traceback__, template), error) from error

    def _open(self) -> ImmutableSandboxedEnvironment:
        from jinja2 import StrictUndefined

        environment = sandbox()(
            loader=_loader(self._load),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            newline_sequence="\n",
        )
        environment.filters.update(QUOTING)
        environment.globals = {"data": self._data, "range": environment.globals["range"]}
        return environment

    def _load(
        self, environment: Environment, name: str, names: MutableMapping[str, Any]
    ) -> Template:
        """Return a template, parsed once, to be checked and to be used."""
        file = self._find(name)
        tree = environment.parse(_read(file), name, str(file))
        for line, problem in _unquoted(tree, str(file)):
            raise self._failure(file, line, problem)
        code = environment.compile(tree, name, str(file))
        return environment.template_class.from_code(environment, code, names, lambda: True)

    def _data(self, name: object) -> Json:
        file = self._find(name)
        try:
            content: Json = json.loads(_read(file))
        except (ValueError, RecursionError) as error:
            raise self._failure(file, getattr(error, "lineno", 1), error) from error
        return content

    def _find(self, name: object) -> Path:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not the name of a template")
        for folder in filter(None, (self._overrides, self._shipped)):
            if (folder / name).is_file():
                return _inside(folder, name)
        raise OutputError(f"there is no template `{name}`")

    def _failure(self, file: Path, line: int, problem: object) -> MlspecError:
        if isinstance(problem, MlspecError):
            return problem
        message = f"the template `{file}:{line}` can't be used: {problem}"
        if self._overrides is not None and file.is_relative_to(self._overrides):
            return UsageError(message, hint=_HINT)
        return OutputError(message)


def _loader(
    give: Callable[[Environment, str, MutableMapping[str, Any]], Template],
) -> BaseLoader:
    from jinja2 import BaseLoader

    class Loader(BaseLoader):
        def load(
            self,
            environment: Environment,
            name: str,
            globals: MutableMapping[str, Any] | None = None,  # noqa: A002
        ) -> Template:
            return give(environment, name, globals or {})

    return Loader()


def unquoted_outputs(
    environment: ImmutableSandboxedEnvironment, text: str, file: str
) -> list[tuple[int, str]]:
    """Return line and reason of every output that does not end in a filter for its format."""
    return _unquoted(environment.parse(text, file, file), file)


def _unquoted(tree: nodes.Template, file: str) -> list[tuple[int, str]]:
    from jinja2 import nodes

    allowed = FORMATS.get(Path(file.removesuffix(".j2")).suffix, frozenset(QUOTING))
    found = [
        (each.lineno, f"an output must end in one of the filters {', '.join(sorted(allowed))}")
        for output in tree.find_all(nodes.Output)
        for each in output.nodes
        if not isinstance(each, nodes.TemplateData) and not _is_quoted(each, allowed)
    ]
    blocks = (nodes.FilterBlock, nodes.CallBlock)
    found += [(each.lineno, "text is changed after quoting") for each in tree.find_all(blocks)]
    return sorted(found)


def _is_quoted(node: nodes.Node, allowed: frozenset[str]) -> bool:
    from jinja2 import nodes

    return isinstance(node, nodes.Filter) and node.name in allowed


def _inside(folder: Path, name: str) -> Path:
    if not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"the template `{name}` is a link out of `{folder}`")
    return folder / name


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the template `{file}` can't be read: {error}") from error


def _place(trace: TracebackType | None, template: str) -> tuple[Path, int]:
    """Return the innermost template line that an error came through."""
    found = (Path(template), 1)
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.suffix == ".j2":
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found
