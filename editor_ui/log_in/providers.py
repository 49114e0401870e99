from collections.abc import Iterable, Mapping

from editor_ui.log_in.github import GitHubProvider
from editor_ui.log_in.openid import OpenIdProvider, Provider
from factcheck.clock import Clock
from factcheck.login_providers import LoginProvider


def build_providers(declared: Iterable[LoginProvider], clock: Clock) -> Mapping[str, Provider]:
    """Maps each provider's name to it, in the order of the settings."""
    return {one.name: GitHubProvider(one) if one.kind == "github" else OpenIdProvider(one, clock) for one in declared}
