"""Codes, tokens and sessions: values that only the server itself can give.

Without them a generated request ends at the first check that asks for one. Some of the requests that are
as the document says get the real thing, the others stay as they were generated.
"""

import time
import zlib
from functools import cache
from itertools import count

import requests
import schemathesis

CLIENT = "demo"
ORIGIN = "http://localhost:4001"
CALLBACK = f"{ORIGIN}/callback"
# One in so many gets the real thing: each costs a message, and the inbox is long.
SHARE = 5
OTP = "http://auth0.com/oauth/grant-type/passwordless/otp"


# A code of an earlier run would be read for the one that is still on its way.
RUN = time.time_ns()
NUMBERS = count()


def new_address():
    """Nobody else's: a second code would take the place of the first."""
    return f"u{next(NUMBERS)}.{RUN}@example.com"


def send_code(base, address):
    """Has a code sent, and reads it in the inbox."""
    body = {"client_id": CLIENT, "connection": "email", "send": "code", "email": address}
    requests.post(f"{base}/passwordless/start", json=body, timeout=30).raise_for_status()
    for _ in range(500):
        time.sleep(0.02)
        for message in requests.get(f"{base}/dev/inbox/messages", timeout=30).json():
            if message["to"] == address:
                return message["code"]
    raise RuntimeError("the message did not arrive")


def otp_grant(address, code):
    return {"grant_type": OTP, "client_id": CLIENT, "username": address, "otp": code, "realm": "email"}


def tokens(base, address):
    body = otp_grant(address, send_code(base, address)) | {"scope": "openid profile email offline_access"}
    return requests.post(f"{base}/oauth/token", json=body, timeout=30).json()


@cache
def session(base):
    """The cookie of a browser that is signed in."""
    address = new_address()
    body = {
        "client_id": CLIENT,
        "credential_type": OTP,
        "username": address,
        "otp": send_code(base, address),
        "realm": "email",
    }
    reply = requests.post(f"{base}/co/authenticate", json=body, headers={"Origin": ORIGIN}, timeout=30)
    return dict(reply.cookies)


@cache
def waiting_state(base):
    """The state of a login that waits on the hosted page."""
    query = {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    reply = requests.get(f"{base}/authorize", params=query, allow_redirects=False, timeout=30)
    return requests.utils.urlparse(reply.headers["location"]).query.split("state=")[1].split("&")[0]


def link(address, code):
    return {
        "client_id": CLIENT,
        "connection": "email",
        "email": address,
        "verification_code": code,
        "redirect_uri": CALLBACK,
    }


@schemathesis.auth().apply_to(path="/userinfo")
class AccessToken:
    def get(self, case, context):
        return tokens(case.operation.base_url.rstrip("/"), new_address())["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    drawn = zlib.crc32(repr((case.path, case.body, case.query)).encode())
    if not case.meta.generation.mode.is_positive or drawn % SHARE:
        return
    base = case.operation.base_url.rstrip("/")
    name = case.operation.definition.raw["operationId"]
    address = new_address()
    if name == "token":
        case.body = {**case.body, **otp_grant(address, send_code(base, address))}
        for other in ("auth_session", "client_secret", "client_assertion", "client_assertion_type"):
            case.body.pop(other, None)
    elif name == "verify":
        case.body = link(address, send_code(base, address))
    elif name == "coAuthenticate":
        grant = otp_grant(address, send_code(base, address))
        case.body = {"credential_type": grant.pop("grant_type"), **grant}
        case.headers["Origin"] = ORIGIN
    elif name.startswith("followLink"):
        case.query = {**case.query, **link(address, send_code(base, address))}
    elif name.startswith("confirmLink"):
        case.body = {**case.body, **link(address, send_code(base, address)), "confirm": "yes"}
    elif name == "revoke":
        case.body = {"client_id": CLIENT, "token": tokens(base, address)["refresh_token"]}
    elif name == "loginTransaction":
        case.query["state"] = waiting_state(base)
    elif name.startswith(("authorize", "ssoData", "oidcLogout")):
        case.cookies = {**case.cookies, **session(base)}
