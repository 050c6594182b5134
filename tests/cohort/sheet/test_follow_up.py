"""Survival endpoints: units of time, codes, competing events, and what is left missing."""

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.declaration.samples import SurvivalEndpoint
from twinpurify.cohort.sheet.follow_up import follow_up
from twinpurify.errors import SampleSheetError

# METABRIC: 0 living, 1 died of the disease, 2 died of other causes.
METABRIC = {
    "time": "time",
    "event": "event",
    "time_unit": "days",
    "event_values": ["1"],
    "censored_values": ["0"],
    "competing_values": ["2"],
}


def sheet(times: list, events: list) -> pd.DataFrame:
    ids = [f"MB-{i}" for i in range(len(times))]
    return pd.DataFrame({"time": times, "event": events}, index=ids, dtype=object)


def decode(table: pd.DataFrame, **changes: object):
    settings = SurvivalEndpoint.model_validate(METABRIC | changes)
    columns, notes = follow_up(table, "dss", settings)
    return columns, written(notes, len(table))


@pytest.mark.parametrize(
    ("unit", "days"), [("days", 1), ("weeks", 7), ("months", 30.4375), ("years", 365.25)]
)
def test_times_become_days(unit, days):
    columns, _ = decode(sheet(["2", "3.5"], ["1", "0"]), time_unit=unit)
    np.testing.assert_allclose(columns["dss_time"], [2 * days, 3.5 * days])
    np.testing.assert_array_equal(columns["dss_event"], [1, 0])


def test_a_competing_event_is_censored_at_its_time_and_counted():
    columns, log = decode(sheet(["100", "200", "300", "400"], ["1", "2", "0", "2"]))
    np.testing.assert_array_equal(columns["dss_event"], [1, 0, 0, 0])
    np.testing.assert_array_equal(columns["dss_time"], [100, 200, 300, 400])
    assert [step["reason"] for step in log.steps] == [
        "2 of 4 tumours have a competing event and are censored at its time: '2' (2)"
    ]
    assert log.steps[0]["examples"] == ["MB-1", "MB-3"]


def test_a_code_of_no_list_is_refused_with_all_three():
    message = (
        r"whose codes '2' \(1\) are in neither survival\.dss\.event_values \['1'\] nor "
        r"survival\.dss\.censored_values \['0'\] nor survival\.dss\.competing_values \[\]\. Add"
    )
    with pytest.raises(SampleSheetError, match=message):
        decode(sheet(["1", "2"], ["1", "2"]), competing_values=[])


def test_times_without_follow_up_are_listed_by_sample():
    columns, log = decode(sheet(["0", np.nan, "-3", "5", "6"], ["1", "1", "0", np.nan, "1"]))
    assert columns["dss_time"].notna().tolist() == [False, False, False, False, True]
    assert columns["dss_event"].notna().tolist() == [False, False, False, False, True]
    told = {step["reason"]: step["examples"] for step in log.steps}
    assert told == {
        "1 of 5 tumours left without dss: the time is missing": ["MB-1"],
        "2 of 5 tumours left without dss: the time is 0 or less": ["MB-0", "MB-2"],
        "1 of 5 tumours left without dss: the event is missing": ["MB-3"],
    }


def test_an_endpoint_without_events_is_a_warning():
    _, log = decode(sheet(["1", "2"], ["0", "2"]))
    assert log.warnings == ["No tumour has an event of dss; it can't be evaluated."]


def test_times_beyond_a_life_are_refused():
    with pytest.raises(SampleSheetError, match=r"less than 100 years \(.*time_unit is years\)"):
        decode(sheet(["101"], ["1"]), time_unit="years")


def test_causes_of_death_in_metabric(real_data):
    table = pd.read_csv(real_data / "metabric" / "samples.csv", index_col=0, dtype=object)
    columns, log = decode(table)
    of_other_causes = int((table["event"] == "2").sum())
    assert of_other_causes > 0
    assert int(columns["dss_event"].sum()) == int((table["event"] == "1").sum())
    assert f"{of_other_causes} of {len(table)} tumours have a competing event" in str(log.steps)
