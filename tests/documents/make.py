#!/usr/bin/env python3
"""Writes the fixtures of this folder with the programs named in README.md.

    python3 make.py            (python-docx, odfpy, reportlab, openpyxl, xlwt, pypdf; soffice for *-lo.*)

All people and notes are invented.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
os.chdir(HERE)


def docx_form():
    """A clinic's form: heading table, headings, lists, boxes, header and footer."""
    from docx import Document
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn

    d = Document()
    section = d.sections[0]
    section.header.paragraphs[0].text = "Harbor Street Clinic - confidential"
    section.footer.paragraphs[0].text = "Printed from chart"
    table = d.add_table(rows=3, cols=2)
    for row, (key, value) in zip(table.rows, [
        ("Participant", "P03"), ("Date of session:", "03/08/2022"), ("Session type", "Ketamine session, in clinic"),
    ]):
        row.cells[0].text, row.cells[1].text = key, value
    d.add_heading("Subjective", level=1)
    p = d.add_paragraph("She said, ")
    p.add_run("“I felt like being rocked.”").italic = True
    d.add_paragraph("Denies dizziness.")
    d.add_paragraph("")
    d.add_heading("Objective", level=2)
    grid = d.add_table(rows=3, cols=3)
    for row, cells in zip(grid.rows, [("Time", "BP", "State"), ("10:05", "118/76", "calm"), ("10:45", "122/80", "tearful")]):
        for cell, text in zip(row.cells, cells):
            cell.text = text
    d.add_paragraph("breathing exercise", style="List Bullet")
    d.add_paragraph("music", style="List Bullet")
    boxes = d.add_paragraph()
    boxes.add_run("☒ tearful   ☐ nausea")
    symbols = d.add_paragraph()
    for code, word in (("F0FE", " restless   "), ("F0A8", " vomiting")):
        run = symbols.add_run()
        sym = OxmlElement("w:sym")
        sym.set(qn("w:font"), "Wingdings")
        sym.set(qn("w:char"), code)
        run._r.append(sym)
        symbols.add_run(word)
    # Tracked changes and a comment, as Word writes them.
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    changed = d.add_paragraph("Plan: integration ")
    changed._p.append(parse_xml(
        f'<w:del {w} w:id="1" w:author="RC"><w:r><w:delText>on Friday</w:delText></w:r></w:del>'))
    changed._p.append(parse_xml(
        f'<w:ins {w} w:id="2" w:author="RC"><w:r><w:t>on Thursday</w:t></w:r></w:ins>'))
    changed._p.append(parse_xml(f'<w:r {w}><w:t>.</w:t></w:r>'))
    d.add_comment(changed.runs[0], text="check with front desk", author="RC")
    hidden = d.add_paragraph("Slept well.")
    run = hidden.add_run(" internal remark")
    run.font.hidden = True
    # A layout table: whole sections in cells.
    layout = d.add_table(rows=1, cols=2)
    layout.rows[0].cells[0].text = "Assessment"
    layout.rows[0].cells[1].text = "Mood improved."
    layout.rows[0].cells[1].add_paragraph("No suicidal ideation.")
    d.save("form.docx")


def docx_blocks():
    """One file, several notes behind header lines."""
    from docx import Document

    d = Document()
    d.add_paragraph("Session log")
    d.add_paragraph("")
    for head, body in [
        ("=== Ketamine session | P04 | 3/8/22 ===", ["Slept well before.", "Felt far from worry."]),
        ("=== Integration session | P04 | 3/15/22 ===", ["Two bad dreams.", "Asked sister for help."]),
    ]:
        d.add_paragraph(head)
        for text in body:
            d.add_paragraph(text)
    d.save("two notes.docx")


def odt_note():
    from odf.opendocument import OpenDocumentText
    from odf import style, table, text, office, dc

    d = OpenDocumentText()
    layout = style.PageLayout(name="pl")
    d.automaticstyles.addElement(layout)
    master = style.MasterPage(name="Standard", pagelayoutname=layout)
    header = style.Header()
    header.addElement(text.P(text="Harbor Street Clinic"))
    master.addElement(header)
    d.masterstyles.addElement(master)
    b = d.text
    b.addElement(text.H(outlinelevel=1, text="Integration session P05"))
    b.addElement(text.P(text="Date: 14 March 2022"))
    b.addElement(text.P())
    p = text.P(text="Two  blanks are one,")
    p.addElement(text.S(c=3))
    p.addText("these are three.")
    p.addElement(text.LineBreak())
    p.addText("Next line.")
    b.addElement(p)
    l = text.List()
    for item in ("walks every day", "calls her sister"):
        i = text.ListItem()
        i.addElement(text.P(text=item))
        l.addElement(i)
    b.addElement(l)
    t = table.Table(name="T")
    t.addElement(table.TableColumn(numbercolumnsrepeated=2))
    for cells in (("Nausea", "none"), ("Headache", "mild")):
        r = table.TableRow()
        for c in cells:
            cell = table.TableCell()
            cell.addElement(text.P(text=c))
            r.addElement(cell)
        t.addElement(r)
    b.addElement(t)
    p = text.P(text="Denies panic")
    a = office.Annotation()
    a.addElement(dc.Creator(text="RC"))
    a.addElement(text.P(text="is that so?"))
    p.addElement(a)
    n = text.Note(noteclass="footnote", id="n1")
    n.addElement(text.NoteCitation(text="1"))
    nb = text.NoteBody()
    nb.addElement(text.P(text="By phone."))
    n.addElement(nb)
    p.addElement(n)
    p.addText(".")
    b.addElement(p)
    d.save("integration.odt")


