"""crabpy, the client of others, reads the simulator: what it makes of it is what the world holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crabpy.client import AdressenRegisterClient, AdressenRegisterClientException
from crabpy.gateway.adressenregister import Gateway

from simulators.address import MECHELEN, make_world
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(seed=1, nis=(MECHELEN,), scale=0.02)


@pytest.fixture(scope="module")
def api(world: World) -> Iterator[AddressRegisterSimulator]:
    with AddressRegisterSimulator(AddressRegisterOptions(key_per_second=None), run_as="thread", world=world) as running:
        yield running


@pytest.fixture(scope="module")
def client(api: AddressRegisterSimulator) -> Iterator[AdressenRegisterClient]:
    client = AdressenRegisterClient(api.url, KEY)
    yield client
    client.session.close()


@pytest.fixture(scope="module")
def gateway(client: AdressenRegisterClient) -> Gateway:
    return Gateway(client)


def test_municipalities(client: AdressenRegisterClient, world: World) -> None:
    found = client.get_gemeenten(status="inGebruik")
    assert [one["identificator"]["objectId"] for one in found] == [
        str(one.nis) for one in world.municipalities.values() if one.status == "inGebruik"
    ]
    names = client.get_gemeente(MECHELEN)["gemeentenamen"]
    assert {one["taal"]: one["spelling"] for one in names} == world.municipalities[MECHELEN].names


def test_streets_of_a_municipality(gateway: Gateway, world: World) -> None:
    mechelen = gateway.get_gemeente_by_niscode(str(MECHELEN))
    found = {one.id: (one.naam(), one.status, one.homoniem()) for one in mechelen.straten}
    assert found == {str(one.id): (one.name, one.status, one.homonym) for one in world.streets_of(MECHELEN)}
    one = gateway.get_straat_by_id(next(iter(found)))
    assert (one.naam(), one.gemeente.niscode) == (found[one.id][0], str(MECHELEN))


def test_addresses_of_a_street(gateway: Gateway, world: World) -> None:
    street = max(world.streets_of(MECHELEN), key=lambda one: len(world.addresses_of(one.id)))
    found = {
        one.id: (one.huisnummer, one.busnummer, one.status, one.label)
        for one in gateway.list_adressen_by_straat(str(street.id))
    }
    assert found == {
        str(one.id): (one.house, one.box or "", one.status, world.written(one)) for one in world.addresses_of(street.id)
    }


def test_pages_are_followed_to_the_end(client: AdressenRegisterClient, world: World) -> None:
    found = [one["identificator"]["objectId"] for one in client.get_adressen(niscode=str(MECHELEN))]
    assert len(found) > 500
    assert sorted(found, key=int) == [str(one) for one in sorted(world.addresses)]


def test_an_address(gateway: Gateway, world: World) -> None:
    box = next(one for one in world.addresses.values() if one.box and one.postcode)
    found = gateway.get_adres_by_id(str(box.id))
    assert (found.huisnummer, found.busnummer, found.status) == (box.house, box.box, box.status)
    assert (found.label, found.postinfo.id) == (world.written(box), str(box.postcode))
    assert (found.straat.naam(), found.gemeente.niscode) == (world.streets[box.street].name, str(MECHELEN))


def test_parcels_and_buildings(gateway: Gateway, world: World) -> None:
    parcel = next(one for one in world.parcels.values() if one.addresses and world.buildings_of_parcel(one.id))
    found = gateway.get_perceel_by_id(parcel.id)
    assert (found.status, [one.id for one in found.adressen]) == (parcel.status, [str(one) for one in parcel.addresses])
    assert parcel.id in [one.id for one in gateway.list_percelen_with_params(adresObjectId=parcel.addresses[0])]
    building = world.buildings_of_parcel(parcel.id)[0]
    assert [one.id for one in gateway.get_gebouw_by_id(str(building.id)).percelen] == list(building.parcels)


def test_postcodes(gateway: Gateway, world: World) -> None:
    found = {one.id for one in gateway.get_postinfo_by_gemeentenaam("Mechelen")}
    assert found == {str(one.postcode) for one in world.postinfos.values() if one.nis == MECHELEN}
    one = gateway.get_postinfo_by_id("2800")
    assert [*one.namen()] == [name for name, _ in world.postinfos[2800].names]
    assert one.gemeente.naam() == "Mechelen"


def test_what_is_not_there_is_its_exception(gateway: Gateway) -> None:
    with pytest.raises(AdressenRegisterClientException):
        gateway.get_adres_by_id("1")
