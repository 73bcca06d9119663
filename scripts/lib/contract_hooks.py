"""What Schemathesis is told about this service before each call."""

import json
import os
import random
import urllib.request
import uuid

import schemathesis

_RANDOM = random.Random(7)
_KNOWN = {}
_OWN = set()


def _fetch(base, path, token):
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["items"]


def _known(base):
    """The ids of records that are there, by the name under which operations take them."""
    if _KNOWN:
        return _KNOWN
    country, staff = os.environ["TAMSHY_FUZZ_TOKEN"], os.environ["TAMSHY_FUZZ_STAFF"]
    ids = lambda path, token=country: [item["id"] for item in _fetch(base, path, token)]
    _KNOWN.update(
        site=ids("/v1/sites"), host=ids("/v1/hosts"), hospital=ids("/v1/hospitals"),
        drive=ids("/v1/drives", staff), donor=ids("/v1/donors", staff),
        request=ids("/v1/requests"), unit=ids("/v1/units"),
    )
    _KNOWN["din"] = [item["din"] for item in _fetch(base, "/v1/units", country)]
    _KNOWN["visit"] = [
        item["id"] for drive in _KNOWN["drive"][:3] for item in _fetch(
            base, f"/v1/drives/{drive}/visits?limit=20", staff)
    ]
    return _KNOWN


def _own():
    """The ids by which this run acts: who ends one of them tries nothing afterwards."""
    if _OWN:
        return _OWN
    base = os.environ["TAMSHY_FUZZ_URL"]
    for name in ("TAMSHY_FUZZ_OWN", "TAMSHY_FUZZ_TOKEN", "TAMSHY_FUZZ_STAFF"):
        if token := os.environ[name]:
            _OWN.update(item["id"] for item in _fetch(base, "/v1/tokens", token))
    administrator = os.environ["TAMSHY_FUZZ_ADMIN"]
    for account in _fetch(base, "/v1/accounts?limit=200", administrator):
        _OWN.add(account["id"])
        _OWN.update(grant["id"] for grant in account["grants"])
    return _OWN


def _is_id(value):
    try:
        return str(uuid.UUID(value)) == value.lower()
    except (ValueError, AttributeError, TypeError):
        return False


@schemathesis.hook
def before_call(context, case, kwargs):
    # The same key with another body is a mistake of its own; each case is a new request.
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and 1 <= len(key) <= 255 and key.isascii() and key.isprintable():
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    # Made-up ids name nothing; half of the cases get those of real records.
    known = _known(case.operation.base_url or kwargs.get("base_url"))
    for place in (case.path_parameters, case.query, case.body):
        if not isinstance(place, dict):
            continue
        for name, value in list(place.items()):
            choices = known.get(name.removesuffix("_id"))
            fits = _is_id(value) or (name == "din" and isinstance(value, str))
            if choices and fits and _RANDOM.random() < 0.5:
                place[name] = _RANDOM.choice(choices)
    path = case.path_parameters or {}
    for name in ("token", "account", "grant"):
        if case.method != "GET" and path.get(name) in _own():
            path[name] = str(uuid.uuid4())
