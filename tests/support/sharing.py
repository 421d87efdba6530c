"""How workers share the tests: whole files, and those that measure the running product one after the other."""

from xdist.scheduler import LoadFileScheduling

# Each starts the whole product and measures how soon it reacts: never two of them at once.
ONE_AT_A_TIME = (
    "test_survival.py",
    "test_camera_outage.py",
    "test_product_journey.py",
    "test_kiosk.py",
    "test_several_web_servers.py",
)


class FileSharing(LoadFileScheduling):
    """Gives each worker a file at a time, and all of `ONE_AT_A_TIME` to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        path = super()._split_scope(nodeid)
        return "product" if path.endswith(ONE_AT_A_TIME) else path
