"""Ways to reach a customer, brought to one form, so that the same telephone is recognised however it was written.

Pure. `Contact.value` is what makes a contact point unique; `Contact.typed` is what people read.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import phonenumbers

from office.folding import fold, has_han, printable, unaccented


class Kind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"
    WANGWANG = "wangwang"
    OTHER = "other"


class Look(StrEnum):
    """What somebody seems to be looking for."""

    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    NAME = "name"


class ContactError(ValueError):
    """A contact that cannot be kept. `code` is empty, too-long (params: limit) or email-invalid."""

    def __init__(self, code: str, params: dict[str, int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}


@dataclass(frozen=True)
class Contact:
    """`value` compares equal for the same point: +442079460018, +442079460018;ext=12, jane@example.org, wxid_8a.

    `parsed` is False when a telephone number could not be understood and `value` is only the folded text.
    """

    kind: Kind
    value: str
    typed: str
    parsed: bool = True


class Reachable(Protocol):
    """Anything with a kind and a normalised value: a `Contact` or a stored contact point."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...


LONGEST: Final = 254
"""Characters a contact may have: the longest e-mail address there is (RFC 5321)."""

KEYS_PER_CONTACT: Final = 12
_LONGEST_LOCAL_PART: Final = 64
_ENDS_OF_NUMBER: Final = range(4, 9)

_LOCAL_PART: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"]+")
_LABEL: Final = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_WRAPPING: Final = re.compile(r"^(?:mailto:)?<?(.*?)>?$", re.IGNORECASE)

_LIKE_PHONE: Final = re.compile(r"[+(\d][\d\s()+\-./]*")
_LIKE_HANDLE: Final = re.compile(r"(?=[^\s]*[a-z])(?=[^\s]*[\d_])[a-z0-9_-]+")

_TRUNK_AFTER_COUNTRY: Final = re.compile(r"^((?:\+|00)[\d\s]+)\(0\)?")
# Ms Wang, 王女士: said to a customer, and typed by habit.
_TITLE: Final = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr) (?=.)|(?<=.)(?:先生|女士|小姐|太太)$")

_APOSTROPHES: Final = re.compile("['’‘`´]")
_NOT_IN_KEYS: Final = re.compile(r"[^\w@]|_")
_BETWEEN_HAN: Final = re.compile("(?<=[㐀-鿿]) +(?=[㐀-鿿])")


def normalise(kind: str, typed: str, *, region: str | None) -> Contact:
    """The contact somebody typed, in the form we compare by.

    `region` (ISO 3166, such as GB, CN, TW) is where a number without a prefix is taken to be from. A telephone number
    that cannot be understood is kept as typed. Raises ContactError for an empty, overlong or impossible contact.
    """
    kind = Kind(kind)
    typed = printable(typed)
    if not fold(typed):
        raise ContactError("empty")
    if len(typed) > LONGEST:
        raise ContactError("too-long", {"limit": LONGEST})
    if kind == Kind.PHONE:
        return _phone(typed, region=region)
    if kind == Kind.EMAIL:
        return Contact(kind=kind, value=_email(typed), typed=typed)
    return Contact(kind=kind, value=fold(typed), typed=typed)


def _phone(typed: str, *, region: str | None) -> Contact:
    written = unicodedata.normalize("NFKC", typed).removeprefix("tel:")
    candidates = [(written, region.upper() if region else None)]
    if written.lstrip(" (").startswith("00"):
        candidates.append(("+" + written.lstrip(" (")[2:], None))
    for candidate, where in candidates:
        value = _e164(candidate, region=where)
        if value is not None:
            return Contact(kind=Kind.PHONE, value=value, typed=typed)
    return Contact(kind=Kind.PHONE, value=fold(typed), typed=typed, parsed=False)


def _e164(written: str, *, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{value};ext={number.extension}" if number.extension else value


def _email(typed: str) -> str:
    address = _WRAPPING.sub(r"\1", unicodedata.normalize("NFKC", typed).strip()).strip()
    local, at, domain = address.rpartition("@")
    domain = domain.replace("。", ".").lower()
    labels = domain.split(".")
    possible = (
        at
        and len(local) <= _LONGEST_LOCAL_PART
        and _LOCAL_PART.fullmatch(local)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdecimal()
    )
    if not possible:
        raise ContactError("email-invalid")
    return f"{fold(local)}@{domain}"


def guess(text: str) -> Look:
    """What the text typed into the search box looks like: a telephone number, an e-mail, a handle, or else a name."""
    folded = fold(text)
    if "@" in folded and " " not in folded:
        return Look.EMAIL
    if _LIKE_PHONE.fullmatch(folded) and sum(map(str.isdecimal, folded)) >= 3:
        return Look.PHONE
    return Look.HANDLE if _LIKE_HANDLE.fullmatch(folded) else Look.NAME


def query_key(text: str) -> str:
    """What an agent typed, in the alphabet of `lookup_keys`: it finds every customer with a key that starts with it."""
    if guess(text) == Look.PHONE:
        return _digits(_TRUNK_AFTER_COUNTRY.sub(r"\1", fold(text)))
    return _TITLE.sub("", _key(text))


def lookup_keys(*, name: str, contacts: Iterable[Reachable] = (), external_id: str = "") -> frozenset[str]:
    """The keys a customer is found by while somebody types; at most twelve for the name and for each contact.

    A name is found from each of its words on, a Chinese one from each character on (小明 finds 王小明), a telephone
    with or without its country and trunk prefix and by its last four to eight digits, an e-mail also by its domain.
    """
    keys = _name_keys(name)
    for contact in contacts:
        keys |= _contact_keys(contact)
    if external_id:
        whole = _key(external_id)
        keys |= {whole, whole.replace(" ", "")}
    return frozenset(keys - {""})


def _key(text: str) -> str:
    spaced = _NOT_IN_KEYS.sub(" ", _APOSTROPHES.sub("", unaccented(text)))
    return _BETWEEN_HAN.sub("", " ".join(spaced.split()))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _name_keys(name: str) -> set[str]:
    whole = _key(name)
    parts = whole.split(" ")
    keys = [" ".join(parts[start:]) for start in range(len(parts))]
    if guess(name) == Look.PHONE:  # a shop called 7 11: whoever types it is taken to type a number
        keys.insert(0, query_key(name))
    if len(parts) > 1:
        keys.append(" ".join([parts[-1], *parts[:-1]]))
    for part in parts:
        if has_han(part):
            keys += [part[start:] for start in range(1, len(part))]
    return set(keys[:KEYS_PER_CONTACT])


def _contact_keys(contact: Reachable) -> set[str]:
    if contact.kind == Kind.PHONE:
        return _phone_keys(contact.value)
    whole = _key(contact.value)
    if contact.kind == Kind.EMAIL:
        local, _, domain = contact.value.rpartition("@")
        parts = _key(local).split(" ")
        later = [f"{' '.join(parts[start:])}@{_key(domain)}" for start in range(1, len(parts))]
        return {whole, _key(domain), *later[: KEYS_PER_CONTACT - 2]}
    return {whole}


def _phone_keys(value: str) -> set[str]:
    e164, _, _ = value.partition(";ext=")
    if not re.fullmatch(r"\+\d+", e164):
        return {_key(value), _digits(value), *_ends(_digits(value))}
    number = phonenumbers.parse(e164, None)
    at_home = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    significant = phonenumbers.national_significant_number(number)
    return {e164[1:], f"00{e164[1:]}", _digits(at_home), significant, *_ends(significant)}


def _ends(digits: str) -> set[str]:
    return {digits[-length:] for length in _ENDS_OF_NUMBER if length <= len(digits)}
