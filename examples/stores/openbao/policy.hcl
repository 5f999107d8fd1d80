# The values of one folder; and its names, for `find`.
path "kv/data/web/*" {
  capabilities = ["read"]
}
path "kv/metadata/web/*" {
  capabilities = ["list"]
}
