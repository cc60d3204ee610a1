"""`loketbus kbo status`: how the register on this machine stands."""

from __future__ import annotations

from loketbus.cli.output import ago, print_fields, print_json, print_line
from loketbus.clock import utc_now
from loketbus.settings import load
from services.kbo.cli.printing import print_source
from services.kbo.fetch_status import FetchStatus
from services.kbo.settings import KboSettings
from services.kbo.standing import Standing, standing

PHASES = {"idle": None, "listing": "het aanbod bekijken", "fetching": "ophalen", "importing": "inlezen"}


def status(*, as_json: bool) -> bool:
    """Say how it stands; whether there is nothing to do."""
    found = standing(load(KboSettings), utc_now())
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return not found.advice


def _print(found: Standing) -> None:
    source, fetching = found.source, found.fetching
    if source is not None:
        print_fields(
            {
                "Uittreksel": f"{source.extract:04d}",
                "Toestand op": f"{source.snapshot:%d/%m/%Y}",
                "Oud": "vandaag" if found.age_days == 0 else f"{found.age_days} d",
                "Rijen": ", ".join(f"{table} {count:,}".replace(",", ".") for table, count in found.rows.items()),
            }
        )
    if fetching.listed_at is not None:
        _print_fetching(fetching)
    else:
        print_fields({"Bron van nieuwe uittreksels": "geen" if found.drop == "none" else found.drop})
    for line in found.advice:
        print_line(line)
    if source is not None:
        print_source(source)


def _print_fetching(fetching: FetchStatus) -> None:
    print_fields(
        {
            "Laatst gekeken": f"{ago(fetching.listed_at)} geleden",
            "Nieuwste in het aanbod": fetching.newest,
            "Laatst geladen": None if fetching.loaded is None else f"{fetching.loaded.extract:04d}",
            "Bezig met": PHASES[fetching.phase],
        }
    )
