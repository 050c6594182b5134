"""Downloads over connections that fail in all the ways in which they do."""

import gzip
import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from twinpurify.fetch.transfer import download as transfer
from twinpurify.fetch.transfer.download import open_session
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.patience import Patience, retry_after
from twinpurify.fetch.transfer.remote_file import (
    AbsentError,
    DownloadError,
    RemoteFile,
    UnreachableError,
)

from .server import MODIFIED, Answer

CONTENT = bytes(range(256)) * 400
NAME = "matrix.tsv"
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"


def remote(source, name=NAME, **stated):
    return RemoteFile((f"{source.url}/{name}",), f"cohort/xena/{name}", **stated)


def place(fetcher, name=NAME):
    return fetcher.raw / "cohort" / "xena" / name


def record(fetcher):
    return json.loads(place(fetcher, "fetched.json").read_text())["files"]


def leftovers(fetcher):
    return sorted(path.name for path in place(fetcher).parent.glob("*.part*"))


def test_a_file_comes_whole_and_is_recorded(source, fetcher, waits):
    source.files[NAME] = CONTENT
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    assert leftovers(fetcher) == []
    entry = record(fetcher)[f"cohort/xena/{NAME}"]
    assert entry["url"] == f"{source.url}/{NAME}"
    assert entry["size"] == len(CONTENT)
    assert entry["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert entry["etag"] == f'"{hashlib.md5(CONTENT).hexdigest()}"'
    assert entry["last_modified"] == MODIFIED
    assert datetime.fromisoformat(entry["fetched"]).tzinfo is not None
    assert waits == []


def test_a_file_that_is_there_is_not_fetched_again(source, fetcher, said):
    source.files[NAME] = CONTENT
    fetcher.get([remote(source)])
    source.requests.clear()
    fetcher.get([remote(source)])
    Fetcher(fetcher.raw, say=said.append).get([remote(source)])
    assert source.requests == []
    assert said == ["1 of 1 files are there already, and whole."] * 2


def test_a_file_that_was_changed_here_stays_and_is_named(source, fetcher, said):
    source.files[NAME] = CONTENT
    fetcher.get([remote(source)])
    place(fetcher).write_bytes(b"edited")
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == b"edited"
    assert "was changed since it was fetched" in said[-1]


def test_a_connection_that_drops_is_gone_on_from_where_it_broke(source, fetcher, waits):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=size) for size in (1000, 3000, 20_000)]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    ranges = [request.headers.get("Range") for request in source.requests]
    assert ranges == [None, "bytes=1000-", "bytes=4000-", "bytes=24000-"]
    tag = f'"{hashlib.md5(CONTENT).hexdigest()}"'
    assert [request.headers.get("If-Range") for request in source.requests[1:]] == [tag] * 3
    # Each try got further, so that none counted as a second failure in a row.
    assert len(waits) == 3
    assert all(0.5 <= wait <= 1 for wait in waits)


def test_a_connection_that_stalls_is_dropped(source, fetcher):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=5000, stalls=True)]
    quick = Patience(sleep=lambda seconds: None, read_timeout=0.2)
    Fetcher(fetcher.raw, quick, fetcher.say).get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    assert len(source.requests) == 2


def test_a_date_serves_where_there_is_no_tag(source, fetcher):
    source.tags = False
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=1000)]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    assert source.requests[1].headers["If-Range"] == MODIFIED


def test_a_weak_tag_is_not_gone_on_from(source, fetcher):
    source.files[NAME] = CONTENT
    source.tags = False
    source.plans[NAME] = [Answer(drop_after=1000, headers={"ETag": 'W/"x"', "Last-Modified": ""})]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    assert "Range" not in source.requests[1].headers


def test_a_file_that_changes_between_two_tries_begins_anew(source, fetcher):
    newer = CONTENT[::-1]
    source.files[NAME] = newer
    source.plans[NAME] = [Answer(drop_after=5000, body=CONTENT)]
    fetcher.get([remote(source)])
    assert source.requests[1].headers["Range"] == "bytes=5000-"
    assert place(fetcher).read_bytes() == newer


def test_a_server_that_ignores_ranges_begins_anew(source, fetcher):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=5000), Answer(ignores_range=True)]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT


def test_another_range_than_asked_for_begins_anew(source, fetcher):
    source.files[NAME] = CONTENT
    wrong = Answer(status=206, headers={"Content-Range": "bytes 7-99/100"})
    source.plans[NAME] = [Answer(drop_after=5000), wrong]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT


