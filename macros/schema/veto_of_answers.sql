{% macro veto_of_answers() %}
{#-
  DDL of the trigger that looks at every found answer when it is stored, whoever brings it. One whose company differs from
  the asked name in what its match_basis does not allow (forbidding_differences()) becomes not_accepted: the company stays
  visible as a candidate in the evidence, beside the vetoes. Differences that did not forbid are the
  tolerated_differences of the evidence, whatever became of the answer.
-#}
create or replace function {{ target.schema }}.veto_answer() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    differences text[] := {{ target.schema }}.company_name_differences(new.asked_name, new.company_name);
    vetoes text[];
    tolerated text[];
begin
    new.match_basis := coalesce(new.match_basis, 'similar');
    vetoes := {{ target.schema }}.forbidding_differences(differences, new.match_basis);
    tolerated := array(select difference from unnest(differences) as difference where difference <> all(vetoes));
    if cardinality(tolerated) > 0 then
        new.evidence := new.evidence || jsonb_build_object('tolerated_differences', to_jsonb(tolerated));
    end if;
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
create or replace trigger veto_answer
before insert or update of outcome, asked_name, company_id, company_name, match_basis on {{ target.schema }}.lookup_answers
for each row when (new.outcome = 'found') execute function {{ target.schema }}.veto_answer()
{% endmacro %}
