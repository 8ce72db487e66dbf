"""Public sets as gold: fetched by the user, never in the repository, scored where annotated.

    set -> loader -> GoldCase -> the product's pipeline -> Prediction -> score_external -> table

A set annotates some sections, by its own rules: a score over one says how two models compare on
it, and is not to be set beside a score over this project's gold.
"""

from evals.external.plover import load_plover
from evals.external.polnear import load_polnear
from evals.external.scoring import score_external, total_external
from evals.external.sets import annotated_sections

__all__ = [
    "annotated_sections",
    "load_plover",
    "load_polnear",
    "score_external",
    "total_external",
]
