"""A fresh workspace whose models are registered at a server, and what is done there."""

from __future__ import annotations

import re
import shutil
from copy import copy

ENVIRONMENT = "staging"


class Workshop:
    """What `mlspec init` makes, with `registry` put in the place of the embedded backend."""

    def __init__(self, forks, root, registry):
        self.forks, self.root = forks, root
        self.configure("backend: embedded", registry)

    def configure(self, old, new):
        """Write something else into `mlspec.yaml`."""
        settings = self.root / "mlspec.yaml"
        text = settings.read_text()
        assert old in text
        settings.write_text(text.replace(old, new))

    def at(self, root):
        """Return the same workspace in another folder."""
        found = copy(self)
        found.root = root
        return found

    def run(self, *arguments, **options):
        return self.forks.run(*arguments, cwd=self.root, **options)

    def plan(self, code=0):
        return self.run("plan", "--env", ENVIRONMENT, "--out", "plan.json").expect(code)

    def apply(self, code=0, **options):
        done = self.run("apply", "plan.json", **options)
        return done if code is None else done.expect(code)

    def edit(self, name, *changes):
        """Write something else into a spec."""
        file = self.root / "specs" / f"{name}.yaml"
        text = file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)

    def require_drifted(self, meddle, said):
        """Let others meddle after a plan, and assert what is told of it."""
        self.edit("churn", ("Estimates which", "Tells which"))
        self.plan()
        meddle()

        drift = self.run("drift", "--env", ENVIRONMENT).expect(3).out
        stale = self.apply(None)

        for each in said:
            assert each in drift
        assert stale.code == 10, stale.err

    def delete(self, name):
        """Take a spec away, and say that its model goes with it."""
        (self.root / "specs" / f"{name}.yaml").unlink()
        settings = self.root / "mlspec.yaml"
        entry = f"{{address: model/{name}, action: delete, reason: nobody asks it}}"
        settings.write_text(f"{settings.read_text()}\n  removed: [{entry}]\n")


class DoubledShop(Workshop):
    """One at a double of its own, to which `variables` lead."""

    def __init__(self, forks, root, registry, double, variables):
        super().__init__(forks, root, registry)
        self.double, self.variables = double, variables

    def like(self, root, double):
        """Return a copy of it in another folder, with another double that holds the same."""
        double.like(self.double)
        return self.moved(root, double)

    def moved(self, root, double):
        """Return a copy of it in another folder, with another double as it is."""
        found = self.at(shutil.copytree(self.root, root))
        found.double = double
        return found

    def run(self, *arguments, **variables):
        env = self.variables(self.double.address) | variables
        return super().run(*arguments, env=env)

    def deliver(self):
        self.plan()
        self.apply()
        self.require_settled()

    def require_settled(self):
        """Assert that nothing is left to do, and no lock."""
        self.run("plan", "--env", ENVIRONMENT, "--detailed-exitcode").expect(0)
        assert [] == [each for each in self.double.names if "lock" in each]

    def rewrite(self, change):
        """Write what `change` makes of the spec of the model."""
        file = self.root / "specs" / "churn.yaml"
        file.write_text(change(file.read_text()))

    def require_resumed(self, operation):
        """Assert that an apply goes on by the same command after answers that stayed away."""
        self.double.lose_answer(operation, times=9)

        done = self.apply(None)
        self.double.lost.clear()
        assert done.code in {0, 69}, done.err
        self.apply()

        self.require_settled()


def made(forks, folder):
    """Return the folder of a fresh workspace."""
    forks.run("init", folder.name, cwd=folder.parent).expect(0)
    shutil.rmtree(folder / ".github", ignore_errors=True)
    return folder


def moved_version(text):
    """Return the text of a spec with the next version of its artifact."""
    text = re.sub(r"version: v1\n  owner", "version: v2\n  owner", text, count=1)
    return text.replace("churn-v1.onnx", "churn-v2.onnx").replace("2222", "4444")
