"""The side of Python's `cryptography` and `bcrypt`: `read` judges what our functions made, given as JSON; `make` prints, as JSON, what they are to read."""

import base64
import datetime
import hashlib
import hmac
import ipaddress
import json
import sys

import bcrypt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

DAY = datetime.timedelta(days=1)
DER = serialization.Encoding.DER
PEM = serialization.Encoding.PEM
RAW = serialization.Encoding.Raw
PKCS8 = serialization.PrivateFormat.PKCS8
PUBLIC = serialization.PublicFormat.SubjectPublicKeyInfo


def private(pem):
    return serialization.load_pem_private_key(pem.encode(), None)


def der(public):
    return public.public_bytes(DER, PUBLIC)


def read_key(case):
    key = private(case["pem"])
    kind, size = case["kind"], case["size"]
    types = {"rsa": rsa.RSAPrivateKey, "dsa": dsa.DSAPrivateKey, "ecdsa": ec.EllipticCurvePrivateKey, "ed25519": ed25519.Ed25519PrivateKey}
    assert isinstance(key, types[kind]), kind
    assert size is None or key.key_size == size, key.key_size
    if kind == "rsa":
        numbers = key.private_numbers()
        assert numbers.public_numbers.e == 65537
        assert numbers.p * numbers.q == numbers.public_numbers.n
        message = b"message"
        signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        key.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


def read_certificate(case):
    certificate = x509.load_pem_x509_certificate(case["cert"].encode())
    issuer = x509.load_pem_x509_certificate(case["issuer"].encode())
    certificate.verify_directly_issued_by(issuer)
    assert der(private(case["key"]).public_key()) == der(certificate.public_key())
    assert certificate.version == x509.Version.v3
    assert 0 < certificate.serial_number < 1 << 128
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == ([case["name"]] if case["name"] else [])
    start = datetime.datetime.fromtimestamp(case["now"], datetime.timezone.utc)
    assert certificate.not_valid_before_utc == start
    assert certificate.not_valid_after_utc == start + case["days"] * DAY
    extensions = certificate.extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical and constraints.value == x509.BasicConstraints(case["authority"], None)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and usage.value.key_encipherment
    assert usage.value.key_cert_sign == case["authority"] and not usage.value.crl_sign
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    own = [it.value.digest for it in extensions if it.oid == ExtensionOID.SUBJECT_KEY_IDENTIFIER]
    if case["authority"]:
        point = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
        assert len(own[0]) == 20 and own[0] != point.digest
    else:
        assert not own
    others = [it.value.key_identifier for it in extensions if it.oid == ExtensionOID.AUTHORITY_KEY_IDENTIFIER]
    wanted = [] if case["cert"] == case["issuer"] else [issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest]
    assert others == wanted
    found = [str(name.value) for it in extensions if it.oid == ExtensionOID.SUBJECT_ALTERNATIVE_NAME for name in it.value]
    assert found == case["names"], found


def read_store(case):
    password = case["password"].encode()
    store = pkcs12.load_pkcs12(base64.b64decode(case["file"]), password)
    certificates = [x509.load_pem_x509_certificate(pem.encode()) for pem in case["certs"]]
    found = [store.cert] if store.cert else []
    found += store.additional_certs
    if case["key"] is None:
        assert store.key is None
        assert sorted(it.certificate.fingerprint(hashes.SHA256()) for it in found) == sorted(it.fingerprint(hashes.SHA256()) for it in certificates)
        assert sorted(it.friendly_name.decode() for it in found) == sorted(case["names"])
    else:
        assert der(store.key.public_key()) == der(private(case["key"]).public_key())
        assert store.cert.certificate == certificates[0]
        assert {it.certificate.fingerprint(hashes.SHA256()) for it in found} == {it.fingerprint(hashes.SHA256()) for it in certificates}


def aes(password, iv):
    return Cipher(algorithms.AES(password.encode()[:32].ljust(32, b"\0")), modes.CBC(iv))


def read_cipher(case):
    sealed = base64.b64decode(case["sealed"])
    opener = aes(case["password"], sealed[:16]).decryptor()
    opened = opener.update(sealed[16:]) + opener.finalize()
    assert opened[-opened[-1]:] == bytes([opened[-1]]) * opened[-1]
    assert opened[: -opened[-1]] == case["text"].encode()


def read_hash(case):
    assert bcrypt.checkpw(case["password"].encode(), case["hash"].encode())


def read_derived(case):
    scope = b"com.lyndir.masterpassword"

    def scoped(name):
        return scope + len(name.encode()).to_bytes(4, "big") + name.encode()

    key = Scrypt(salt=scoped(case["user"]), length=64, n=1 << 15, r=8, p=2).derive(case["password"].encode())
    seed = hmac.new(key, scoped(case["site"]) + case["counter"].to_bytes(4, "big"), hashlib.sha256).digest()
    assert case["pin"] == "".join(str(byte % 10) for byte in seed[1:5])


READERS = {
    "key": read_key,
    "certificate": read_certificate,
    "store": read_store,
    "cipher": read_cipher,
    "hash": read_hash,
    "derived": read_derived,
}


def row(template, text, **values):
    coded = {name: base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode() for name, value in values.items()}
    return {"template": template, "values": coded, "text": text}


def pem(key):
    return key.private_bytes(PEM, PKCS8, NoEncryption()).decode()


