#!/usr/bin/env python3
"""A plugin of age for tests, `age-plugin-selkietest`.

What it encrypts is protected by nothing: its recipients carry the key. It keeps to the protocol, so that age, sops and selkie can be
compared in how they talk to it. SELKIETEST_MODE makes it ask, fail or hang; SELKIETEST_LOG gets a line per conversation.

    plugin.py make N        prints the recipient and the identity of key N
"""

import base64
import hashlib
import os
import sys
import time

NAME = "selkietest"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def checksum(values):
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, polynomial in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= polynomial if top >> bit & 1 else 0
    return state


def regroup(values, old, new, pad):
    bits, count, out = 0, 0, []
    for value in values:
        bits, count = bits << old | value, count + old
        while count >= new:
            count -= new
            out.append(bits >> count & (1 << new) - 1)
    if pad and count:
        out.append(bits << new - count & (1 << new) - 1)
    return out


def encode(prefix, data):
    values = regroup(data, 8, 5, True)
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    end = checksum(expanded + values + [0] * 6) ^ 1
    values += [end >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(LETTERS[value] for value in values)


def decode(text):
    _, _, letters = text.lower().rpartition("1")
    return bytes(regroup([LETTERS.index(letter) for letter in letters[:-6]], 5, 8, False))


def send(tag, *args, body=b""):
    text = base64.b64encode(body).decode().rstrip("=")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    if len(text) % 64 == 0:
        lines.append("")
    sys.stdout.write("\n".join([" ".join(("->", tag) + args)] + lines) + "\n")
    sys.stdout.flush()


def receive():
    _, tag, *args = sys.stdin.readline().split()
    text = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        text += line
        if len(line) < 64:
            return tag, args, base64.b64decode(text + "=" * (-len(text) % 4))


def ask(tag, *args, body=b""):
    send(tag, *args, body=body)
    return receive()


def told():
    said = []
    while True:
        message = receive()
        if message[0] == "done":
            return said
        said.append(message)


def keystream(key, nonce):
    digest = hashlib.sha256(key + nonce).digest()
    return digest[:16], digest[16:20]


def wrap(key, file_key):
    nonce = os.urandom(8)
    stream, tag = keystream(key, nonce)
    words = [base64.b64encode(part).decode().rstrip("=") for part in (nonce, tag)]
    return words, bytes(a ^ b for a, b in zip(file_key, stream))


def unwrap(key, words, body):
    nonce, tag = (base64.b64decode(word + "=" * (-len(word) % 4)) for word in words)
    stream, expected = keystream(key, nonce)
    if tag != expected:
        return None
    return bytes(a ^ b for a, b in zip(body, stream))


def behave(mode):
    """What happens before the work; whether it is done."""
    if mode == "hang":
        time.sleep(600)
    if mode == "die":
        sys.exit(3)
    if mode == "garble":
        print("hello", flush=True)
    if mode == "touch":
        ask("msg", body=b"touch the key")
    if mode == "choose":
        yes, no = (base64.b64encode(word).decode().rstrip("=") for word in (b"use it", b"stop"))
        return ask("confirm", yes, no, body=b"go on?")[1] == ["yes"]
    if mode == "name":
        return ask("request-public", body=b"which slot?")[2] == b"nine"
    if mode == "pin":
        return ask("request-secret", body=b"the PIN, please")[2] == b"1234"
    return mode != "fail"


def recipient_state():
    said = told()
    if not behave(os.environ.get("SELKIETEST_MODE", "")):
        ask("error", "recipient", "0", body=b"there is no card")
    else:
        keys = [decode(args[0]) for tag, args, _ in said if tag == "add-recipient"]
        keys += [decode(args[0]) for tag, args, _ in said if tag == "add-identity"]
        files = [body for tag, _, body in said if tag == "wrap-file-key"]
        for index, file_key in enumerate(files):
            for key in keys:
                words, body = wrap(key, file_key)
                ask("recipient-stanza", str(index), NAME, *words, body=body)
    send("done")


def identity_state():
    said = told()
    stanzas = [(args, body) for tag, args, body in said if tag == "recipient-stanza"]
    if log := os.environ.get("SELKIETEST_LOG"):
        files = {args[0] for args, _ in stanzas}
        with open(log, "a") as file:
            file.write(f"{len(files)}\n")
    if not behave(os.environ.get("SELKIETEST_MODE", "")):
        ask("error", "identity", "0", body=b"there is no card")
    else:
        keys = [decode(args[0]) for tag, args, _ in said if tag == "add-identity"]
        done = set()
        for (index, name, *words), body in stanzas:
            for key in keys:
                if name == NAME and index not in done and (found := unwrap(key, words, body)):
                    ask("file-key", index, body=found)
                    done.add(index)
    send("done")


def main():
    match sys.argv[1:]:
        case ["--age-plugin=recipient-v1"]:
            recipient_state()
        case ["--age-plugin=identity-v1"]:
            identity_state()
        case ["make", number]:
            key = hashlib.sha256(number.encode()).digest()
            print(encode("age1" + NAME, key))
            print(encode(f"age-plugin-{NAME}-", key).upper())
        case _:
            sys.exit(__doc__)


main()
