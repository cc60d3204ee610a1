"""One Exchange mailbox, whichever protocol reads it: EWS and Graph are two doors to the same rooms."""
