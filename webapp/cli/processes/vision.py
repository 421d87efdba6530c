"""`vision`: the process that watches the cameras and raises alerts."""

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click
import structlog

from webapp.cli.processes.locks import ENDING_S, only_one
from webapp.cli.processes.parts.pipeline_parts import (
    fastest_classifier,
    frame_pipeline,
    load_classifier,
    watched_camera,
)
from webapp.errors import ModelUnavailable
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.cli.processes.parts.cluster_member import ClusterMember
    from webapp.runtime.processes.heartbeat import ParentWatch
    from webapp.runtime.vision.clip_sink import ClipSink
    from webapp.runtime.vision.model_watch import ModelWatch
    from webapp.runtime.vision.vision_process import VisionProcess
    from webapp.services.analysis_configuration import AnalysisSource
    from webapp.services.use_cases import UseCases
    from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier

# Pictures and alerts wait for no lock: what cannot be stored at once is tried again.
_VISION_BUSY_TIMEOUT_S = 0.02
# Where many machines write, their turns are short, and to try again costs all of them more than to wait.
_BESIDE_OTHERS_S = 0.2
# Pages, and above all their coming back, go before frames: those it drops where it has too little time.
_NICENESS = 5


@click.command()
def vision() -> None:
    """Watch the cameras and raise alerts alone; `web` runs elsewhere or is started by you.

    \b
    Example:
      python run.py vision
    """
    gc.disable()  # Until `begin_work`.
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.parts.snapshot_store import uploading
    from webapp.cli.processes.start import begin_work, start_child_process
    from webapp.runtime.processes.heartbeat import ParentWatch
    from webapp.runtime.vision.freed_memory import keep_little_freed_memory

    keep_little_freed_memory()
    settings, parent = start_child_process("vision"), ParentWatch()
    os.nice(_NICENESS)
    with only_one(settings, "vision", ENDING_S):
        is_mended = True
        while is_mended:
            member = _cluster_member(settings)
            check, patience_s = (member.claims.check, _BESIDE_OTHERS_S) if member else (None, _VISION_BUSY_TIMEOUT_S)
            opened = open_installation(settings, busy_timeout_s=patience_s, check=check)
            with uploading(opened) as installation, member.joined(installation) if member else nullcontext() as owned:
                process = _vision_process(installation, parent, owned)
                begin_work()
                is_mended = process.run()


def _cluster_member(settings: Settings) -> "ClusterMember | None":
    """Return this machine's part in a cluster; None where it watches all cameras itself."""
    if settings.placement == "machine":
        return None
    from webapp.cli.processes.parts.cluster_member import ClusterMember

    return ClusterMember(settings)


