"""The core: twin views, the loss, TwinPurify, purity and purified expression."""
