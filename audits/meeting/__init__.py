"""The live meeting: marks, grades and agreement."""
