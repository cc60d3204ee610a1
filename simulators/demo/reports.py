"""Non-delivery reports (RFC 3464) as a mail server makes them."""

from random import Random

from simulators.demo import mime
from simulators.demo.cast import DESK_DOMAIN


def bounce(explanation: bytes, original: bytes, recipient: str, rng: Random) -> bytes:
    """multipart/report: the explanation, the status of the delivery, the header of the original."""
    status = (
        "Content-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx1.{DESK_DOMAIN}\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown\r\n"
    )
    head = original.partition(b"\r\n\r\n")[0] + b"\r\n"
    returned = b"Content-Type: text/rfc822-headers\r\n\r\n" + head
    return mime.multipart(
        "report", [explanation, status.encode(), returned], mime.boundary("mta", rng), "; report-type=delivery-status"
    )
