"""Scoring of how articles are joined into stories.

bcubed.py     precision, recall and F1 of a grouping
gold.py       the gold groupings, and the briefs that their annotations make
baselines.py  two simple ways to group
report.py     the scores of all ways

`python -m evals stories` prints them.
"""
