"""A customer's program in Python: what its owner wrote into it, and how a test has it do something."""

import json
import sys

#: What the owner of the program wrote into it.
settings = json.loads(sys.argv[1])


def details(error):
    """What a library says of an error."""
    said = {"name": type(error).__name__, "message": str(error)}
    # auth0-python's names for it.
    named = {"error": "error_code", "error_description": "message", "status": "status_code"}
    for name, own in named.items():
        if hasattr(error, own):
            said[name] = getattr(error, own)
    # Authlib's.
    for name, own in {"error": "error", "error_description": "description"}.items():
        if hasattr(error, own):
            said[name] = getattr(error, own)
    return said


def serve(functions):
    """Does what the test asks for: each is a function, its result is answered as JSON, a line for each."""
    answers = sys.stdout
    # Whatever a library prints is no answer.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {"id": asked["id"]}
        try:
            answer["value"] = functions[asked["what"]](**asked["given"])
        except Exception as error:  # Of whatever kind: the test looks at it.
            answer["error"] = details(error)
        print(json.dumps(answer), file=answers, flush=True)
