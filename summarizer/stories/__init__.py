"""Articles of a day to stories; pure, deterministic, blind to the order of its input.

words.py      text to words, word beginnings, names and shingles
common.py     words that say little in a language
origins.py    near-equal texts to origins: one piece of reporting, however many print it
profiles.py   what an origin is known by: its names and its deeds, weighed by rarity
meaning.py    what embeddings add, where there are some
likeness.py   how alike two origins are, and which pairs are worth asking
linking.py    origins to groups, by the average of their likeness
join.py       all of it together: Filed articles and known stories -> stories
"""

from summarizer.stories.join import join_stories

__all__ = ["join_stories"]
