"""What a manager reads, and what a terminal shows."""

from typing import Any

import pytest

from model.evaluation.report_text import listed, of_100, plain_words
from model.evaluation.summary import summary
from tests.unit.model.evaluation.made_up_evaluation import made_up_evaluation


@pytest.fixture
def evaluation() -> dict[str, Any]:
    evaluation, _, _ = made_up_evaluation()
    point = {
        "threshold": 0.15, "recall": 0.804, "recall_low": 0.76, "recall_high": 0.83, "precision": 0.446,
        "precision_low": 0.41, "precision_high": 0.48, "false_positive_rate": 0.149,
    }  # fmt: skip
    return evaluation | {"anger_at_threshold": point, "accuracy": 0.67, "accuracy_95": [0.66, 0.69], "faces": 42}


def test_anger_comes_first_in_numbers_of_a_hundred(evaluation: dict[str, Any]) -> None:
    found, alerts, others = plain_words(evaluation)[:3]

    assert found == "Of 100 pictures labelled angry it marks 80 (95 % sure: 76 to 83)."
    assert alerts.startswith("Of 100 marked pictures 45 are labelled angry (41 to 48)")
    assert others == "Of 100 pictures with another label it marks 15."


def test_people_come_before_pictures_where_they_were_measured(evaluation: dict[str, Any]) -> None:
    people = {"angry": {"share": 0.93, "interval": [0.89, 0.96]}, "others": {"share": 0.017, "interval": [0.01, 0.028]}}
    first, second = plain_words({**evaluation, "people": people})[:2]

    assert first.startswith(
        "Of 100 people whom most viewers would call angry, 93 raise an alert (95 % sure: 89 to 96); of 100 others, 2 do"
    )
    assert second.startswith("Of 100 pictures")


def test_accuracy_is_set_against_always_naming_the_most_common(evaluation: dict[str, Any]) -> None:
    assert (
        "It names the right one of 7 emotions for 67 of 100 faces (66 to 69). "
        "Always naming the most common would be right for 14."
    ) in plain_words(evaluation)


def test_the_mildest_level_that_costs_a_quarter_is_named(evaluation: dict[str, Any]) -> None:
    evaluation["robustness"] = [
        {"degradation": name, "level": level, "accuracy": 0.5, "anger_recall": recall}
        for name, level, recall in (
            ("none", 0, 0.8), ("size", 24, 0.7), ("size", 16, 0.5), ("size", 12, 0.4),
            ("contrast", 0.25, 0.79), ("contrast", 0.1, 0.3), ("tilt", 45, 0.7),
        )
    ]  # fmt: skip

    assert (
        "On bad pictures it finds at least a quarter fewer angry faces: when a face is 16 pixels wide or less or keeps "
        "10 % of its contrast or less."
    ) in plain_words(evaluation)


def test_pictures_that_cost_little_are_not_mentioned(evaluation: dict[str, Any]) -> None:
    for row in evaluation["robustness"]:
        row["anger_recall"] = 0.8

    assert not [sentence for sentence in plain_words(evaluation) if "bad pictures" in sentence]


@pytest.mark.parametrize(
    ("split", "words"), [("PublicTest", "slightly too good"), ("Training", "say nothing"), ("PrivateTest", None)]
)
def test_figures_that_flatter_say_so(evaluation: dict[str, Any], split: str, words: str | None) -> None:
    told = " ".join(plain_words(evaluation | {"split": split}))

    assert [word for word in ("slightly too good", "say nothing") if word in told] == ([words] if words else [])


def test_a_threshold_chosen_on_the_same_faces_is_told(evaluation: dict[str, Any]) -> None:
    told = plain_words(evaluation | {"threshold_from": "this split"})

    assert [sentence for sentence in told if "chosen on these same faces" in sentence]


def test_a_network_without_anger_says_that_it_cannot_alert() -> None:
    evaluation, _, _ = made_up_evaluation(("happy", "sad"))

    assert plain_words(evaluation)[0] == "It does not know anger, so it cannot alert."
    assert "anger" not in summary(evaluation)


def test_data_without_an_angry_face_say_that_nothing_is_known(evaluation: dict[str, Any]) -> None:
    del evaluation["anger_at_threshold"]

    assert plain_words(evaluation)[0].startswith("No face here is labelled angry")


def test_shares_become_numbers_of_a_hundred() -> None:
    assert [of_100(share) for share in (0, 0.001, 0.446, 1)] == ["0", "fewer than 1", "45", "100"]
    assert [listed(parts, "or") for parts in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a or b", "a, b or c"]


def test_the_terminal_shows_the_figures_that_matter(evaluation: dict[str, Any]) -> None:
    lines = summary(evaluation).splitlines()

    assert lines[0] == "guesser on PublicTest, 42 faces"
    assert "anger at 0.1500   recall 0.8040, precision 0.4460" in lines
    assert [line for line in lines if line.startswith("  noise      40")]