def test_a_server_that_gives_less_than_asked_for_is_asked_again(source, fetcher):
    source.files[NAME] = CONTENT
    little = Answer(
        status=206,
        headers={"Content-Range": f"bytes 5000-5999/{len(CONTENT)}"},
        body=CONTENT[5000:6000],
    )
    source.plans[NAME] = [Answer(drop_after=5000), little]
    fetcher.get([remote(source)])
    assert source.requests[2].headers["Range"] == "bytes=6000-"
    assert place(fetcher).read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_put_in_its_place(source, fetcher):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=5000)]
    hasty = Fetcher(fetcher.raw, Patience(tries=1), fetcher.say)
    with pytest.raises(UnreachableError, match="1 tries"):
        hasty.get([remote(source)])
    place(fetcher, f"{NAME}.part").write_bytes(CONTENT)
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(source, fetcher):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=5000)]
    with pytest.raises(UnreachableError):
        Fetcher(fetcher.raw, Patience(tries=1), fetcher.say).get([remote(source)])
    place(fetcher, f"{NAME}.part").write_bytes(CONTENT * 2)
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT


def test_an_unreadable_note_beside_a_part_begins_anew(source, fetcher):
    source.files[NAME] = CONTENT
    place(fetcher).parent.mkdir(parents=True)
    place(fetcher, f"{NAME}.part").write_bytes(b"something")
    place(fetcher, f"{NAME}.part.json").write_text("[")
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT


def test_the_wait_that_a_server_asks_for_is_kept_to(source, fetcher, waits):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(503, {"Retry-After": "7"}), Answer(429), Answer(502)]
    fetcher.get([remote(source)])
    assert place(fetcher).read_bytes() == CONTENT
    assert waits[0] == 7
    assert 1 <= waits[1] <= 2
    assert 2 <= waits[2] <= 4


def test_a_wait_of_hours_is_not_begun(source, fetcher, waits):
    source.plans[NAME] = [Answer(503, {"Retry-After": "7200"})]
    with pytest.raises(UnreachableError, match="asks to wait for 7200 seconds"):
        fetcher.get([remote(source)])
    assert waits == []


def test_a_date_to_wait_for_is_read():
    later = datetime.now(UTC) + timedelta(seconds=100)
    assert 95 < retry_after(format_datetime(later, usegmt=True)) <= 100
    assert retry_after("Sat, 01 Mar 2025 10:00:00 -0000") == 0
    assert retry_after("soon") is None
    assert retry_after(None) is None


def test_waits_double_up_to_a_bound():
    patience = Patience(first_wait=1, longest_wait=60)
    for failures, longest in [(1, 1), (2, 2), (5, 16), (10, 60), (100, 60)]:
        pauses = [patience.pause(failures, None) for _ in range(20)]
        assert all(longest / 2 <= pause <= longest for pause in pauses)
        assert len(set(pauses)) > 1


def test_a_server_that_always_breaks_off_is_given_up(source, fetcher, waits):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(status=500)] * 6
    with pytest.raises(UnreachableError, match=r"answers 500 .* \(6 tries\)"):
        fetcher.get([remote(source)])
    assert len(waits) == 5


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_is_not_there_is_asked_for_once(source, fetcher, waits, status):
    source.plans[NAME] = [Answer(status=status)] * 3
    with pytest.raises(AbsentError, match=rf"doesn't have 'cohort/xena/{NAME}'.*{status}"):
        fetcher.get([remote(source)])
    assert len(source.requests) == 1
    assert waits == []
    assert not place(fetcher).exists()


def test_an_optional_file_may_lack(source, fetcher, said):
    source.files[NAME] = CONTENT
    fetcher.get([remote(source), remote(source, "survival.txt", optional=True)])
    assert place(fetcher).exists()
    assert "survival.txt isn't to be had, and is left out" in said[-1]


def test_the_second_address_serves_when_the_first_does_not(source, fetcher):
    source.files["mirror"] = CONTENT
    file = RemoteFile((f"{source.url}/gone", f"{source.url}/mirror"), f"cohort/xena/{NAME}")
    fetcher.get([file])
    assert place(fetcher).read_bytes() == CONTENT
    assert record(fetcher)[file.path]["url"].endswith("/mirror")


def test_the_part_of_one_address_is_not_gone_on_from_at_another(source, fetcher):
    source.files["mirror"] = CONTENT
    source.plans["first"] = [
        Answer(drop_after=50, body=CONTENT),
        *[Answer(status=503)] * 6,
    ]
    file = RemoteFile((f"{source.url}/first", f"{source.url}/mirror"), f"cohort/xena/{NAME}")
    fetcher.get([file])
    assert place(fetcher).read_bytes() == CONTENT
    assert "Range" not in source.requests[-1].headers


