"""What kind of thing a question asks, so that tables of many questions stay readable."""

from collections.abc import Iterable

from twinpurify.plots.questions import Question, family_key

# The families of each kind, in the order in which a reader needs them, without what follows an @.
KINDS = {
    "Is the tumour kept?": (
        "subtype",
        "subtype_without_label_genes",
        "purity_stratified",
        "retrieval",
        "retrieval_random",
        "true_neighbours",
        "purified_profile",
    ),
    "Is the normal tissue gone?": (
        "purity_left",
        "purity_estimate",
    ),
    "Pathways, immunity and stroma": (
        "pathway_purity",
        "pathway_contrast",
        "pathway_agreement",
        "immune_left",
    ),
    "What is it worth in the clinic?": (
        "grade",
        "grade_without_label_genes",
        "survival",
        "survival_increment",
    ),
    "Controls": (
        "control_permuted",
        "control_random",
        "control_normals",
        "stability",
    ),
}
FURTHER = "Further questions"


def kind_of(task: str) -> str:
    """Return the kind of a task; one that no kind knows is a further question."""
    key = family_key(task).partition("@")[0]
    return next((kind for kind, families in KINDS.items() if key in families), FURTHER)


def by_kind(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Group questions by kind, leaving out kinds without any.

    Parameters
    ----------
    questions : iterable of Question

    Returns
    -------
    dict of str to list of Question
        Kinds in their fixed order, further questions before the controls; the questions of each in
        the order given.
    """
    groups: dict[str, list[Question]] = {}
    for question in questions:
        groups.setdefault(kind_of(question.task), []).append(question)
    *asked, controls = KINDS
    return {kind: groups[kind] for kind in (*asked, FURTHER, controls) if kind in groups}
