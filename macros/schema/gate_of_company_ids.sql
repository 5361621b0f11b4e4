{% macro gate_of_company_ids() %}
{#-
  DDL of the triggers by which no fault of company_id_fault() becomes a company id, whoever writes it.

  A found answer is stored with the id as clean_company_id() leaves it. One whose id has a fault is stored as unusable: the
  company stays in the evidence under unusable, with the reason. Named to come before veto_answer, which judges the company's
  name. A correction with such an id is refused; one that undoes another is not, or an old fault could not be taken out, nor
  is an alias that no correction holds any more.
-#}
create or replace function {{ target.schema }}.gate_answer() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    fault text := {{ target.schema }}.company_id_fault(new.company_id);
begin
    if fault is null then
        new.company_id := {{ target.schema }}.clean_company_id(new.company_id);
        return new;
    end if;
    new.evidence := new.evidence || jsonb_build_object(
        'unusable',
        coalesce(new.evidence -> 'unusable', '[]') || jsonb_build_array(jsonb_build_object(
            'company_id', new.company_id, 'company_name', new.company_name, 'score', new.confidence, 'fault', fault
        )),
        'reason',
        'the company id ' || fault
    );
    new.outcome := 'unusable';
    new.company_id := null;
    new.company_name := null;
    new.confidence := null;
    return new;
end
$body$
;
create or replace trigger gate_answer before insert or update of outcome, company_id on {{ target.schema }}.lookup_answers
for each row when (new.outcome = 'found') execute function {{ target.schema }}.gate_answer()
;
create or replace function {{ target.schema }}.gate_correction() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    given text;
    fault text;
begin
    -- What is faulty already may follow a chain that is being taken out; it is no more faulty for it.
    if tg_table_name = 'corrected_aliases' and tg_op = 'UPDATE'
        and {{ target.schema }}.company_id_fault(to_jsonb(old) ->> 'company_id') is not null then
        return new;
    end if;
    foreach given in array case tg_table_name
        when 'company_id_corrections' then array[to_jsonb(new) ->> 'from_company_id', to_jsonb(new) ->> 'to_company_id']
        else array[to_jsonb(new) ->> 'company_id']
    end loop
        fault := coalesce(
            {{ target.schema }}.company_id_fault(given),
            case when given <> {{ target.schema }}.clean_company_id(given) then 'has blanks, full-width or invisible characters' end
        );
        if fault is not null then
            raise exception 'A correction cannot name %: the company id %', quote_literal(given), fault
                using errcode = 'check_violation', table = tg_table_name, hint = 'Where it was stored before it was refused:'
                    || ' dbt run-operation withdraw_faulty_company_ids';
        end if;
    end loop;
    return new;
end
$body$
;
create or replace trigger gate_correction before insert or update of from_company_id, to_company_id
on {{ target.schema }}.company_id_corrections
for each row when (new.undoes is null) execute function {{ target.schema }}.gate_correction()
;
create or replace trigger gate_correction before insert or update of company_id on {{ target.schema }}.corrected_aliases
for each row when (new.superseded_by is null) execute function {{ target.schema }}.gate_correction()
{% endmacro %}
