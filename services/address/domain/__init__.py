"""Pure rules of addresses: folding, parts, readings, verdicts, boxes, parcels, changes. No I/O."""
