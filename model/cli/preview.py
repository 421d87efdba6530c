"""`data preview`: what a configuration's augmentation does to faces."""

from pathlib import Path

import click

from model.cli.options import clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("config")
@data_option
@click.option(
    "--out", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A .png file to write."
)
@click.option("--faces", "face_count", type=click.IntRange(1, 20), help="Rows.  [default: one for each emotion]")
@click.option("--changes", type=click.IntRange(1, 20), default=8, show_default=True, help="Changes of each face.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another number draws other changes.")
@clear_errors
def preview(config: str, data_dir: FaceFolder, path: Path, face_count: int | None, changes: int, seed: int) -> None:
    """Show how the augmentation of CONFIG changes some faces.

    CONFIG is a name in model/configs or a .toml file.

    \b
    Example:
      python run.py data preview cnn_augmented --data ~/fer2013 --out augmentation.png
    """
    import numpy as np

    from model.data.augmentation import face_augmentation
    from model.data.loading import load_faces
    from model.data.preview import write_preview
    from model.experiments.config import load_config

    if path.suffix.lower() != ".png" or not path.parent.is_dir():
        raise click.UsageError(f"--out: expected a name that ends in .png in an existing folder, came '{path}'")
    experiment = load_config(config)
    faces = load_faces(data_dir, "Training")
    emotions = [emotion for emotion in experiment.emotions if emotion in faces.occurring_emotions()]
    some = faces.only(emotions).first_of_each(face_count or len(emotions))
    by_emotion = some.take(np.argsort(some.labels, kind="stable"))
    augmentation = face_augmentation(experiment.augmentation, seed=seed)
    title = f"The augmentation of {experiment.name}"
    write_preview(by_emotion, augmentation, path, changes=changes, size_px=experiment.size_px, title=title)
    click.echo(str(path))
