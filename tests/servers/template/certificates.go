package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
)

// certificates takes PEM blocks as long as there are some, and gives the text that is left.
func certificates(input string) (all []*x509.Certificate, left []byte, err error) {
	left = []byte(input)
	for {
		found, rest := pem.Decode(left)
		if found == nil {
			return all, left, nil
		}
		left = rest
		parsed, err := x509.ParseCertificate(found.Bytes)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, parsed)
	}
}

// certificatesAlone takes PEM blocks to the end of the text; what is left there is an error.
func certificatesAlone(input string) ([]*x509.Certificate, error) {
	all, left, err := certificates(input)
	if err == nil && len(left) > 0 {
		err = errors.New("text that is no PEM")
	}
	return all, err
}

// firstBlock cuts off what follows the first PEM block.
func firstBlock(input string) string {
	_, rest := pem.Decode([]byte(input))
	return strings.TrimSuffix(input, string(rest))
}

// fromFirstBlock cuts off what stands before the first PEM block, which then may begin in the middle of a line.
func fromFirstBlock(input string) string {
	if at := strings.Index(input, "-----BEGIN"); at > 0 {
		return input[at:]
	}
	return input
}

// chain puts certificates in order, from the leaf to the root, by the key ids alone; two missing ones are the same.
func chain(all []*x509.Certificate) ([]*x509.Certificate, error) {
	issuer := map[*x509.Certificate]*x509.Certificate{}
	issues := map[*x509.Certificate]bool{}
	for _, one := range all {
		for _, other := range all {
			if one != other && bytes.Equal(one.AuthorityKeyId, other.SubjectKeyId) {
				issuer[one], issues[other] = other, true
				break
			}
		}
	}
	var ordered []*x509.Certificate
	for _, one := range all {
		if issues[one] {
			continue
		}
		if len(ordered) > 0 {
			return nil, errors.New("more than one leaf")
		}
		for next := one; next != nil && len(ordered) <= len(all); next = issuer[next] {
			ordered = append(ordered, next)
		}
	}
	if len(ordered) == 0 || len(ordered) > len(all) {
		return nil, errors.New("no chain")
	}
	return ordered, nil
}

func isRoot(certificate *x509.Certificate) bool {
	return len(certificate.AuthorityKeyId) == 0 || bytes.Equal(certificate.AuthorityKeyId, certificate.SubjectKeyId)
}

func filterCertChain(kind, input string) (string, error) {
	all, _, err := certificates(input)
	if err != nil {
		return "", err
	}
	ordered, err := chain(all)
	if err != nil {
		return "", err
	}
	end := len(ordered)
	if isRoot(ordered[end-1]) {
		end--
	}
	switch {
	case kind == "leaf" && !isRoot(ordered[0]):
		return encode(ordered[:1]), nil
	case kind == "intermediate" && end > 1:
		return encode(ordered[1:end]), nil
	case kind == "root":
		return encode(ordered[end:]), nil
	}
	return "", nil
}

func filterPEM(kind, input string) (string, error) {
	var kept strings.Builder
	rest := []byte(fromFirstBlock(input))
	for {
		var found *pem.Block
		if found, rest = pem.Decode(rest); found == nil {
			break
		}
		if strings.EqualFold(found.Type, kind) {
			if err := pem.Encode(&kept, found); err != nil {
				return "", err
			}
		}
	}
	if kept.Len() == 0 && len(rest) > 0 {
		return "", errors.New("text that is no PEM")
	}
	return kept.String(), nil
}

func certSANs(input string) ([]string, error) {
	found, _ := pem.Decode([]byte(fromFirstBlock(input)))
	if found == nil {
		return nil, errors.New("no PEM block")
	}
	certificate, err := x509.ParseCertificate(found.Bytes)
	if err != nil {
		return nil, err
	}
	names := append([]string{}, certificate.DNSNames...)
	for _, address := range certificate.IPAddresses {
		names = append(names, address.String())
	}
	names = append(names, certificate.EmailAddresses...)
	for _, uri := range certificate.URIs {
		names = append(names, uri.String())
	}
	return names, nil
}

func encode(certificates []*x509.Certificate) string {
	var text strings.Builder
	for _, certificate := range certificates {
		text.WriteString(block("CERTIFICATE", certificate.Raw))
	}
	return text.String()
}
