"""From what the model said to what is proven; pure, deterministic, fails closed.

text.py      when two pieces of text say the same number, name or quotation
cast.py      names resolved to the cast, and whether an actor stands in a sentence
content.py   whether a clause stands in its evidence
items.py     items kept or dropped
overview.py  headline and summary proven or replaced
ground.py    all of it together: Extraction -> Grounded
verify.py    a stored brief checked again
"""

from summarizer.grounding.cast import CastIndex, keep_actors
from summarizer.grounding.ground import Grounded, ground
from summarizer.grounding.verify import Problem, verify

__all__ = ["CastIndex", "Grounded", "Problem", "ground", "keep_actors", "verify"]
