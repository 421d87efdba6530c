"""Views of the log that people keep under a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.cameras.names import check_visible, name_key, tidy_name
from webapp.domain.insights.saved_views import MAX_VIEW_NAME_LENGTH, MAX_VIEW_QUERY_LENGTH, MAX_VIEWS, SavedView
from webapp.errors import InputInvalid, NotFound
from webapp.services.ports import UnitOfWorkFactory


@dataclass(frozen=True)
class SavedViewService:
    """The use cases around saved views; each person sees their own."""

    unit_of_work: UnitOfWorkFactory

    def of_user(self, user_id: int) -> Sequence[SavedView]:
        """Return one person's views by name."""
        with self.unit_of_work.reading() as work:
            return work.views.of_user(user_id)

    def save(self, user_id: int, name: str, query: str) -> SavedView:
        """Keep a view, in place of the person's one of the same name.

        Raises:
            InputInvalid: the name is empty or too long, the query is too long, or there are too many views.
        """
        name = tidy_name(name)
        check_visible(name)
        count = max(len(name), len(name_key(name)))  # Both are stored.
        if not 1 <= count <= MAX_VIEW_NAME_LENGTH:
            raise InputInvalid(
                "Expected a name of 1 to %(max_view_name_length)s characters for the view, got %(count)s.",
                max_view_name_length=MAX_VIEW_NAME_LENGTH,
                count=count,
            )
        if len(query) > MAX_VIEW_QUERY_LENGTH:
            raise InputInvalid("This filter is too long to be kept. Search for fewer words.")
        with self.unit_of_work() as work:
            saved = work.views.put(user_id, SavedView(name, query))
            if len(work.views.of_user(user_id)) > MAX_VIEWS:
                raise InputInvalid("You have %(max_views)s views already. Remove one first.", max_views=MAX_VIEWS)
            work.commit()
        return saved

    def remove(self, user_id: int, view_id: int) -> None:
        """Delete a view.

        Raises:
            NotFound: the person has no such view.
        """
        with self.unit_of_work() as work:
            if not work.views.remove(user_id, view_id):
                raise NotFound("You have no such view. It may have been removed already.")
            work.commit()
