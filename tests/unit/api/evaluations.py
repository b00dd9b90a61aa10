"""What the model of a fresh workspace said of cases whose truth is known: well enough to pass."""

from __future__ import annotations


def write_evaluation(root):
    """Write the file that the gate of `mlspec init` reads, and return it."""
    rows = [f"c{n},{n % 2},{0.2 + 0.6 * ((n + n % 7 // 6) % 2):.1f}" for n in range(600)]
    file = root / "evaluation" / "churn.csv"
    file.parent.mkdir()
    file.write_text("\n".join(["customer_id,left,score", *rows]) + "\n", "utf-8")
    return file
