# The values of one folder, and nothing else.
path "shop/data/web/*" {
  capabilities = ["read"]
}
