"""An invented council with a year of history, made by walking the real rules with the days passed in."""
