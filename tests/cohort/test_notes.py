"""Notes of functions, and the log that is written of them."""

import json

from twinpurify.cohort.notes import Note, Notes, ingestion_log


def test_the_log_counts_who_is_left_after_each_step():
    notes = Notes([Note("source", "read as CSV")])
    notes.lose("samples", "join", ["s1", "s2"], "without a row")
    notes.lose("rows", "join", ["s9"], "without a profile")
    notes.lose("genes", "collapsed", [f"G{i}" for i in range(7)], "added")
    notes.warn("Look at this.")
    log = ingestion_log("mine", 10, 20, notes)
    assert json.loads(json.dumps(log)) == log
    assert (log["cohort"], log["warnings"]) == ("mine", ["Look at this."])
    kept = [(step["kept_samples"], step["kept_genes"], step["dropped"]) for step in log["steps"]]
    assert kept == [(10, 20, 0), (8, 20, 2), (8, 20, 1), (8, 13, 7)]
    assert log["steps"][3] == {
        "step": "collapsed",
        "kept_samples": 8,
        "kept_genes": 13,
        "dropped": 7,
        "reason": "added",
        "examples": ["G0", "G1", "G2", "G3", "G4"],
    }


def test_of_nobody_nothing_is_noted():
    notes = Notes()
    notes.lose("samples", "join", [], "without a row")
    notes.add("labels", "left missing", [])
    assert notes == []
    notes.add("matrix", "read in log2 TPM")
    assert notes == [Note("matrix", "read in log2 TPM")]


def test_notes_of_a_function_are_kept_and_its_result_handed_on():
    notes = Notes()
    notes.add("first", "one")
    assert notes.of(("result", Notes([Note("second", "two")]))) == "result"
    assert [note.step for note in notes] == ["first", "second"]
