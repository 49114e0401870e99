"""What every engine is made with."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from factcheck.db.session import POSTGRESQL_OPTIONS, make_engine


def test_errors_do_not_quote_what_people_wrote(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE secret = :secret"), {"secret": "my private words"})
    assert "my private words" not in str(caught.value)


def test_a_postgresql_server_that_vanishes_is_noticed(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with engine.connect() as connection:
        parameters = connection.connection.dbapi_connection.info.get_parameters()
    engine.dispose()
    asked = {name: str(value) for name, value in POSTGRESQL_OPTIONS.items() if name != "prepare_threshold"}
    assert {name: parameters.get(name) for name in asked} == asked
