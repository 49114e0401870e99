"""What a browser calls itself, in two words by which a person knows their own devices."""

BROWSERS = (
    ("Line/", "LINE"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""Part of a user agent and the name. The first that fits counts: most browsers name others, too."""


def device_name(user_agent: str) -> str:
    """Returns '' for one that we do not know."""
    found = (next((name for part, name in known if part in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))
