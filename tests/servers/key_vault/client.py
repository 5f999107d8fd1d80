"""The vendor's own client, unmodified, against the stand-in of Key Vault.

    client.py check VAULT            goes through everything that tests rely on
    client.py secrets VAULT          the same for secrets and certificates; stdin has a certificate with its key in PEM
    client.py refusals VAULT         demands what no client of the vendor's provokes; stdin has pairs of a code and a token
    client.py wrap KEY VERSION       wraps the bytes of stdin, for a key of VAULT as `wrap VAULT KEY VERSION`
    client.py unwrap KEY VERSION     the reverse; wrapped bytes are base64 as SOPS spells it

The login comes from the variables that SOPS goes by.
"""

import base64
import json
import os
import sys

import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential, WorkloadIdentityCredential
from azure.keyvault.certificates import CertificateClient, CertificateContentType, CertificatePolicy
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm
from azure.keyvault.secrets import SecretClient

ALGORITHM = EncryptionAlgorithm.rsa_oaep_256


def login():
    if "AZURE_CLIENT_SECRET" in os.environ:
        names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
        return ClientSecretCredential(*(os.environ[name] for name in names))
    return WorkloadIdentityCredential()


def refused(kind, work, *arguments, status=None, code=None):
    """Demands that a call fails in one way."""
    try:
        work(*arguments)
    except kind as error:
        found = getattr(error, "status_code", None)
        assert status in (None, found), (found, error)
        text = error.response.text() if code else ""
        assert code is None or code in text, text
        return
    raise AssertionError(f"{work} was not refused")


def check(vault):
    client = KeyClient(vault, login())
    old = client.create_rsa_key("made", size=2048)
    new = client.create_rsa_key("made", size=2048)
    assert old.properties.version != new.properties.version
    versions = [it.version for it in client.list_properties_of_key_versions("made")]
    assert versions == [old.properties.version, new.properties.version], versions
    assert client.get_key("made").id == new.id
    assert client.get_key("made", old.properties.version).id == old.id

    secret = bytes(range(32))
    first, second = (CryptographyClient(key, login()) for key in (old, new))
    # Encrypting is done here, with the public half; decrypting by the vault.
    wrapped = first.encrypt(ALGORITHM, secret)
    assert len(wrapped.ciphertext) == 256 and wrapped.key_id == old.id
    assert first.decrypt(ALGORITHM, wrapped.ciphertext).plaintext == secret
    bad = dict(status=400, code="BadParameter")
    refused(HttpResponseError, second.decrypt, ALGORITHM, wrapped.ciphertext, **bad)
    refused(HttpResponseError, first.decrypt, ALGORITHM, wrapped.ciphertext[1:], **bad)
    refused(HttpResponseError, first.decrypt, EncryptionAlgorithm.rsa_oaep, wrapped.ciphertext, **bad)

    client.update_key_properties("made", old.properties.version, enabled=False)
    disabled = dict(status=403, code="KeyDisabled")
    refused(HttpResponseError, first.decrypt, ALGORITHM, wrapped.ciphertext, **disabled)
    client.update_key_properties("made", old.properties.version, enabled=True)
    assert first.decrypt(ALGORITHM, wrapped.ciphertext).plaintext == secret

    missing = dict(status=404, code="KeyNotFound")
    refused(ResourceNotFoundError, client.get_key, "other", **missing)
    refused(ResourceNotFoundError, client.get_key, "made", "0" * 32, **missing)

    client.begin_delete_key("made").wait()
    assert client.get_deleted_key("made").recovery_id.endswith("/deletedkeys/made")
    refused(ResourceNotFoundError, client.get_key, "made", **missing)
    refused(ResourceNotFoundError, first.decrypt, ALGORITHM, wrapped.ciphertext, **missing)
    refused(ResourceExistsError, client.create_rsa_key, "made", status=409)
    client.begin_recover_deleted_key("made").wait()
    assert first.decrypt(ALGORITHM, wrapped.ciphertext).plaintext == secret
    client.begin_delete_key("made").wait()
    client.purge_deleted_key("made")
    refused(ResourceNotFoundError, client.get_deleted_key, "made", **missing)

    tenant = os.environ["AZURE_TENANT_ID"]
    wrong = ClientSecretCredential(tenant, os.environ["AZURE_CLIENT_ID"], "wrong")
    refused(ClientAuthenticationError, KeyClient(vault, wrong).get_key, "made")
    stranger = ClientSecretCredential(tenant, os.environ["STRANGER_ID"], os.environ["STRANGER_SECRET"])
    denied = dict(status=403, code="ForbiddenByRbac")
    refused(HttpResponseError, KeyClient(vault, stranger).get_key, "made", **denied)


