"""Judges STAC files without a network: stac.py FILE...

Core and GeoJSON schemas are in pystac. Of extensions, FIELDS has what their pages say of the fields that
runs write; a field with an extension's prefix that is not there is an error, and so is one whose extension
is not declared. Then the files are read as a catalogue: every link that is relative leads to a file, and
every asset to one with the size and the SHA-256 that are told.
"""
import hashlib
import json
import pathlib
import re
import sys

import jsonschema
import pystac
import pystac.validation
from pystac.validation.stac_validator import JsonSchemaSTACValidator

TEXT = {"type": "string", "minLength": 1}
NUMBERS = {"type": "array", "items": {"type": "number"}}
CLASS = {
    "type": "object", "required": ["value"],
    "properties": {
        "value": {"type": "integer"}, "name": {"type": "string", "pattern": "^[0-9A-Za-z_-]+$"},
        "description": TEXT, "color_hint": {"type": "string", "pattern": "^[0-9A-F]{6}$"}},
    "additionalProperties": False,
}
# Source: https://github.com/stac-extensions, the README of each at the version named.
FIELDS = {
    "projection/v2.0.0": {
        "proj:code": {"type": ["string", "null"], "pattern": "^[A-Za-z]+:[0-9A-Za-z]+$"},
        "proj:wkt2": {"type": ["string", "null"]},
        "proj:shape": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
        "proj:transform": {"oneOf": [NUMBERS | {"minItems": n, "maxItems": n} for n in (6, 9)]},
        "proj:bbox": {"oneOf": [NUMBERS | {"minItems": n, "maxItems": n} for n in (4, 6)]},
    },
    "raster/v2.0.0": {
        "raster:sampling": {"enum": ["area", "point"]},
        "raster:scale": {"type": "number"}, "raster:offset": {"type": "number"},
    },
    "classification/v1.1.0": {
        "classification:classes": {"type": "array", "items": CLASS, "minItems": 1},
    },
    "processing/v1.2.0": {
        "processing:software": {"type": "object", "additionalProperties": TEXT},
        "processing:lineage": TEXT,
    },
    # A multihash: 12 for SHA-256, 20 for its 32 bytes. Source: https://multiformats.io/multihash.
    "file/v2.1.0": {
        "file:size": {"type": "integer", "minimum": 0},
        "file:checksum": {"type": "string", "pattern": "^1220[0-9a-f]{64}$"},
    },
}


def address(extension):
    return f"https://stac-extensions.github.io/{extension}/schema.json"


def fields(value):
    """Every field with a prefix, wherever it stands."""
    if isinstance(value, list):
        for one in value:
            yield from fields(one)
    if isinstance(value, dict):
        for name, inner in value.items():
            if re.fullmatch(r"[a-z]+:[a-z_0-9]+", name):
                yield name, inner
            yield from fields(inner)


def judge_extensions(document):
    declared = document.get("stac_extensions", [])
    known = {name: rule for extension, rules in FIELDS.items() if address(extension) in declared
             for name, rule in rules.items()}
    assert set(declared) <= {address(extension) for extension in FIELDS}, declared
    used = set()
    for name, value in fields(document):
        assert name in known, f"{name} is of no extension that is declared, or unknown"
        jsonschema.validate(value, known[name])
        used.add(name.split(":")[0])
    for extension in FIELDS:
        prefix = next(iter(FIELDS[extension])).split(":")[0]
        assert address(extension) not in declared or prefix in used, f"nothing is of {extension}"
    transform, shape, box = (document.get("properties", {}).get(f"proj:{name}")
                             for name in ("transform", "shape", "bbox"))
    if transform and shape and box:
        a, b, c, d, e, f = transform[:6]
        corners = [(a * x + b * y + c, d * x + e * y + f) for x in (0, shape[1]) for y in (0, shape[0])]
        found = [min(x for x, _ in corners), min(y for _, y in corners),
                 max(x for x, _ in corners), max(y for _, y in corners)]
        assert all(abs(one - other) < 1e-6 * abs(a) + 1e-9 * abs(one) for one, other in zip(found, box)), (found, box)


def no_network(*_):
    raise SystemExit("a schema was asked for over the network")


validator = JsonSchemaSTACValidator()
for extension in FIELDS:
    validator.schema_cache[address(extension)] = {"$schema": "http://json-schema.org/draft-07/schema#"}
pystac.validation.RegisteredValidator.set_validator(validator)
pystac.StacIO.default().read_text_from_href = no_network
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    document = json.loads(path.read_text())
    pystac.validation.validate_dict(document)
    judge_extensions(document)
    for link in document["links"]:
        if link["rel"] != "derived_from":
            assert (path.parent / link["href"]).is_file(), link
    for asset in document.get("assets", {}).values():
        content = (path.parent / asset["href"]).read_bytes()
        if "file:checksum" in asset:
            assert asset["file:size"] == len(content)
            assert asset["file:checksum"] == "1220" + hashlib.sha256(content).hexdigest()
    print(path.name, document["type"], "valid")
