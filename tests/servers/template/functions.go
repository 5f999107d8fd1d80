package main

import (
	"encoding/hex"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// functions is the whole table: Sprig's for text, the peer's addition to it and the peer's own.
var functions = sync.OnceValue(func() template.FuncMap {
	table := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(table, name)
	}
	for name, function := range own {
		table[name] = function
	}
	return table
})

var own = template.FuncMap{
	"hexdec": hexdec,

	"toYaml":   toYAML,
	"fromYaml": fromYAML,

	"pkcs12key":                 func(input string) (string, error) { return pkcs12Key("", input) },
	"pkcs12keyPass":             pkcs12Key,
	"pkcs12cert":                func(input string) (string, error) { return pkcs12Cert("", input) },
	"pkcs12certPass":            pkcs12Cert,
	"pemToPkcs12":               func(cert, key string) (string, error) { return pemToPKCS12(cert, key, "") },
	"pemToPkcs12Pass":           pemToPKCS12,
	"fullPemToPkcs12":           func(certs, key string) (string, error) { return fullPEMToPKCS12(certs, key, "") },
	"fullPemToPkcs12Pass":       fullPEMToPKCS12,
	"pemTruststoreToPKCS12":     func(certs string) (string, error) { return truststore(certs, "") },
	"pemTruststoreToPKCS12Pass": truststore,

	"jwkPublicKeyPem":  jwkPublic,
	"jwkPrivateKeyPem": jwkPrivate,

	// No Go module offers these: ours, by the specification alone.
	"filterPEM":       filterPEM,
	"filterCertChain": filterCertChain,
	"certSANs":        certSANs,
	"rsaDecrypt":      rsaDecrypt,
}

func hexdec(input string) string {
	decoded, err := hex.DecodeString(input)
	if err != nil {
		return err.Error()
	}
	return string(decoded)
}
