"""Signing in through an institution's own OpenID Connect provider; accounts are still added here, the provider only says who somebody is."""

from __future__ import annotations

from typing import Any

from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import FastAPI, Request, Response
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware

from lantian.app.acting import now
from lantian.app.calendar import secret_of
from lantian.app.house import House
from lantian.app.settings import OpenId
from lantian.ledger.accounts import Accounts, SignInError
from lantian.web.doors import carrying, origin

LASTS = 600
"""Seconds that somebody may spend at the provider."""


def add_oidc(app: FastAPI, house: House, provider: OpenId) -> None:
    """Add the routes of a provider; state and nonce stand in a signed cookie that lasts ten minutes."""
    secret = secret_of(house.home).hex()
    app.add_middleware(SessionMiddleware, secret_key=secret, session_cookie="lantian-oidc", max_age=LASTS, same_site="lax")
    oauth: Any = OAuth()
    oauth.register(
        "provider",
        client_id=provider.client,
        client_secret=provider.secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )

    @app.get("/login/oidc", include_in_schema=False)
    async def leave(request: Request) -> Response:
        answer: Response = await oauth.provider.authorize_redirect(request, str(request.url_for("come_back")))
        return answer

    @app.get("/login/oidc/back", include_in_schema=False)
    async def come_back(request: Request) -> Response:
        try:
            token = await oauth.provider.authorize_access_token(request)
        except (OAuthError, JoseError, HTTPError) as error:
            raise SignInError(f"the provider did not let you in ({type(error).__name__}); start again from the desk") from None
        who = token["userinfo"]
        name = str(who.get(provider.claim) or "")
        accounts = Accounts(house.desk.ledger)
        opened = accounts.enter(name, origin(request), now(), f"OIDC {who['iss']} {who['sub']}")
        return carrying(request, accounts, opened, "/desk")
