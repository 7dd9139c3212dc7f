"""Writes studies that a page may break on, each a folder: one note, no participants, no coding, 300
codes, 500 participants, hostile notes. `odd_studies.py FOLDER`; the same every time."""

import csv
import json
import random
import sys
from pathlib import Path

COLUMNS = ["note_id", "participant_id", "date", "session_type", "note"]
TYPES = ["ketamine", "integration", "evaluation", "follow_up"]
SENTENCES = [
    "She felt safe during the session.",
    '"I felt held by something larger than me."',
    "Patient reported feeling calmer with her children.",
    "He denies nightmares this week.",
    '"I let go of the guilt I carried about my mother."',
    "Discussed journaling and walking as coping.",
    '"I could finally breathe."',
    "She plans to set limits with her sister.",
    "Mood [ ] better [x] same [ ] worse",
    "No change in mood.",
]
HOSTILE = [
    "<script>alert(1)</script> She felt safe. <img src=x onerror=alert(2)>",
    '</script><script>document.title="owned"</script> "I felt love for my daughter."',
    '\u202eShe felt safe\u202c and \u2066held\u2069 by love. \u202e never closed "I let go of guilt"',
    "She felt safe \x01\x02\x1b[31m red \x07 and calm.",
    "&lt;b&gt; <b>She felt calm</b> <!-- <style>*{display:none}</style>",
    "=cmd|' /C calc'!A0 she felt safe and walked daily.",
    "She felt safe " + "word " * 50_000 + " and felt love for my daughter.",
    "She felt love " + "x" * 50_000 + " end.",
    '"' + "I felt love and safe " * 3_000 + '"',
    "\u0301" * 500 + ' felt safe "I felt safe."',
    'مرحبا "I felt safe" שלום she felt love for my daughter.',
]


def write(folder, rows, columns=COLUMNS):
    folder.mkdir(parents=True)
    with open(folder / "notes.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def said(draw, most):
    return " ".join(draw.sample(SENTENCES, draw.randint(1, most)))


def many_codes(folder, draw):
    words = [first + last for first in "bal cor dim fen gol hup jav kel lom mur nel pob quil rud sav".split()
             for last in "ter nado pik sul vane xor zem bri clo dru fla gri hom ilk jun kro lep mix nod orb".split()]
    book = ["codebook: many", 'version: "1"', "language: en", "codes:"]
    for group in range(30):
        own = words[group * 10:(group + 1) * 10]
        for place, word in enumerate(own):
            indent, name = ("  ", f"Group {group} of many themes") if place == 0 else ("      ", f"What people say of {word}")
            book += [f"{indent}- id: {word}", f"{indent}  name: {name}", f"{indent}  definition: What the note says of {word}.",
                     f"{indent}  patterns: |", f"{indent}    {word}"]
            if place == 0:
                book.append(f"{indent}  children:")
    forms = ["She spoke of %s and of %s.", '"I saw %s beside %s."', "He denied %s, and asked for %s."]
    text = lambda: " ".join(draw.choice(forms) % (draw.choice(words), draw.choice(words)) for _ in range(draw.randint(1, 12)))
    write(folder, [[f"n{n}", f"P{n % 20:02}", f"2023-{1 + n // 34 % 12:02}-{1 + n % 28:02}", TYPES[n % 4], text()] for n in range(400)])
    (folder / "codebook.yaml").write_text("\n".join(book) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text('title = "Three hundred codes"\ncodebook = "codebook.yaml"\n', encoding="utf-8")


def many_participants(folder, draw):
    date = lambda: f"2022-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    write(folder, [[f"n{n}", f"P{n % 500:03}", date(), draw.choice(TYPES), said(draw, 6)] for n in range(2_500)])
    with open(folder / "participants.csv", "w", encoding="utf-8", newline="") as file:
        people = csv.writer(file)
        people.writerow(["participant_id", "age", "sex", "diagnosis"])
        people.writerows([[f"P{n:03}", draw.randint(19, 92), draw.choice("FM"), draw.choice(["MDD", "GAD", "MDD; PTSD"])] for n in range(500)])


def main():
    root, draw = Path(sys.argv[1]), random.Random(3)
    write(root / "one-note", [["n1", "P1", "2023-01-05", "ketamine", " ".join(SENTENCES[:5])]])
    write(root / "no-participants", [[f"n{n}", said(draw, 4)] for n in range(8)], ["note_id", "note"])
    write(root / "no-coding", [[f"n{n}", f"P{n % 2}", f"2023-01-{n + 1:02}", "ketamine", f"The table is brown, {n}."] for n in range(6)])
    many_codes(root / "many-codes", draw)
    many_participants(root / "many-participants", draw)
    (root / "hostile").mkdir()
    with open(root / "hostile" / "notes.jsonl", "w", encoding="utf-8") as file:
        for n, text in enumerate(HOSTILE):
            ids = ["a", "b<script>alert(3)</script>", "c\u202ed", 'd"e', "f&g"]
            who = ["P1", "<b>P2</b>", "P\u202e3", "P4"]
            row = [f"{ids[n % 5]}{n}", who[n % 4], f"2023-01-{n + 1:02}", TYPES[n % 2], text]
            file.write(json.dumps(dict(zip(COLUMNS, row))) + "\n")


main()
