"""The virtual environment beside this file: made once, by the Python that starts the script."""

import os
import pathlib
import subprocess
import sys
import venv

FOLDER = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv"
REQUIREMENTS = FOLDER / "requirements.txt"
OPTIONAL_HEADING = "# optional"
# Holds the requirements that the environment was made from; written after all is installed.
STAMP = ENVIRONMENT / "requirements.txt"


def groups(text):
    """The requirements as (required, optional): two lists of lines."""
    required, optional = [], []
    target = required
    for line in text.splitlines():
        if line.startswith(OPTIONAL_HEADING):
            target = optional
        elif line and not line.startswith("#"):
            target.append(line)
    return required, optional


def install(python):
    """Installs all; raises `CalledProcessError` where a required package cannot be installed."""
    required, optional = groups(REQUIREMENTS.read_text(encoding="utf-8"))
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *required], stdout=sys.stderr, check=True)
    for line in optional:
        # Constraints keep an optional engine from replacing versions that other engines need.
        result = subprocess.run(
            [*pip, "--constraint", REQUIREMENTS, line], stdout=sys.stderr, check=False)
        if result.returncode != 0:
            print(f"{line} cannot be installed and will be missing", file=sys.stderr)


def enter():
    """Continues inside the environment, and makes it where it is missing or has other versions.

    Replaces this process by the same command under the environment's Python, unless this process
    already runs under it.
    """
    if pathlib.Path(sys.prefix) == ENVIRONMENT:
        return
    python = ENVIRONMENT / "bin" / "python"
    wanted = REQUIREMENTS.read_bytes()
    if not STAMP.exists() or STAMP.read_bytes() != wanted:
        print(f"installing the engines into {ENVIRONMENT} (6 GB, some minutes)", file=sys.stderr)
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        install(python)
        STAMP.write_bytes(wanted)
    os.execv(python, [python, *sys.argv])