RTF = r"""{\rtf1\ansi\ansicpg1252\deff0\nouicompat\deflang1033{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fnil\fcharset2 Symbol;}{\f2\froman\fcharset204 Times New Roman Cyr;}{\f3\fnil\fcharset2 Wingdings;}}
{\colortbl ;\red0\green0\blue255;}{\*\generator Riched20 10.0.19041}{\info{\author Somebody Else}{\title secret}}
{\header\pard\qc Harbor Street Clinic\par}
{\footer\pard Page {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}
\viewkind4\uc1\pard\sa200\sl276\slmult1\b\f0\fs22 Participant:\b0  P06\par
\b Date of service:\b0  03/10/2022\par
\b Type:\b0  Ketamine session\par
\par
\b\caps Subjective\caps0\b0\par
She said \ldblquote I felt rooted\rdblquote\emdash it\'92s new. Caf\u233\'e9 visit, \u8220\'93good\u8221\'94.\par
{\pntext\f1\'B7\tab}{\*\pn\pnlvlblt\pnf1\pnindent0{\pntxtb\'B7}}breathing\par
{\pntext\f1\'B7\tab}music\par
\pard {\f3\'fe} tearful   {\f3\'a8} nausea\par
Plan: see {\deleted\revauthdel1 Friday}{\revised\revauth1 Thursday}.{\*\annotation\pard comment text\par} {\v hidden words}Walk daily.\par
\trowd\cellx4000\cellx8000\pard\intbl Nausea\cell none\cell\row
\trowd\cellx4000\cellx8000\pard\intbl Mood\cell lifted\cell\row
\pard Done.\par
}
"""


def rtf_note():
    with open("word-like.rtf", "w", encoding="latin-1", newline="\r\n") as f:
        f.write(RTF)


HTML = """<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=windows-1252">
<TITLE>Encounter - P07</TITLE><STYLE>td {color:red}</STYLE><script>var a = "<p>not text</p>";</script></HEAD>
<BODY bgcolor=white>
<div class=hdr style="display: none">internal id 99</div>
<TABLE border=0><TR><TD><b>Patient:</b><TD>P07<TR><TD><b>Date of Service:</b><TD>04/02/2022
<TR><TD><b>Visit type:</b><TD>Integration session</TABLE>
<P><b>SUBJECTIVE</b><br>She said \x93I can breathe again\x94&nbsp;&mdash; it\x92s new.
<P>Denies    nausea,
vomiting &amp; dizziness.
<UL><LI>walks daily<LI>calls sister</UL>
<p><input type=checkbox checked> tearful <input type=checkbox> panic
<p>Mood: <select><option>low<option selected>better<option>good</select>
<p>Note: <textarea>First line
second line</textarea>
<table><tr><th>Time<th>BP<th>State</tr><tr><td>10:05<td>118/76<td>calm<br>and quiet</tr></table>
<p>Plan <del>Friday</del> Thursday.
</BODY></HTML>
"""


def html_note():
    with open("emr-export.html", "wb") as f:
        f.write(HTML.encode("latin-1"))


def pdf_note():
    from reportlab.lib.pagesizes import letter
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, PageBreak

    styles = getSampleStyleSheet()
    n, h = styles["Normal"], styles["Heading2"]

    def frame(canvas, doc):
        canvas.saveState()
        canvas.drawString(72, 760, "Harbor Street Clinic - Confidential")
        canvas.drawRightString(540, 30, f"Page {doc.page} of 2")
        canvas.restoreState()

    story = [
        Paragraph("Participant: P08", n), Paragraph("Date: 04/09/2022", n),
        Paragraph("Type: Ketamine session", n), Spacer(1, 12),
        Paragraph("Subjective", h),
        Paragraph("She said \u201cI felt like being rocked.\u201d Denies dizziness. " + "The session went on calmly and she rested with eyes closed for most of it. " * 3, n),
        Spacer(1, 12),
        Table([["Time", "BP", "State"], ["10:05", "118/76", "calm"], ["10:45", "122/80", "tearful"]]),
        PageBreak(),
        Paragraph("Plan", h), Paragraph("Integration on Thursday.", n),
    ]
    SimpleDocTemplate("two pages.pdf", pagesize=letter, title="Note", invariant=1).build(
        story, onFirstPage=frame, onLaterPages=frame)


