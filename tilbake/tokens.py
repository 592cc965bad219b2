"""Tokens of the local issuer, for one-machine use. In production a real identity provider issues them."""

import re
import time
from pathlib import Path

import jwt

from api.local_issuer import ALGORITHM, AUDIENCE, ISSUER, issuer_key, key_id
from api.models.fields import PERSON_ID
from tilbake import texts
from tilbake.language import said

MOST_HOURS = 24 * 31
_SECONDS_PER_HOUR = 3600


def local_token(person: str, key_path: Path, *, hours: int = 12) -> str:
    """A signed token that stands for a person, made with the key at key_path (made there on first use).

    Raises ValueError where the person is no id or the hours are not from 1 to MOST_HOURS, IssuerKeyError and OSError as
    issuer_key does.
    """
    if not re.fullmatch(PERSON_ID, person):
        raise ValueError(said(texts.TOKEN_PERSON, person=person))
    if not 1 <= hours <= MOST_HOURS:
        raise ValueError(said(texts.TOKEN_HOURS, most=MOST_HOURS, hours=hours))
    key = issuer_key(key_path)
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": person, "iat": now, "exp": now + hours * _SECONDS_PER_HOUR}
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id(key.public_key())})
