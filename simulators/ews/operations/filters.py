"""Restrictions, as far as they are simulated: one field equals one value. Anything else is refused, never ignored."""

from __future__ import annotations

from simulators.ews.soap import EwsError, Node, attribute, find


def wanted(request: Node, *fields: str) -> tuple[str, str] | None:
    """The field and the value asked for; None without a restriction.

    Raises:
        EwsError: another kind of filter, or another field than `fields`.
    """
    if find(request, "m:Restriction") is None and find(request, "m:QueryString") is None:
        return None
    field = find(request, "m:Restriction/t:IsEqualTo/t:FieldURI")
    value = find(request, "m:Restriction/t:IsEqualTo/t:FieldURIOrConstant/t:Constant")
    if field is None or value is None or attribute(field, "FieldURI") not in fields:
        raise EwsError("ErrorUnsupportedQueryFilter", "The query filter is not simulated.")
    return attribute(field, "FieldURI"), attribute(value, "Value")
