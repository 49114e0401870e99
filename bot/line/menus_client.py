"""Rich menus in LINE's API: the pictures with areas to press below a chat."""

from collections.abc import Callable
from typing import Any

from linebot.v3.messaging import Configuration, MessagingApiBlob

from bot.line.client import LineClient, LineUnreachableError, named_client


class LineMenus(LineClient):
    """Raises LineError and LineUnreachableError."""

    def __init__(self, host: str, content_host: str, access_token: str | Callable[[], str]) -> None:
        super().__init__(host, access_token)
        content = Configuration(host=content_host, access_token=self._token())
        content.retries = False
        self._content = MessagingApiBlob(named_client(content))

    def list_menus(self) -> dict[str, str]:
        """Return menu id -> name of all menus made through the API, whoever made them."""
        listed = self._json("GET", "/v2/bot/richmenu/list")
        try:
            return {str(menu["richMenuId"]): str(menu["name"]) for menu in listed["richmenus"]}
        except (KeyError, TypeError):
            raise LineUnreachableError("an answer that is no list of menus") from None

    def create_menu(self, menu: dict[str, Any]) -> str:
        """Return the menu's id. Nobody sees it before it has a picture and is linked, or the default."""
        created = self._json("POST", "/v2/bot/richmenu", menu)
        try:
            return str(created["richMenuId"])
        except (KeyError, TypeError):
            raise LineUnreachableError("an answer without the menu's id") from None

    def upload_picture(self, menu_id: str, png: bytes) -> None:
        # The SDK ignores `_content_type`; without a type it would send the bytes as JSON.
        headers = {"Content-Type": "image/png"}
        self._call(self._content.set_rich_menu_image_with_http_info, menu_id, png, _headers=headers)

    def make_default(self, menu_id: str) -> None:
        self._call(self._api.set_default_rich_menu_with_http_info, menu_id)

    def delete_menu(self, menu_id: str) -> None:
        self._call(self._api.delete_rich_menu_with_http_info, menu_id)

    def _json(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Goes past the SDK's models, which refuse the whole list for one unknown menu."""

        def call(_request_timeout: tuple[float, float]) -> Any:
            return self._api.api_client.call_api(
                path,
                method,
                header_params={"Accept": "application/json", "Content-Type": "application/json"},
                body=body,
                response_types_map={"200": "object"},
                auth_settings=["Bearer"],
                _return_http_data_only=True,
                _request_timeout=_request_timeout,
            )

        return self._ask(call)
