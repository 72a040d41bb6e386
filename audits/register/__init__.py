"""The register of open cases: monthly extracts in, cases and their history out."""
