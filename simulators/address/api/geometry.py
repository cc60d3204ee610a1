"""Positions as GML, in Lambert 72 and, in v3 and the feeds, in Lambert 2008 too."""

from __future__ import annotations

from collections.abc import Iterable

Point = tuple[float, float]

LAMBERT72, LAMBERT2008 = "31370", "3812"
SECURE, PLAIN = "https", "http"
"""v2 writes the reference system with https, v3 and the feeds write it with http."""
_CENTRE, _FAR = complex(150_000, 200_000), complex(500_000, 500_000)
_SHIFT, _TURN = complex(-3.8705, 0.2661), complex(-8.3447e-06, 1.20473e-04)


def srs(code: str, scheme: str) -> str:
    """`http://www.opengis.net/def/crs/EPSG/0/31370`."""
    return f"{scheme}://www.opengis.net/def/crs/EPSG/0/{code}"


def lambert2008(point: Point) -> Point:
    """From Lambert 72: a similarity fitted on the pairs in real events, right to 15 cm there."""
    here = complex(*point)
    there = here + _FAR + _SHIFT + _TURN * (here - _CENTRE)
    return there.real, there.imag


def point_gml(point: Point, code: str = LAMBERT72, scheme: str = SECURE) -> str:
    """`<gml:Point ...><gml:pos>X Y</gml:pos></gml:Point>`, in metres with two decimals."""
    return f"{_open('Point', code, scheme)}<gml:pos>{point[0]:.2f} {point[1]:.2f}</gml:pos></gml:Point>"


def polygon_gml(ring: Iterable[Point], code: str = LAMBERT72, scheme: str = SECURE) -> str:
    """A closed ring as a polygon without holes."""
    places = " ".join(f"{x:.2f} {y:.2f}" for x, y in ring)
    return (
        f"{_open('Polygon', code, scheme)}<gml:exterior><gml:LinearRing><gml:posList>{places}</gml:posList>"
        "</gml:LinearRing></gml:exterior></gml:Polygon>"
    )


def both_points(point: Point) -> list[tuple[str, str]]:
    """(code, GML) in both systems, as v3 and the feeds give it."""
    return [
        (LAMBERT72, point_gml(point, LAMBERT72, PLAIN)),
        (LAMBERT2008, point_gml(lambert2008(point), LAMBERT2008, PLAIN)),
    ]


def both_polygons(ring: Iterable[Point]) -> list[tuple[str, str]]:
    """(code, GML) in both systems."""
    here = list(ring)
    return [
        (LAMBERT72, polygon_gml(here, LAMBERT72, PLAIN)),
        (LAMBERT2008, polygon_gml(map(lambert2008, here), LAMBERT2008, PLAIN)),
    ]


def _open(shape: str, code: str, scheme: str) -> str:
    return f'<gml:{shape} srsName="{srs(code, scheme)}" xmlns:gml="http://www.opengis.net/gml/3.2">'
