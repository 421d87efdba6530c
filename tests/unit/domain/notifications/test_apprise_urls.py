import pytest

from webapp.domain.notifications.channel_configs import checked_config
from webapp.domain.notifications.channels import ChannelKind
from webapp.errors import InputInvalid


@pytest.mark.parametrize(
    "url",
    [
        "ntfy://topic",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "slack://TokenA/TokenB/TokenC/#staff",
        "MAILTOS://dana:secret@example.org:587?to=eve@example.org",
        "jsons://user:pass@10.0.0.7:8443/in?+X-Key=abc",
        "sendgrid://key:from@example.org?template=d-1234",
    ],
)
def test_services_and_servers_of_ones_own_are_taken_as_they_are(url):
    assert checked_config(ChannelKind.APPRISE, {"url": f" {url} "}) == {"url": url}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ntfy",
        "https://example.org/in",
        "syslog://",
        "gnome://",
        "file:///etc/passwd",
        "exec://rm",
        "vapid://dana@example.org/sub",
        "mqtt://broker/topic",
        "fcm://project/device?keyfile=/etc/shadow",
        "fcm://project/device?KeyFile=/etc/shadow",
        "slack://A/B/C?template=/etc/passwd",
        "slack://A/B/C?template=../secret.json",
        "json://127.0.0.1/x?redirect=yes",
        "json://169.254.169.254/latest",
        "json://[fe80::1]/x",
        "json://metadata.google.internal/x",
        "json://[1::2/x",
        "ntfy://a, json://b",
        "ntfy://a\x00b",
        "ntfy://" + "a" * 2000,
    ],
)
def test_what_is_no_service_or_leads_into_this_machine_is_refused_without_being_repeated(url):
    with pytest.raises(InputInvalid) as caught:
        checked_config(ChannelKind.APPRISE, {"url": url})
    assert "shadow" not in str(caught.value)
