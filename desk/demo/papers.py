"""Makes the papers of invented claims: Chinese discharge summaries as PDF, scans as JPEG.

Needs the `demo` extra: typst sets the pages, Noto Sans SC is their font.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import typst
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pylopdf_fonts_zh_cn import sans_path

_PAGE = """
#set page(paper: "a4", margin: 22mm, footer: align(center,
  text(size: 8pt)[演示数据，人物与病情均为虚构 · {number}]))
#set text(font: "Noto Sans SC", size: 10.5pt, lang: "zh")
#set par(leading: 0.9em)
#align(center, text(size: 16pt, weight: "bold")[{hospital}])
#align(center, text(size: 13pt)[{title}])
#line(length: 100%, stroke: 0.5pt)
#grid(columns: (1fr, 1fr, 1fr), row-gutter: 8pt,
  [姓名：{name}], [性别：{sex}], [年龄：{age} 岁],
  [科别：{ward}], [住院号：{number}], [{day_label}：{day}])
#line(length: 100%, stroke: 0.5pt)
{body}
#v(1cm)
#align(right)[主治医师：{doctor} #h(1cm) {day}]
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says. All text is invented and Chinese; `paragraphs` are (heading, text)."""

    title: str
    hospital: str
    name: str
    sex: str
    age: int
    ward: str
    number: str
    day_label: str
    day: str
    doctor: str
    paragraphs: tuple[tuple[str, str], ...]


class Press:
    """Sets papers; keeps the font loaded between them."""

    def __init__(self) -> None:
        font = Path(sans_path())
        self._fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(font.parent)])
        self._body = ImageFont.truetype(str(font), 22)
        self._title = ImageFont.truetype(str(font), 34)

    def summary_pdf(self, paper: Paper) -> bytes:
        """Return a discharge summary as PDF."""
        body = "\n".join(
            f"#strong[{_escaped(heading)}：] {_escaped(text)}\n"
            for heading, text in paper.paragraphs
        )
        fields = {
            name: _escaped(str(getattr(paper, name)))
            for name in (
                "title",
                "hospital",
                "name",
                "sex",
                "age",
                "ward",
                "number",
                "day_label",
                "day",
                "doctor",
            )
        }
        source = _PAGE.format(body=body, **fields)
        pages = typst.compile(source.encode(), font_paths=self._fonts, format="pdf")
        return bytes(pages)

    def scan_jpeg(self, paper: Paper, random: Random) -> bytes:
        """Return the same kind of paper as a slightly crooked, slightly dirty photo."""
        sheet = Image.new("L", (1000, 1414), 246)
        pen = ImageDraw.Draw(sheet)
        pen.text((500, 90), paper.hospital, font=self._title, fill=30, anchor="mm")
        pen.text((500, 145), paper.title, font=self._body, fill=40, anchor="mm")
        facts = "   ".join(
            (
                f"姓名 {paper.name}",
                f"性别 {paper.sex}",
                f"年龄 {paper.age}",
                f"{paper.day_label} {paper.day}",
            )
        )
        pen.text((90, 200), facts, font=self._body, fill=45)
        pen.line((80, 240, 920, 240), fill=90, width=2)
        row = 270
        for heading, text in paper.paragraphs:
            for line in _wrapped(f"{heading}：{text}", 36):
                pen.text((90, row), line, font=self._body, fill=45)
                row += 38
            row += 12
        pen.ellipse((640, 1130, 860, 1350), outline=130, width=5)
        pen.text((750, 1240), "演示专用章", font=self._body, fill=130, anchor="mm")
        tilted = sheet.rotate(
            random.uniform(-1.6, 1.6), fillcolor=228, resample=Image.Resampling.BICUBIC
        )
        out = BytesIO()
        tilted.filter(ImageFilter.GaussianBlur(0.6)).save(
            out, "JPEG", quality=random.randint(60, 72)
        )
        return out.getvalue()


def _wrapped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _escaped(text: str) -> str:
    return "".join("\\" + c if c in "#$*_`<>@=-+/[]\\~\"'" else c for c in text)
