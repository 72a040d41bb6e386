"""The draw: which cases chance chooses, provably."""
