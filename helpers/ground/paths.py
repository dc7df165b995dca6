"""Ground: where the project stands on disk."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REBUILT = ROOT / "data" / "reconstructed"  # the default cohort
