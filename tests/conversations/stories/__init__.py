"""The stories, whose worlds assert for them: a failure shows what was compared."""

import pytest

pytest.register_assert_rewrite("tests.conversations.stories.world")
