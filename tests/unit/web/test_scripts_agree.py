"""What the scripts know by name is what the server says: events, states and emotions."""

import json
import re

from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import PUSHED_KINDS
from webapp.domain.vision.emotions import EMOTION_WORDS, Emotion
from webapp.settings import REPOSITORY_DIR
from webapp.web.core.template_filters import ALERT_NAMES, EMOTION_NAMES, LEVEL_WORDS, STATE_WORDS


def block(script: str, name: str) -> str:
    """The literal that a script's constant holds, without its brackets."""
    source = (REPOSITORY_DIR / "static" / "js" / script).read_text(encoding="utf-8")
    found = re.search(rf"const {name} = [\[{{](.*?)[\]}}];", source, re.DOTALL)
    assert found is not None, name
    return found.group(1)


def words_of(script: str, name: str) -> dict[str, str]:
    """The words of a script's constant such as `{ angry: gettext("angry-looking") }`."""
    return {key: json.loads(text) for key, text in re.findall(r'(\w+): gettext\(("[^"]*")\)', block(script, name))}


def test_the_dashboard_listens_to_every_event_that_is_pushed() -> None:
    listened = re.findall(r'"(\w+)"', block("lib/event-stream.js", "LOG_EVENTS"))
    assert len(set(listened)) == len(listened)
    assert set(listened) == {kind.value for kind in PUSHED_KINDS}


def test_emotions_have_the_same_words_in_scripts_and_on_pages() -> None:
    on_pages = {emotion.value: str(words).lower() for emotion, words in EMOTION_NAMES.items()}
    assert (
        words_of("cameras/emotion-words.js", "EMOTION_WORDS")
        == on_pages
        == {one.value: EMOTION_WORDS[one] for one in Emotion}
    )


def test_every_emotion_has_an_icon() -> None:
    assert set(re.findall(r"(\w+): \"", block("cameras/emotion-chips.js", "EMOTION_ICONS"))) == {
        one.value for one in Emotion
    }


def test_alerts_have_the_same_words_in_scripts_and_on_pages() -> None:
    on_pages = {emotion.value: str(words).lower() for emotion, words in ALERT_NAMES.items()}
    assert words_of("cameras/emotion-words.js", "LOOKS") == on_pages
    assert words_of("cameras/emotion-words.js", "LEVELS") == {
        level.value: str(words) for level, words in LEVEL_WORDS.items()
    }


def test_a_cameras_states_have_the_same_words_in_scripts_and_on_pages() -> None:
    entries = re.findall(r'(\w+): \[.*?gettext\("([^"]*)"\)', block("cameras/camera-state.js", "CAMERA_STATES"))
    assert dict(entries) == {state.value: str(STATE_WORDS[state]) for state in CameraState}
