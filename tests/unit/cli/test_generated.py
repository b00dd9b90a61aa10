from pathlib import Path

from mlspec.cli.generate import generated

CHECKOUT = Path(__file__).parents[3]


def test_generated_files_are_up_to_date():
    for path, text in generated().items():
        assert text == (CHECKOUT / path).read_text(encoding="utf-8"), (
            f"{path} is out of date: run `python -m mlspec.cli.generate`"
        )


def test_no_page_of_codes_is_left_over():
    wanted = {Path(path).name for path in generated() if path.startswith("docs/rules/")}

    assert wanted == {path.name for path in (CHECKOUT / "docs" / "rules").glob("*.md")}
