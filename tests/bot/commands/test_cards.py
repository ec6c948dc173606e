import pytest

from bot.commands.cards import Table


def test_a_table_refuses_a_row_that_is_not_as_long_as_its_columns() -> None:
    with pytest.raises(ValueError, match="as long as"):
        Table(columns=("a", "b"), rows=(("1", "2"), ("3",)))
