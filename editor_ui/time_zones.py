"""Time zones of pages: a volunteer's own if they chose one, else that of the site."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from editor_ui.auth import viewer
from factcheck.services.daily import HOME

SITE = HOME.key
"""Of everything not said to one person alone."""
WORLD = "001"


def page_time_zone() -> str:
    """Pages of strangers are the same for all of them, so they have the site's."""
    person = viewer()
    return person.time_zone if person and person.time_zone in known_zones() else SITE


@cache
def known_zones() -> frozenset[str]:
    """Names one zone for each place that has a time of its own, which this machine knows; no older names."""
    of_a_place = {name for name, territory in get_global("zone_territories").items() if territory != WORLD}
    return frozenset((of_a_place & available_timezones()) - get_global("zone_aliases").keys()) | {SITE}


@cache
def zone_names(locale: str) -> Mapping[str, str]:
    """Maps zones to their places in the words of a language, in its order."""
    spoken = Locale.parse(locale)
    named = {name: get_timezone_location(ZoneInfo(name), locale=spoken) for name in known_zones()}
    return dict(sorted(named.items(), key=lambda item: (item[1], item[0])))
