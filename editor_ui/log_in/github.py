"""GitHub has OAuth 2 and no ID tokens: who it is, is asked for with the access token."""

import secrets

from authlib.integrations.requests_client import OAuth2Session

from editor_ui.log_in.errors import LoginRefusedError
from editor_ui.log_in.openid import Begun
from editor_ui.log_in.talking import get_json, redeem
from factcheck.login_providers import KNOWN_ISSUERS, LoginProvider
from factcheck.services.identities import Proved


class GitHubProvider:
    """GitHub, or an Enterprise Server at the issuer."""

    def __init__(self, declared: LoginProvider) -> None:
        self.declared = declared
        self._site = declared.issuer.rstrip("/")
        self._api = "https://api.github.com" if declared.issuer == KNOWN_ISSUERS["github"] else f"{self._site}/api/v3"

    def begin(self, back: str, _language: str) -> Begun:
        verifier = secrets.token_urlsafe(48)
        address = f"{self._site}/login/oauth/authorize"
        url, state = self._session(back).create_authorization_url(address, code_verifier=verifier)
        return Begun(url, state, "", verifier)

    def finish(self, back: str, begun: Begun, code: str) -> Proved:
        token = redeem(self._session(back), f"{self._site}/login/oauth/access_token", code, begun.verifier)
        access = token.get("access_token")
        if not isinstance(access, str):
            raise LoginRefusedError("no access token came")
        person = get_json(f"{self._api}/user", token=access)
        number = person.get("id") if isinstance(person, dict) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise LoginRefusedError("the provider names nobody")
        return Proved(self.declared.issuer, str(number), self._address(access))

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.declared.client_id,
            self.declared.client_secret,
            scope="user:email",
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 -- a method's name
        )

    def _address(self, access: str) -> str:
        rows = get_json(f"{self._api}/user/emails", token=access)
        for row in rows if isinstance(rows, list) and self.declared.believes_addresses else ():
            if isinstance(row, dict) and row.get("primary") is True and row.get("verified") is True:
                return str(row.get("email") or "")
        return ""
