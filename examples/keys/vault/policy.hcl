# What a token needs to encrypt and decrypt with one key, and nothing else. "update" without "create": a mistyped name must not make a key.
path "transit/encrypt/deploy" {
  capabilities = ["update"]
}

path "transit/decrypt/deploy" {
  capabilities = ["update"]
}
