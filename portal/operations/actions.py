"""What a host settles with the others when it starts."""

import hmac
from hashlib import sha256

from portal.extensions import db
from portal.operations.models import HostKey

WHAT_IT_IS = b"the key of all hosts of this portal"


def agree_on_key(secret: str, *, replace: bool = False) -> bool:
    """Whether this PORTAL_SECRET_KEY is that of the other hosts. The first one sets it; so does `replace`.

    Kept is a fingerprint, from which nobody can work out the key.
    """
    own = hmac.new(secret.encode(), WHAT_IT_IS, sha256).hexdigest()[:16]
    known = db.session.get(HostKey, 1)
    if known is None:
        db.session.add(HostKey(id=1, fingerprint=own))
    elif replace:
        known.fingerprint = own
    db.session.flush()
    return known is None or known.fingerprint == own
