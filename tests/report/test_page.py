"""The page is one file that fetches nothing, tells everything, and trusts no text of a user."""

from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go
import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.report.page import ReportContent, build_report
from twinpurify.report.sections import GROUPS, QUALITY_SECTIONS, SECTIONS

ATTACK = "</script><script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>"
MEGABYTE = 1_000_000


class Page(HTMLParser):
    """Collects tags, ids, and text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.silent = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep a tag with its attributes."""
        self.tags.append((tag, dict(attrs)))
        self.silent = tag in ("script", "style")

    def handle_endtag(self, tag):
        """Leave a script or style."""
        self.silent = False

    def handle_data(self, data):
        """Keep what a reader sees."""
        if not self.silent:
            self.text += data


@pytest.fixture
def content(summary):
    """A page with one figure."""
    return ReportContent(
        cohort="demo",
        title="Demo cohort",
        created="1 May 2026",
        summary=summary,
        logs=[
            {
                "cohort": "demo",
                "steps": [
                    {
                        "step": "join",
                        "kept_samples": 9,
                        "kept_genes": 7,
                        "dropped": 2,
                        "reason": "no expression",
                        "examples": ["P1", "P2"],
                    }
                ],
                "warnings": ["few normals"],
            }
        ],
        figures={"loss_curve": go.Figure(go.Scatter(x=[1], y=[2], name="line"))},
        warnings=["only 3 splits"],
        skipped=["grade: no column"],
        tables={"dimension_names": pd.DataFrame({"Dimension": ["7"], "Pathway": ["hypoxia"]})},
        methods_text={"Cohorts": ["Models were trained on a demo."], "References": ["1. Holm S."]},
        settings={"twinpurify": {"n_steps": 600}},
        versions={"torch": "2.13.0"},
    )


@pytest.fixture
def page(content):
    """The page, parsed."""
    return Page(build_report(content))


def test_nothing_is_fetched(page):
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:")), (tag, value)


