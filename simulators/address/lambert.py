"""Lambert 72 (EPSG:31370) to WGS 84 (EPSG:4326), by the published parameters of both and of EPSG:15929 between them."""

from __future__ import annotations

from math import atan, atan2, cos, hypot, log, pi, radians, sin, sqrt, tan

_A, _F = 6_378_388.0, 1 / 297.0  # International 1924
_E2 = _F * (2 - _F)
_E = sqrt(_E2)
_X0, _Y0, _LON0 = 150_000.01256, 5_400_088.4378, radians(4.367486666666667)
_PHI1, _PHI2 = radians(49.8333339), radians(51.16666723333333)
_A84, _F84 = 6_378_137.0, 1 / 298.257223563
_E84 = _F84 * (2 - _F84)
_SHIFT = (-106.8686, 52.2978, -103.7239)
_TURN = tuple(radians(seconds / 3600) for seconds in (0.3366, -0.457, 1.8422))  # coordinate frame
_STRETCH = 1 - 1.2747e-6


def _t(phi: float) -> float:
    flat: float = ((1 - _E * sin(phi)) / (1 + _E * sin(phi))) ** (_E / 2)
    return tan(pi / 4 - phi / 2) / flat


def _m(phi: float) -> float:
    return cos(phi) / sqrt(1 - _E2 * sin(phi) ** 2)


_N = (log(_m(_PHI1)) - log(_m(_PHI2))) / (log(_t(_PHI1)) - log(_t(_PHI2)))
_G = _m(_PHI1) / (_N * _t(_PHI1) ** _N)


def to_wgs84(x: float, y: float) -> tuple[float, float]:
    """(latitude, longitude) in degrees of a point in metres; right to some decimetres."""
    east, south = x - _X0, _Y0 - y
    t = (hypot(east, south) / (_A * _G)) ** (1 / _N)
    lon = atan2(east, south) / _N + _LON0
    phi = pi / 2 - 2 * atan(t)
    for _ in range(4):
        sine = _E * sin(phi)
        phi = pi / 2 - 2 * atan(t * ((1 - sine) / (1 + sine)) ** (_E / 2))
    return _other_datum(phi, lon)


def _other_datum(phi: float, lon: float) -> tuple[float, float]:
    radius = _A / sqrt(1 - _E2 * sin(phi) ** 2)
    x, y, z = radius * cos(phi) * cos(lon), radius * cos(phi) * sin(lon), radius * (1 - _E2) * sin(phi)
    rx, ry, rz = _TURN
    x, y, z = (
        _SHIFT[0] + _STRETCH * (x + rz * y - ry * z),
        _SHIFT[1] + _STRETCH * (y - rz * x + rx * z),
        _SHIFT[2] + _STRETCH * (z + ry * x - rx * y),
    )
    across = hypot(x, y)
    phi = atan2(z, across * (1 - _E84))
    for _ in range(3):
        phi = atan2(z + _E84 * _A84 / sqrt(1 - _E84 * sin(phi) ** 2) * sin(phi), across)
    return phi * 180 / pi, atan2(y, x) * 180 / pi