def pdf_scan():
    """A page that is a picture: no text layer."""
    from reportlab.pdfgen import canvas
    from reportlab.lib.utils import ImageReader
    import io
    from PIL import Image

    picture = Image.new("L", (60, 80), 255)
    for i in range(60):
        picture.putpixel((i, i), 0)
    c = canvas.Canvas("scan.pdf", invariant=1)
    c.drawImage(ImageReader(picture), 0, 0, 600, 800)
    c.showPage()
    c.save()


def pdf_locked():
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader("two pages.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write("locked.pdf")


def pdf_bomb():
    """40 MB of blanks in 40 kB, and a form that shows itself."""
    import zlib

    def write(name, objects):
        out, at = b"%PDF-1.4\n", []
        for i, body in enumerate(objects, 1):
            at.append(len(out))
            out += b"%d 0 obj\n" % i + body + b"\nendobj\n"
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1)
        out += b"".join(b"%010d 00000 n \n" % n for n in at)
        out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, start)
        with open(name, "wb") as f:
            f.write(out)

    def stream(head, data):
        return b"<<" + head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"

    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    packed = zlib.compress(b" " * (40 << 20), 9)
    write("bomb.pdf", [catalog, pages, page, stream(b"/Filter/FlateDecode", packed), b"null"])
    form = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>", b"/A Do")
    write("loop.pdf", [catalog, pages, page, stream(b"", b"/A Do"), form])


def locked_office():
    """A Word file and a workbook with a password."""
    import io
    from msoffcrypto.format.ooxml import OOXMLFile

    for source, target in (("table.xlsx", "locked.xlsx"), ("integration-lo.docx", "locked.docx")):
        with open(source, "rb") as f, open(target, "wb") as out:
            OOXMLFile(io.BytesIO(f.read())).encrypt("secret", out)


def workbooks():
    import openpyxl
    import xlwt

    rows = [("Participant", "Date", "Session type", "Note"),
            ("P09", "2022-03-08", "ketamine", "Calm. Denies nausea."),
            ("P09", "2022-03-15", "integration", "Two bad dreams, asked for help.")]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save("table.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("notes")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    old.save("table.xls")


def fhir():
    b64 = lambda text: base64.b64encode(text.encode()).decode()
    reference = lambda i, text, media, **more: {
        "resourceType": "DocumentReference", "id": i, "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}],
                 "text": more.pop("kind")},
        "subject": {"reference": "Patient/P10", "display": "Doe, Jane"},
        "date": "2022-03-09T18:00:00Z",
        "author": [{"reference": "Practitioner/a", "display": "R. Cole, LMHC"}],
        "context": {"period": {"start": more.pop("start")}},
        "content": [{"attachment": {"contentType": media, "data": b64(text)}}],
    }
    one = reference("d1", "Calm throughout.\nDenies nausea.", "text/plain", kind="Ketamine session", start="2022-03-08T09:00:00-08:00")
    two = reference("d2", "<p>Two bad dreams.</p><p>Asked sister for help.</p>", "text/html", kind="Integration session", start="2022-03-15")
    three = reference("d3", r"{\rtf1\ansi Slept well.\par Walks daily.}", "application/rtf", kind="Integration session", start="2022-03-22")
    empty = dict(reference("d4", "x", "text/plain", kind="Integration session", start="2022-03-29"))
    empty["content"] = [{"attachment": {"contentType": "text/plain", "url": "Binary/77"}}]
    composition = {
        "resourceType": "Composition", "id": "c1", "status": "final", "title": "Evaluation",
        "type": {"text": "Initial evaluation"}, "subject": {"reference": "urn:uuid:1"}, "date": "2022-02-20",
        "author": [{"display": "M. Diaz, MD"}],
        "section": [{"title": "History", "text": {"status": "generated", "div": "<div xmlns='x'><p>Panic since birth of son.</p></div>"}},
                    {"title": "Plan", "section": [{"title": "Consent", "text": {"div": "<div>Reviewed &amp; signed.</div>"}}]}],
    }
    patient = {"resourceType": "Patient", "id": "p", "identifier": [{"system": "x", "value": "P11"}]}
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": patient}, {"resource": one}, {"resource": two},
        {"resource": three}, {"resource": empty}, {"resource": composition}]}
    with open("bundle.json", "w") as f:
        json.dump(bundle, f, indent=1)
    with open("references.ndjson", "w") as f:
        for r in (one, two):
            f.write(json.dumps(dict(r, id="n" + r["id"])) + "\n")


