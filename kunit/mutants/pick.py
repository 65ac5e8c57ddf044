# SPDX-License-Identifier: GPL-2.0
"""What the semantic patches ask of every place that they fit: shall it be changed?

With FLATMAP_PLACES naming a file, none is, and each is noted there, a line of JSON. With FLATMAP_PICKED naming a file
of JSON, the one is that stands there for the source's path.
"""
import json
import os

places = os.environ.get("FLATMAP_PLACES")
picked = {}
if not places:
    with open(os.environ["FLATMAP_PICKED"], encoding="utf-8") as file:
        picked = json.load(file)


def pick(fault, position):
    """Is the place at @position the one for @fault?"""
    place = position[0]
    here = [fault, int(place.line), int(place.column)]
    if not places:
        return picked.get(place.file) == here
    with open(places, "a", encoding="utf-8") as file:
        print(json.dumps({"file": place.file, "function": place.current_element, "place": here}), file=file)
    return False
