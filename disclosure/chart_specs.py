"""Charts as Vega-Lite: four shapes, two themes, no words but the data's own."""

from typing import Any

from disclosure.chart_data import ChartData

Spec = dict[str, Any]

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, system-ui, sans-serif"
WIDTH = 380
# The tokens of the style sheet, by theme: ink, soft, rule, deep, seal.
THEMES = {
    "light": ("#1d2530", "#5b6675", "#dcd7cc", "#1f3d5c", "#b3341f"),
    "dark": ("#ece8df", "#a9b2bf", "#3d4653", "#8fb8e0", "#f08c76"),
}


def spec_of(chart: ChartData, theme: str) -> Spec:
    """Return the Vega-Lite specification of a chart in a theme."""
    ink, soft, rule, deep, seal = THEMES[theme]
    shapes = {"line": _line, "bars": _bars, "days": _day_bars, "pair": _pair}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "padding": {"left": 2, "right": 12, "top": 12, "bottom": 2},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": soft,
                "titleColor": soft,
                "labelFontSize": 13,
                "titleFontSize": 13,
                "gridColor": rule,
                "domainColor": rule,
                "tickColor": rule,
                "labelFont": FONT,
                "titleFont": FONT,
                "titleFontWeight": "normal",
            },
            "text": {"color": ink, "font": FONT, "fontSize": 13},
            "line": {"color": deep, "strokeWidth": 2.5},
            "point": {"color": seal, "size": 70, "filled": True},
            "bar": {"color": deep},
        },
        **shapes[chart.shape](chart, deep),
    }


def _values(chart: ChartData) -> Spec:
    return {
        "values": [
            {
                "label": row.label,
                "key": row.key,
                "order": place,
                "text": " / ".join(row.texts),
                **{f"n{index}": number for index, number in enumerate(row.numbers)},
                **{f"t{index}": text for index, text in enumerate(row.texts)},
            }
            for place, row in enumerate(chart.rows)
        ]
    }


_BY_DAY: Spec = {
    "field": "key",
    "type": "temporal",
    "axis": {"title": None, "format": "%Y-%m", "grid": False, "tickCount": 4, "labelFlush": True},
}


def _line(chart: ChartData, deep: str) -> Spec:
    """A line over the days, its last point marked and told."""
    last = [{"filter": f"datum.order == {len(chart.rows) - 1}"}]
    y = {"field": "n0", "type": "quantitative", "axis": {"title": None, "tickCount": 4}}
    return {
        "width": WIDTH,
        "height": 200,
        "data": _values(chart),
        "encoding": {"x": _BY_DAY, "y": y},
        "layer": [
            {"mark": {"type": "line", "interpolate": "linear"}},
            {"transform": last, "mark": "point"},
            {
                "transform": last,
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dy": -12,
                    "fontWeight": "bold",
                    "dx": 4,
                },
                "encoding": {"text": {"field": "t0"}},
            },
        ],
    }


def _bars(chart: ChartData, deep: str) -> Spec:
    """A bar for each day."""
    width = max(2, min(18, 280 // max(len(chart.rows), 1)))
    return {
        "width": WIDTH,
        "height": 200,
        "data": _values(chart),
        "mark": {"type": "bar", "width": width},
        "encoding": {
            "x": _BY_DAY,
            "y": {"field": "n0", "type": "quantitative", "axis": {"title": None, "tickCount": 4}},
        },
    }


def _day_bars(chart: ChartData, deep: str) -> Spec:
    """Two bars in one line each: hollow to the 90th percentile, solid to the median."""
    top = max((row.numbers[-1] for row in chart.rows), default=1.0) or 1.0
    x = {
        "type": "quantitative",
        "scale": {"domain": [0, top * 1.75]},
        "axis": {"title": None, "tickCount": 4},
    }
    y = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 160, "ticks": False, "domain": False},
    }
    hollow = {
        "type": "bar",
        "height": 14,
        "fillOpacity": 0.12,
        "stroke": deep,
        "strokeWidth": 1,
    }
    return {
        "width": WIDTH,
        "height": {"step": 26},
        "data": _values(chart),
        "encoding": {"y": y},
        "layer": [
            {"mark": hollow, "encoding": {"x": {**x, "field": "n1"}}},
            {"mark": {"type": "bar", "height": 7}, "encoding": {"x": {**x, "field": "n0"}}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": {**x, "field": "n1"}, "text": {"field": "text"}},
            },
        ],
    }


def _pair(chart: ChartData, deep: str) -> Spec:
    """Two panels with one axis of quarters: a line of percents above bars of money."""
    x: Spec = {"field": "label", "type": "ordinal", "sort": None}
    labels: Spec = {"title": None, "labelAngle": -40, "labelLimit": 140, "labelOverlap": True}

    def panel(place: int, mark: Any, is_last: bool) -> Spec:
        title = {
            "title": chart.value_headings[place],
            "tickCount": 3,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleX": 0,
            "titleY": -10,
        }
        shown = {**labels, "labels": is_last, "ticks": is_last}
        return {
            "width": WIDTH - 70,
            "height": 90,
            "mark": mark,
            "encoding": {
                "x": {**x, "axis": shown},
                "y": {"field": f"n{place}", "type": "quantitative", "axis": title},
            },
        }

    return {
        "data": _values(chart),
        "autosize": {"type": "pad"},
        "vconcat": [
            panel(0, {"type": "line", "point": True}, False),
            panel(1, {"type": "bar"}, True),
        ],
    }
