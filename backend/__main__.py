"""``python -m backend``: the command line."""

from backend.fronts.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
