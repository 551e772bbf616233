// The product list needs no script of its own: its tiles are links with a compact component each.
