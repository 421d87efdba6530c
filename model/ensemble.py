"""Makes one artefact of several: their scores are averaged.

Unlike models err on different faces: at a recall of .95 the mean of two gave a quarter to two fifths fewer false
alerts than either (docs/alerts.md).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from model.artefacts import ArtefactManifest, write_manifest
from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces
from model.errors import ExperimentInvalid
from model.evaluation.calibration import EXIT_SHARE, choose_anger_threshold
from model.evaluation.evaluate import evaluate_scores, milliseconds_per_face
from model.experiments.records import code_version
from model.inference import AveragedModels, EmotionModel


def make_ensemble(member_dirs: Sequence[Path], data_dir: Path | FaceFolder, out_dir: Path) -> ArtefactManifest:
    """Measure the mean of some artefacts on PublicTest and write the ensemble's manifest.

    Args:
        member_dirs: At least two folders of single models, all beside ``out_dir``; the first one that has an
            explanation explains for all.
        data_dir: Labelled faces with a PublicTest split.
        out_dir: The ensemble's folder.

    Returns:
        What was written.

    Raises:
        ExperimentInvalid: If there are fewer than two members, or one is elsewhere.
        ArtefactMismatch: If a member does not fit this code.
        DatasetUnreadable: If the data cannot be used.
    """
    if len(member_dirs) < 2:
        raise ExperimentInvalid(f"expected at least two artefacts to average, came {len(member_dirs)}")
    for folder in member_dirs:
        if folder.resolve().parent != out_dir.resolve().parent:
            raise ExperimentInvalid(
                f"{folder}: expected an artefact beside {out_dir}; the ensemble finds it by its name"
            )
    members = [EmotionModel.load(folder) for folder in member_dirs]
    ensemble = AveragedModels(_manifest(out_dir.name, members), members)
    split = load_faces(data_dir, "PublicTest")
    scores = ensemble.predict(split.faces_gray)
    enter = choose_anger_threshold(split.labels, scores).threshold
    metrics = evaluate_scores(split, scores, enter)
    metrics["ms_per_face"] = milliseconds_per_face(ensemble.predict, split.faces_gray)
    manifest = _manifest(out_dir.name, members, {"PublicTest": metrics}, enter)
    write_manifest(out_dir, manifest)
    return manifest


def _manifest(
    name: str, members: Sequence[EmotionModel], metrics: dict[str, object] | None = None, enter: float = 0.5
) -> ArtefactManifest:
    manifests = [member.manifest for member in members]
    hashes = {manifest.name: manifest.sha256 for manifest in manifests}
    explained = next((manifest.name for manifest in manifests if manifest.explanation), None)
    return ArtefactManifest(
        name=name,
        architecture=" + ".join(manifest.architecture for manifest in manifests),
        parameters=sum(manifest.parameters for manifest in manifests),
        size_px=max(manifest.size_px for manifest in manifests),
        sha256=hashlib.sha256("".join(hashes.values()).encode()).hexdigest(),
        margin=manifests[0].margin,
        thresholds={"angry": {"enter": enter, "exit": round(EXIT_SHARE * enter, 4)}},
        quantisation=" + ".join(manifest.quantisation for manifest in manifests),
        trained=all(manifest.trained for manifest in manifests),
        data=manifests[0].data,
        config={"averaged": {manifest.name: dict(manifest.config) for manifest in manifests}},
        seed=manifests[0].seed,
        code_version=code_version(),
        metrics=metrics or {},
        trained_at=max(manifest.trained_at for manifest in manifests),
        explanation={"member": explained} if explained else {},
        members=hashes,
    )
