"""`evaluate` as a user calls it: on the delivered artefact, on runs, and with what cannot be used."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.artefacts import DEFAULT_ARTEFACT_DIR, DENSENET121_DIR
from model.cli.evaluate import evaluate
from model.labels import EMOTIONS
from tests.unit.model.data.synthetic_fer2013 import write_fer2013
from tests.unit.model.evaluation.made_up_evaluation import CURVES


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fer2013(tmp_path_factory.mktemp("faces"), {"PublicTest": 2})


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate, [str(argument) for argument in arguments])


def last_line_of_refusal(*arguments: object) -> str:
    answer = run(*arguments)
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output
    return answer.output.splitlines()[-1]


def test_json_to_standard_output_is_json_and_nothing_else(faces: Path) -> None:
    answer = run("--data", faces, "--json", "-", "--robustness")
    figures = json.loads(answer.stdout)

    assert answer.exit_code == 0
    assert figures["artefact"] == DEFAULT_ARTEFACT_DIR.name
    assert figures["faces"] == 14
    assert {
        "accuracy", "accuracy_95", "balanced_accuracy", "macro_f1", "per_class", "confusion_matrix", "anger_at_argmax",
        "anger_at_threshold", "anger_average_precision", "expected_calibration_error", "ferplus_majority_accuracy",
        "ms_per_face", "robustness", "natural_quality", "anger_curve", "reliability",
    } <= set(figures)  # fmt: skip
    assert {row["degradation"] for row in figures["robustness"]} == {
        "none", "size", "blur", "contrast", "brightness", "tilt", "noise"
    }  # fmt: skip


def test_faces_are_made_worse_for_the_report_alone_unless_somebody_asks(faces: Path, tmp_path: Path) -> None:
    run("--data", faces, "--json", tmp_path / "alone.json")
    run("--data", faces, "--report", tmp_path)

    assert "robustness" not in json.loads((tmp_path / "alone.json").read_text())
    assert "robustness" in json.loads((tmp_path / "evaluation.json").read_text())


def test_a_report_lies_where_it_was_asked_for_with_the_figures_of_the_json(faces: Path, tmp_path: Path) -> None:
    answer = run("--data", faces, "--report", tmp_path / "new", "--json", tmp_path / "f.json", "--no-robustness")

    assert answer.exit_code == 0, answer.output
    assert DEFAULT_ARTEFACT_DIR.name in (tmp_path / "new" / "report.html").read_text()
    assert json.loads((tmp_path / "new" / "evaluation.json").read_text()) == json.loads(
        (tmp_path / "f.json").read_text()
    )


def test_without_a_gallery_the_report_shows_no_face(faces: Path, tmp_path: Path) -> None:
    run("--data", faces, "--report", tmp_path / "with", "--no-robustness")
    run("--data", faces, "--report", tmp_path / "without", "--no-robustness", "--no-gallery")

    assert "<img" in (tmp_path / "with" / "report.html").read_text()
    assert "<img" not in (tmp_path / "without" / "report.html").read_text()


def test_what_cannot_be_written_is_told_before_anything_is_measured(faces: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot make this folder" in last_line_of_refusal("--data", faces, "--report", tmp_path / "file" / "below")
    assert "No such file" in last_line_of_refusal("--data", faces, "--json", tmp_path / "missing" / "f.json")


def test_weights_that_are_none_are_one_clear_line(faces: Path, tmp_path: Path) -> None:
    assert "manifest.json of an artefact or record.json of a run" in last_line_of_refusal(
        "--data", faces, "--weights", tmp_path
    )


def test_a_split_without_faces_is_one_clear_line(faces: Path) -> None:
    line = last_line_of_refusal("--data", faces, "--split", "PrivateTest")

    assert line.startswith("Error: ")
    assert "PrivateTest" in line


def test_the_curves_of_an_artefacts_training_are_drawn(faces: Path, tmp_path: Path) -> None:
    run("--data", faces, "--weights", DENSENET121_DIR, "--report", tmp_path, "--no-robustness")

    assert "<h3>Loss</h3>" in (tmp_path / "report.html").read_text()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras on NumPy 2 warns of its own.
class TestRuns:
    @pytest.fixture(scope="class")
    def happy_sad(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Write the folder of a run that was never trained: happy or sad."""
        from model.architectures import build_model
        from model.experiments.checkpoints import BEST_WEIGHTS
        from model.experiments.config import config_from_dict
        from model.experiments.records import RunRecord, write_record

        folder = tmp_path_factory.mktemp("run")
        config = config_from_dict(
            {
                "name": "tiny",
                "architecture": "compact_resnet",
                "size_px": 48,
                "emotions": ["happy", "sad"],
                "optimiser": {"epochs": 1},
            }
        )
        write_record(RunRecord(config, "2026-11-21T08:00:00+00:00", "abc123", 20, 4), folder)
        build_model(config).save_weights(folder / BEST_WEIGHTS)
        (folder / "curves.json").write_text(json.dumps(CURVES))
        return folder

    def test_a_run_of_two_emotions_is_measured_on_their_faces_alone(
        self, faces: Path, happy_sad: Path, tmp_path: Path
    ) -> None:
        answer = run(
            "--data", faces, "--weights", happy_sad, "--json", "-", "--report", tmp_path, "--no-robustness"
        )  # fmt: skip
        figures = json.loads(answer.stdout)

        assert (figures["artefact"], figures["kind"], figures["faces"]) == ("tiny", "run", 4)
        assert list(figures["per_class"]) == ["happy", "sad"]
        assert not [key for key in figures if key.startswith("anger")]
        page = (tmp_path / "report.html").read_text()
        assert "It does not know anger" in page
        assert "<h3>Loss</h3>" in page

    def test_data_without_its_emotions_are_one_clear_line(self, happy_sad: Path, tmp_path: Path) -> None:
        write_fer2013(tmp_path, {"PublicTest": 1}, votes=False)
        sad = str(EMOTIONS.index("sad"))
        lines = (tmp_path / "fer2013.csv").read_text().splitlines()
        (tmp_path / "fer2013.csv").write_text("\n".join(line for line in lines if not line.startswith(sad)))

        assert "no usable face of sad" in last_line_of_refusal("--data", tmp_path, "--weights", happy_sad)

    def test_a_run_without_weights_yet_is_one_clear_line(self, faces: Path, happy_sad: Path, tmp_path: Path) -> None:
        (tmp_path / "record.json").write_text((happy_sad / "record.json").read_text())

        assert "let the training finish an epoch" in last_line_of_refusal("--data", faces, "--weights", tmp_path)

    def test_weights_of_another_network_are_one_clear_line(self, faces: Path, happy_sad: Path, tmp_path: Path) -> None:
        (tmp_path / "record.json").write_text((happy_sad / "record.json").read_text())
        (tmp_path / "best.weights.h5").write_bytes(b"no weights")

        assert "expected those of compact_resnet" in last_line_of_refusal("--data", faces, "--weights", tmp_path)
