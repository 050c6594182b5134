"""Downloads that go on where they broke off."""
