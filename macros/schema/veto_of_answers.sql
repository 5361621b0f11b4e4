{% macro veto_of_answers() %}
{#-
  DDL of the trigger that looks at every found answer before it is stored. One whose company contradicts the asked name
  in its legal form, region, branch or bracket (company_name_differences()) is stored as not_accepted, whoever brings it:
  the company stays visible as a candidate in the evidence, beside the parts that spoke against it.
-#}
create or replace function {{ target.schema }}.veto_answer() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    vetoes text[] := {{ target.schema }}.company_name_differences(new.asked_name, new.company_name);
begin
    if cardinality(vetoes) > 0 then
        new.evidence := jsonb_build_object(
            'candidates',
            jsonb_build_array(jsonb_build_object(
                'company_id', new.company_id, 'company_name', new.company_name, 'score', new.confidence
            ))
        ) || new.evidence || jsonb_build_object('vetoes', to_jsonb(vetoes));
        new.outcome := 'not_accepted';
        new.company_id := null;
        new.company_name := null;
        new.confidence := null;
    end if;
    return new;
end
$body$
;
create or replace trigger veto_answer before insert on {{ target.schema }}.lookup_answers
for each row when (new.outcome = 'found') execute function {{ target.schema }}.veto_answer()
{% endmacro %}
