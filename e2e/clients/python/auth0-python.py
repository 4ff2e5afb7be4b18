"""A server's application with Auth0's library for Python."""

from auth0.authentication import GetToken, Passwordless, RevokeToken, Users
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier

from serve import serve, settings

scheme, host = settings["origin"].split("://")
client = [host, settings["clientId"]]
proof = {
    "client_secret": settings.get("secret"),
    "client_assertion_signing_key": settings.get("privateKey"),
    "protocol": scheme,
}

passwordless = Passwordless(*client, **proof)
get_token = GetToken(*client, **proof)
revoke_token = RevokeToken(*client, **proof)
users = Users(host, protocol=scheme)

keys = AsymmetricSignatureVerifier(f"{scheme}://{host}/.well-known/jwks.json")
verifier = TokenVerifier(signature_verifier=keys, issuer=f"{scheme}://{host}/", audience=settings["clientId"])


def login(username, otp, realm, scope="openid profile email phone offline_access", audience=""):
    return get_token.passwordless_login(username, otp, realm, scope, audience)


serve(
    {
        "email": passwordless.email,
        "sms": passwordless.sms,
        "passwordless_login": login,
        "authorization_code": get_token.authorization_code,
        "authorization_code_pkce": get_token.authorization_code_pkce,
        "refresh_token": get_token.refresh_token,
        "client_credentials": get_token.client_credentials,
        "password": get_token.login,
        "revoke_refresh_token": revoke_token.revoke_refresh_token,
        "userinfo": users.userinfo,
        "verify": verifier.verify,
        "verify_signature": keys.verify_signature,
    }
)
