from __future__ import annotations

import pkgutil

from mlspec import api


def test_no_module_stands_in_the_way_of_a_function():
    """Importing `mlspec.api.plan` would put the module where `api.plan` was the function."""
    modules = {each.name for each in pkgutil.iter_modules(api.__path__)}

    assert set() == modules.intersection(api.__all__)