def test_browser_is_told_to_fetch_nothing(page):
    (policy,) = [a["content"] for tag, a in page.tags if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_size(content):
    assert len(build_report(content).encode()) < 8 * MEGABYTE


def test_plotly_is_inlined_once_and_only_when_needed(content):
    html = build_report(content)
    assert html.count("plotly.js v") == 1
    assert len(build_report(replace(content, figures={}))) < 0.1 * MEGABYTE


def test_same_content_same_page(content):
    assert build_report(content) == build_report(content)


def test_order_of_the_page(page):
    ids = [a["id"] for tag, a in page.tags if tag == "section"]
    assert ids == [
        "answer",
        "warnings",
        *(
            key
            for group in GROUPS
            if group.sections
            for key in (f"group-{group.key}", *(section.key for section in group.sections))
        ),
        "summary",
        "ingestion",
        *(section.key for section in QUALITY_SECTIONS),
        "methods",
    ]


def test_quality_stands_below_what_went_in_with_a_part_a_cohort(content):
    figures = {"quality_map": go.Figure(), "quality_map@elsewhere": go.Figure()}
    absent = {"marker_genes": "the cohort names none"}
    page = Page(build_report(replace(content, figures=figures, absent=absent)))
    divs = [a["id"] for tag, a in page.tags if a.get("id", "").startswith("quality_map-")]
    assert divs == ["quality_map-0", "quality_map-1"]
    assert page.text.index("Genes left") < page.text.index("The samples as they came in")
    assert "elsewhere" in page.text
    assert "There is no figure here: the cohort names none." in page.text


def test_the_page_opens_with_the_answer_and_a_word_of_the_warnings(page):
    text = page.text
    told = ("2 warnings below", "Subtype, as measured", "only 3 splits", "demo: few normals")
    places = [text.index(part) for part in told]
    assert places == sorted(places)


def test_every_figure_is_saved_as_svg_and_png(page):
    (place,) = [a["data-figure"] for _, a in page.tags if "data-figure" in a]
    assert place in {a.get("id") for _, a in page.tags}
    assert [a["data-format"] for _, a in page.tags if "data-format" in a] == ["svg", "png"]


def test_without_warnings_there_is_no_box(content):
    page = Page(build_report(replace(content, warnings=[], logs=[])))
    assert all(a.get("id") != "warnings" for _, a in page.tags)
    assert "No ingestion log was handed to this page." in page.text


def test_page_tells_what_it_was_given(page):
    for told in (
        "Demo cohort",
        "1 May 2026",
        "Raw expression 0.91",
        "no expression",
        "P1, P2",
        "grade: no column",
        "twinpurify.n_steps",
        "600",
        "torch 2.13.0",
        "hypoxia",
        "Models were trained on a demo.",
        "1. Holm S.",
        "−0.11 (−0.15 to −0.07)",
    ):
        assert told in page.text


def test_the_methods_text_is_copied_by_its_button(page):
    (target,) = [a["data-copy"] for _, a in page.tags if "data-copy" in a]
    assert target in {a.get("id") for _, a in page.tags}


def test_every_link_has_a_target(page):
    ids = {a["id"] for _, a in page.tags if a.get("id")}
    links = {a["href"][1:] for tag, a in page.tags if tag == "a"}
    assert links <= ids


def test_missing_figures_say_why(content, page):
    for section in SECTIONS:
        assert (f"There is no figure here: {section.absent}." in page.text) == (
            section.key not in ("loss_curve", "dimension_names")
        )
    other = replace(content, absent={"kaplan_meier": "only 2 deaths"})
    assert "There is no figure here: only 2 deaths." in Page(build_report(other)).text


def test_several_figures_of_a_section_are_headed_by_their_part(content):
    figures = {"kaplan_meier": go.Figure(), "kaplan_meier@pfi": go.Figure()}
    page = Page(build_report(replace(content, figures=figures)))
    drawn = [a["id"] for tag, a in page.tags if "plotly-graph-div" in (a.get("class") or "")]
    assert drawn == ["kaplan_meier-0", "kaplan_meier-1"]
    assert "pfi" in page.text


def test_texts_of_a_user_are_never_markup(content, summary):
    step = {
        "step": ATTACK,
        "kept_samples": 1,
        "kept_genes": 1,
        "dropped": 1,
        "reason": ATTACK,
        "examples": [ATTACK],
    }
    hostile = replace(
        content,
        cohort=ATTACK,
        title=ATTACK,
        created=ATTACK,
        summary=summary.iloc[:1].assign(method=ATTACK, task=ATTACK),
        logs=[{"cohort": ATTACK, "steps": [step], "warnings": [ATTACK]}],
        figures={f"loss_curve@{ATTACK}": go.Figure(go.Scatter(y=[1], name=ATTACK, text=[ATTACK]))},
        absent={"kaplan_meier": ATTACK},
        tables={"dimension_names": pd.DataFrame({ATTACK: [ATTACK]})},
        methods_text={ATTACK: [ATTACK]},
        warnings=[ATTACK],
        skipped=[ATTACK],
        settings={ATTACK: ATTACK},
        versions={ATTACK: ATTACK},
    )
    page = Page(build_report(hostile))
    scripts = [tag for tag, _ in page.tags if tag == "script"]
    assert len(scripts) == 3
    assert not [tag for tag, a in page.tags if tag == "img" or "onerror" in a]
    assert page.text.count("alert('x')") > 10


def test_no_score_at_all_is_said(content, summary):
    page = Page(build_report(replace(content, summary=summary.iloc[:0])))
    assert "No question was answered for this cohort" in page.text
    assert "There is no score" in page.text


def test_trainings_are_told_apart(content, summary):
    both = pd.concat([summary, summary.assign(cohort="elsewhere")])
    text = Page(build_report(replace(content, summary=both))).text
    assert "Carried over from demo to elsewhere" in text
    assert "On held-out patients of demo" in text


def test_figure_without_a_place_is_refused(content):
    with pytest.raises(ConfigurationError, match="no place for the figures 'pie'"):
        build_report(replace(content, figures={"pie": go.Figure()}))


def test_reason_without_a_place_is_refused(content):
    with pytest.raises(ConfigurationError, match="no place for the figures 'pie'"):
        build_report(replace(content, absent={"pie": "none baked"}))


def test_settings_in_messages_are_set_as_code_and_the_rest_is_escaped(content):
    warned = replace(content, warnings=["Set `genes.map`, not <b>", f"`{ATTACK}`"])
    html = build_report(warned)
    assert "<li>Set <code>genes.map</code>, not &lt;b&gt;</li>" in html
    assert ATTACK not in html
