"""What a case of the torture found, for a test to judge and for the report to print."""

from dataclasses import dataclass, field

from tests.torture.inspect_site import Findings


@dataclass
class Result:
    """One case: how often it was done, what was lost, and what was wrong."""

    case: str
    promised: str
    runs: int = 0
    lost_s: list[float] = field(default_factory=list)  # of each run, of its worst camera
    problems: list[str] = field(default_factory=list)
    note: str = ""  # what else was measured

    def take(self, what: str, found: Findings, lost_s: float, most_s: float = 2.0) -> None:
        """Adds a run: ``found`` afterwards, and what it lost."""
        self.runs += 1
        self.lost_s.append(lost_s)
        self.problems += [f"{what}: {problem}" for problem in found.problems]
        if lost_s > most_s:
            self.problems.append(f"{what}: {lost_s:.2f} s were lost")

    @property
    def lost(self) -> str:
        """What was lost, in words."""
        if not self.lost_s:
            return self.note
        losses = sorted(self.lost_s)
        middle, most = losses[len(losses) // 2], losses[-1]
        said = f"median {middle:.2f} s, most {most:.2f} s" if self.runs > 1 else f"{most:.2f} s"
        return f"{said}; {self.note}" if self.note else said

    @property
    def verdict(self) -> str:
        """In a word, or the first problem."""
        return "kept" if not self.problems else f"**broken**: {self.problems[0]}"