def test_a_file_that_is_cut_off_without_notice_is_found_out(source, fetcher):
    source.files["matrix.gz"] = gzip.compress(CONTENT)
    source.plans["matrix.gz"] = [Answer(drop_after=100, states_length=False)]
    fetcher.get([remote(source, "matrix.gz")])
    assert gzip.decompress(place(fetcher, "matrix.gz").read_bytes()) == CONTENT


@pytest.mark.parametrize(
    ("content", "stated", "fault"),
    [
        (b"", {}, "is empty"),
        (CONTENT, {"size": 7}, "has 102400 bytes, where the source states 7"),
        (CONTENT, {"md5": "0" * 32}, "has the MD5 checksum .*, where the source states 0{32}"),
    ],
)
def test_a_file_that_is_not_what_the_source_states_is_given_up(
    source, fetcher, waits, content, stated, fault
):
    source.files[NAME] = content
    with pytest.raises(UnreachableError, match=rf"{fault} \(3 tries\)"):
        fetcher.get([remote(source, **stated)])
    assert not place(fetcher).exists()
    assert leftovers(fetcher) == []
    assert len(waits) == 2


def test_a_wrong_checksum_that_heals_is_forgiven(source, fetcher):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(body=b"x" + CONTENT[1:])]
    fetcher.get([remote(source, md5=hashlib.md5(CONTENT).hexdigest(), size=len(CONTENT))])
    assert place(fetcher).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["matrix.tsv", "matrix.gz"])
def test_a_web_page_in_the_place_of_a_file_is_refused(source, fetcher, waits, name):
    source.files[name] = PAGE
    with pytest.raises(AbsentError, match="is a web page in the place of the file"):
        fetcher.get([remote(source, name)])
    assert waits == []
    assert not place(fetcher, name).exists()


def test_a_web_page_may_be_what_is_wanted(source, fetcher):
    source.files["index.html"] = PAGE
    fetcher.get([remote(source, "index.html", web_page=True)])
    assert place(fetcher, "index.html").read_bytes() == PAGE


def test_what_is_not_gzipped_under_such_a_name_is_refused(source, fetcher):
    source.files["matrix.gz"] = CONTENT
    with pytest.raises(UnreachableError, match=r"isn't gzipped, although its name ends in \.gz"):
        fetcher.get([remote(source, "matrix.gz")])


def test_a_packed_transfer_is_stored_as_it_comes(source, fetcher):
    source.files["matrix.gz"] = gzip.compress(CONTENT)
    source.plans["matrix.gz"] = [
        Answer(body=source.files["matrix.gz"], headers={"Content-Encoding": "gzip"})
    ]
    fetcher.get([remote(source, "matrix.gz")])
    assert place(fetcher, "matrix.gz").read_bytes() == source.files["matrix.gz"]


def test_a_file_placed_by_hand_is_taken(source, fetcher, said):
    place(fetcher).parent.mkdir(parents=True)
    place(fetcher).write_bytes(CONTENT)
    fetcher.get([remote(source)])
    assert source.requests == []
    assert "was placed by hand and is taken as it is" in said[-1]
    assert record(fetcher)[f"cohort/xena/{NAME}"]["url"] is None


def test_a_damaged_file_placed_by_hand_is_refused(source, fetcher):
    place(fetcher).parent.mkdir(parents=True)
    place(fetcher).write_bytes(PAGE)
    with pytest.raises(DownloadError, match=r"which wasn't fetched by this command, is a web page"):
        fetcher.get([remote(source)])


def test_without_a_network_every_file_is_named(source, fetcher, waits):
    names = ["matrix.tsv", "clinical.tsv", "survival.txt"]
    dead = [
        RemoteFile((f"http://127.0.0.1:9/{name}",), f"cohort/xena/{name}", optional=place == 2)
        for place, name in enumerate(names)
    ]
    with pytest.raises(UnreachableError) as error:
        fetcher.get(dead)
    message = str(error.value)
    assert "Not all files can be fetched" in message
    for file in dead:
        assert f"{file.urls[0]} -> {fetcher.raw / file.path}" in message
    assert "survival.txt (may lack)" in message
    # Placed as the message says, the same command goes on.
    for file in dead[:2]:
        fetcher.path_of(file).parent.mkdir(parents=True, exist_ok=True)
        fetcher.path_of(file).write_bytes(CONTENT)
    fetcher.get(dead[:2])


