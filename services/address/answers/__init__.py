"""What people and programs are answered over HTTP and on the command line, as plain values."""
