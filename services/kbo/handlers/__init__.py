"""Events in, events out: one module per topic that is consumed."""