def test_the_query_of_an_address_stands_once_in_the_message(fetcher):
    dead = RemoteFile(("http://127.0.0.1:9/files?a=%7B&b=1",), "cohort/gdc/x.json", remark="first")
    with pytest.raises(UnreachableError) as error:
        fetcher.get([dead])
    assert str(error.value).count("a=%7B") == 1
    assert str(error.value).endswith("x.json (first)")


def test_a_long_list_of_files_is_written_beside(fetcher):
    dead = [
        RemoteFile((f"http://127.0.0.1:9/{number}",), f"cohort/gdc/{number}/x.tsv", md5="ab")
        for number in range(30)
    ]
    with pytest.raises(UnreachableError, match=r"and 10 more; all stand in .*to_fetch\.tsv"):
        fetcher.get(dead)
    lines = (fetcher.raw / "cohort" / "to_fetch.tsv").read_text().splitlines()
    assert lines[0] == "url\tpath\tmd5"
    assert len(lines) == 31
    assert lines[30] == f"http://127.0.0.1:9/29\t{fetcher.raw}/cohort/gdc/29/x.tsv\tab"


def test_a_full_disk_is_noticed_before_it_is_full(source, fetcher, monkeypatch):
    source.files[NAME] = CONTENT
    free = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda path: free)
    with pytest.raises(DownloadError, match=r"can't be stored: it needs 102,400 more bytes, and"):
        fetcher.get([remote(source)])


def test_a_disk_that_fills_up_is_an_error_of_ours(source, fetcher, monkeypatch):
    source.files[NAME] = CONTENT

    def full(self, url, headers):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transfer.PartFile, "begin", full)
    with pytest.raises(DownloadError, match=r"can't be stored: No space left on device\. Make"):
        fetcher.get([remote(source)])


def test_an_interruption_leaves_the_part_and_goes_on(source, fetcher, monkeypatch):
    source.files[NAME] = CONTENT
    source.plans[NAME] = [Answer(drop_after=6000)]

    def interrupt(seconds):
        raise KeyboardInterrupt

    impatient = Fetcher(fetcher.raw, Patience(sleep=interrupt), fetcher.say)
    with pytest.raises(KeyboardInterrupt):
        impatient.get([remote(source)])
    assert leftovers(fetcher) == [f"{NAME}.part", f"{NAME}.part.json"]
    fetcher.get([remote(source)])
    assert source.requests[-1].headers["Range"] == "bytes=6000-"
    assert place(fetcher).read_bytes() == CONTENT


def test_many_files_come_side_by_side(source, fetcher):
    for number in range(40):
        source.files[f"file/{number}"] = CONTENT[number:]
    source.plans["file/7"] = [Answer(drop_after=10), Answer(503)]
    files = [
        RemoteFile((f"{source.url}/file/{number}",), f"cohort/gdc/{number}/counts.tsv")
        for number in range(40)
    ]
    fetcher.get(files)
    assert all(
        fetcher.path_of(file).read_bytes() == CONTENT[number:] for number, file in enumerate(files)
    )
    entries = json.loads((fetcher.raw / "cohort" / "gdc" / "fetched.json").read_text())["files"]
    assert len(entries) == 40


def test_what_came_before_a_failure_stays_recorded(source, fetcher):
    source.files["first"] = CONTENT
    with pytest.raises(AbsentError):
        fetcher.get([remote(source, "first"), remote(source, "second")])
    assert list(record(fetcher)) == ["cohort/xena/first"]


def test_a_damaged_record_is_no_record(source, fetcher, said):
    source.files[NAME] = CONTENT
    fetcher.get([remote(source)])
    place(fetcher, "fetched.json").write_text('{"files": []')
    Fetcher(fetcher.raw, say=said.append).get([remote(source)])
    assert "was placed by hand" in said[-1]


def test_no_credentials_are_sent(source, fetcher, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    source.files[NAME] = CONTENT
    fetcher.get([remote(source)])
    assert "Authorization" not in source.requests[0].headers
    assert source.requests[0].headers["User-Agent"].startswith("twinpurify/")


def test_the_proxy_of_the_environment_is_used(source, fetcher, monkeypatch):
    monkeypatch.setenv("http_proxy", source.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    file = RemoteFile(("http://portal.example/matrix.tsv",), f"cohort/xena/{NAME}")
    source.files["matrix.tsv"] = CONTENT
    fetcher.get([file])
    assert place(fetcher).read_bytes() == CONTENT
    assert open_session().trust_env
