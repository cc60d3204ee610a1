"""Belgian wall-clock time without a time zone database, and dates as people write them."""

from datetime import UTC, datetime, timedelta, timezone

DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def aware(local: datetime) -> datetime:
    """The naive Belgian wall-clock time with its offset (CET or CEST)."""
    summer = (
        _last_sunday(local.year, 3) + timedelta(hours=2) <= local < _last_sunday(local.year, 10) + timedelta(hours=3)
    )
    return local.replace(tzinfo=timezone(timedelta(hours=2 if summer else 1)))


def wall(moment: datetime) -> datetime:
    """Naive Belgian wall-clock time of a moment; a naive moment is taken as Belgian already."""
    if moment.tzinfo is None:
        return moment
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    offset = aware(utc + timedelta(hours=1)).utcoffset()
    return utc + (offset or timedelta(hours=1))


def day(moment: datetime, lang: str) -> str:
    """'vrijdag 4 december', 'vendredi 4 décembre', 'Friday 4 December'."""
    return f"{DAYS[lang][moment.weekday()]} {moment.day} {month(moment, lang)}"


def month(moment: datetime, lang: str) -> str:
    """The month's name."""
    return MONTHS[lang][moment.month - 1]


def months_later(moment: datetime, months: int) -> datetime:
    """The first day of the month that lies `months` after (or before) this one."""
    years, month0 = divmod(moment.month - 1 + months, 12)
    return datetime(moment.year + years, month0 + 1, 1)


def working_time(moment: datetime, minutes: int) -> datetime:
    """The moment itself in office hours, otherwise `minutes` after the next opening at half past eight."""
    if moment.weekday() < 5 and 8.5 <= moment.hour + moment.minute / 60 < 16.75:
        return moment
    following = moment if moment.hour < 8 else moment + timedelta(days=1)
    while following.weekday() >= 5:
        following += timedelta(days=1)
    return following.replace(hour=8, minute=30) + timedelta(minutes=minutes)


def waking_time(moment: datetime, minutes: int) -> datetime:
    """The moment itself by day, otherwise `minutes` after the next seven o'clock."""
    if 7 <= moment.hour < 23:
        return moment
    following = moment if moment.hour < 7 else moment + timedelta(days=1)
    return following.replace(hour=7, minute=0) + timedelta(minutes=minutes)
