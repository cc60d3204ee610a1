"""What every simulator needs: a loopback server, faults below HTTP, a request log, a runner and a control client."""
