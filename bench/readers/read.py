"""Reads the files named on stdin with every reader that is installed and writes, a JSON line each, what they found:
{"file", "reader", "text"} and for PDFs the rows of tables. For comparison alone; nothing of the product needs it."""

import io
import json
import re
import sys
import warnings

warnings.filterwarnings("ignore")


def pypdfium2(path):
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def pdfplumber(path):
    import pdfplumber as plumber

    with plumber.open(path) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def pypdf(path):
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def docling_parse(path):
    from docling_parse.pdf_parser import DoclingPdfParser
    from docling_core.types.doc.page import TextCellUnit

    document = DoclingPdfParser(loglevel="fatal").load(path_or_stream=path)
    return "\n".join(
        cell.text for _, page in document.iterate_pages() for cell in page.iterate_cells(unit_type=TextCellUnit.LINE)
    )


def python_docx(path):
    import docx

    document = docx.Document(path)
    lines = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines += [" ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def docx2python(path):
    from docx2python import docx2python as read

    with read(path) as document:
        return document.text


def mammoth(path):
    import mammoth as reader

    with open(path, "rb") as file:
        return reader.extract_raw_text(file).value


def openpyxl(path):
    import openpyxl as reader

    book = reader.load_workbook(path, data_only=True)
    rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


def python_pptx(path):
    import pptx

    lines = []

    def add(shapes):
        for shape in shapes:
            if shape.shape_type == 6:
                add(shape.shapes)
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            if getattr(shape, "has_table", False) and shape.has_table:
                lines.extend(cell.text for row in shape.table.rows for cell in row.cells)

    for slide in pptx.Presentation(path).slides:
        add(slide.shapes)
        if slide.has_notes_slide:
            add(slide.notes_slide.shapes)
    return "\n".join(lines)


def extract_msg(path):
    import extract_msg as reader

    message = reader.openMsg(path)
    return "\n".join(filter(None, [message.subject, message.sender, message.to, message.body]))


def python_email(path):
    import email
    import email.policy

    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    text = body.get_content() if body else ""
    if body and body.get_content_type() == "text/html":
        text = soup(text)
    return f"{message['subject'] or ''}\n{text}"


def striprtf(path):
    from striprtf.striprtf import rtf_to_text

    with open(path, encoding="latin-1") as file:
        return rtf_to_text(file.read(), errors="ignore")


def soup(html):
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html, "html.parser")
    for hidden in page(["script", "style", "template"]):
        hidden.decompose()
    return page.get_text(" ")


def beautifulsoup(path):
    with open(path, "rb") as file:
        return soup(file.read())


def odfpy(path):
    from odf import teletype
    from odf.opendocument import load
    from odf.text import H, P

    document = load(path)
    return "\n".join(teletype.extractText(node) for kind in (H, P) for node in document.getElementsByType(kind))


READERS = {
    "pdf": [pypdfium2, pdfplumber, pypdf, docling_parse],
    "docx": [python_docx, docx2python, mammoth],
    "xlsx": [openpyxl],
    "pptx": [python_pptx],
    "msg": [extract_msg],
    "eml": [python_email],
    "rtf": [striprtf],
    "html": [beautifulsoup],
    "odt": [odfpy],
    "ods": [odfpy],
    "odp": [odfpy],
}


def rows_of_tables(path):
    import pdfplumber as plumber

    with plumber.open(path) as document:
        tables = [table for page in document.pages for table in page.extract_tables()]
    clean = lambda cell: re.sub(r"\s+", " ", cell or "").strip()
    return [[clean(cell) for cell in row] for table in tables for row in table if len(row) > 1]


for line in sys.stdin:
    path = line.rstrip("\n")
    for reader in READERS.get(path.rsplit(".", 1)[-1].lower(), []):
        answer = {"file": path, "reader": reader.__name__}
        stdout, sys.stdout = sys.stdout, io.StringIO()
        try:
            answer["text"] = reader(path)
            if reader is pdfplumber:
                answer["rows"] = rows_of_tables(path)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            answer["error"] = f"{type(error).__name__}: {error}"[:200]
        finally:
            sys.stdout = stdout
        print(json.dumps(answer), flush=True)
