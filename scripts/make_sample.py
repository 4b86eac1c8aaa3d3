"""Make the sample data that the repository ships from the published files.

    python scripts/make_sample.py FOLDER

FOLDER holds beijing_hourly/, china_cities_daily/ and statistics/ as they were published. Files are packed, not changed; the yearbook's table is
turned into the tidy layout of the dataset ``statistics``.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

from lantian.places import atlas

OUT = Path(__file__).parent.parent / "data"
# the yearbook's table labels NO2 as NOx
INDICATORS = {"PM10": "PM10_annual", "SO2": "SO2_annual", "NOx": "NO2_annual"}
SOURCE = "China Statistical Yearbook, air quality of main cities"


def pack(path: Path, folder: str) -> None:
    """Pack one file unchanged."""
    target = OUT / folder / f"{path.name}.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=9, mtime=0, filename="") as packed:
        packed.write(path.read_bytes())


def yearbook(path: Path) -> None:
    """Write the yearbook's city values as tidy statistics."""
    places = atlas()
    target = OUT / "statistics" / "yearbook_31cities_2008_2017.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["place", "year", "indicator", "value", "unit", "source"])
        for row in csv.DictReader(file):
            name = {"Urumqi": "Ürümqi"}.get(row["city"], row["city"])
            code = places.find(name, level="city").code
            writer.writerow([code, row["year"], INDICATORS[row["pollutant"]], row["value"], "µg/m³", SOURCE])


def main(folder: Path) -> None:
    """Make everything."""
    for path in sorted((folder / "beijing_hourly").glob("*.csv")):
        pack(path, "beijing_hourly")
    for path in sorted((folder / "china_cities_daily").glob("*.csv")):
        pack(path, "china_cities_daily")
    yearbook(next((folder / "statistics").glob("yearbook_31cities*.csv")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