def secrets(vault):
    client = SecretClient(vault, login())
    old = client.set_secret("made", "first", tags={"team": "shop"}, content_type="text/plain")
    new = client.set_secret("made", "second \u00e9", enabled=True)
    assert (old.value, old.properties.tags) == ("first", {"team": "shop"}), old
    assert client.get_secret("made").value == "second \u00e9"
    assert client.get_secret("made").properties.tags == {}
    read = client.get_secret("made", old.properties.version)
    assert (read.value, read.properties.content_type) == ("first", "text/plain"), read
    assert read.properties.created_on is not None and read.properties.expires_on is None
    versions = [it.version for it in client.list_properties_of_secret_versions("made")]
    assert versions == [old.properties.version, new.properties.version], versions

    for name in ("one", "two", "three"):
        client.set_secret(name, name, tags={"number": name})
    listed = {it.name: it for it in client.list_properties_of_secrets()}
    assert list(listed) == ["made", "one", "three", "two"], listed
    assert listed["one"].tags == {"number": "one"} and listed["one"].version is None

    client.update_secret_properties("one", enabled=False)
    disabled = dict(status=403, code="SecretDisabled")
    refused(HttpResponseError, client.get_secret, "one", **disabled)
    assert not {it.name: it for it in client.list_properties_of_secrets()}["one"].enabled
    client.update_secret_properties("one", enabled=True, tags={"a": "b"})
    assert client.get_secret("one").properties.tags == {"a": "b"}

    missing = dict(status=404, code="SecretNotFound")
    refused(ResourceNotFoundError, client.get_secret, "other", **missing)
    refused(ResourceNotFoundError, client.get_secret, "made", "0" * 32, **missing)
    refused(HttpResponseError, client.get_secret, "no_such_name", status=400, code="BadParameter")
    client.begin_delete_secret("made").wait()
    assert client.get_deleted_secret("made").recovery_id.endswith("/deletedsecrets/made")
    refused(ResourceNotFoundError, client.get_secret, "made", **missing)
    assert "made" not in [it.name for it in client.list_properties_of_secrets()]
    refused(ResourceExistsError, client.set_secret, "made", "again", status=409)
    client.begin_recover_deleted_secret("made").wait()
    assert client.get_secret("made").value == "second \u00e9"
    client.begin_delete_secret("made").wait()
    client.purge_deleted_secret("made")
    refused(ResourceNotFoundError, client.get_deleted_secret, "made", **missing)

    pem = sys.stdin.buffer.read()
    policy = CertificatePolicy(content_type=CertificateContentType.pem)
    certificates = CertificateClient(vault, login())
    first = certificates.import_certificate("web", pem, policy=policy, tags={"team": "shop"})
    second = certificates.import_certificate("web", pem, policy=policy)
    body = pem.split(b"-----BEGIN CERTIFICATE-----")[1].split(b"-----END")[0]
    assert certificates.get_certificate("web").cer == base64.b64decode(body)
    assert certificates.get_certificate("web").properties.version == second.properties.version
    read = certificates.get_certificate_version("web", first.properties.version)
    assert read.properties.tags == {"team": "shop"}, read.properties.tags
    refused(
        ResourceNotFoundError, certificates.get_certificate, "other", status=404, code="CertificateNotFound"
    )
    private = client.get_secret("web", second.properties.version)
    assert "PRIVATE KEY" in private.value and "/keys/web/" in private.properties.key_id, private

    stranger = ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"], os.environ["STRANGER_ID"], os.environ["STRANGER_SECRET"]
    )
    denied = dict(status=403, code="ForbiddenByRbac")
    refused(HttpResponseError, SecretClient(vault, stranger).get_secret, "one", **denied)


def refusals(vault):
    KeyClient(vault, login()).create_rsa_key("made", size=2048)

    def get(token, query="?api-version=7.5"):
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{vault}/keys/made{query}", headers=headers, timeout=30)

    own = login().get_token("https://vault.azure.net/.default").token
    assert get(own).status_code == 200
    for code, token in [("AKV10046", own + "x"), *json.load(sys.stdin)]:
        refused = get(token)
        assert refused.status_code == 401, (code, refused.status_code)
        assert code in refused.headers["www-authenticate"], refused.headers
    for query in ("", "?api-version=", "?version=7.5"):
        refused = get(own, query)
        assert refused.status_code == 400 and "BadParameter" in refused.text, refused.text


def main(action, vault, *key):
    if action == "check":
        return check(vault)
    if action == "secrets":
        return secrets(vault)
    if action == "refusals":
        return refusals(vault)
    client = CryptographyClient("/".join((vault, "keys", *key)), login())
    given = sys.stdin.buffer.read()
    if action == "wrap":
        wrapped = client.encrypt(ALGORITHM, given).ciphertext
        return sys.stdout.write(base64.urlsafe_b64encode(wrapped).decode().rstrip("="))
    padded = given + b"=" * (-len(given) % 4)
    plain = client.decrypt(ALGORITHM, base64.urlsafe_b64decode(padded)).plaintext
    return sys.stdout.buffer.write(plain)


main(*sys.argv[1:])
