#!/usr/bin/env python3
"""Writes the files of this folder and gold.jsonl from the notes below.

    python3 make.py        (LibreOffice 7.4 as `soffice` writes ODT, RTF, DOCX and PDF)

Everything is invented. [[c ... ]] marks what is copied forward from an earlier note of the same
participant, [[t ... ]] what is a template's text; both were marked when the notes were written.
"""
import base64
import html
import json
import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

CONSENT = ("Risks, benefits and alternatives of ketamine were gone through with {name} on {date}, among "
           "them nausea, dizziness, dissociation and raised blood pressure. All questions were answered, and "
           "{name} agreed to go on and to be driven home by an adult.")

# Each note: date, session type, setting, author (None: the note does not say), header, paragraphs.
ADA = [
    ("2024-03-04", "evaluation", "clinic", "L. Brandt, LMFT", "4 March 2024, intake, in clinic, L. Brandt, LMFT", [
        "Ada came by bicycle in the rain and laughed about it. She lost her father in the autumn and has not sung since; the choir writes to her and she does not answer.",
        "Lives with her partner above a bakery, wakes at four when the ovens start, and lies there listening until it is time to get up. Works half days in the town archive, where nobody speaks much.",
        "Wants to sing again. Denies suicidal thoughts."]),
    ("2024-03-14", "ketamine", "clinic", "L. Brandt, LMFT", "14 March 2024, ketamine session 1, in clinic, L. Brandt, LMFT", [
        "[[t" + CONSENT.format(name="Ada", date="14 March 2024") + "]]",
        "50 mg IM at ten past ten. She saw her father's coat walk down a lane of poplars by itself, and said, \"it was not sad, it was only very far away.\" Cried for a long time afterwards. Mild nausea until noon."]),
    ("2024-03-18", "integration", "home", "L. Brandt, LMFT", "18 March 2024, integration, by video, L. Brandt, LMFT", [
        "[[cLives with her partner above a bakery, wakes at four when the ovens start, and lies there listening until it is time to get up. Works half days in the town archive, where nobody speaks much.]]",
        "We spoke about the coat. She hung it in the hall on Sunday, and her partner said nothing and made tea. Hummed on the stairs once and stopped when she heard herself."]),
    ("2024-03-28", "ketamine", "clinic", "L. Brandt, LMFT", "28 March 2024, ketamine session 2, in clinic, L. Brandt, LMFT", [
        "60 mg IM. This time there was a hall with wet floors, and somebody sweeping. She swept along. Felt strong in the arms when she came back, said so twice. No nausea.",
        "Denies suicidal thoughts."]),
    ("2024-04-02", "integration", "home", "L. Brandt, LMFT", "2 April 2024, integration, by video, L. Brandt, LMFT", [
        "[[cWe spoke about the coat. She hung it in the hall on Sunday, and her partner said nothing and made tea. Hummed on the stairs twice and stopped when she heard herself.]]",
        "New today: she wrote to the choir, three lines. They wrote back within the hour."]),
    ("2024-04-11", "ketamine", "clinic", "L. Brandt, LMFT", "11 April 2024, ketamine session 3, in clinic, L. Brandt, LMFT", [
        "60 mg IM. Slow, dark, then a field of mustard. Held my sleeve. Vomited once on the way out, better after ginger tea.",
        "[[cLIVES WITH HER PARTNER ABOVE A BAKERY, WAKES AT FOUR WHEN THE OVENS START, AND LIES THERE LISTENING UNTIL IT IS TIME TO GET UP.]] She sleeps through the ovens now on most days."]),
    ("2024-04-15", "integration", "home", "L. Brandt, LMFT", "15 April 2024, integration, by video, L. Brandt, LMFT", [
        "Went to the rehearsal and sat at the back. Did not sing, turned pages for the altos. On the way home she told her partner about the mustard field, and they stood on the bridge for a while."]),
    ("2024-05-06", "follow_up", None, "L. Brandt, LMFT", "6 May 2024, follow-up call, L. Brandt, LMFT", [
        "Sang on Friday, the whole first half. Sleeps until six. Father's coat went to a neighbour who is as tall as he was. Denies suicidal thoughts."]),
]

