"""Puts the configuration into the wheel; everything else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

# conf/ is the only place where the configuration is kept. A clone reads it there, and so does an
# editable installation; an installed package has no clone beside it.
SHIPPED = ("base", "large", "logging.yml")


class BuildWithConfiguration(build_py):
    """Copies conf/ into the package, without what is personal or of the tests."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        for source, target in self._pairs():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def get_outputs(self, include_bytecode=1):
        return [*super().get_outputs(include_bytecode), *(str(pair[1]) for pair in self._pairs())]

    def _pairs(self):
        conf, built = Path("conf"), Path(self.build_lib, "twinpurify", "conf")
        wanted = [path for name in SHIPPED for path in (conf / name, *(conf / name).rglob("*"))]
        return [(path, built / path.relative_to(conf)) for path in wanted if path.is_file()]


setup(cmdclass={"build_py": BuildWithConfiguration})
