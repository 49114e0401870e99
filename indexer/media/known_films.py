"""Finds the films and sounds of which something is a copy, among many."""

from collections import Counter
from collections.abc import Iterable

from factcheck.matching.decide.thresholds import LIKE_PICTURE
from factcheck.media.signs import FilmCopy, FilmSigns
from indexer.media import video
from indexer.media.known import Hashes
from indexer.media.sound import MOST_SECONDS, VALUES_A_SECOND, SoundMatch, Sounds

_MOST_COMPARED = 20
"""Films that share scenes, looked at closely."""
_MOST = 10
_WHOLE = 0.9
"""The share of the longer of two fingerprints in which they are the same, so that neither is a part of the other."""


class KnownFilms:
    """Implements `FilmIndex`. A minute of sound takes 6 kB, a scene 40 bytes."""

    def __init__(self) -> None:
        self._signs: dict[str, FilmSigns] = {}
        self._scenes = Hashes()
        self._sounds = Sounds()

    def extend(self, pairs: Iterable[tuple[str, FilmSigns]]) -> None:
        added = dict(pairs)
        self._scenes.extend(
            (key, scene) for key, signs in added.items() if key not in self._signs for scene in signs.scenes
        )
        self._signs |= added
        self._sounds.extend((key, signs.sound) for key, signs in added.items() if signs.sound)

    def copies_of(self, signs: FilmSigns) -> list[FilmCopy]:
        heard = dict(self._sounds.nearest(signs.sound)) if signs.sound else {}
        found = [
            FilmCopy(key, _is_whole(self._signs[key], signs, heard.get(key)))
            for key in dict.fromkeys([*heard, *self._with_scenes_of(signs)])
            if _is_copy(self._signs[key], signs, heard.get(key))
        ]
        return sorted(found, key=lambda one: not one.is_whole)[:_MOST]

    def _with_scenes_of(self, signs: FilmSigns) -> list[str]:
        shared = Counter(
            key for scene in signs.scenes for key in {key for key, _ in self._scenes.within(scene, LIKE_PICTURE)}
        )
        return [key for key, _ in shared.most_common(_MOST_COMPARED)]


def _is_copy(one: FilmSigns, other: FilmSigns, heard: SoundMatch | None) -> bool:
    """Takes a film and its sound alone for the same, too."""
    if one.scenes and other.scenes:
        return video.is_same(one, other)
    return heard is not None


def _is_whole(one: FilmSigns, other: FilmSigns, heard: SoundMatch | None) -> bool:
    if heard is None or one.scenes or other.scenes or max(one.seconds, other.seconds) > MOST_SECONDS:
        return False
    return heard.seconds * VALUES_A_SECOND >= _WHOLE * max(len(one.sound), len(other.sound))
