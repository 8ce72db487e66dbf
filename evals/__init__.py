"""The eval harness: runs the product's pipeline over annotated articles and scores the briefs.

gold.py + recorder.py -> run.py -> prediction.py -> score.py -> results.py
results.py + baseline.json -> rescore.py -> gate.py, flips.py -> compare.py -> reports/
"""
