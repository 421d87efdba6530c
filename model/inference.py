"""Emotion scores from face crops, on LiteRT alone: this is what serving imports, and it needs no TensorFlow."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from model.artefacts import DEFAULT_ARTEFACT_DIR, MODEL_FILE, ArtefactManifest
from model.errors import ArtefactMismatch
from model.labels import EMOTIONS
from model.preprocessing import preprocess_faces

BATCH_SIZES = (4, 2, 1)
_GPU_BATCH = 8


class Runner(Protocol):
    """Runs a LiteRT model on any number of faces.

    Attributes:
        input_shape: Height, width and channels of a face.
        output_shape: Of its scores.
    """

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]

    def run(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the model's output, float32, one row for each of ``inputs``, float32 (N, H, W, C)."""


class EmotionModel:
    """A loaded artefact. Not safe for use by several threads at once.

    Attributes:
        manifest: What the artefact says about itself.
    """

    def __init__(self, manifest: ArtefactManifest, runner: Runner) -> None:
        """Use ``EmotionModel.load`` instead, which checks that the two belong together."""
        self.manifest = manifest
        self._runner = runner

    @classmethod
    def load(cls, artefact_dir: Path, *, threads: int = 2, on_gpu: Collection[str] = ()) -> "EmotionModel":
        """Load an artefact of a single model and refuse one that does not fit this code.

        Args:
            artefact_dir: Folder with ``model.tflite`` and ``manifest.json``.
            threads: Processor threads of one prediction.
            on_gpu: Names of folders whose models run on the GPU; see ``GPURunner``.

        Returns:
            The model, ready to predict.

        Raises:
            RuntimeError: If it is to run on a GPU and there is none.
            ArtefactMismatch: If labels, preprocessing version, SHA-256 or input size differ; the message says what
                was expected, what came and what to do.
        """
        manifest = ArtefactManifest.read(artefact_dir)
        manifest.check(artefact_dir)
        model_bytes = (artefact_dir / MODEL_FILE).read_bytes()
        is_on_gpu = artefact_dir.name in on_gpu
        runner: Runner = GPURunner(model_bytes) if is_on_gpu else BatchRunner(model_bytes, threads=threads)
        expected = ((manifest.size_px, manifest.size_px, 1), (len(EMOTIONS),))
        if (runner.input_shape, runner.output_shape) != expected:
            raise ArtefactMismatch(
                "input size and scores",
                expected=f"{expected[0]} to {expected[1]} as in the manifest",
                came=f"{runner.input_shape} to {runner.output_shape}",
                remedy="the manifest belongs to another model: export the artefact again",
            )
        return cls(manifest, runner)

    def predict(self, faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return calibrated scores of face crops.

        Args:
            faces_gray: Crops with the manifest's margin, uint8, shape (N, H, W), any size. Not changed.

        Returns:
            Scores in the order of ``EMOTIONS``, float32, shape (N, 7), each row in [0, 1] and summing to 1.

        Raises:
            ValueError: If the crops are not uint8 of shape (N, H, W).
        """
        return calibrated_scores(self.predict_logits(faces_gray), self.manifest.temperature)

    def predict_logits(self, faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return what the model says before calibration, float32, shape (N, 7); see ``predict``."""
        inputs = preprocess_faces(faces_gray, size_px=self.manifest.size_px)
        return logits_of(self._runner, inputs, flip_averaging=self.manifest.flip_averaging)

    def run_once(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the logits of preprocessed faces, float32 (N, S, S, 1), without averaging over mirror images."""
        return self._runner.run(inputs)


class AveragedModels:
    """Several artefacts whose scores are averaged: unlike models err on different faces.

    Not safe for use by several threads at once.

    Attributes:
        manifest: What the ensemble says about itself.
    """

    def __init__(self, manifest: ArtefactManifest, members: Sequence[EmotionModel]) -> None:
        """Use ``load_emotion_model`` instead, which checks that they belong together."""
        self.manifest = manifest
        self._members = members

    @property
    def smallest(self) -> EmotionModel:
        """The member with the fewest parameters."""
        return min(self._members, key=lambda member: member.manifest.parameters)

    def predict(self, faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the mean of the members' calibrated scores; see ``EmotionModel.predict``."""
        scores = [member.predict(faces_gray) for member in self._members]
        return np.asarray(np.mean(scores, axis=0), dtype=np.float32)


def load_emotion_model(
    artefact_dir: Path = DEFAULT_ARTEFACT_DIR, *, threads: int = 2, on_gpu: Collection[str] = ()
) -> EmotionModel | AveragedModels:
    """Load an artefact, a single model or an ensemble, and refuse one that does not fit this code.

    Args:
        artefact_dir: Folder with ``manifest.json``.
        threads: Processor threads of one prediction.
        on_gpu: Names of folders whose models run on the GPU, of an ensemble those of its members.

    Raises:
        RuntimeError: If one is to run on a GPU and there is none.
        ArtefactMismatch: As ``EmotionModel.load`` does, or if a member is missing or not the one that was measured.
    """
    manifest = ArtefactManifest.read(artefact_dir)
    if not manifest.members:
        return EmotionModel.load(artefact_dir, threads=threads, on_gpu=on_gpu)
    manifest.check(artefact_dir)
    folders = [artefact_dir.parent / name for name in manifest.members]
    members = [EmotionModel.load(folder, threads=threads, on_gpu=on_gpu) for folder in folders]
    for member, expected in zip(members, manifest.members.values(), strict=True):
        if member.manifest.sha256 != expected:
            raise ArtefactMismatch(
                f"member {member.manifest.name}",
                expected=f"the file with SHA-256 {expected}, with which the ensemble was measured",
                came=member.manifest.sha256,
                remedy="measure the new one with `run.py ensemble`, or fetch the old one again",
            )
    return AveragedModels(manifest, members)


def logits_of(runner: Runner, inputs: npt.NDArray[np.float32], *, flip_averaging: bool) -> npt.NDArray[np.float32]:
    """Return the logits of preprocessed faces, averaged with those of their mirror images where wanted.

    Args:
        runner: The model.
        inputs: float32, shape (N, S, S, 1).
        flip_averaging: Average with the mirror image; doubles the work.

    Returns:
        float32, shape (N, 7).
    """
    if not flip_averaging:
        return runner.run(inputs)
    both = runner.run(np.concatenate([inputs, inputs[:, :, ::-1]]))
    return (both[: len(inputs)] + both[len(inputs) :]) * np.float32(0.5)


def calibrated_scores(logits: npt.NDArray[np.float32], temperature: float) -> npt.NDArray[np.float32]:
    """Return ``softmax(logits / temperature)``, float32, shape (N, 7); Guo et al. 2017, arXiv 1706.04599."""
    scaled = logits / np.float32(temperature)
    exponents = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)


class BatchRunner:
    """A LiteRT model that takes any number of faces.

    Many are taken apart into the sizes of ``BATCH_SIZES``, and none is filled up: a face costs about as much in a batch
    of 4 as in one of 8 or 16 (3.2 and 3.1 ms; alone 4.6), and five cost 25 ms as eight, 20 as four and one. Each size
    keeps its own interpreter, some 20 MB: allocating a graph's tensors costs more than running it.
    """

    def __init__(self, model_bytes: bytes, *, threads: int) -> None:
        """Load the model.

        Args:
            model_bytes: A LiteRT model with one input (batch, height, width, channels) and one output.
            threads: Processor threads of one run.
        """
        self._model_bytes, self._threads = model_bytes, threads
        self._interpreters: dict[int, Any] = {}
        details = self._interpreter(1).get_input_details()[0]
        self.input_shape: tuple[int, ...] = tuple(int(side) for side in details["shape"][1:])
        output_details = self._interpreter(1).get_output_details()[0]
        self.output_shape: tuple[int, ...] = tuple(int(side) for side in output_details["shape"][1:])

    def run(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the model's output, float32, one row for each of ``inputs``, float32 (N, H, W, C)."""
        outputs, start = [], 0
        while start < len(inputs):
            size = next(size for size in BATCH_SIZES if size <= len(inputs) - start)
            outputs.append(self._run_batch(inputs[start : start + size]))
            start += size
        return np.concatenate(outputs) if outputs else np.empty((0, *self.output_shape), dtype=np.float32)

    def _run_batch(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Run as many rows as one of ``BATCH_SIZES``."""
        interpreter = self._interpreter(len(inputs))
        input_details, output_details = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        interpreter.set_tensor(input_details["index"], _quantised(inputs, input_details))
        interpreter.invoke()
        return _dequantised(interpreter.get_tensor(output_details["index"]), output_details)

    def _interpreter(self, batch_size: int) -> Any:
        """Return the interpreter of one batch size, made on first use."""
        if batch_size not in self._interpreters:
            interpreter = Interpreter(model_content=self._model_bytes, num_threads=self._threads)
            details = interpreter.get_input_details()[0]
            interpreter.resize_tensor_input(details["index"], [batch_size, *details["shape"][1:]])
            interpreter.allocate_tensors()
            self._interpreters[batch_size] = interpreter
        return self._interpreters[batch_size]


class GPURunner:
    """A LiteRT model on a GPU, by WebGPU, which is Vulkan on Linux, in batches of 8 that are filled up.

    Each size would be compiled anew, for seconds. It is no more exact than 16 bits, and ran one of three models wrongly
    (docs/gpu.md): compare its answers with those of ``BatchRunner`` before they count.
    """

    def __init__(self, model_bytes: bytes) -> None:
        """Load the model and compile it for the GPU; what the GPU lacks runs on the processor.

        Args:
            model_bytes: A LiteRT model with one input (batch, height, width, channels) and one output, both float32.

        Raises:
            RuntimeError: If there is no GPU, no driver for it, or none that LiteRT can use.
            ValueError: If input or output are no float32.
        """
        # Only who wants a GPU loads what drives it.
        from ai_edge_litert.compiled_model import CompiledModel, HardwareAccelerator

        self._model = CompiledModel.from_buffer(model_bytes, HardwareAccelerator.GPU | HardwareAccelerator.CPU)
        signature = next(iter(self._model.get_signature_list()))
        self.input_shape = _float_shape(self._model.get_input_tensor_details(signature))
        self.output_shape = _float_shape(self._model.get_output_tensor_details(signature))
        self._model.resize_input_tensor(0, (_GPU_BATCH, *self.input_shape), strict=False)
        self._inputs, self._outputs = self._model.create_input_buffers(0), self._model.create_output_buffers(0)

    def run(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the model's output; see ``Runner``."""
        outputs = np.empty((len(inputs), *self.output_shape), dtype=np.float32)
        for start in range(0, len(inputs), _GPU_BATCH):
            outputs[start : start + _GPU_BATCH] = self._run_batch(inputs[start : start + _GPU_BATCH])
        return outputs

    def _run_batch(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        filled = np.zeros((_GPU_BATCH, *self.input_shape), dtype=np.float32)
        filled[: len(inputs)] = inputs
        self._inputs[0].write(filled)
        self._model.run_by_index(0, self._inputs, self._outputs)
        numbers = self._outputs[0].read(_GPU_BATCH * int(np.prod(self.output_shape)), np.float32)
        return numbers.reshape(_GPU_BATCH, *self.output_shape)[: len(inputs)]


def _float_shape(tensors: dict[str, Any]) -> tuple[int, ...]:
    """Return the shape of the only tensor without its batch."""
    (details,) = tensors.values()
    if details["dtype"] != "float32":
        raise ValueError(f"expected a model that takes and gives float32, came {details['dtype']}")
    return tuple(int(side) for side in details["shape"][1:])


def _quantised(values: npt.NDArray[np.float32], details: dict[str, Any]) -> npt.NDArray[Any]:
    """Return values as the model's input wants them: unchanged, or as whole numbers of its scale."""
    if details["dtype"] == np.float32:
        return values
    scale, zero_point = details["quantization"]
    limits = np.iinfo(details["dtype"])
    return np.clip(np.round(values / scale) + zero_point, limits.min, limits.max).astype(details["dtype"])


def _dequantised(values: npt.NDArray[Any], details: dict[str, Any]) -> npt.NDArray[np.float32]:
    """Return the model's output as float32."""
    if details["dtype"] == np.float32:
        return np.asarray(values, dtype=np.float32)
    scale, zero_point = details["quantization"]
    return ((values.astype(np.float32) - zero_point) * scale).astype(np.float32)
