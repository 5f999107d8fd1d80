"""Google's own client against the service at sys.argv[1]: what must work before ours may be tried, and what must be refused."""

import json
import os
import sys

import google.auth.compute_engine
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import RefreshError
from google.cloud import kms_v1
from google.oauth2 import credentials, service_account

url, case = sys.argv[1], json.load(sys.stdin)
scopes = ["https://www.googleapis.com/auth/cloud-platform"]


def service(text):
    return service_account.Credentials.from_service_account_info(json.loads(text))


def exchanged(text):
    """The other way: what the account signs is exchanged for a token."""
    return service(text).with_scopes(scopes).with_always_use_jwt_access(False)


def user(text):
    file = json.loads(text)
    names = ["refresh_token", "client_id", "client_secret", "token_uri"]
    return credentials.Credentials(None, **{name: file[name] for name in names})


def client(who):
    options = ClientOptions(api_endpoint=url)
    return kms_v1.KeyManagementServiceClient(credentials=who, transport="rest", client_options=options)


def refused(status, call):
    """By REST the client's exceptions go by HTTP's status; Google's own is in the answer."""
    try:
        call()
    except exceptions.GoogleAPICallError as error:
        found = error.response.json()["error"]["status"]
        if found == status:
            return
        sys.exit(f"{status} was expected, not {found}")
    sys.exit(f"{status} was expected")


def encrypt(who, name, plaintext=b"x", **more):
    return client(who).encrypt(request={"name": name, "plaintext": plaintext, **more})


def decrypt(who, name, ciphertext, **more):
    return client(who).decrypt(request={"name": name, "ciphertext": ciphertext, **more})


known = [
    service(case["service"]),
    exchanged(case["service"]),
    user(case["user"]),
    credentials.Credentials(case["token"]),
    google.auth.compute_engine.Credentials(),
]
secret = os.urandom(32)
for who in known:
    sealed = encrypt(who, case["key"], secret)
    assert not sealed.verified_plaintext_crc32c
    assert sealed.name.startswith(case["key"] + "/cryptoKeyVersions/")
    opened = decrypt(who, case["key"], sealed.ciphertext)
    assert opened.plaintext == secret and opened.used_primary
    refused("INVALID_ARGUMENT", lambda: decrypt(who, case["other"], sealed.ciphertext))
    refused("INVALID_ARGUMENT", lambda: decrypt(who, case["key"], sealed.ciphertext + b"x"))

who = known[0]
sums = [(b"123456789", 0xE3069283)]
for plaintext, crc in sums:
    sealed = encrypt(who, case["key"], plaintext, plaintext_crc32c=crc)
    assert sealed.verified_plaintext_crc32c
    opened = decrypt(who, case["key"], sealed.ciphertext, ciphertext_crc32c=sealed.ciphertext_crc32c)
    assert opened.plaintext_crc32c == crc
    refused("INVALID_ARGUMENT", lambda: encrypt(who, case["key"], plaintext, plaintext_crc32c=crc + 1))
    refused("INVALID_ARGUMENT", lambda: decrypt(who, case["key"], sealed.ciphertext, ciphertext_crc32c=1))

refused("NOT_FOUND", lambda: encrypt(who, case["missing"]))
refused("FAILED_PRECONDITION", lambda: encrypt(who, case["disabled"]))
refused("PERMISSION_DENIED", lambda: encrypt(who, case["foreign"]))
refused("UNAUTHENTICATED", lambda: encrypt(service(case["stranger"]), case["key"]))
for token in ["unknown", case["ended"]]:
    try:
        encrypt(credentials.Credentials(token), case["key"])
    except RefreshError:
        # Told that the token is nobody's, the client looks for a new one in vain.
        continue
    sys.exit("a token of nobody's was taken")
