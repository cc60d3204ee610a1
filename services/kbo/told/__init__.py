"""What this service tells: the models of the contract, and one JSON shape for HTTP and the command line.

Natural persons: the models of the contract never hold one. The JSON functions take `persons`: True only for who may see
them (asked by exact number, with the right role); otherwise no name, address or number of a person is in the answer.
"""

from services.kbo.told.events import register_source, resolved_event, state, syndic_model
from services.kbo.told.shapes import checked, hits, inquiry, organisation, source, unit, vmes_at

__all__ = [
    "checked",
    "hits",
    "inquiry",
    "organisation",
    "register_source",
    "resolved_event",
    "source",
    "state",
    "syndic_model",
    "unit",
    "vmes_at",
]
