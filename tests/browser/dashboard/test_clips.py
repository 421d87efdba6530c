"""A clip plays in the alert's card and on the incident's page, with its score, and shows no second face."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.videos import demo_pictures
from webapp.domain.alerts.clips import Clip, ClipPlan
from webapp.domain.vision.frames import Frame, ImageBGR
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.alerts.clip_recorder import ClipRecorder
from webapp.vision.faces.blazeface import BlazeFace
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.clip_frames import ClipFrames
from webapp.vision.pipeline.clip_maker import ClipMaker
from webapp.vision.pipeline.face_hiding import FaceHider
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

pytestmark = [pytest.mark.browser, needs_browser]

PLAN = ClipPlan(before_s=2.0, after_s=1.0)
HERS = (100.0, 60.0, 220.0, 190.0)
# How much detail is left of each face: its own, at the left, and the bystander's, whom the tracker does not know.
DETAIL = """
async ([left, right, second]) => {
  const video = document.querySelector(".clip video");
  video.pause();
  if (video.currentTime !== second) {
    const seeked = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
    video.currentTime = second;
    await seeked;
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return [left, right].map(([x, y, width, height]) => {
    const { data } = context.getImageData(x, y, width, height);
    let sum = 0;
    for (let i = 4; i < data.length; i += 4) sum += Math.abs(data[i + 1] - data[i - 3]);
    return sum / (data.length / 4);
  });
}
"""
PLAYED = """
video => new Promise((done) => {
  const look = () => (video.currentTime > 0.3 ? done() : setTimeout(look, 20));
  look();
})
"""


@lru_cache
def two_people() -> ImageBGR:
    portrait = demo_pictures(1, width_px=640)[0]
    return np.ascontiguousarray(np.concatenate([portrait[:, 160:480]] * 2, axis=1))


@lru_cache
def clip_of(opened_at: Any) -> Clip:
    """Return the clip of a person beside another one, as vision makes it; the other one was never followed."""
    held = ClipFrames(PLAN)
    for fifth in range(-10, 6):
        at = opened_at + timedelta(seconds=fifth / 5)
        track = PersonTrack(1, HERS, at, at)
        analysed = AnalysedFrame(Frame(1, 1, at, two_people()), (track,), (track,))
        held.take(analysed, {1: 0.4 + fifth / 50}, lambda _track_id: True)
    frames = held.between(PLAN.begins_at(opened_at), opened_at + timedelta(seconds=1))
    clip = ClipMaker(FaceHider(BlazeFace())).make(frames, 1)
    assert clip is not None
    return clip


def add_alert(running: RunningWeb) -> int:
    camera = running.add_online_camera("Front desk")
    incident = running.web.add_incident(camera, jpeg=encode_jpeg(two_people(), 80))
    return incident.incident_id


def keep_clip(running: RunningWeb, incident_id: int) -> None:
    web = running.web
    recorder = ClipRecorder(web.unit_of_work, web.snapshots, web.clock)
    assert recorder.keep(incident_id, clip_of(web.services.incidents.get(incident_id).opened_at))


def expect_playing(place: Locator) -> None:
    video = place.locator("video")
    expect(video).to_be_visible()
    video.evaluate(PLAYED)
    assert video.evaluate("video => video.muted && !video.controls")


def expect_one_face(page: Page) -> None:
    for second in (0.1, 1.0, 1.9, 2.9):
        hers, bystanders = page.evaluate(DETAIL, [[120, 80, 80, 90], [440, 80, 80, 90], second])
        assert hers > 3 * bystanders, (second, hers, bystanders)


def test_it_plays_in_the_card_of_its_alert(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    incident_id = add_alert(running)
    card = alice.locator(".alert-card")
    expect(card).to_be_visible()
    play = card.get_by_role("button", name="Play clip")
    expect(play).to_be_hidden()
    keep_clip(running, incident_id)
    play.click()
    expect_playing(card)
    expect(card.locator(".alert-open")).to_be_hidden()
    expect(card.get_by_role("img", name="The line is the score; it was highest 1 s after the alert")).to_be_visible()
    expect_one_face(alice)
    toggle = card.locator('[data-clip="toggle"]')
    expect(toggle).to_have_text("Play")
    toggle.click()
    expect(toggle).to_have_text("Play again")
    assert float(card.locator(".clip-cursor").get_attribute("x1") or 0) > 390
    toggle.click()
    expect(toggle).to_have_text("Pause")
    card.get_by_role("button", name="Close clip").click()
    expect(card.locator("video")).to_have_count(0)
    expect(card.locator(".alert-open")).to_be_visible()
    expect(play).to_be_focused()


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_it_plays_on_the_page_of_its_incident(browser: Browser, running: RunningWeb, name: str) -> None:
    incident_id = add_alert(running)
    keep_clip(running, incident_id)
    page = logged_in(browser, running, name, viewport=PHONE)
    page.goto(f"{running.url}/incidents/{incident_id}")
    place = page.locator("#clip-place")
    place.get_by_role("button", name="Play clip").click()
    expect_playing(place)
    assert page.locator("#incident-picture figure").is_hidden()
    running.web.services.incidents.acknowledge(incident_id, "bob")
    expect(page.locator("#incident-facts")).to_contain_text("bob, after")
    expect_one_face(page)  # What is renewed around it does not take it away.
    place.get_by_role("button", name="Close clip").click()
    expect(page.locator("#incident-picture img")).to_be_visible()


def test_whoever_wants_nothing_to_move_starts_it_and_without_a_file_the_picture_stays(
    browser: Browser, running: RunningWeb
) -> None:
    incident_id = add_alert(running)
    keep_clip(running, incident_id)
    alice = logged_in(browser, running, "alice")
    alice.emulate_media(reduced_motion="reduce")
    card = alice.locator(".alert-card")
    card.get_by_role("button", name="Play clip").click()
    expect(card.locator(".clip-line")).to_be_visible()
    assert card.locator("video").evaluate("video => video.paused && video.currentTime === 0")
    card.get_by_role("button", name="Close clip").click()
    for file in running.web.settings.snapshots_dir.rglob("*.webm"):
        file.unlink()
    alice = logged_in(browser, running, "alice")  # Another browser: this one may still hold it.
    card = alice.locator(".alert-card")
    card.get_by_role("button", name="Play clip").click()
    expect(card.locator(".clip-note")).to_contain_text("The clip cannot be played")
    expect(card.locator(".alert-open img")).to_be_visible()
