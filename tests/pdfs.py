"""Real PDF files for tests, written by hand: a page is the lines that stand on it."""

SIZE, FONT = "/MediaBox [0 0 612 792]", "/Resources << /Font << /F1 3 0 R >> >>"


def pdf(*pages):
    """Return the bytes of a PDF with these pages, each a text whose lines are set one below the other."""
    kids = [4 + 2 * number for number in range(len(pages))]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for kid, page in zip(kids, pages, strict=True):
        lines = [
            line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in page.split("\n")
        ]
        drawn = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        drawn = drawn if page else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R {SIZE} /Contents {kid + 1} 0 R {FONT} >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    written, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    written += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written) - len(table) - 28}\n"
    )
    return (written + "%%EOF\n").encode("latin-1")
