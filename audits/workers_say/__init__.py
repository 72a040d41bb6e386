"""What the keyworker says of an audit afterwards, in confidence."""
