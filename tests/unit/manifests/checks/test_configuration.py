import pytest
from inline_snapshot import snapshot


@pytest.mark.parametrize(
    ("kind", "parts", "told"),
    [
        (
            "ConfigMap",
            "data: {a: b}\nbinaryData: {a: ''}",
            snapshot(["MLS1143 5 `a` stands in `data` already"]),
        ),
        (
            "ConfigMap",
            "data: {..: b, '': c, a.json: d}",
            snapshot(
                [
                    "MLS1143 4 a key has at most 253 letters, digits, `-`, `_` and `.`",
                    "MLS1143 4 a key has at most 253 letters, digits, `-`, `_` and `.`",
                ]
            ),
        ),
        (
            "ConfigMap",
            "binaryData: {a: YQ==, b: Y}",
            snapshot(["MLS1297 4 the value is no base64"]),
        ),
        (
            "Secret",
            "data: {a: YQ==}",
            snapshot(
                ["MLS1298 4 the values of this Secret can be read by everybody who has the file"]
            ),
        ),
        ("Secret", "stringData: {a: '{{ vault }}', b: ''}", snapshot([])),
        ("Secret", "data: {a: ''}\nstringData: {a: ''}", snapshot([])),
    ],
)
def test_data(found, kind, parts, told):
    text = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: fraud}}\n{parts}\n"

    assert told == found(text, "configuration")
