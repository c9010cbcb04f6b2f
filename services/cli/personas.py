"""The characters of simulated customers, as they are named on the command line."""

from collections.abc import Sequence

from services.cli.program import USAGE, Failed
from simulation.personas import NAMES, Name


def personas_of(names: Sequence[str]) -> Sequence[Name]:
    """Those that are named, in their order; raises Failed for one that there is not."""
    if unknown := sorted(set(names) - set(NAMES)):
        raise Failed(f"There is no persona {', '.join(unknown)}; there are {', '.join(NAMES)}.", USAGE)
    return [name for name in NAMES if name in names]
