"""Papers and feeds: the PDF holds what the record froze, a feed reader reads the Atom, no cell runs, backups come back the same."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from lantian.app.backup import make_backup, restore_backup
from lantian.app.publishing import bulletin_csv, bulletin_pdf, letter, safe, score_sheet
from lantian.kernel.errors import InputError
from lantian.ledger import open_ledger
from tests.web.test_desk import TASK

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


def keep(name, image):
    """Keep a picture of a paper, to be looked at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / f"paper-{name}.png").write_bytes(image)


def published(lite, place="全国", maker="ministry", **given):
    bulletin = lite.make(maker, "bulletin", place, **given)
    lite.move("approver", bulletin, "approve")
    lite.move(maker, bulletin, "publish")
    return lite.house.desk.records.get(bulletin)


def test_a_bulletin_is_a_pdf_with_its_cities(lite):
    record = published(lite, duty="ten_cities", period="2015-11")
    made = bulletin_pdf(record, lite.house.atlas)
    assert made.startswith(b"%PDF-")
    image = bulletin_pdf(record, lite.house.atlas, "png")
    assert image.startswith(b"\x89PNG")
    keep("bulletin", image)
    answer = lite.visitor().get(f"/bulletins/{record.id}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = bulletin_csv(record)
    assert [line.split(",")[2] for line in text.splitlines() if "较差" in line] == [each["name"] for each in record.body["content"]["worst"]]


def test_a_score_sheet_and_a_letter_are_set(lite):
    record = lite.house.desk.records.get(lite.make("ministry", "assessment", "北京", year="2015"))
    keep("score", score_sheet(record, lite.house.atlas, "png"))
    assert lite.visitor("ministry").get(f"/score/{record.id}.pdf").content.startswith(b"%PDF-")
    assert lite.visitor().get(f"/score/{record.id}.pdf").status_code == 400
    given = {"kind": "rectify", "text": "提出整改意见 #evil [x] $y$", "clause": "国办发〔2014〕21号", "until": "2016-09-30", "pollutants": "PM10"}
    paper = lite.house.desk.records.get(lite.make("ministry", "consequence", "甘肃", **given))
    keep("letter", letter(paper, lite.house.atlas, "png"))
    assert letter(paper, lite.house.atlas).startswith(b"%PDF-")


def test_a_feed_reader_reads_the_bulletins(lite):
    feedparser = pytest.importorskip("feedparser")
    first = published(lite, duty="ten_cities", period="2015-10")
    second = published(lite, duty="ten_cities", period="2015-11")
    feed = feedparser.parse(lite.visitor().get("/bulletins.atom").content)
    assert not feed.bozo
    assert {entry.id for entry in feed.entries} == {f"urn:lantian:{each.id}" for each in (first, second)}
    assert feed.entries[0].updated.endswith("+08:00")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(cell):
    assert safe(cell).startswith("'")


def test_numbers_stay_numbers():
    assert [safe(each) for each in ("-3.5", "+2", "12", "石家庄")] == ["-3.5", "+2", "12", "石家庄"]


def test_a_city_report_says_unknown_where_it_is(lite):
    record = published(lite, "石家庄", "shijiazhuang", duty="city_day", period="2015-12-08")
    assert bulletin_pdf(record, lite.house.atlas).startswith(b"%PDF-")
    assert record.body["promised_at"] is None  # the hour came with HJ 633-2026
    assert "PM2.5" in bulletin_csv(record)


@pytest.fixture
def home(site, tmp_path):
    """Give an installation with acts, records, evidence and a lake."""
    task = site.make("hebei", "task", "石家庄", **TASK)
    site.attach("hebei", task, "证明".encode())
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "part").write_bytes(b"rows")
    return tmp_path


def test_a_backup_comes_back_the_same(home, site, tmp_path_factory, monkeypatch):
    out = tmp_path_factory.mktemp("out")
    before = list(site.house.desk.ledger.dump())
    make_backup(home, out / "backup.tar.gz")
    monkeypatch.delenv("LANTIAN_LEDGER_URL", raising=False)
    restore_backup(out / "backup.tar.gz", out / "home")
    with open_ledger(out / "home") as ledger:
        assert list(ledger.dump()) == before
        assert ledger.verify() == []
    evidence = {path.name: path.read_bytes() for path in (home / "evidence").iterdir()}
    assert evidence
    assert {path.name: path.read_bytes() for path in (out / "home" / "evidence").iterdir()} == evidence
    assert (out / "home" / "lake" / "part").read_bytes() == b"rows"
    with pytest.raises(InputError, match="is not empty"):
        restore_backup(out / "backup.tar.gz", out / "home")


def test_a_damaged_backup_restores_nothing(lite, tmp_path, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    lite.make("hebei", "task", "石家庄", **TASK)
    make_backup(tmp_path, out / "good.tar.gz")
    content = (out / "good.tar.gz").read_bytes()
    (out / "cut.tar.gz").write_bytes(content[: len(content) // 2])
    with tarfile.open(out / "good.tar.gz") as good, tarfile.open(out / "forged.tar.gz", "w:gz") as forged:
        for entry in good:
            data = good.extractfile(entry).read()
            if entry.name == "ledger.jsonl":
                data = data.replace("市环保局".encode(), "省环保厅".encode())
                entry.size = len(data)
            forged.addfile(entry, io.BytesIO(data))
    with tarfile.open(out / "climbing.tar.gz", "w:gz") as climbing:
        entry = tarfile.TarInfo("../../climbed")
        entry.size = 1
        climbing.addfile(entry, io.BytesIO(b"x"))
    with tarfile.open(out / "linked.tar.gz", "w:gz") as linked:
        entry = tarfile.TarInfo("lake")
        entry.type, entry.linkname = tarfile.SYMTYPE, str(out)
        linked.addfile(entry)
    (out / "none.tar.gz").write_bytes(b"nothing")
    for name in ("cut", "forged", "climbing", "linked", "none"):
        with pytest.raises(InputError):
            restore_backup(out / f"{name}.tar.gz", out / "home")
        assert not (out / "home").exists()
    assert not (out.parent / "climbed").exists()
