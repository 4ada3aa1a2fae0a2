"""The commands as an operator calls them."""

import os
import subprocess
from pathlib import Path

from tests.serving import ALIGNMENT, PATIENCE


def alignment(data: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a command on this data said and how it ended."""
    ours = {"ALIGNMENT_DATA_DIR": str(data), "ALIGNMENT_DATABASE_URL": ""}
    return subprocess.run(  # noqa: PLW1510 the exit status is what is asked
        [ALIGNMENT, *command],
        env=os.environ | ours | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
