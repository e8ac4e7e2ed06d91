"""The Containerfile as it is read, and its build steps run in a folder where no engine is at hand.

python -m tests.deploy.containerfile FOLDER     needs a package registry, and is therefore not a test
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.paths import ROOT

CONTAINERFILE = ROOT / "deploy" / "Containerfile"


class Instruction(NamedTuple):
    """One line: what it does, and with what.

    Attributes:
        stage: 0 for what builds, 1 for what runs.
    """

    stage: int
    name: str
    rest: str


def instructions() -> list[Instruction]:
    """All lines in order, without comments."""
    read: list[Instruction] = []
    stage = -1
    for line in CONTAINERFILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, rest = line.partition(" ")
        stage += name == "FROM"
        read.append(Instruction(stage, name, rest))
    return read


def build_in(folder: Path) -> Path:
    """Run the steps of the first stage, with every folder of the image below another.

    Args:
        folder: where /source, /tools and /opt will be; they must not be there yet.

    Returns:
        The virtual environment that the image runs.

    Raises:
        subprocess.CalledProcessError: a step failed.
    """
    source = folder / "source"
    source.mkdir(parents=True)
    settings = dict(os.environ)
    for stage, name, rest in instructions():
        if stage:
            break
        if name == "ENV":
            settings.update({variable: value for variable, _, value in (part.partition("=") for part in rest.split())})
        elif name == "COPY":
            *sources, target = rest.split()
            for given in sources:
                to = source / target / given if target.startswith("./") else source / target
                to.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / given).is_dir():
                    shutil.copytree(ROOT / given, to, ignore=shutil.ignore_patterns("__pycache__", "made"))
                else:
                    shutil.copy(ROOT / given, to)
        elif name == "RUN":
            command = re.sub(r"(?<!\S)/(?=(?:tools|opt)\b)", f"{folder}/", rest)
            print("RUN", command, flush=True)
            subprocess.run(["sh", "-ec", command], cwd=source, env=settings, check=True)
    return folder / "opt" / "akkoordwijzer"


if __name__ == "__main__":
    print(build_in(Path(sys.argv[1]).resolve()))