CCDA = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc">
 <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
 <id root="1.2" extension="doc-1"/>
 <code code="11506-3" codeSystem="2.16.840.1.113883.6.1" displayName="Progress note"/>
 <title>Integration session</title>
 <effectiveTime value="20220316091500-0800"/>
 <recordTarget><patientRole><id root="1.3" extension="P12"/>
  <patient><name><given>Jane</given><family>Roe</family></name></patient></patientRole></recordTarget>
 <author><time value="20220316"/><assignedAuthor><id root="1.4"/><addr><streetAddressLine>1 Way</streetAddressLine></addr>
  <assignedPerson><name><given>Rita</given> <family>Cole</family><suffix>LMHC</suffix></name></assignedPerson></assignedAuthor></author>
 <componentOf><encompassingEncounter><id root="9"/><effectiveTime><low value="20220315090000-0800"/></effectiveTime></encompassingEncounter></componentOf>
 <component><structuredBody>
  <component><section><code code="10164-2"/><title>HISTORY OF PRESENT ILLNESS</title>
   <text><paragraph>She said <content styleCode="Bold">“I can breathe again.”</content><br/>Denies nausea &amp; dizziness.</paragraph>
    <list listType="unordered"><item>walks daily</item><item>calls sister</item></list></text>
   <entry><act classCode="ACT"><text>coded entry is not read</text></act></entry></section></component>
  <component><section><title>Vital signs</title>
   <text><table><thead><tr><th>Time</th><th>BP</th><th>State</th></tr></thead><tbody><tr><td>10:05</td><td>118/76</td><td>calm</td></tr></tbody></table></text></section></component>
  <component><section><title>Plan</title><text>Next session <content revised="delete">Friday</content>Thursday.</text></section></component>
 </structuredBody></component>
</ClinicalDocument>
"""


def ccda():
    with open("progress.xml", "w", encoding="utf-8") as f:
        f.write(CCDA)


def libreoffice():
    """The same note through LibreOffice: DOCX, ODT, RTF, HTML, PDF, DOC, XLS, ODS written by it."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if not soffice:
        return
    with tempfile.TemporaryDirectory() as tmp:
        for source, kind, target in [
            ("form.docx", "odt", "form-lo.odt"), ("form.docx", "rtf", "form-lo.rtf"),
            ("form.docx", "html:HTML", "form-lo.html"), ("form.docx", "pdf", "form-lo.pdf"),
            ("integration.odt", "fodt", "integration-lo.fodt"), ("form.docx", "doc", "form-lo.doc"),
            ("integration.odt", "docx", "integration-lo.docx"),
            ("table.xlsx", "ods", "table-lo.ods"),
        ]:
            subprocess.run([soffice, f"-env:UserInstallation=file://{tmp}/profile", "--headless",
                            "--convert-to", kind, "--outdir", tmp, source], check=True, stdout=subprocess.DEVNULL)
            made = os.path.join(tmp, os.path.splitext(source)[0] + "." + kind.split(":")[0])
            shutil.move(made, target)


def message():
    """A message with a text, the same as a page, and a Word file attached, by Python's own writer."""
    from email.message import EmailMessage

    m = EmailMessage()
    m["From"] = "Ida Björk <ida@example.org>"
    m["To"] = "notes@example.org"
    m["Subject"] = "P21 – integration, second session, and the note of the dosing before it"
    m["Date"] = "Tue, 04 Jun 2024 23:15:00 -0500"
    m["Message-ID"] = "<1@example.org>"
    m.set_content("She slept at her café and wept. “Like snow on the water,” she said, and then for a long while nothing at all.\n\nIda\n")
    m.add_alternative("<p>She slept at her caf&eacute; and wept.</p>", subtype="html")
    with open("integration-lo.docx", "rb") as f:
        m.add_attachment(f.read(), maintype="application",
                         subtype="vnd.openxmlformats-officedocument.wordprocessingml.document", filename="dosing note.docx")
    for part in m.walk():
        if part.is_multipart():
            part.set_boundary(f"part-{part.get_content_subtype()}")
    with open("message.eml", "wb") as f:
        f.write(bytes(m))


def zips():
    """An archive without an extension, and archives inside each other."""
    with zipfile.ZipFile("archive", "w") as z:
        z.writestr("P13 2022-03-08 ketamine.txt", "Calm. Denies nausea.")
        z.write("two notes.docx")


if __name__ == "__main__":
    todo = sys.argv[1:] or ["docx_form", "docx_blocks", "odt_note", "rtf_note", "html_note", "pdf_note", "pdf_scan",
                            "pdf_locked", "workbooks", "fhir", "ccda", "libreoffice", "zips", "message", "pdf_bomb", "locked_office"]
    for name in todo:
        globals()[name]()
