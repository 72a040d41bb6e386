"""How fast it is, as ratios to floors taken in the same run: `make bench` writes table.md beside this file."""
