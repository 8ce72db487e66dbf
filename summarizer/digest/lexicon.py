"""Words of English news that mean alike, mean the contrary, or count people; tables only.

They make two wordings of one fact comparable. What they lack is missed, not invented.
"""

from __future__ import annotations


def _by_first(groups: str) -> dict[str, str]:
    return {
        word: line.split()[0] for line in groups.strip().splitlines() for word in line.split()[1:]
    }


# Each form to its verb: a stemmer takes endings off and knows none of these.
IRREGULAR = _by_first(
    """
    arise arose arisen
    begin began begun
    break broke broken
    bring brought
    build built
    buy bought
    catch caught
    choose chose chosen
    come came
    decide decision
    destroy destruction
    draw drew drawn
    drive drove driven
    expand expansion
    extend extension
    fall fell fallen
    fight fought
    find found
    flee fled
    fly flew flown
    freeze froze frozen
    give gave given
    go went gone
    hold held
    keep kept
    kill dead death deaths die died dies dying fatalities fatality
    lead led
    leave left
    lose lost loss losses
    meet met meeting meetings
    overthrow overthrew overthrown
    pay paid payment payments
    rise rose risen
    say said
    seek sought
    sell sold sale sales
    send sent
    shoot shot shooting
    spend spent
    steal stole stolen
    strike struck stricken
    suspend suspension
    swear swore sworn
    take took taken
    tell told
    throw threw thrown
    win won
    withdraw withdrew withdrawn withdrawal withdrawals
    write wrote written
    """
)

# The first of each line stands for all.
SAME = _by_first(
    """
    accord deal agreement pact treaty
    arrest detain detained detention
    begin start launch commence
    blast explosion explode exploded bombing detonation
    buy purchase acquire
    cut lower reduce slash decrease
    fire blaze wildfire
    flood flooding floods
    injure wound wounded injured injury injuries hurt
    lawmaker legislator
    promise pledge vow
    quake earthquake tremor
    raise increase hike
    shut close closure
    soldier troops troop
    storm hurricane cyclone typhoon
    stop end halt cease
    """
)

_CONTRARY = """
    accept approve back endorse support / reject oppose veto refuse deny block
    acquit innocent / convict guilty
    arrest jail imprison / release free
    begin resume / stop suspend
    confirm / deny
    east / west / north / south
    enter join / leave withdraw quit
    export / import
    impose / lift
    increase raise rise up / cut fall drop decline down
    man men husband father son boy / woman women wife mother daughter girl
    maximum most more / minimum least less fewer
    morning / afternoon / evening / night
    open reopen / shut
    advance / retreat
    win / lose
    buy / sell
    hire / dismiss
    """


def _contrary() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _CONTRARY.strip().splitlines():
        sides = [side.split() for side in line.split("/")]
        for side in sides:
            others = frozenset(w for other in sides if other is not side for w in other)
            for word in side:
                found[word] = found.get(word, frozenset()) | others
    return found


CONTRARY = _contrary()
"""A word to those that say the contrary of it or exclude it; by stem once `wording` has read it."""

NEGATIONS = frozenset(
    """not no never neither nor none nobody nothing without cannot can't won't don't doesn't didn't
    isn't aren't wasn't weren't hasn't haven't hadn't wouldn't couldn't shouldn't mustn't
    deny denied denies denying refuse refused refuses refusing fail failed fails failing""".split()
)

# What tells one event from the next of its kind.
ORDINALS = frozenset(
    """first second third fourth fifth sixth seventh eighth ninth tenth another previous
    separate""".split()
)
# Words of quantity; whether they speak of a whole or a part `wording` reads by its patterns.
QUANTITIES = frozenset(
    """all every entire entirely whole wholly full fully complete completely some part parts partial
    partially partly half most several few many""".split()
)

MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())

# What is counted of people, by the words that count it. A word of the first list stands after
# the number ("12 dead"), one of the second before it ("killed 12").
COUNTED_AFTER = _by_first(
    """
    dead dead died die dies deaths killed fatalities fatality lives
    injured injured wounded hurt injuries
    missing missing unaccounted
    arrested arrested detained arrests detentions
    displaced displaced homeless
    evacuated evacuated
    hospitalised hospitalised hospitalized
    """
)
COUNTED_BEFORE = _by_first(
    """
    dead killed killing kills kill toll deaths lives
    injured injured injuring injures wounded wounding wounds
    arrested arrested arresting arrests detained detaining
    displaced displaced displacing
    evacuated evacuated evacuating
    """
)
PEOPLE = frozenset(
    """people persons person lives victims were was have has had been being are now confirmed
    reported reportedly already""".split()
)
# A number with one of these near it counts a part, an increase or another occasion.
PARTIAL_COUNT = frozenset(
    """another other others more further additional extra second third fourth earlier previous
    previously since per each every average daily including among initially original feared
    believed presumed thought""".split()
)
