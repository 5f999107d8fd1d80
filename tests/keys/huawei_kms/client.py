"""Huawei's own client against the service at sys.argv[1]: what must work before ours may be tried, and what must be refused."""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkkms.v2 import (
    DecryptDataRequest,
    DecryptDataRequestBody,
    EncryptDataRequest,
    EncryptDataRequestBody,
    KmsClient,
)

url, case = sys.argv[1], json.load(sys.stdin)


def client(access, secret, token=None, project=case["project"]):
    who = BasicCredentials(access, secret, project)
    if token:
        who.with_security_token(token)
    return KmsClient.new_builder().with_credentials(who).with_endpoint(url).build()


def encrypt(who, key, text="text", **more):
    body = EncryptDataRequestBody(key_id=key, plain_text=text, **more)
    return who.encrypt_data(EncryptDataRequest(body=body)).cipher_text


def decrypt(who, text, **more):
    body = DecryptDataRequestBody(cipher_text=text, **more)
    return who.decrypt_data(DecryptDataRequest(body=body)).plain_text


def refused(code, call):
    try:
        call()
    except ServiceResponseException as error:
        found = f"{error.status_code} {error.error_code}"
        if found == code:
            return
        sys.exit(f"{code} was expected, not {found}")
    sys.exit(f"{code} was expected")


key, other = case["key"], case["other"]
for who in [client(*case["access"]), client(*case["temporary"])]:
    sealed = encrypt(who, key)
    assert sealed != encrypt(who, key)
    assert decrypt(who, sealed) == "text"
    assert decrypt(who, sealed, key_id=key, encryption_algorithm="SYMMETRIC_DEFAULT") == "text"
    refused("400 KMS.0308", lambda: decrypt(who, sealed, key_id=other))
    refused("400 KMS.0308", lambda: decrypt(who, sealed[:-4] + "AAAA"))
    refused("400 KMS.0308", lambda: encrypt(who, key, "x" * 4097))
    refused("400 KMS.0308", lambda: encrypt(who, key, encryption_algorithm="RSAES_OAEP_SHA_256"))
    refused("400 KMS.0205", lambda: encrypt(who, case["missing"]))
    refused("400 KMS.0209", lambda: encrypt(who, case["disabled"]))
    refused("400 KMS.0210", lambda: encrypt(who, case["ending"]))

access, secret = case["access"]
strangers = [
    client(access, "wrong"),
    client("wrong", secret),
    client(access, secret, "no token of its"),
    client(*case["temporary"][:2]),
]
for who in strangers:
    refused("401 APIGW.0301", lambda: encrypt(who, key))
refused("403 APIGW.0302", lambda: encrypt(client(access, secret, project="other"), key))

# Without a project the client asks which one its region has.
who = BasicCredentials(access, secret)
who.with_iam_endpoint(url)
region = Region(case["region"], url)
who = KmsClient.new_builder().with_credentials(who).with_region(region).build()
assert decrypt(who, encrypt(who, key)) == "text"
