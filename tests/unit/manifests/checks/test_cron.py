import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.manifests.checks._cron import schedule_fault


@pytest.mark.parametrize(
    "text",
    [
        "0 3 * * 1",
        "*/15 * * * *",
        "0,30 8-18/2 1,15 jan-mar MON-fri",
        "5/10 ? ? * ?",
        "@daily",
        "@every 1h30m",
        "TZ=Europe/Berlin 0 3 * * *",
        "0 0 29 2 *",
        "0 0 31 * *",
        "0 0 30 2 1",
    ],
)
def test_what_cron_reads_is_no_fault(text):
    assert schedule_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("61 * * * *", "the minute `61` lies outside of 0 to 59"),
        ("* 24 * * *", "the hour `24` lies outside of 0 to 23"),
        ("* * 0 * *", "the day of the month `0` lies outside of 1 to 31"),
        ("* * * 13 *", "the month `13` lies outside of 1 to 12"),
        ("* * * * 7", "the day of the week `7` lies outside of 0 to 6"),
        ("* * * *", "it has 4 fields instead of 5"),
        ("", "it has 0 fields instead of 5"),
        ("0 0 3 * * 1", "it has 6 fields instead of 5"),
        ("30-10 * * * *", "the minute `30-10` ends before it starts"),
        ("*/0 * * * *", "the minute `*/0` can't be read"),
        ("1, * * * *", "the minute `` can't be read"),
        ("* * * feb-xyz *", "the month `feb-xyz` can't be read"),
        ("*-5 * * * *", "the minute `*-5` can't be read"),
        ("@fortnightly", "there is no `@fortnightly`"),
        ("@every day", "`@every day` has no duration"),
        ("0 0 30 2 *", "the month 2 never has a day 30"),
        ("0 0 31 apr *", "the month apr never has a day 31"),
    ],
)
def test_what_cron_refuses_is_told(text, fault):
    assert fault == schedule_fault(text)


@given(st.text(alphabet="0123456789*/,-?@ abz", max_size=40) | st.text())
def test_any_text_is_read_or_told(text):
    assert schedule_fault(text) != ""
