"""The categories of cases as the Head of QA keeps them: their names, new ones, and those out of use."""
