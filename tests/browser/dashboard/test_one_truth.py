"""What staff read of an alert is the same wherever they read it, and stays true while the alert goes on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from webapp.domain.alerts.incidents import EarlierIncident
from webapp.domain.vision.emotions import Emotion

pytestmark = [pytest.mark.browser, needs_browser]

AT = datetime.now(UTC).replace(microsecond=0)


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile").filter(has=page.get_by_role("link", name=name, exact=True))


def card(page: Page, incident_id: int) -> Locator:
    return page.locator(f"#alert-{incident_id}")


def test_who_alerts_is_called_so_on_wall_camera_and_card(browser: Browser, running: RunningWeb) -> None:
    desk = running.add_online_camera("Angry desk")
    incident = running.web.add_incident(desk, peak=0.9, emotion=Emotion.DISGUST)
    alice = logged_in(browser, running, "alice")
    chip = tile(alice, "Angry desk").locator(".chip-alert")
    expect(chip).to_have_text("angry-looking, high")
    expect(tile(alice, "Angry desk").locator(".chip")).to_have_text([re.compile("angry"), "neutral 90 %"])
    expect(card(alice, incident.incident_id)).to_contain_text("angry-looking customer at Angry desk")
    expect(card(alice, incident.incident_id).locator(".alert-level")).to_have_text("at its peak: high")
    for contradiction in ("happy", "45 %", "disgust", "no alert"):
        expect(alice.locator("#content")).not_to_contain_text(contradiction, use_inner_text=True)
    alice.get_by_role("link", name="Angry desk").click()
    expect(alice.locator("#faces .chip-alert")).to_have_text("angry-looking, high")
    expect(alice.locator("#camera-alert")).to_have_text("Please send assistance: angry-looking customer at Angry desk.")
    expect(alice.get_by_role("img", name=re.compile("face 2 angry-looking, high"))).to_be_visible()
    alice.get_by_text("As a table").click()
    expect(alice.get_by_role("row").filter(has_text=re.compile("Face 2.*angry-looking, high–$"))).to_have_count(1)
    for contradiction in ("happy", "45 %", "disgust", "no alert"):
        expect(alice.locator("#content")).not_to_contain_text(contradiction, use_inner_text=True)


def test_an_alert_that_waits_and_a_face_that_is_calm_are_both_true(browser: Browser, running: RunningWeb) -> None:
    bar = running.add_online_camera("Bar")
    incident = running.web.add_incident(bar)
    running.web.end(incident.incident_id)
    alice = logged_in(browser, running, "alice")
    expect(tile(alice, "Bar").locator(".tile-alert")).to_have_text("Waits for help")
    expect(tile(alice, "Bar").locator(".chip")).to_have_text(re.compile(r"^\S+ 70 %$"))
    expect(card(alice, incident.incident_id)).to_contain_text("No longer angry-looking")
    alice.get_by_role("link", name="Bar").click()
    expect(alice.locator("#camera-alert")).to_contain_text("customer at Bar. No longer angry-looking.")
    running.web.add_incident(bar)
    expect(alice.locator("#camera-alert")).to_have_text(
        "Please send assistance: angry-looking customer at Bar. One more alert here is not resolved."
    )


def test_two_people_within_ten_seconds_are_two_alerts(browser: Browser, running: RunningWeb) -> None:
    desk = running.add_online_camera("Front desk")
    alice = logged_in(browser, running, "alice")
    first = running.web.add_incident(desk, at=AT, jpeg=picture("one")).incident_id
    second = running.web.add_incident(desk, at=AT + timedelta(seconds=9), jpeg=picture("two")).incident_id
    expect(alice.locator(".alert-card")).to_have_count(2)
    expect(alice.locator(".alert-group")).to_have_count(0)
    card(alice, second).get_by_role("button", name="Resolve").click()
    alice.get_by_label("Recovered").check()
    alice.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    expect(alice.locator(".alert-card")).to_have_count(1)
    expect(card(alice, first).get_by_role("button", name="Acknowledge")).to_be_visible()
    assert running.web.services.incidents.get(first).state == "new"


def test_the_picture_is_renewed_quietly_while_the_score_rises(browser: Browser, running: RunningWeb) -> None:
    incident = running.web.add_incident(
        running.add_online_camera("Bar"), peak=0.55, at=AT, jpeg=picture("first", size=(320, 180))
    )
    alice = logged_in(browser, running, "alice")
    shown = card(alice, incident.incident_id).locator("img")
    expect(shown).to_have_js_property("naturalWidth", 320)
    expect(card(alice, incident.incident_id)).to_contain_text("at its peak: low")
    alice.evaluate("document.getElementById('announcer').textContent = 'nothing'")
    running.web.raise_peak(incident.incident_id, 0.9, picture("better", size=(640, 360)))
    expect(shown).to_have_js_property("naturalWidth", 640)
    expect(card(alice, incident.incident_id)).to_contain_text("at its peak: high")
    expect(alice.locator("#announcer")).to_have_text("nothing")
    expect(alice.locator(".toast-line")).to_have_count(0)
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/incidents/{incident.incident_id}")
    expect(bob.locator(".detail-picture img")).to_have_js_property("naturalWidth", 640)
    expect(bob.locator(".detail-taken")).to_contain_text("when the score was highest")
    expect(bob.locator(".facts")).to_contain_text("Angry-looking, at its peak: high (score 90 %")
    expect(bob.locator(".timeline-what")).to_have_text(["Alert raised"])


def test_who_is_told_again_is_said_with_the_earlier_alert(browser: Browser, running: RunningWeb) -> None:
    bar = running.add_online_camera("Bar")
    earlier = running.web.add_incident(bar, at=AT - timedelta(minutes=5)).incident_id
    running.web.services.incidents.resolve(earlier, "Dana <b>", "recovered")
    alice = logged_in(browser, running, "alice", viewport=PHONE)
    again = EarlierIncident(earlier, "Dana <b>", AT - timedelta(seconds=150))
    incident = running.web.add_incident(bar, at=AT, again=again).incident_id
    words = "Again, 2 min after Dana <b> resolved it"
    expect(card(alice, incident).locator(".alert-same")).to_have_text(words)
    expect(alice.locator("#announcer")).to_have_text(f"Please send assistance: angry-looking customer at Bar. {words}")
    alice.reload()
    expect(card(alice, incident).locator(".alert-same")).to_have_text(words)
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/incidents/{incident}")
    expect(bob.locator(".facts")).to_contain_text("2 min after Dana <b> resolved")
    bob.get_by_role("link", name=f"incident {earlier}").click()
    expect(bob).to_have_url(f"{running.url}/incidents/{earlier}")
