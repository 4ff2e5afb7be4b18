"""An application with Authlib, which knows OAuth 2.0 and OpenID Connect and nothing of Auth0."""

from urllib.parse import quote

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from serve import serve, settings

metadata = requests.get(f"{settings['origin']}/.well-known/openid-configuration", timeout=30).json()
authentication = settings["authentication"]
secret = settings.get("secret", "")
session = OAuth2Session(
    settings["clientId"],
    # RFC 6749 wants it encoded before it goes into the header, which Authlib leaves to its caller. Few do it.
    quote(secret, safe="") if settings["encodes"] else secret,
    scope="openid profile email offline_access",
    redirect_uri=settings["callback"],
    token_endpoint_auth_method=authentication,
    revocation_endpoint_auth_method=authentication,
    code_challenge_method="S256",
)

#: What has to be kept while a user is away.
login = {}


def begin(**more):
    login["code_verifier"] = generate_token(48)
    login["nonce"] = generate_token()
    url, login["state"] = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=login["code_verifier"], nonce=login["nonce"], **more
    )
    return url


def finish(url, code_verifier=None):
    tokens = session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=url,
        state=login["state"],
        code_verifier=code_verifier or login["code_verifier"],
    )
    return {**tokens, "claims": claims_of(tokens["id_token"])}


def claims_of(token):
    """What an ID token says, after its signature and claims held."""
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": settings["clientId"]},
        nonce={"essential": True, "value": login["nonce"]},
        exp={"essential": True},
    ).validate(claims)
    return claims


def user():
    """As the session asks for whatever it has a token for."""
    answer = session.get(metadata["userinfo_endpoint"])
    answer.raise_for_status()
    return answer.json()


serve(
    {
        "begin": begin,
        "finish": finish,
        "user": user,
        "refresh": lambda token: session.refresh_token(metadata["token_endpoint"], refresh_token=token),
        "revoke": lambda token: session.revoke_token(metadata["revocation_endpoint"], token=token).status_code,
    }
)
