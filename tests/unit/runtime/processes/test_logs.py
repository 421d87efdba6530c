from webapp.runtime.processes.logs import without_credentials


def test_credentials_in_an_address_never_reach_a_log_line():
    event = {"event": "cannot open rtsp://viewer:hush@192.0.2.1/s", "url": "http://a:b@host/x", "count": 3}
    cleaned = without_credentials(None, "info", event)
    assert cleaned == {"event": "cannot open rtsp://***@192.0.2.1/s", "url": "http://***@host/x", "count": 3}
