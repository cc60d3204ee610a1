"""Which stories make a corpus of a given size."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count as counter
from random import Random

from simulators.demo import texts
from simulators.demo.model import Mail, Story
from simulators.demo.texts import letters

AUTOMATIC_SHARE = 0.07
BROKEN_SHARE = 0.05


def _arrives(mail: Mail) -> bool:
    return mail.who != "loket" and "loket" in (mail.to, *mail.cc)


def _cut(story: Story, room: int) -> Story:
    """The story up to its `room`-th arriving mail; whole when it fits."""
    arrivals = [at for at, mail in enumerate(story.mails) if _arrives(mail)]
    return story if len(arrivals) <= room else replace(story, mails=story.mails[: arrivals[room - 1] + 1])


def _take(stories: Iterable[Story], room: int) -> Iterator[Story]:
    """Stories until exactly `room` mails arrive."""
    for story in stories:
        if room <= 0:
            return
        part = _cut(story, room)
        room -= sum(map(_arrives, part.mails))
        yield part


def _again(stories: tuple[Story, ...]) -> Iterator[Story]:
    """The stories over and over, with new keys from the second round on."""
    for lap in counter(1):
        for story in stories:
            yield story if lap == 1 else replace(story, key=f"{story.key}-{lap}")


def _human(rng: Random) -> Iterator[Story]:
    yield from texts.HUMAN
    for nth in counter():
        yield letters.compose(nth, rng)


def choose(count: int, rng: Random) -> list[Story]:
    """Stories with `count` arriving mails: 7 % automatic, 5 % broken, the rest written by people."""
    automatic, broken = round(AUTOMATIC_SHARE * count), round(BROKEN_SHARE * count)
    return [
        *_take(_human(rng), count - automatic - broken),
        *_take(_again(texts.AUTOMATIC), automatic),
        *_take(_again(texts.BROKEN), broken),
    ]
