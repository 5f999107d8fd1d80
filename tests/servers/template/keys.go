package main

import (
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"hash"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

func jwkPublic(input string) (string, error) {
	raw, err := rawKey(input)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(raw)
	return block("PUBLIC KEY", der), err
}

func jwkPrivate(input string) (string, error) {
	raw, err := rawKey(input)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(raw)
	return block("PRIVATE KEY", der), err
}

func rawKey(input string) (raw any, err error) {
	key, err := jwk.ParseKey([]byte(input))
	if err != nil {
		return nil, err
	}
	err = key.Raw(&raw)
	return raw, err
}

func rsaDecrypt(scheme, hashName, ciphertext, key string) (string, error) {
	switch scheme {
	case "None":
		return ciphertext, nil
	case "RSA-OAEP":
	default:
		return "", errors.New("unknown scheme")
	}
	parsed, err := parseKey(key)
	if err != nil {
		return "", err
	}
	private, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return "", errors.New("no RSA key")
	}
	var digest hash.Hash
	switch hashName {
	case "SHA1":
		digest = sha1.New()
	case "SHA512":
		digest = sha512.New()
	default:
		digest = sha256.New()
	}
	opened, err := rsa.DecryptOAEP(digest, nil, private, []byte(ciphertext), nil)
	return string(opened), err
}

// parseKey takes the first block of a PEM text in any of the three forms.
func parseKey(input string) (any, error) {
	found, _ := pem.Decode([]byte(input))
	if found == nil {
		return nil, errors.New("no PEM block")
	}
	if key, err := x509.ParsePKCS8PrivateKey(found.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(found.Bytes); err == nil {
		return key, nil
	}
	return x509.ParseECPrivateKey(found.Bytes)
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
