"""Which SQL the linter finds inside of a function in PL/pgSQL."""

from __future__ import annotations

from compiled_sql.function_bodies import name_of, queries_of

DDL = """
create table if not exists enterprise.things (name text)
;
create or replace function enterprise.count_things(given text)
returns bigint
language plpgsql stable
as $body$
#variable_conflict use_column
declare
    found bigint := 0;
    entry record;
begin
    -- A condition without a query; it's none of the linter's business.
    if given is null then
        return 0;
    elsif exists (
        select
        from enterprise.things as thing
        where thing.name = given
    ) then
        found := (select case when true then 1 else 0 end);
    end if;
    for entry in
        select thing.name
        from enterprise.things as thing
    loop
        perform from enterprise.things for update;
        insert into enterprise.things (name) values ('a;b');
    end loop;
    select count(*)
    into found
    from enterprise.things as thing;
    raise exception 'select nothing';
exception when lock_not_available then
    return (select max(1) from enterprise.things);
end
$body$
;
create or replace function enterprise.one() returns integer
language sql immutable
return 1
"""


def test_a_piece_of_ddl_is_called_what_it_makes_first() -> None:
    assert name_of(DDL) == "things"
    assert name_of(DDL[DDL.index("create or replace") :]) == "count_things"


def test_each_query_of_a_function_is_a_statement_of_plain_sql() -> None:
    assert dict(queries_of(DDL)) == {
        "count_things.01": (
            "select 1 where exists (\n"
            "    select\n    from enterprise.things as thing\n    where thing.name = given\n)\n"
        ),
        "count_things.02": "select (select case when true then 1 else 0 end)\n",
        "count_things.03": "select thing.name\nfrom enterprise.things as thing\n",
        "count_things.04": "select from enterprise.things for update\n",
        "count_things.05": "insert into enterprise.things (name) values ('a;b')\n",
        "count_things.06": "select count(*)\nfrom enterprise.things as thing\n",
        "count_things.07": "select (select max(1) from enterprise.things)\n",
    }
