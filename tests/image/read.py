"""Reads an OCI image archive by its specification, and tells what is in it. Ends with an error where something is not what it says."""

import gzip
import hashlib
import io
import json
import sys
import tarfile


def main(archive, layers):
    files = {}
    with tarfile.open(archive, "r:") as tar:
        for member in tar:
            assert member.isfile() or member.isdir(), member.name
            if member.isfile():
                files[member.name] = tar.extractfile(member).read()
    assert json.loads(files.pop("oci-layout")) == {"imageLayoutVersion": "1.0.0"}
    index = json.loads(files.pop("index.json"))
    used = set()

    def blob(descriptor):
        algorithm, digest = descriptor["digest"].split(":")
        name = f"blobs/{algorithm}/{digest}"
        content = files[name]
        used.add(name)
        assert hashlib.new(algorithm, content).hexdigest() == digest, name
        assert len(content) == descriptor["size"], name
        return content

    (described,) = index["manifests"]
    manifest = json.loads(blob(described))
    assert manifest["mediaType"] == described["mediaType"]
    config = json.loads(blob(manifest["config"]))
    entries = []
    for descriptor, diff in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
        plain = gzip.decompress(blob(descriptor))
        assert "sha256:" + hashlib.sha256(plain).hexdigest() == diff
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
            tar.extractall(layers, filter="fully_trusted")
            for member in tar:
                kind = "folder" if member.isdir() else "file" if member.isfile() else "other"
                entries.append([member.name, kind, member.mode, member.uid, member.gid, member.mtime])
    assert used == set(files), "there are blobs that nothing leads to"
    json.dump({"index": index, "manifest": manifest, "config": config, "entries": entries}, sys.stdout)


main(*sys.argv[1:])