def certificate(name, key, issuer, signer, extensions):
    now = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(
        issuer_name=issuer, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(), not_valid_before=now, not_valid_after=now + 30 * DAY
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def make_chain():
    keys = [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("root", "between", "leaf")]
    chain = []
    for index, (name, key) in enumerate(zip(names, keys)):
        above = max(index - 1, 0)
        extensions = [
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[above].public_key()),
        ]
        if index == 2:
            extensions.append(
                x509.SubjectAlternativeName(
                    [
                        x509.UniformResourceIdentifier("spiffe://a.test/b"),
                        x509.RFC822Name("a@b.test"),
                        x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
                        x509.IPAddress(ipaddress.ip_address("10.0.0.1")),
                        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
                        x509.DNSName("a.test"),
                    ]
                )
            )
        chain.append(certificate(name, key, names[above], keys[above], extensions))
    return keys, chain


def make_stores(key, chain):
    text = pem(key)
    ordered = "".join(it.public_bytes(PEM).decode() for it in reversed(chain))
    password = "pässwörd"
    protections = [BestAvailableEncryption(password.encode())]
    for algorithm, mac in [
        (pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1()),
        (pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA512()),
    ]:
        protections.append(PrivateFormat.PKCS12.encryption_builder().kdf_rounds(5000).key_cert_algorithm(algorithm).hmac_hash(mac).build(password.encode()))
    for protection in protections:
        store = pkcs12.serialize_key_and_certificates(b"name", key, chain[2], chain[:2], protection)
        yield row("{{ pkcs12keyPass .password .file }}", text, password=password, file=store)
        yield row("{{ pkcs12certPass .password .file }}", ordered, password=password, file=store)
    store = pkcs12.serialize_key_and_certificates(None, key, chain[2], None, NoEncryption())
    yield row("{{ pkcs12key .file }}", text, file=store)
    yield row("{{ pkcs12cert .file }}", chain[2].public_bytes(PEM).decode(), file=store)


def make_chains(chain):
    texts = [it.public_bytes(PEM).decode() for it in chain]
    mixed = texts[1] + texts[2] + texts[0]
    for kind, text in zip(("root", "intermediate", "leaf"), texts):
        yield row("{{ filterCertChain .kind .chain }}", text, kind=kind, chain=mixed)
    yield row("{{ certSANs .cert }}", "[a.test 2001:db8::1 10.0.0.1 a@b.test spiffe://a.test/b]", cert=texts[2])
    yield row("{{ filterPEM `certificate` .all }}", mixed, all=mixed)


def make_ciphertexts(key):
    text = pem(key)
    plaintext = "plain €"
    for name, digest in [("SHA1", hashes.SHA1), ("SHA256", hashes.SHA256), ("SHA512", hashes.SHA512)]:
        sealed = key.public_key().encrypt(plaintext.encode(), padding.OAEP(padding.MGF1(digest()), digest(), None))
        yield row("{{ rsaDecrypt `RSA-OAEP` .hash .sealed .key }}", plaintext, hash=name, sealed=sealed, key=text)
    for password in ("", "short", "ü" * 30):
        sealer = aes(password, bytes(range(16))).encryptor()
        sealed = bytes(range(16)) + sealer.update(b"sixteen bytes!!\x01") + sealer.finalize()
        yield row("{{ decryptAES .password .sealed }}", "sixteen bytes!!", password=password, sealed=base64.b64encode(sealed))


def number(value, size=None):
    size = size or (value.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(value.to_bytes(size, "big")).decode().rstrip("=")


def make_web_keys(key):
    numbers = key.private_numbers()
    public = {"kty": "RSA", "n": number(numbers.public_numbers.n), "e": number(numbers.public_numbers.e)}
    names = {"d": numbers.d, "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    yield public, public | {name: number(value) for name, value in names.items()}, key
    for curve, name, size in [(ec.SECP256R1(), "P-256", 32), (ec.SECP384R1(), "P-384", 48), (ec.SECP521R1(), "P-521", 66)]:
        key = ec.generate_private_key(curve)
        numbers = key.private_numbers()
        point = numbers.public_numbers
        public = {"kty": "EC", "crv": name, "x": number(point.x, size), "y": number(point.y, size)}
        yield public, public | {"d": number(numbers.private_value, size)}, key
    key = ed25519.Ed25519PrivateKey.generate()
    x = key.public_key().public_bytes(RAW, serialization.PublicFormat.Raw)
    d = key.private_bytes(RAW, PrivateFormat.Raw, NoEncryption())
    public = {"kty": "OKP", "crv": "Ed25519", "x": number(int.from_bytes(x, "big"), 32)}
    yield public, public | {"d": number(int.from_bytes(d, "big"), 32)}, key


def make():
    keys, chain = make_chain()
    yield from make_stores(keys[2], chain)
    yield from make_chains(chain)
    yield from make_ciphertexts(keys[1])
    for public, secret, key in make_web_keys(keys[1]):
        text = key.public_key().public_bytes(PEM, PUBLIC).decode()
        yield row("{{ jwkPublicKeyPem .key }}", text, key=json.dumps(public))
        yield row("{{ jwkPrivateKeyPem .key }}", pem(key), key=json.dumps(secret))


if sys.argv[1] == "read":
    for number_of_case, one in enumerate(json.load(sys.stdin)):
        try:
            READERS[one["is"]](one)
        except Exception as error:
            sys.exit(f"case {number_of_case}, {one['is']}: {error!r}\n{json.dumps(one)[:2000]}")
else:
    json.dump(list(make()), sys.stdout)
