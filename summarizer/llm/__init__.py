"""Answers from any OpenAI-compatible endpoint, paid for exactly and asked for once.

    EndpointModel.ask -> cache of answers -> instructor (re-asks invalid answers)
                      -> one attempt (budget, limits, tenacity's retries) -> openai client

This package is the only importer of openai, instructor and tenacity.
"""

from summarizer.llm.answers import AnswerCache
from summarizer.llm.client import Connection, Endpoint, EndpointModel
from summarizer.llm.spending import Budget

__all__ = ["AnswerCache", "Budget", "Connection", "Endpoint", "EndpointModel"]
