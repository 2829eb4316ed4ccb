"""How the portal is used, told to each kind of reader."""