BEN = [
    ("2024-02-12", "evaluation", "clinic", "T. Osei, PMHNP", "02/12/2024 | Intake | clinic | T. Osei, PMHNP", [
        "Ben drives a snow plough in winter and mends roofs in summer. Fell in June, nothing broken, and since then he cannot go above the second rung. He says it as if it were about another man.",
        "Medications: sertraline 50 mg in the morning, ibuprofen when the back is bad. Two beers on Saturdays, none in the week. No ketamine before, one bad evening with mushrooms in 1998."]),
    ("2024-02-20", "ketamine", "clinic", "T. Osei, PMHNP", "02/20/2024 | Ketamine dosing #1 | clinic | T. Osei, PMHNP", [
        "[[t" + CONSENT.format(name="Ben", date="02/20/2024") + "]]",
        "40 mg IM. Ben lay very still and afterwards could not say where he had been. BP 148/90 at twenty minutes, 132/84 at the end. Dizzy when he first stood up."]),
    ("2024-02-23", "integration", "home", "M. Quist, LCSW", "02/23/2024 | Integration | home visit | M. Quist, LCSW", [
        "At his kitchen table, with the dog under it. He had drawn the ladder from the side and from below. From below it has no end. He laughed and turned the sheet over.",
        "[[cMedications: sertraline 75 mg in the morning, ibuprofen when the back is bad. Two beers on Saturdays, none in the week. No ketamine before, one bad evening with mushrooms in 1998.]]"]),
    ("2024-02-29", "ketamine", "clinic", "T. Osei, PMHNP", "02/29/2024 | Ketamine dosing #2 | clinic | T. Osei, PMHNP", [
        "[[c" + CONSENT.format(name="Ben", date="02/29/2024") + "]]",
        "50 mg IM. He was a rope, he said, and the rope was fine. Asked for the window to be opened. No dizziness today."]),
    ("2024-03-05", "integration", "home", "M. Quist, LCSW", "03/05/2024 | Integration | home visit | M. Quist, LCSW", [
        "Went up to the fourth rung with the dog watching. Came down slowly and wrote the hour on the wall with chalk. His wife had not known and was angry first.",
        "We talked about the drawing, and that he wants to keep it."]),
    ("2024-03-12", "integration", "home", "M. Quist, LCSW", "03/12/2024 | Integration | home visit | M. Quist, LCSW", [
        "[[cWent up to the fourth rung with the dog watching. Came down slowly and wrote the hour on the wall with chalk. His wife had not known and was angry first.]]",
        "[[cAt his kitchen table, with the dog under it. He had drawn the ladder from the side and from below.]] Today he burned that sheet in the stove."]),
    ("2024-03-19", "ketamine", "clinic", "T. Osei, PMHNP", "03/19/2024 | Ketamine dosing #3 | clinic | T. Osei, PMHNP", [
        "50 mg IM. Snow, and the sound of the plough from inside the house. He cried when his wife came to fetch him. BP 138/88 at twenty minutes, 126/80 at the end."]),
    ("2024-04-16", "follow_up", None, "T. Osei, PMHNP", "04/16/2024 | Follow-up | phone | T. Osei, PMHNP", [
        "On the roof of the school since Monday, with a harness. Sleeps well, eats well, no dreams of falling. Keeps the sertraline."]),
]

