"""Signing in through a provider: a small OpenID Connect provider on a real socket, honest and lying."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from lantian.app.acting import now
from lantian.app.settings import open_id
from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError
from lantian.ledger.accounts import Accounts
from tests.site import Visitor

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    from lantian.web.app import create_app, guarded

KEY = RSAKey.generate_key(2048, {"kid": "1"})
OTHER = RSAKey.generate_key(2048, {"kid": "1"})


class Provider(BaseHTTPRequestHandler):
    """Answers discovery, keys and the exchange of a code; ``lie`` changes what the token says or who signed it."""

    lie: dict = {}  # noqa: RUF012 - set by each test
    key = KEY
    nonce = ""
    challenge = ""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self.tell({"issuer": base, "id_token_signing_alg_values_supported": ["RS256"]} | {name: base + path for name, path in names.items()})
        else:
            self.tell({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        given = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        digest = hashlib.sha256(given["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == Provider.challenge
        claims = {"iss": base, "sub": "42", "aud": "site", "exp": int(time.time()) + 60, "iat": int(time.time()), "nonce": Provider.nonce}
        claims |= {"preferred_username": "林"} | Provider.lie
        self.tell({"access_token": "x", "token_type": "Bearer", "id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, Provider.key)})

    def tell(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Provider.lie, Provider.key = {}, KEY
    monkeypatch.setenv("LANTIAN_OIDC_ISSUER", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("LANTIAN_OIDC_CLIENT", "site")
    monkeypatch.setenv("LANTIAN_OIDC_SECRET", "secret")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def door(lite, provider):
    """Give a site that knows the provider, with an account for 林."""
    Accounts(lite.house.desk.ledger).add("林", Role.CITY, "130100", None, "t", "t", now())
    lite.app = guarded(create_app(lite.house), lambda: lite.house.version)
    return lite


def walk(door, **back):
    """Go to the provider and come back with a code; give the last answer and the visitor."""
    who = Visitor(door.app)
    away = who.get("/login/oidc")
    assert away.status_code == 302, away.text
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    Provider.nonce, Provider.challenge = asked["nonce"][0], asked["code_challenge"][0]
    query = {"code": "c", "state": asked["state"][0]} | back
    return who.get(f"/login/oidc/back?{urlencode(query)}"), who


def test_somebody_the_provider_knows_comes_to_their_desk(door):
    answer, who = walk(door)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "林" in who.get("/desk").text
    signed = [act.act.ground for act in door.house.desk.ledger.acts(kind="account.signed_in")]
    assert signed[0].endswith(" 42")
    assert "用单位统一登录" in Visitor(door.app).get("/login").text


@pytest.mark.parametrize(
    "lie", [{"aud": "another"}, {"exp": 1}, {"nonce": "another"}, {"iss": "http://evil.example"}, {"preferred_username": "nobody"}, {"preferred_username": ""}]
)
def test_a_token_that_is_not_right_opens_nothing(door, lie):
    Provider.lie = lie
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer, who = walk(door)
    assert answer.status_code == 400
    assert who.get("/desk").status_code == 401


def test_a_token_that_another_signed_opens_nothing(door):
    Provider.key = OTHER
    answer, who = walk(door)
    assert answer.status_code == 400
    assert who.get("/desk").status_code == 401


def test_a_state_that_is_not_ones_own_opens_nothing(door):
    answer, who = walk(door, state="forged")
    assert answer.status_code == 400
    assert who.get("/desk").status_code == 401


def test_half_a_provider_is_told(monkeypatch):
    monkeypatch.setenv("LANTIAN_OIDC_ISSUER", "http://127.0.0.1:1")
    with pytest.raises(InputError, match="LANTIAN_OIDC_CLIENT and LANTIAN_OIDC_SECRET is not"):
        open_id()
