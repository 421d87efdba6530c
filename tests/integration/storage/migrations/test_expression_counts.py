"""What is kept of faces at an upgrade is counted by quarters of an hour, and lasts longer than they do."""

from sqlalchemy import text

from webapp.storage.db.engine import migrate, open_engine


def test_the_faces_that_are_there_are_counted(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.db'}")
    migrate(engine, "0023")
    track = (
        "INSERT INTO track_scores (camera_id, track_id, started_at, quarter, points, "
        "angry, disgust, fear, happy, sad, surprise, neutral) "
        "VALUES (1, 1, '2026-03-02 09:20:00', :quarter, x'00', :angry, 0, 0, 2, 0, 0, 7)"
    )
    camera = (
        "INSERT INTO cameras (id, name, name_key, url, username, enabled, revision, state) "
        "VALUES (1, 'desk', 'desk', 'demo:', '', 1, 1, 'online')"
    )
    with engine.begin() as connection:
        connection.execute(text(camera))
        for quarter, angry in ((1_969_381, 1), (1_969_381, 3), (1_969_382, 5)):
            connection.execute(text(track), {"quarter": quarter, "angry": angry})
    migrate(engine, "0024")
    with engine.connect() as connection:
        wanted = text("SELECT began_at, angry, happy, neutral FROM expression_counts ORDER BY began_at")
        rows = [tuple(row) for row in connection.execute(wanted)]
    engine.dispose()
    assert rows == [("2026-03-02 09:15:00.000000", 4, 4, 14), ("2026-03-02 09:30:00.000000", 5, 2, 7)]
