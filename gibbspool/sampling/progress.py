"""How far a run has got, on standard error."""
import sys


class Progress:
    """Counts sweeps, and reports about twenty times in a run.

    Parameters
    ----------
    total : int
        How many there will be.
    wanted : bool
        Without it nothing is reported.
    """

    def __init__(self, total, wanted):
        self.total, self.wanted, self.done = total, wanted, 0

    def count(self):
        """One more sweep is done."""
        if self.wanted and self.done % max(self.total // 20, 1) == 0:
            print(f"\rsweep {self.done + 1} of {self.total}", end="", file=sys.stderr, flush=True)
        self.done += 1

    def end(self):
        """End the line that the reports stand on."""
        if self.wanted:
            print("", file=sys.stderr)