CARA = [
    ("2024-01-09", "evaluation", "clinic", "L. Brandt, LMFT", [
        ("Date", "9 January 2024"), ("Session", "Intake assessment"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "Cara brought a list with forty points and read all of them. Point one is the noise in her head at night, point forty is that she would like to have fewer points.",
        "Teaches chemistry. Two sons, nine and eleven, with her every second week. Panic on the motorway since last spring, always at the same bridge, so that she drives through the villages."]),
    ("2024-01-17", "ketamine", "clinic", "L. Brandt, LMFT", [
        ("Date", "17 January 2024"), ("Session", "Ketamine session"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "[[t" + CONSENT.format(name="Cara", date="17 January 2024") + "]]",
        "100 mg lozenge. She kept her eyes open for the first quarter of an hour and counted lamps. Then a warm dark, and her sons' voices in the next room, though nobody was there. Headache in the evening."]),
    ("2024-01-22", "integration", "clinic", "L. Brandt, LMFT", [
        ("Date", "22 January 2024"), ("Session", "Integration"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "[[cTeaches chemistry. Two sons, nine and eleven, with her every second week. Panic on the motorway since last spring, always at the same bridge, so that she drives through the villages.]]",
        "The list is down to eleven. She crossed out the others herself, in red, as she does with homework."]),
    ("2024-01-31", "ketamine", "clinic", "L. Brandt, LMFT", [
        ("Date", "31 January 2024"), ("Session", "Ketamine session"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "150 mg lozenge. The bridge came, and it was made of bread. Laughed until the tears ran. Mild nausea, no headache this time."]),
    ("2024-02-05", "integration", "clinic", "L. Brandt, LMFT", [
        ("Date", "5 February 2024"), ("Session", "Integration"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "[[cTeaches chemistry. Her two sons, nine and eleven, with her every second week. Panic on the motorway since last spring, always at the same bridge, so that she drives through villages.]]",
        "[[cThe list is down to seven. She crossed out the others herself, in red, as she does with homework.]]",
        "Drove to the bridge with her brother and back without crossing it, and was content with that."]),
    (None, "integration", "clinic", "L. Brandt, LMFT", [
        ("Date", ""), ("Session", "Integration"), ("Place", "clinic"), ("Clinician", "L. Brandt, LMFT")], [
        "Crossed the bridge at six in the morning with the radio on. She told the class about it, and a boy asked whether bread floats."]),
    ("2024-03-11", None, "clinic", None, [
        ("Date", "11 March 2024"), ("Place", "clinic")], [
        "Came to return the books. Four points left, and she means to keep two of them."]),
]

DOV = [
    ("2023-10-03", "evaluation", None, "Ilse Maron, RN", "Intake 3 Oct 2023", [
        "Dov plays the accordion at weddings and cannot stand weddings. Since the divorce he plays with his back to the dancers. Sleeps four hours, eats standing up, and phones his sister every night at eleven.",
        "He was in hospital in 2011 for a depression that lasted a winter. No attempts then or since. His sister knows that he comes here and pays half."]),
    ("2023-10-10", "ketamine", None, "Ilse Maron, RN", "Ketamine session 1, 10 Oct 2023", [
        "[[t" + CONSENT.format(name="Dov", date="10 Oct 2023") + "]]",
        "45 mg IM at 9:40. He moved his left hand as if on the buttons for most of the hour. Said on waking, \"everybody was facing me and I did not mind.\" No nausea, slightly dizzy."]),
    ("2023-10-13", "integration", None, "Ilse Maron, RN", "Integration 13 Oct 2023", [
        "[[cHe was in hospital in 2011 for a depression that lasted a winter. No attempts then or since. His sister knows that he comes here and pays half.]]",
        "Brought the instrument and did not open the case. We listened to a recording of his uncle, who played the same waltz too fast all his life.",
        "Coughed, and begged pardon for it twice."]),
    ("2023-10-24", "ketamine", None, "Ilse Maron, RN", "Ketamine session 2, 24 Oct 2023", [
        "50 mg IM at 9:35. A long table, and a chair for him at the middle of it. Tearful, then hungry, and ate two rolls sitting down. Blurred vision for an hour."]),
    ("2023-10-27", "integration", None, "Ilse Maron, RN", "Integration 27 Oct 2023", [
        "[[cBrought the instrument and did not open the case. We listened to a recording of his uncle, who played the same waltz too fast all his life.]]",
        "[[cHe was in hospital in 2011 for a depression that lasted a winter. No attempts then or since. His sister knows that he comes here and pays half.]]",
        "Asked his former wife for the sheet music, by letter, and had an answer."]),
    ("2023-11-07", "ketamine", None, "Ilse Maron, RN", "Ketamine session 3, 7 Nov 2023", [
        "50 mg IM at 9:50. Quiet throughout. Afterwards he hummed the waltz at a walking pace and said that this was how it goes. No dizziness, no nausea."]),
    ("2023-11-10", "integration", None, "Ilse Maron, RN", "Integration 10 Nov 2023", [
        "Played at a wedding in a barn, facing the dancers until the cake. Then he turned round for one tune, out of habit, and turned back."]),
    ("2023-12-05", "follow_up", None, "Ilse Maron, RN", "Follow-up call 5 Dec 2023", [
        "Sleeps six hours. Phones his sister on Sundays. He has two weddings in January and is looking forward to one of them."]),
]

EVA = [
    ("2024-06-03", "evaluation", None, "M. Quist, LCSW", "Intake assessment", [
        "Eva keeps bees on the roof of the hospital where she is a night porter. Her hives died in the spring, all nine, and she has not opened the hatch since. Cannot say what it is that she is afraid to see.",
        "Support: her aunt downstairs, the beekeepers on Thursdays, and a colleague who brings her soup. She has never missed a shift, and she does not want anybody at work to know."]),
    ("2024-06-11", "ketamine", None, "M. Quist, LCSW", "Ketamine session", [
        "[[t" + CONSENT.format(name="Eva", date="06/11/2024") + "]]",
        "40 mg IM. She heard the hum before anything else and lay smiling. Then it stopped, and she wept. Nausea at the end, no vomiting."]),
    ("2024-06-14", "integration", None, "M. Quist, LCSW", "Integration session", [
        "[[cSupport: her aunt downstairs, the beekeepers on Thursdays, and a colleague who brings her soup. She has never missed a shift, and she does not want anybody at work to know.]]",
        "We walked to the hatch and stood before it. She told me the names of the queens.",
        "The rain stopped while we were up there."]),
    ("2024-06-25", "ketamine", None, "M. Quist, LCSW", "Ketamine session", [
        "45 mg IM. A room of wax, lit from behind. She said, \"nothing is wasted in there.\" No nausea, tired until the evening."]),
    ("2024-06-28", "integration", None, "M. Quist, LCSW", "Integration session", [
        "Opened the hatch with her aunt. Dry combs, a wren's nest in the third hive, two eggs in it. She closed it again and was glad all day.",
        "[[cWe walked to the hatch and stood before it. She told me the names of the queens.]]"]),
    ("2024-07-23", "follow_up", None, "M. Quist, LCSW", "Follow-up", [
        "A swarm came to the lamp post in front of the hospital, and she took it down in her uniform with half of the ward at the windows. Everybody at work knows now."]),
]

FILES = [("FH-01", ADA, "odt"), ("FH-02", BEN, "rtf"), ("FH-03", CARA, "docx"), ("FH-04", DOV, "pdf"), ("FH-05", EVA, "fhir")]
NAMES = {"odt": "FH-01 running notes.odt", "rtf": "FH-02 all contacts.rtf", "docx": "FH-03 contact sheets.docx",
         "pdf": "FH-04 chart print.pdf", "fhir": "export.json"}
MARK = re.compile(r"\[\[([ct])(.*?)\]\]", re.S)


def plain(text):
    return MARK.sub(lambda m: m.group(2), text)


def marked(paragraphs, mark):
    return [m.group(2) for p in paragraphs for m in MARK.finditer(p) if m.group(1) == mark]


def gold():
    with open(os.path.join(HERE, "gold.jsonl"), "w", encoding="utf-8") as out:
        for participant, notes, kind in FILES:
            for note in notes:
                date, session_type, setting, author, _, paragraphs = note
                key = key_of(note)
                line = {"source": NAMES[kind], "key": key, "participant": participant, "date": date or "",
                        "session_type": session_type or "", "setting": setting or "", "author": author or "",
                        "copied": marked(paragraphs, "c"), "boilerplate": marked(paragraphs, "t")}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


def key_of(note):
    """Words that stand in this note and in no other."""
    others = [plain(" ".join(n[5])) for _, notes, _ in FILES for n in notes if n is not note]
    own = [s for p in note[5] for s in re.split(r"(?<=[.!?]) ", plain(p)) if len(s) > 12]
    return next(s[-60:] for s in reversed(own) if not any(s[-60:] in other for other in others))


def p(text):
    return "<p>" + html.escape(plain(text), quote=False) + "</p>\n"


def running(title, notes):
    body = "".join(f"<p><b>{html.escape(n[4])}</b></p>\n" + "".join(map(p, n[5])) for n in notes)
    return f"<h1>{title}</h1>\n" + body


def sheets(title, notes):
    body = f"<h1>{title}</h1>\n"
    for note in notes:
        rows = [*note[4], ("Note", "".join(map(p, note[5])))]
        cells = "".join(f"<tr><td>{k}</td><td>{v if k == 'Note' else html.escape(v)}</td></tr>\n" for k, v in rows)
        body += f'<table border="1">\n{cells}</table>\n<p></p>\n'
    return body


def convert(body, target, kind):
    """Has LibreOffice write a document from a page; a PDF goes by way of ODT, so that pages have heads."""
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.html")
        with open(page, "w", encoding="utf-8") as out:
            out.write(f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>')
        filters = {"odt": "odt:writer8", "rtf": "rtf:Rich Text Format", "docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export"}
        subprocess.run(["soffice", "--headless", "--infilter=HTML (StarWriter)", "--convert-to", filters[kind], "--outdir", folder, page],
                       check=True, capture_output=True)
        os.replace(os.path.join(folder, "page." + kind), os.path.join(HERE, target))


def bundle(notes):
    entries = []
    for i, (date, session_type, _, author, title, paragraphs) in enumerate(notes, 1):
        text = "\n\n".join(map(plain, paragraphs))
        entries.append({"resource": {
            "resourceType": "DocumentReference", "id": f"fern-{i}", "status": "current",
            "type": {"text": title},
            "subject": {"reference": "Patient/FH-05", "display": "FH-05"},
            "date": date + "T15:00:00Z",
            "author": [{"display": author}],
            "content": [{"attachment": {"contentType": "text/plain; charset=utf-8",
                                        "data": base64.b64encode(text.encode()).decode()}}]}})
    with open(os.path.join(HERE, NAMES["fhir"]), "w", encoding="utf-8") as out:
        json.dump({"resourceType": "Bundle", "type": "collection", "entry": entries}, out, indent=1, ensure_ascii=False)


def main():
    gold()
    convert(running("Client FH-01, running notes", ADA), NAMES["odt"], "odt")
    convert(running("Client FH-02, all contacts", BEN), NAMES["rtf"], "rtf")
    convert(sheets("Client FH-03, contact sheets", CARA), NAMES["docx"], "docx")
    convert(running("Client FH-04, chart print, Ilse Maron, RN", DOV), NAMES["pdf"], "pdf")
    bundle(EVA)


if __name__ == "__main__":
    main()
