"""What calls use and cost, and the limit on both."""

from __future__ import annotations

import threading
from collections.abc import Callable

from summarizer.errors import BudgetExceeded, SettingsError
from summarizer.models import Usage

Price = Callable[[int, int, int], float | None]
"""US dollars for (input tokens, of these cached, output tokens); None where unknown."""


def free(input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
    """The price of a model that runs in the user's own process."""
    return 0.0


def listed_price(model: str, base_url: str) -> Price:
    """The public price of a hosted model, from genai-prices; unknown models have none."""

    def price(input_tokens: int, cached_tokens: int, output_tokens: int) -> float | None:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price

        tokens = Tokens(
            input_tokens=input_tokens,
            cache_read_tokens=cached_tokens,
            output_tokens=output_tokens,
        )
        try:
            if base_url:
                found = calc_price(tokens, model, provider_api_url=base_url)
            else:
                found = calc_price(tokens, model, provider_id="openai")
        except LookupError:
            return None
        return float(found.total_price)

    return price


class Budget:
    """A run's limit of tokens and money, and the exact sum of what was used; 0 is no limit.

    The limit is checked before each call, so a run ends at most by one round of calls in
    flight above it.
    """

    def __init__(self, tokens: int = 0, usd: float = 0.0) -> None:
        self._tokens = tokens
        self._usd = usd
        self._used = Usage()
        self._lock = threading.Lock()

    @property
    def used(self) -> Usage:
        """The sum over all attempts so far."""
        with self._lock:
            return self._used

    def add(self, usage: Usage) -> None:
        """Count one attempt."""
        with self._lock:
            self._used = self._used + usage

    def refuse_unpriced(self, price: Price) -> None:
        """Raise before anything is spent where a limit in dollars could not be held.

        Raises:
            SettingsError: the limit is in dollars and `price` knows none.
        """
        if self._usd and price(0, 0, 0) is None:
            raise _unpriced()

    def check(self) -> None:
        """Raise BudgetExceeded once the limit is reached.

        Raises:
            SettingsError: the limit is in dollars and the model's price is unknown.
        """
        used = self.used
        tokens = used.input_tokens + used.output_tokens
        if self._tokens and tokens >= self._tokens:
            raise BudgetExceeded(
                f"The budget of {self._tokens:,} tokens is used up ({tokens:,} in {used.calls} "
                "calls): raise budget_tokens and run again, finished answers are kept."
            )
        if self._usd and used.cost_usd is None:
            raise _unpriced()
        if self._usd and (used.cost_usd or 0.0) >= self._usd:
            raise BudgetExceeded(
                f"The budget of ${self._usd:.4f} is used up (${used.cost_usd:.4f} in {used.calls} "
                "calls): raise budget_usd and run again, finished answers are kept."
            )


def _unpriced() -> SettingsError:
    return SettingsError(
        "budget_usd cannot be held because the price of this model's answers is unknown: "
        "use budget_tokens."
    )