def _vision_process(
    installation: "UseCases", parent: "ParentWatch", owned: "AnalysisSource | None" = None
) -> "VisionProcess":
    import cv2

    from webapp.cli.processes.artefact import policy_of
    from webapp.cli.processes.parts.face_detectors import FaceDetectors
    from webapp.domain.alerts.not_stored import StorageState
    from webapp.domain.alerts.score import ArtefactPolicy
    from webapp.domain.vision.analysis_schedule import AnalysisSchedule
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.status_files import write_waiting
    from webapp.runtime.processes.storage_notes import StorageNote
    from webapp.runtime.slots.live_slots import remove_pictures_of_others
    from webapp.runtime.vision.alert_sink import AlertSink
    from webapp.runtime.vision.analysis_loop import AnalysisLoop
    from webapp.runtime.vision.camera_fleet import CameraFleet
    from webapp.runtime.vision.score_writer import ScoreWriter
    from webapp.runtime.vision.search_thread import SearchThread
    from webapp.runtime.vision.steady_time import SteadyTime
    from webapp.runtime.vision.vision_process import VisionProcess
    from webapp.services.insights.score_recorder import ScoreRecorder
    from webapp.vision.pipeline.face_hiding import FaceHider

    cv2.setNumThreads(1)  # The cascades' threads change nothing but how long they wait for each other, on a core each.
    classifier, installation = _with_model(installation)
    settings, cameras, steady = installation.settings, installation.cameras, SteadyTime(installation.clock)
    policy = policy_of(classifier.manifest) if classifier else ArtefactPolicy()
    detectors = FaceDetectors(settings)
    searchers = FaceDetectors(settings) if len(os.sched_getaffinity(0)) > 1 else None
    note = StorageNote(settings.slots_dir, "vision")
    note.write(StorageState())  # What an earlier process could not store nobody stores any more.
    clips = _clip_sink(installation) if classifier and settings.clip_fps else None
    alerts = AlertSink(
        installation.recorder, FaceHider(detectors.proposer()), note.write, ThreadPoolExecutor(1, "pictures"), clips
    )
    recorder = ScoreRecorder(installation.recorder.incident_id)
    scores = ScoreWriter(recorder, installation.adapters.unit_of_work, keeps_faces=settings.score_track_days > 0)
    fleet = CameraFleet(
        configuration=owned or installation.analysis_configuration,
        cameras=cameras,
        alerts=alerts,
        scores=scores,
        clock=installation.adapters.clock,
        open_camera=partial(
            watched_camera, settings, policy, cameras.address_of, steady, detectors, searchers=searchers
        ),
        forget_others=partial(remove_pictures_of_others, settings.slots_dir),
        is_analysing=classifier is not None,
    )
    searcher = searchers.of_setting() if searchers else None
    pipeline = frame_pipeline(settings, classifier, detectors.of_setting(), searcher=searcher) if classifier else None
    analysis = AnalysisLoop(fleet, pipeline, alerts, scores)
    if searchers:
        analysis = replace(analysis, schedule=AnalysisSchedule.with_scans_apart(), searches=SearchThread())
    return VisionProcess(
        fleet,
        analysis,
        alerts,
        scores,
        Heartbeat(settings.slots_dir, "vision"),
        on_waiting=partial(write_waiting, settings.slots_dir),
        parent=parent,
        model=None if classifier else _model_watch(settings),
    )


def _clip_sink(installation: "UseCases") -> "ClipSink":
    """Return what keeps clips; they are made in a process that comes after all else."""
    from webapp.domain.alerts.clips import ClipPlan
    from webapp.runtime.jobs.clip_process import ProcessClipMaker
    from webapp.runtime.vision.clip_sink import ClipSink
    from webapp.services.alerts.clip_recorder import ClipRecorder

    settings, adapters = installation.settings, installation.adapters
    plan = ClipPlan(settings.clip_fps, settings.clip_before_s, settings.clip_after_s)
    keep = ClipRecorder(adapters.unit_of_work, adapters.snapshots, adapters.clock).keep
    return ClipSink(plan, ProcessClipMaker(), keep, installation.recorder.incident_id, ThreadPoolExecutor(1, "clips"))


def _with_model(installation: "UseCases") -> "tuple[LiteRTEmotionClassifier | None, UseCases]":
    """Load the model; where it cannot be loaded, say so to everybody and go on with rules of nobody's making."""
    from webapp.cli.processes.artefact import policy_of
    from webapp.domain.alerts.rules import AlertRule
    from webapp.runtime.processes.status_files import write_model_problem, write_model_use
    from webapp.services.model.model_problem import ModelFault, ModelProblem
    from webapp.services.use_cases import UseCases

    settings = installation.settings
    try:
        classifier = fastest_classifier(settings)
        policy_of(classifier.manifest)
    except ModelUnavailable as error:
        problem = ModelProblem(ModelFault(str(error.values["fault"])), str(error))
        write_model_problem(settings.slots_dir, problem)
        structlog.get_logger().error("model_not_loaded", fault=problem.fault, reason=problem.detail)
        return None, UseCases(settings, replace(installation.adapters, default_rule=AlertRule))
    write_model_problem(settings.slots_dir, None)
    write_model_use(settings.slots_dir, classifier.use)
    return classifier, installation


def _model_watch(settings: Settings) -> "ModelWatch":
    from webapp.cli.processes.artefact import artefact_files, policy_of
    from webapp.runtime.vision.model_watch import ModelWatch

    def can_load() -> bool:
        try:
            return bool(policy_of(load_classifier(settings).manifest))
        except ModelUnavailable:
            return False

    return ModelWatch(partial(artefact_files, settings.model_dir), can_load)
