from collections.abc import Generator

import httpx


class Csrf(httpx.Auth):
    """Gets the CSRF token that requests about saved cards need, and renews it once if the service refuses it.

    The token belongs to the session of the client's cookie: every session needs its own client.
    """

    requires_response_body = True

    def __init__(self) -> None:
        self._token: str | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        service, protected, _ = str(request.url).partition("/payments/stored-cards/")
        if not protected:
            yield request
            return
        is_new = self._token is None
        if is_new and not (yield from self._renew(service, request)):
            return
        response = yield self._with_token(request)
        if response.status_code == 403 and not is_new and (yield from self._renew(service, request)):
            yield self._with_token(request)

    def _renew(self, service: str, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, bool]:
        """Returns whether there is a token. If not, the service's refusal is the response to the request."""
        cookies = {name: value for name, value in request.headers.items() if name == "cookie"}
        # httpx sets the timeout of the first request only.
        timeout = {"timeout": request.extensions.get("timeout", {})}
        response = yield httpx.Request("GET", f"{service}/csrf_token/", headers=cookies, extensions=timeout)
        self._token = response.json()["csrf_token"] if response.is_success else None
        return self._token is not None

    def _with_token(self, request: httpx.Request) -> httpx.Request:
        if self._token:
            request.headers["X-Csrftoken"] = self._token
        return request
