"""Reconciles candidates with what is known: whose memory they go to, what they change, how much one run may change."""
