{% macro touch_what_counts_again(changes) %}
{#- What is said of the same aliases beside, so that the next run decides what is in force. -#}
update {{ changes }} as change
set changed_in = pg_current_xact_id()
from (select distinct withdrawn.match_type, withdrawn.alias_name from withdrawn_rows as withdrawn) as withdrawn
where
    change.match_type = withdrawn.match_type
    and change.alias_name = withdrawn.alias_name
    and change.claim in ('made', 'withdrawn')
{%- endmacro %}
