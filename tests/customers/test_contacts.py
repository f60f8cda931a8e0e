"""A customer who rings again is recognised, however the number was written down the first time."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customers.contacts import (
    KEYS_PER_CONTACT,
    Contact,
    ContactError,
    Kind,
    Look,
    guess,
    lookup_keys,
    normalise,
    query_key,
)


@pytest.mark.parametrize(
    ("typed", "region", "value"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "CN", "+442079460018"),
        ("0044 20 7946 0018", "GB", "+442079460018"),
        ("0044 20 7946 0018", "TW", "+442079460018"),
        ("138 0013 8000", "CN", "+8613800138000"),
        ("１３８００１３８０００", "CN", "+8613800138000"),
        ("＋８６　１３８－００１３－８０００", None, "+8613800138000"),
        ("0912-345-678", "TW", "+886912345678"),
        ("(02) 2345 6789", "tw", "+886223456789"),
        ("9123 4567", "HK", "+85291234567"),
        ("400-820-8820", "CN", "+864008208820"),
        ("020 7946 0018 ext 12", "GB", "+442079460018;ext=12"),
        ("020 7946 0018 x12", "GB", "+442079460018;ext=12"),
        ("tel:+44-20-7946-0018", None, "+442079460018"),
    ],
)
def test_one_telephone_has_one_form(typed: str, region: str | None, value: str) -> None:
    contact = normalise("phone", typed, region=region)
    assert contact == Contact(kind=Kind.PHONE, value=value, typed=typed, parsed=True)


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("95588", "CN"),
        ("ask for Ms Wang", "GB"),
        ("020 7946 0018", None),
        ("内线 ８０２", "CN"),
        ("1" * 40, "GB"),
        ("+999 1", "XX"),
    ],
)
def test_a_number_nobody_can_parse_is_kept_as_it_was_typed(typed: str, region: str | None) -> None:
    contact = normalise("phone", typed, region=region)
    assert contact.typed == typed
    assert not contact.parsed
    assert query_key(typed) in lookup_keys(name="", contacts=[contact])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Jane.Doe@Example.ORG", "jane.doe@example.org"),
        (" <jane@example.org> ", "jane@example.org"),
        ("mailto:jane@example.org", "jane@example.org"),
        ("jane＠example。org", "jane@example.org"),
        ("jane+shop@mail.example.co.uk", "jane+shop@mail.example.co.uk"),
        ("投訴@例子.中国", "投诉@例子.中国"),
        ("a@bücher.example", "a@bücher.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ],
)
def test_one_mailbox_has_one_form(typed: str, value: str) -> None:
    assert normalise("email", typed, region=None).value == value


@pytest.mark.parametrize(
    "typed",
    ["jane", "jane@", "@example.org", "jane@localhost", "a b@example.org", "a@b@example.org", "a..b@example.org",
     ".a@example.org", "a@-x.org", "a@x-.org", "a@.org", "a@x..org", "a@127.0.0.1", "a@[127.0.0.1]",
     f"{'a' * 65}@x.org", "a@x.org\nBcc: b@x.org", 'a"b@x.org'],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(typed: str) -> None:
    with pytest.raises(ContactError) as refused:
        normalise("email", typed, region=None)
    assert refused.value.code == "email-invalid"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("typed", ["", "  \n", "\u200b\u200d"])
def test_an_empty_contact_is_refused(kind: Kind, typed: str) -> None:
    with pytest.raises(ContactError) as refused:
        normalise(kind, typed, region="CN")
    assert refused.value.code == "empty"


def test_an_overlong_contact_is_refused() -> None:
    with pytest.raises(ContactError) as refused:
        normalise("other", "x" * 255, region=None)
    assert (refused.value.code, refused.value.params) == ("too-long", {"limit": 254})


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="pager"):
        normalise("pager", "1", region=None)


def test_a_wechat_name_is_compared_folded_and_shown_as_typed() -> None:
    contact = normalise("wechat", " WXID_8ab繁體 ", region="CN")
    assert (contact.value, contact.typed) == ("wxid_8ab繁体", "WXID_8ab繁體")


@given(st.sampled_from(Kind), st.text(max_size=60), st.sampled_from(["CN", "GB", "TW", "HK", "US", None]))
def test_any_text_is_a_contact_or_refused_by_name(kind: Kind, typed: str, region: str | None) -> None:
    try:
        contact = normalise(kind, typed, region=region)
    except ContactError:
        return
    assert contact.value
    assert normalise(kind, contact.typed, region=region) == contact
    assert len(lookup_keys(name="", contacts=[contact])) <= KEYS_PER_CONTACT


@pytest.mark.parametrize(
    ("typed", "look"),
    [
        ("138 0013", Look.PHONE),
        ("+44 (20)", Look.PHONE),
        ("(02", Look.NAME),
        ("１３８", Look.PHONE),
        ("12", Look.NAME),
        ("jane@", Look.EMAIL),
        ("wxid_8ab", Look.HANDLE),
        ("li ming", Look.NAME),
        ("王小明", Look.NAME),
        ("O'Brien", Look.NAME),
        ("", Look.NAME),
    ],
)
def test_what_is_typed_is_taken_for_what_it_looks_like(typed: str, look: Look) -> None:
    assert guess(typed) is look


def found(typed: str, keys: frozenset[str]) -> bool:
    return any(key.startswith(query_key(typed)) for key in keys)


@pytest.mark.parametrize("typed", ["王", "王小", "小明", "明", "王 小明", "王女士"])
def test_a_chinese_name_is_found_from_any_character_on(typed: str) -> None:
    assert found(typed, lookup_keys(name="王小明"))


def test_a_title_is_not_searched_for_but_a_name_like_one_is() -> None:
    assert query_key("王先生") == query_key("王")
    assert query_key("Ms. Wang") == "wang"
    assert query_key("Ms") == "ms"
    assert found("王女士", lookup_keys(name="王女士"))
    assert not found("李女士", lookup_keys(name="王小明"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Mary Ann Smith-Jones", "mary a"),
        ("Mary Ann Smith-Jones", "Smith-J"),
        ("Mary Ann Smith-Jones", "jones mary"),
        ("Siobhán O’Brien", "obrien"),
        ("Siobhán O’Brien", "O'Br"),
        ("Siobhán O’Brien", "siobhan"),
        ("José Núñez", "NUNEZ"),
        ("歐陽・娜娜", "欧阳娜"),
        ("歐陽・娜娜", "娜娜"),
        ("Wang Xiaoming 王曉明", "晓明"),
        ("7-Eleven", "7-el"),
    ],
)
def test_a_name_is_found_as_people_type_it(name: str, typed: str) -> None:
    assert found(typed, lookup_keys(name=name))


@pytest.mark.parametrize(
    "typed", ["020 7946", "+44 20 79", "0044 20", "2079460018", "0018", "460018", "０２０７９", "+44 (0", "+44 (0)20 7"]
)
def test_a_telephone_is_found_by_its_start_and_by_its_end(typed: str) -> None:
    assert found(typed, lookup_keys(name="", contacts=[normalise("phone", "020 7946 0018 ext 9", region="GB")]))


@pytest.mark.parametrize("typed", ["jane", "jane.d", "doe@ex", "example.org", "JANE.DOE@EXAMPLE.ORG"])
def test_a_mailbox_is_found_by_either_half(typed: str) -> None:
    assert found(typed, lookup_keys(name="", contacts=[normalise("email", "jane.doe@example.org", region=None)]))


@pytest.mark.parametrize("typed", ["ord-77", "ORD77a", "ord 77"])
def test_a_membership_number_is_found_with_and_without_its_dash(typed: str) -> None:
    assert found(typed, lookup_keys(name="", external_id="ORD-77A"))


@given(st.text(min_size=1, max_size=200))
def test_a_name_has_few_keys_and_none_is_empty(name: str) -> None:
    keys = lookup_keys(name=name)
    assert len(keys) <= KEYS_PER_CONTACT
    assert "" not in keys


@example("00 0")
@example("7 11")
@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=30))
def test_the_whole_name_always_finds_its_customer(name: str) -> None:
    if query_key(name):
        assert found(name, lookup_keys(name=name))
