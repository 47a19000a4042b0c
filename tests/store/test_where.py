import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.errors import InputError
from discovery.store.filters import FindingFilters
from discovery.store.where import parse_where


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", FindingFilters()),
        ("constant=e", FindingFilters(subject="e")),
        ("constant=tan(1) and digits>=50", FindingFilters(subject="tan(1)", min_digits=50)),
        ('text="(e + 1)" and run=3 and surplus>=-1.5', FindingFilters(text="(e + 1)", run_id=3, min_surplus=-1.5)),
        ("delta>=0.05 and constant=apery", FindingFilters(subject="apery", min_delta=0.05)),
        ('note="a and b" and text=x', FindingFilters(note="a and b", text="x")),
        ('tag="to do" and tag=new', FindingFilters(tags=("to do", "new"))),
        ("favourite=yes and review=rejected", FindingFilters(favourite=True, review="rejected")),
        ('favourite=no and review="not rejected"', FindingFilters(favourite=False, review="not rejected")),
        ("complexity<=12.5", FindingFilters(max_complexity=12.5)),
        ("date=1970-01-02", FindingFilters(since=86400.0, until=172800.0)),
        ("date>=1970-01-02 and date<=1970-01-03", FindingFilters(since=86400.0, until=259200.0)),
        (" status = proved  and kind=program ", FindingFilters(status="proved", kind="program")),
    ],
)
def test_conditions(text: str, filters: FindingFilters) -> None:
    assert parse_where(text) == filters


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("constant", "cannot be read"),
        ("constant=e or digits>=5", "cannot be read"),
        ("constant=e; drop table finding", "cannot be read"),
        ("color=red", "not one of those known"),
        ("digits=5", "not one of those known"),
        ("constant>=5", "not one of those known"),
        ("digits>=many", "digits must be an int"),
        ("surplus>=many", "surplus must be a number"),
        ("surplus>=nan", "min_surplus"),
        ("delta>=nan", "min_delta"),
        ("delta=0.1", "not one of those known"),
        ("digits>=-1", "min_digits"),
        ("run=0", "run_id"),
        ("favourite=maybe", "favourite must be yes or no"),
        ("review=fine", "review 'fine' is unknown"),
        ("complexity>=3", "not one of those known"),
        ("date>=yesterday", "date must be a day"),
        ("date<=9999-12-31", "date must be a day"),
        ("date=2026-01-01 and date>=2026-01-01", "two conditions on date"),
        ("tag>=x", "not one of those known"),
        ("constant=e and constant=pi", "two conditions on constant"),
        ("and", "cannot be read"),
    ],
)
def test_refusals(text: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        parse_where(text)


@given(st.text(max_size=60))
def test_never_anything_but_an_input_error(text: str) -> None:
    try:
        filters = parse_where(text)
    except InputError:
        return
    assert filters == parse_where(f" {text} ")
