"""An API and an application that are shown a token, each with the keys that its library keeps."""

from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken

from serve import serve, settings

issuer = settings["issuer"]
auth0 = {}


class App(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's applications for the web frameworks are made of."""

    client_cls = OAuth2Session


app = App(None, client_id=settings["clientId"], server_metadata_url=f"{issuer}.well-known/openid-configuration")


def with_auth0(token, audience):
    if audience not in auth0:
        keys = AsymmetricSignatureVerifier(f"{issuer}.well-known/jwks.json")
        auth0[audience] = TokenVerifier(signature_verifier=keys, issuer=issuer, audience=audience)
    return auth0[audience].verify(token)


serve(
    {
        "authlib": lambda token, audience: app.parse_id_token({"id_token": token}, None, claims_cls=CodeIDToken),
        "auth0-python": with_auth0,
    }
)
