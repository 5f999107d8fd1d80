package main

import (
	"crypto/x509"
	"encoding/base64"
	"errors"

	"software.sslmate.com/src/go-pkcs12"
)

func pkcs12Key(password, input string) (string, error) {
	key, _, _, err := pkcs12.DecodeChain([]byte(input), password)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return block("PRIVATE KEY", der), err
}

func pkcs12Cert(password, input string) (string, error) {
	_, leaf, others, err := pkcs12.DecodeChain([]byte(input), password)
	if err != nil {
		return "", err
	}
	all := append([]*x509.Certificate{leaf}, others...)
	if ordered, err := chain(all); err == nil {
		all = ordered
	}
	return encode(all), nil
}

func pemToPKCS12(cert, key, password string) (string, error) {
	return toPKCS12(cert, key, password, false)
}

func fullPEMToPKCS12(certs, key, password string) (string, error) {
	return toPKCS12(certs, key, password, true)
}

func toPKCS12(certs, key, password string, full bool) (string, error) {
	if !full {
		certs = firstBlock(certs)
	}
	all, err := certificatesAlone(certs)
	if err == nil && len(all) == 0 {
		err = errors.New("no PEM block")
	}
	if err != nil {
		return "", err
	}
	private, err := parseKey(key)
	if err != nil {
		return "", err
	}
	store, err := pkcs12.Modern.Encode(private, all[0], all[1:], password)
	return base64.StdEncoding.EncodeToString(store), err
}

func truststore(certs, password string) (string, error) {
	all, err := certificatesAlone(certs)
	if err != nil {
		return "", err
	}
	store, err := pkcs12.Modern.EncodeTrustStore(all, password)
	return base64.StdEncoding.EncodeToString(store), err
}
