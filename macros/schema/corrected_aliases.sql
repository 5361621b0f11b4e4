{% macro corrected_aliases() %}
{#-
  DDL of corrected_aliases: which company an alias, or a name that a registry answered (match type lookup), stands for by
  a correction, whatever loads and answers say later. At most one row per alias is in force. Owner: correct_company_id.
-#}
create table if not exists {{ target.schema }}.corrected_aliases (
    match_type text not null,
    alias_name text not null,
    correction_id bigint not null references {{ target.schema }}.company_id_corrections (correction_id),
    alias_text text not null,
    company_id text not null,
    superseded_by bigint references {{ target.schema }}.company_id_corrections (correction_id),
    key_version text not null default {{ target.schema }}.company_name_key_version(),
    primary key (match_type, alias_name, correction_id)
)
;
create unique index if not exists corrected_aliases_one_in_force
on {{ target.schema }}.corrected_aliases (match_type, alias_name) where superseded_by is null
{% endmacro %}
