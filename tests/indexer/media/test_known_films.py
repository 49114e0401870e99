import numpy as np

from factcheck.media.signs import FilmCopy, FilmSigns
from indexer.media.known_films import KnownFilms
from indexer.media.sound import VALUES_A_SECOND

RANDOM = np.random.default_rng(5)


def sound(seconds: float) -> FilmSigns:
    count = round(seconds * VALUES_A_SECOND)
    return FilmSigns(seconds, tuple(RANDOM.integers(0, 2**32, count, dtype=np.uint32).tolist()))


def scenes(count: int) -> tuple[bytes, ...]:
    return tuple(RANDOM.bytes(32) for _ in range(count))


def known(**signs: FilmSigns) -> KnownFilms:
    found = KnownFilms()
    found.extend(signs.items())
    return found


def test_a_sound_is_found_whole_and_in_part() -> None:
    talk = sound(30)
    films = known(talk=talk, other=sound(30))
    assert films.copies_of(talk) == [FilmCopy("talk", is_whole=True)]
    part = FilmSigns(12, talk.sound[40:137])
    assert films.copies_of(part) == [FilmCopy("talk", is_whole=False)]
    assert films.copies_of(sound(30)) == []
    assert films.copies_of(FilmSigns(30)) == []


def test_a_film_is_never_the_same_as_a_whole() -> None:
    talk = sound(30)
    film = FilmSigns(30, talk.sound, scenes(5))
    assert known(film=film).copies_of(film) == [FilmCopy("film", is_whole=False)]


def test_a_film_and_its_sound_alone_find_each_other() -> None:
    talk = sound(30)
    film = FilmSigns(30, talk.sound, scenes(5))
    assert known(film=film).copies_of(talk) == [FilmCopy("film", is_whole=False)]
    assert known(talk=talk).copies_of(film) == [FilmCopy("talk", is_whole=False)]


def test_a_silent_film_is_found_by_its_scenes() -> None:
    seen = scenes(6)
    films = known(film=FilmSigns(18, (), seen), other=FilmSigns(18, (), scenes(6)))
    assert films.copies_of(FilmSigns(9, (), seen[2:5])) == [FilmCopy("film", is_whole=False)]
    assert films.copies_of(FilmSigns(9, (), (seen[0], *scenes(4)))) == []


def test_what_comes_later_is_found_too_and_whole_ones_first() -> None:
    talk = sound(30)
    films = known(film=FilmSigns(30, talk.sound, scenes(4)))
    films.extend([("talk", talk)])
    assert [one.key for one in films.copies_of(talk)] == ["talk", "film"]
